"""`fusion check` as a command: what it prints where, in 80 columns or as JSON, and how it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from operations import engine, exit_codes
from operations.checks.report import as_text
from operations.checks.results import FAILED, OK, RESULTS, TODO, UNKNOWN, WAITING, Result
from providers.portal import Connection
from providers.settings import Settings
from schemas.errors import EngineError, LoginRefused, PortalUnreachable
from schemas.systems import System
from tests.operations.checks.conftest import CHAMAN, HERNE, Setting
from tests.operations.conftest import Fusion

LINE = Result("pajottegem", "Herne", HERNE, System.E_BOX, "E-Box", OK, "open", "R61")


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_what_works_ends_with_0_and_is_a_table_in_80_columns(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    ran = fusion("check", "pajottegem")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "Herne, 0212.218.182" in lines
    assert lines[-1].startswith("pajottegem: ")
    assert lines[-1].endswith(" ok, 6 todo, 3 waiting")
    assert "\x1b" not in ran.out
    assert "[1/1] pajottegem: ChaMan" in ran.err


def test_strict_counts_what_is_to_do(applied: Setting, stacks: dict[str, str], fusion: Fusion) -> None:
    assert fusion("check", "--strict").code == 5


def test_for_programs_each_line_is_an_object(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    ran = fusion("check", "--format", "json")
    assert ran.code == 0
    assert len(ran.json) > 30
    for line in ran.json:
        assert list(line) == ["fusion", "centre", "kbo", "system", "check", "result", "detail", "rule"]
        assert line["result"] in RESULTS


def test_files_about_people_do_not_go_where_git_takes_them_up(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    (applied.root / ".git").mkdir()
    ran = fusion("check", "--fetch", "files/of/people")
    assert ran.code == 4
    assert "files/of/people would hold files about people inside a git working tree" in ran.err
    assert not (applied.root / "files").exists()


def test_what_failed_is_named_and_ends_with_5(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    applied.remove(HERNE, f"{CHAMAN}/{HERNE}/ftpAccounts/FTP%20Herne")
    ran = fusion("check")
    assert ran.code == 5
    assert "FTP Herne: missing" in " ".join(ran.out.split())
    assert "Herne, retained: failed" in ran.err


def test_without_a_state_it_is_unknown_and_ends_with_5(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    applied.has_state = False
    assert fusion("check").code == 5


def test_a_state_that_cannot_be_read_leaves_the_other_stacks_and_what_needs_none_alone(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resources(root: Path, stack: str) -> list[dict[str, Any]]:
        if stack == "pajottegem.broken":
            raise EngineError("`pulumi stack export` failed:\nerror: failed to load checkpoint: EOF")
        state: list[dict[str, Any]] = json.loads(applied.state_file.read_text())
        return state

    monkeypatch.setattr(engine, "list_stacks", lambda root: ["pajottegem", "pajottegem.broken"])
    monkeypatch.setattr(engine, "read_resources", resources)
    ran = fusion("check", "--format", "json")
    assert ran.code == 5
    unknown = [line for line in ran.json if line["result"] == UNKNOWN]
    assert {(line["fusion"], line["check"]) for line in unknown} == {("pajottegem.broken", "retained")}
    assert len(unknown) == 3
    assert all("failed to load checkpoint" in line["detail"] for line in unknown)


def test_a_state_of_another_portal_is_compared_with_nothing(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says was read there. What needs no state is checked all the same."""
    outputs = {"portal": {"url": "embedded", "identity": "another"}}
    state = [*json.loads(applied.state_file.read_text()), {"type": "pulumi:pulumi:Stack", "outputs": outputs}]
    monkeypatch.setattr(engine, "read_resources", lambda root, stack: state)
    ran = fusion("check", "--format", "json")
    assert ran.code == 5
    unknown = [line for line in ran.json if line["result"] == UNKNOWN]
    assert {line["check"] for line in unknown} == {"retained"}
    assert all(
        "the state of pajottegem belongs to the portal embedded (another)" in line["detail"]
        for line in unknown
    )
    del outputs["portal"]["identity"]
    assert fusion("check").code == 0, "one that told none is known by its URL"


def test_a_portal_that_is_down_ends_with_3(applied: Setting, stacks: dict[str, str], fusion: Fusion) -> None:
    stacks["deadlineSeconds"] = "0"
    controls.add_fault(applied.database, controls.Rule(status=503))
    assert fusion("check").code == 3


