"""What providers and the program say in a plan is known, and so translated. The sentences are collected from the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.plans import sentences
from operations.plans.text import Text, Value, plain
from operations.plans.words import Words
from tests.operations.plans.conftest import PLANNED, lines, planned

ROOT = Path(__file__).parents[3]
SPEAKERS = (
    "providers/access_copy.py",
    "providers/chaman.py",
    "providers/cleanup.py",
    "providers/declared_people.py",
    "providers/differences.py",
    "providers/dossiers.py",
    "providers/first_look.py",
    "providers/kinds.py",
    "providers/lost_access.py",
    "providers/online_requests.py",
    "providers/pending_work.py",
    "providers/removal.py",
    "providers/replaced_accounts.py",
    "providers/retained.py",
    "providers/review.py",
    "providers/standings.py",
    "providers/unique_report.py",
    "providers/waiting.py",
    "stacks/alarms.py",
    "stacks/clean_up_report.py",
    "stacks/dossiers_report.py",
    "stacks/people_report.py",
    "stacks/report.py",
)
"""The modules whose sentences stand in a plan: whatever else they say is in `NOT_IN_A_PLAN`."""
NOT_IN_A_PLAN = {
    "Put a certificate in its place that is valid on that day": "of a refusal, which leaves no plan",
    "changed in the portal": "in the place of a password, and so shown to nobody",
    "not there: will be made": "the outcome `made`",
    "there and the same: will be adopted": "the outcome `adopted`",
    "there and different: will be brought in sync": "the outcome `changed`",
    "not yet": "the outcome `waits`",
    "there: becomes the baseline": "the outcome `baseline`",
    "nothing there: that becomes the baseline": "the same",
    "not shown yet": "the status of what is retained, beside a sentence that waits",
    "nobody goes yet; the clean-up": "for the terminal: a line of the plan waits",
    "came meanwhile": "of an `up`",
    "the next `up` removes them": "of an `up`",
    "entered again": "of an `up`, in the output `dossiers`",
}
"""What the modules say elsewhere, and where."""


def find_said(module: str) -> Iterator[str]:
    """The texts of a module, without docstrings; a value in one is `\\0`."""
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values
            )
            yield text.replace("fusions/\0.yaml", "\0")
        elif isinstance(node, ast.Constant) and id(node) not in documentation | inside:
            yield node.value if isinstance(node.value, str) else ""


def pieces(text: str) -> Iterator[str]:
    """What of a text is no value and no rule, where it is more than a word."""
    for piece in re.split(r"\0|\(R\d\d(?:, R\d\d)*\)|\n", text):
        stripped = piece.strip(" .;:,(")
        if (
            " " in stripped
            and not stripped.startswith("?P")
            and len(re.findall("[A-Za-z]{2,}", stripped)) > 1
        ):
            yield stripped


KNOWN = [re.sub(r"\{\w+\}", "\0", one) for one in sentences.TEMPLATES]


def is_known(piece: str) -> bool:
    return any(piece in template for template in KNOWN) or sentences.split_title(piece) == (piece, "")


@pytest.mark.parametrize("module", SPEAKERS)
def test_every_sentence_is_known(module: str) -> None:
    unknown = {piece for text in find_said(module) for piece in pieces(text) if not is_known(piece)}
    assert unknown - NOT_IN_A_PLAN.keys() == set(), f"{module}: a template in operations/plans/sentences.py"


def test_what_is_kept_from_plans_is_still_said() -> None:
    everything = {piece for module in SPEAKERS for text in find_said(module) for piece in pieces(text)}
    assert NOT_IN_A_PLAN.keys() - everything == set()


def test_a_new_sentence_would_be_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(
        '"""A docstring is none."""\nx = 1\ny = f"waits for the {x} of a new thing (R50)"\n'
    )
    monkeypatch.setattr("tests.operations.plans.test_sentences.ROOT", tmp_path)
    assert [piece for text in find_said("new.py") for piece in pieces(text) if not is_known(piece)] == [
        "of a new thing"
    ]


def is_english(text: Text) -> bool:
    """Whether a sentence came back as it was, as one value."""
    return len(text) == 1 and isinstance(text[0], Value)


@pytest.mark.parametrize("name", PLANNED)
def test_every_sentence_of_a_real_preview_is_translated(name: str) -> None:
    plan, words = planned(name), Words("nl")
    told = [line for notice in plan.notices for line in notice.lines]
    for line in lines(plan):
        told += [*line.loses, *line.keeps, *line.differs, *([line.waiting.reason] if line.waiting else [])]
    assert told
    assert [one for one in told if is_english(words.sentence(one))] == []


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        (
            "Pajottegem: luc.hermans is no longer chief access manager (R15, R16)",
            "Pajottegem: luc.hermans is niet langer hoofdtoegangsbeheerder (HTB) (R15, R16)",
        ),
        (
            "an.claes is access manager of maatschappelijkWelzijn instead of co-access manager of maatschappelijkWelzijn "
            "(R16, R17)",
            "an.claes is toegangsbeheerder (TB) van Maatschappelijk welzijn in plaats van co-toegangsbeheerder (co-TB) van "
            "Maatschappelijk welzijn (R16, R17)",
        ),
        (
            "Borsbeek, maatschappelijkWelzijn: 2 users go, whom fusions/antwerpen.yaml does not declare there (R24): a, b",
            "Borsbeek, Maatschappelijk welzijn: 2 gebruikers worden verwijderd, omdat fusions/antwerpen.yaml hen daar niet "
            "vermeldt (R24): a, b",
        ),
        (
            "Pajottegem, REST account OCMW Online: socius refused the delegation request (no contract) (R36). Agree with "
            "the supplier and set askedAgainOn to today's date, or choose another supplier. Removals from the "
            "declaration wait until then",
            "Pajottegem, REST-account OCMW Online: Socius Software (fictief) weigerde het delegatieverzoek (no contract) "
            "(R36). Kom tot een akkoord met de leverancier en zet askedAgainOn op de datum van vandaag, of kies een "
            "andere leverancier. Wat uit het fusiebestand verwijderd is, wacht tot dan",
        ),
        (
            "waits for the day of the merger: 30 to stop and enter again (by quality code 1: 4, 2: 26)",
            "wacht op de dag van de fusie: 30 stop te zetten en opnieuw in te voeren (per hoedanigheidscode 1: 4, 2: 26)",
        ),
        (
            "waits for 2 still being handled (R06); 3 refused by the portal, see dossiers",
            "wacht op 2 die nog in behandeling zijn (R06); 3 geweigerd door het portaal, zie dossiers",
        ),
        (
            "Pajottegem, REST account OCMW Online: socius refused the delegation request (no reason given) (R36). Agree "
            "with the supplier and set askedAgainOn to today's date, or choose another supplier. Removals from the "
            "declaration wait until then",
            "Pajottegem, REST-account OCMW Online: Socius Software (fictief) weigerde het delegatieverzoek (geen reden "
            "opgegeven) (R36). Kom tot een akkoord met de leverancier en zet askedAgainOn op de datum van vandaag, of kies "
            "een andere leverancier. Wat uit het fusiebestand verwijderd is, wacht tot dan",
        ),
        ("FTP Herne: missing; FTP Herne 2: added", "FTP Herne: ontbreekt; FTP Herne 2: toegevoegd"),
        ("a sentence of tomorrow: nobody knows it", "a sentence of tomorrow: nobody knows it"),
    ],
)
def test_a_sentence_keeps_its_values(english: str, dutch: str) -> None:
    assert plain(Words("nl").sentence(english)) == dutch
