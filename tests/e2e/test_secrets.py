"""No FTP password, no private key and no INSZ in clear text: not in state, plan, logs or on the terminal."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.support.workspace import Workspace, switch_engine_log_on


def secrets_of(workspace: Workspace) -> list[str]:
    """Every password, private key and INSZ of the rehearsal, as they could stand in a text: a key by a line of it, INSZ with
    and without signs."""
    document = workspace.secrets()
    numbers = [re.sub(r"\D", "", person["insz"]) for person in document["people"].values()]
    dotted = [f"{n[:2]}.{n[2:4]}.{n[4:6]}-{n[6:9]}.{n[9:]}" for n in numbers]
    keys = [pair.partition("-----BEGIN PRIVATE KEY-----")[2].split()[1] for pair in document["keys"].values()]
    assert len(numbers) > 10
    assert keys
    return [*document["passwords"].values(), *keys, *numbers, *dotted]


def found_in(text: str, secrets: list[str]) -> list[int]:
    """Which secrets stand in the text, by position: a failing test must not print them either."""
    return [position for position, secret in enumerate(secrets) if secret in text]


def as_text(path: Path) -> str:
    """A file's content, unpacked where the engine packed it."""
    content = path.read_bytes()
    return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode(errors="replace")


def test_no_secret_in_clear_text_anywhere(fresh: Workspace, tmp_path: Path) -> None:
    switch_engine_log_on(fresh.engine_home)
    secrets = secrets_of(fresh)
    plan = tmp_path / "plan.json"
    terminal = fresh.preview("pajottegem", "--diff", f"--save-plan={plan}")
    terminal += fresh.pulumi("up", "-s", "pajottegem", "--yes", "--diff")
    terminal += fresh.preview("pajottegem", "--diff", "--json")
    terminal += fresh.pulumi("refresh", "-s", "pajottegem", "--yes", "--diff")
    terminal += fresh.pulumi("stack", "output", "-s", "pajottegem")
    exported = fresh.pulumi("stack", "export", "-s", "pajottegem")
    assert found_in(terminal, secrets) == []
    assert found_in(exported, secrets) == []
    assert found_in(as_text(plan), secrets) == []
    kept = [path for path in fresh.engine_files() if path.is_file()]
    assert any(path.suffix == ".log" for path in kept)
    assert any(path.name == "pajottegem.json" for path in kept)
    assert [path.name for path in kept if found_in(as_text(path), secrets)] == []


@pytest.fixture(scope="module")
def planned(pajottegem_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Pajottegem is applied, the engine keeps its log, and `plan.json` has what it plans to do: nothing."""
    workspace = pajottegem_template.copy(tmp_path_factory.mktemp("planned") / "project")
    switch_engine_log_on(workspace.engine_home)
    workspace.preview("pajottegem", f"--save-plan={workspace.root / 'plan.json'}")
    return workspace


@pytest.mark.parametrize("options", [(), ("--diff",), ("--json",)], ids=" ".join)
@pytest.mark.parametrize(
    ("resource", "changed"),
    [
        ("pajottegem-ftp-account", ("passwords", "pajottegem/ftp")),
        ("maatschappelijkWelzijn-access-managers", ("people", "jan.janssens", "email")),
    ],
    ids=["password", "e-mail"],
)
def test_a_violated_plan_shows_no_secret(
    planned: Workspace, tmp_path: Path, resource: str, changed: tuple[str, ...], options: tuple[str, ...]
) -> None:
    """What changes between a plan and its `up` is named by the resource: neither value stands anywhere, nor who it is about.

    Engines up to 3.260 print both values of a secret here.
    """
    workspace = planned.copy(tmp_path / "project")
    before = secrets_of(workspace)
    new = "Other.words=1" if changed[0] == "passwords" else "somebody.else@ocmw.example"
    old = change_secret(workspace, changed, new)
    plan = f"--plan={workspace.root / 'plan.json'}"
    shown = workspace.pulumi(
        "up", "-s", "pajottegem", "--yes", "--skip-preview", plan, *options, succeeds=False
    )
    assert "violates plan" in shown
    assert resource in shown
    assert found_in(shown, [*before, old, new]) == []
    kept = [path for path in workspace.engine_files() if path.is_file()]
    assert any(path.suffix == ".log" for path in kept)
    assert [path.name for path in kept if found_in(as_text(path), [*before, old, new])] == []


def change_secret(workspace: Workspace, keys: tuple[str, ...], new: str) -> str:
    """Put another value into the secrets file; the one before."""
    path = workspace.root / ".state" / "rehearsal" / "secrets.yaml"
    document = workspace.secrets()
    *folders, last = keys
    within = document
    for key in folders:
        within = within[key]
    old: str = within[last]
    within[last] = new
    path.write_text(f"# changed\n{json.dumps(document)}")
    return old


def test_the_search_finds_a_secret_that_is_there(pajottegem: Workspace) -> None:
    """The planted fault: shown on purpose, both kinds are found."""
    shown = pajottegem.pulumi("stack", "export", "-s", "pajottegem", "--show-secrets")
    found = found_in(shown, secrets_of(pajottegem))
    assert len(found) > 10


def test_no_secret_in_the_portals_journal(pajottegem: Workspace) -> None:
    assert found_in(str(pajottegem.journal()), secrets_of(pajottegem)) == []


def test_an_error_of_the_portal_tells_no_secret(fresh: Workspace) -> None:
    """R31: the portal refuses the password; the reason comes through, the password does not."""
    path = fresh.root / ".state" / "rehearsal" / "secrets.yaml"
    text = path.read_text()
    password = fresh.secrets()["passwords"]["pajottegem/ftp"]
    path.write_text(text.replace(password, "OnlyOne=Special"))
    shown = fresh.preview("pajottegem", succeeds=False)
    assert "R31" in shown
    assert "OnlyOne=Special" not in shown
