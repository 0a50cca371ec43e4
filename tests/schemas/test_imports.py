"""What importing a part of `schemas` costs: nothing that is not used."""

from __future__ import annotations

import json
import subprocess
import sys

from schemas.terms import current_term, key_for


def modules_after(statement: str) -> set[str]:
    code = f"import sys, json\n{statement}\nprint(json.dumps([name.split('.')[0] for name in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


def test_errors_and_identifiers_cost_no_pydantic() -> None:
    loaded = modules_after("import schemas, schemas.errors, schemas.identifiers, schemas.findings")
    assert not loaded & {"pydantic", "yaml", "phonenumbers", "email_validator", "cryptography", "jsonschema"}


def test_a_preview_of_scenario_2_reads_no_more_than_it_needs() -> None:
    loaded = modules_after(
        "from schemas.loading import load_declaration\nload_declaration('fusions/hasselt.yaml')"
    )
    assert not loaded & {"phonenumbers", "email_validator", "cryptography", "jsonschema", "stdnum", "rich"}


def test_old_terms_are_understood_in_imports() -> None:
    """R25."""
    assert [current_term(term) for term in ("VTE", "Lokale beheerder", "hoedanigheid", "gebruiker")] == [
        "HTB", "TB", "domein", None,
    ]  # fmt: skip
    assert [key_for(term) for term in ("VTE", "lokale_beheerder", "Hoedanigheid", "co-TB")] == [
        "chiefAccessManagers", "accessManager", "domains", "coAccessManagers",
    ]  # fmt: skip