def test_what_is_down_is_waited_for_once_for_all_stacks(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(self: Connection, settings: Settings, *arguments: Any) -> None:
        made.append(settings)
        opened(self, settings, *arguments)

    made: list[Settings] = []
    opened = Connection.__init__
    monkeypatch.setattr(engine, "list_stacks", lambda root: ["pajottegem", "pajottegem.other"])
    monkeypatch.setattr(Connection, "__init__", pulled)
    stacks["deadlineSeconds"] = "0"
    controls.add_fault(applied.database, controls.Rule(status=503))
    assert fusion("check").code == 3
    assert len(made) == 1


def test_one_api_that_is_down_ends_with_5(applied: Setting, stacks: dict[str, str], fusion: Fusion) -> None:
    """Everybody is let in: only the check whether they are could not be asked."""
    stacks["deadlineSeconds"] = "0"
    controls.add_fault(applied.database, controls.Rule(status=503, path_pattern="*/accessManagement/*"))
    assert fusion("check").code == 5


def test_a_client_that_may_not_sign_in_ends_with_3(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    stacks["clientId"] = "nobody"
    assert fusion("check").code == 3


def test_a_stack_that_there_is_not(applied: Setting, stacks: dict[str, str], fusion: Fusion) -> None:
    ran = fusion("check", "pajotegem")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "error: no stack pajotegem. Did you mean pajottegem? There are pajottegem\n"


def test_no_stacks_at_all(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "list_stacks", lambda root: [])
    ran = fusion("check")
    assert ran.code == 1
    assert "fusion setup" in ran.err


def test_findings_end_it_before_anything_is_asked(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    text = applied.declaration.read_text()
    applied.declaration.write_text(text.replace("nis: 23106", "nis: 2310"))
    calls = len(controls.journal(applied.database))
    ran = fusion("check")
    assert ran.code == 1
    assert "pajottegem.yaml:" in ran.err
    assert len(controls.journal(applied.database)) == calls


def test_a_stack_without_a_declaration(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "list_stacks", lambda root: ["elsewhere"])
    ran = fusion("check")
    assert ran.code == 1
    assert "fusions/elsewhere.yaml" in ran.err


def test_a_stack_that_cannot_be_looked_at_leaves_the_others_alone(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has another passphrase, one no declaration any more."""

    def read(root: Path, stack: str) -> dict[str, str]:
        if stack == "pajottegem.closed":
            raise EngineError("incorrect passphrase")
        return stacks

    monkeypatch.setattr(engine, "list_stacks", lambda root: ["elsewhere", "pajottegem.closed", "pajottegem"])
    monkeypatch.setattr(engine, "read_settings", read)
    ran = fusion("check", "--format", "json")
    assert ran.code == 5
    told = {line["fusion"]: line for line in ran.json if line["check"] == "stack"}
    assert told.keys() == {"elsewhere", "pajottegem.closed"}
    assert {(line["result"], line["centre"], line["kbo"]) for line in told.values()} == {(UNKNOWN, "", "")}
    assert "not looked at: incorrect passphrase" in told["pajottegem.closed"]["detail"]
    assert "fusions/elsewhere.yaml" in told["elsewhere"]["detail"]
    assert sum(line["fusion"] == "pajottegem" for line in ran.json) > 30
    text = fusion("check").out
    assert "stack elsewhere\n" in text
    assert "pajottegem.closed: 1 check: 1 unknown" in text


def test_what_is_wrong_with_all_stacks_is_said_once(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(root: Path, stack: str) -> dict[str, str]:
        raise EngineError("incorrect passphrase")

    monkeypatch.setattr(engine, "list_stacks", lambda root: ["pajottegem.closed", "pajottegem"])
    monkeypatch.setattr(engine, "read_settings", read)
    ran = fusion("check")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("incorrect passphrase") == 1


def test_a_setting_that_there_is_not_is_refused_as_the_program_does(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    stacks["sftpHostkey"] = "SHA256:abc"
    ran = fusion("check")
    assert ran.code == 1
    assert "stacks/Pulumi.pajottegem.yaml: fusion:sftpHostkey is no setting" in ran.err
    assert "did you mean `sftpHostKey`?" in ran.err


def test_a_real_portal_never_gets_the_rehearsals_values(
    applied: Setting, stacks: dict[str, str], fusion: Fusion
) -> None:
    stacks["portalUrl"] = "https://portal.example"
    ran = fusion("check")
    assert ran.code == 1
    assert "is not a portal on this machine" in ran.err


def test_copies_go_where_one_says(
    applied: Setting, stacks: dict[str, str], fusion: Fusion, tmp_path: Path
) -> None:
    assert fusion("check", "--fetch", str(tmp_path / "copies")).code == 0
    assert (tmp_path / "copies" / "pajottegem" / "herne" / "mutaties-2025-02-12.jsonl").is_file()


# -- exit codes and text, line by line --------------------------------------------------------------------------------


def exit_code(results: list[Result], *, strict: bool) -> int:
    return exit_codes.of_checks(results, strict=strict)


@pytest.mark.parametrize(
    ("found", "code", "strict"),
    [
        ([OK], 0, 0),
        ([OK, TODO], 0, 5),
        ([OK, WAITING], 0, 5),
        ([OK, FAILED], 5, 5),
        ([OK, UNKNOWN], 5, 5),
        ([], 0, 0),
    ],
)
def test_exit_codes(found: list[str], code: int, strict: int) -> None:
    lines = [replace(LINE, result=result) for result in found]
    assert exit_code(lines, strict=False) == code
    assert exit_code(lines, strict=True) == strict


def test_3_is_for_a_portal_that_lets_nobody_in() -> None:
    out = replace(LINE, check="sign-in", result=FAILED, cause=LoginRefused(detail="no"))
    down = replace(LINE, check="sign-in", result=UNKNOWN, cause=PortalUnreachable(detail="no route"))
    inside = replace(LINE, check="sign-in")
    assert exit_code([out, down], strict=False) == 3
    assert exit_code([out, inside], strict=False) == 5
    assert exit_code([replace(LINE, result=UNKNOWN)], strict=False) == 5
    assert exit_code([out, down, replace(LINE, result=UNKNOWN)], strict=False) == 3
    assert exit_code([out, down, LINE], strict=False) == 5


def test_a_long_line_goes_on_below_itself() -> None:
    long = replace(LINE, check="retained delegation requests of a long name", detail="word " * 40)
    text = as_text([LINE, long, replace(LINE, fusion="hasselt", centre="Kortessem", kbo="0212189577")])
    assert max(map(len, text.splitlines())) <= 80
    assert "pajottegem: 2 checks: 2 ok" in text
    assert text.endswith("hasselt: 1 check: 1 ok")


# -- the engine's answers ---------------------------------------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def pulumi(root: Path, *arguments: str, **_: Any) -> str:
        asked.append(arguments)
        return json.dumps(answer)

    monkeypatch.setattr(engine, "run_pulumi", pulumi)
    return asked


def test_settings_are_those_of_the_project_by_their_own_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(
        monkeypatch,
        {
            "fusion:portalUrl": {"value": "embedded", "secret": False},
            "fusion:clientKey": {"value": "PEM", "secret": True},
            "fusion:unset": {"secret": False},
            "aws:region": {"value": "eu-west-1"},
        },
    )
    assert engine.read_settings(tmp_path, "pajottegem") == {"portalUrl": "embedded", "clientKey": "PEM"}


def test_a_states_secrets_are_in_plain_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47", "plaintext": '["x"]'}
    outputs = {"managed": secret, "kind": "users", "more": [{"deep": secret}]}
    resource = {"type": "pulumi-python:dynamic/retained:Users", "outputs": outputs}
    answering(monkeypatch, {"deployment": {"resources": [resource, {"type": "pulumi:pulumi:Stack"}]}})
    users, stack = engine.read_resources(tmp_path, "pajottegem")
    assert users["outputs"] == {"managed": ["x"], "kind": "users", "more": [{"deep": ["x"]}]}
    assert stack["outputs"] == {}
    answering(monkeypatch, {"deployment": {}})
    assert engine.read_resources(tmp_path, "pajottegem") == []


def test_stacks_have_their_short_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, [{"name": "organization/fusion/tielt"}, {"name": "pajottegem.production"}])
    assert engine.list_stacks(tmp_path) == ["pajottegem.production", "tielt"]
