"""Before a run: has the stack that is asked for findings, and which portal is it at?"""

import json
from pathlib import Path

import httpx
import pytest

from providers.portal import Connection
from schemas.errors import LoginRefused, PortalUnreachable
from stacks import findings
from stacks.findings import PROGRAM_FIRST, REFUSED, main
from tests.providers.portal_double import PortalDouble, problem
from tests.stacks.conftest import Answer, secrets_text, set_up
from tests.support.private import write_private

ASK_IDENTITY = findings._ask_identity


@pytest.fixture
def engine(answering_engine: Answer) -> Answer:
    """It answers what the test says."""
    return answering_engine


def asked_for_more(project: Path) -> list[str]:
    """What the engine was asked, beside for the portal that the state remembers."""
    lines = (project / "asked").read_text().splitlines()
    return [line for line in lines if "stack output portal" not in line]


def read_told(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on stdout behind the stack's name."""
    stack, space, told = capsys.readouterr().out.partition(" ")
    assert (stack in ("", "pajottegem"), space) == (True, " ")
    return told


def spoil(project: Path, name: str = "pajottegem") -> None:
    file = project / "fusions" / f"{name}.yaml"
    file.write_text(file.read_text() + "nonsense: 1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["preview", "-s", "pajottegem"],
        ["up", "--yes", "--stack", "pajottegem", "--target", "x"],
        ["up", "--stack=pajottegem"],
        ["preview", "-spajottegem", "--diff"],
        ["up", "-yfs", "pajottegem"],
        ["up", "-eQys", "pajottegem"],
    ],
    ids=" ".join,
)
def test_the_stack_that_is_named(arguments: list[str], project: Path, engine: Answer) -> None:
    assert main(engine("lochristi"), arguments) == 0
    spoil(project, "lochristi")
    assert main(engine("lochristi"), arguments) == 0
    spoil(project)
    assert main(engine("lochristi"), arguments) == PROGRAM_FIRST
    assert asked_for_more(project) == []


def test_the_stack_that_is_chosen(project: Path, engine: Answer) -> None:
    spoil(project)
    assert main(engine("pajottegem\n"), ["up"]) == PROGRAM_FIRST
    assert asked_for_more(project) == ["--non-interactive stack --show-name"]


def test_the_stack_of_the_environment(project: Path, engine: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(project)
    monkeypatch.setenv("PULUMI_STACK", "pajottegem")
    assert main(engine("lochristi"), ["up"]) == PROGRAM_FIRST


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_without_a_portal_one_sentence_points_to_the_runbook(
    command: str, project: Path, engine: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(project, "pajottegem", portalUrl="none")
    assert main(engine("lochristi"), [command, "-s", "pajottegem"]) == REFUSED
    assert read_told(capsys) == (
        "stacks/Pulumi.pajottegem.yaml: fusion:portalUrl is none, so there is no portal: `fusion runbook` has the plan as "
        "steps for people\n"
    )


def test_no_declaration_is_a_finding(project: Path, engine: Answer) -> None:
    set_up(project, "nowhere")
    assert main(engine(""), ["up", "-s", "nowhere"]) == PROGRAM_FIRST


def test_findings_in_the_secrets_file(project: Path, engine: Answer) -> None:
    set_up(project, "pajottegem", secretsFile="mine.yaml")
    write_private(project / "mine.yaml", secrets_text())
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0
    (project / "mine.yaml").write_text(secrets_text(passwords={}))
    assert main(engine(""), ["up", "-s", "pajottegem"]) == PROGRAM_FIRST


def test_secrets_of_the_stacks_own_are_decrypted_by_the_engine(project: Path, engine: Answer) -> None:
    set_up(project, "pajottegem", secrets={"secure": "v1:not:read"})
    assert main(engine(secrets_text()), ["up", "-s", "pajottegem"]) == 0
    assert main(engine(secrets_text(passwords={})), ["up", "-s", "pajottegem"]) == PROGRAM_FIRST
    assert "config get fusion:secrets --stack pajottegem" in (project / "asked").read_text()


def test_a_stack_without_settings_has_the_rehearsals(project: Path, engine: Answer) -> None:
    (project / "stacks" / "Pulumi.pajottegem.yaml").unlink()
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0
    spoil(project)
    assert main(engine(""), ["up", "-s", "pajottegem"]) == PROGRAM_FIRST


@pytest.mark.parametrize("elsewhere", [["--config-file", "x.yaml"], ["-c", "fusion:secretsFile=x.yaml"]])
def test_with_settings_from_elsewhere_it_does_not_know(
    elsewhere: list[str], project: Path, engine: Answer
) -> None:
    spoil(project)
    assert main(engine(""), ["up", "-s", "pajottegem", *elsewhere]) == 0


@pytest.mark.parametrize(("ends", "code"), [("exit 1", 0), ("exec sleep 60", 4)])
def test_an_engine_that_gives_no_answer(
    ends: str,
    code: int,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No stack is chosen: the engine says so. What is only slow may belong to another portal, so the run does not begin."""
    spoil(project)
    monkeypatch.setattr("stacks.beginning.PATIENCE_SECONDS", 0.5)
    broken = tmp_path / "broken"
    broken.write_text(f"#!/bin/sh\n{ends}\n")
    broken.chmod(0o755)
    assert main(broken, ["up"]) == code
    told = read_told(capsys)
    assert ("the engine did not say within 0.5 s to which portal the state belongs" in told) == bool(code)


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_without_sound_files_nothing_goes_to_whatever_portal_there_is(
    command: str, project: Path, engine: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    """No program runs in these, which would tell the findings."""
    spoil(project)
    assert main(engine(""), [command, "-s", "pajottegem"]) == 4
    told = read_told(capsys)
    assert "whether this is the portal of pajottegem's state cannot be told:\n" in told
    assert f"PULUMI_RUN_PROGRAM=false pulumi {command} -s pajottegem" in told


def test_where_the_settings_cannot_be_read_it_does_not_know(project: Path, engine: Answer) -> None:
    spoil(project)
    (project / "stacks" / "Pulumi.pajottegem.yaml").write_text("config: [")
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0


# -- the portal ----------------------------------------------------------------------------------------------------------

OWN = json.dumps({"url": "embedded", "identity": "ab12"})
RUNS = ["preview", "up", "refresh", "destroy"]


@pytest.mark.parametrize("command", RUNS)
def test_the_states_own_portal_is_told_to_the_program(
    command: str, project: Path, engine: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(engine(OWN), [command, "-s", "pajottegem"]) == 0
    assert read_told(capsys) == "ab12"
    asked = (project / "asked").read_text()
    assert asked == "--non-interactive stack output portal --json --stack pajottegem\n"


@pytest.mark.parametrize("command", RUNS)
@pytest.mark.parametrize(
    ("remembered", "ways_out"),
    [
        (
            {"url": "https://old.example", "identity": "cd34"},
            "pulumi config set portalUrl https://old.example",
        ),
        ({"url": "https://old.example", "identity": ""}, "pulumi config set portalUrl https://old.example"),
        ({"url": "embedded", "identity": "cd34"}, "bring that portal back"),
    ],
)
def test_another_portal_than_the_states_stops_every_command(
    command: str,
    remembered: dict[str, str],
    ways_out: str,
    project: Path,
    engine: Answer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(engine(json.dumps(remembered)), [command, "-s", "pajottegem"]) == REFUSED
    (told,) = read_told(capsys).splitlines()
    assert told.startswith(f"the state of pajottegem belongs to the portal {remembered['url']}")
    assert ways_out in told
    assert "pulumi state delete --all --force --yes -s pajottegem" in told


def test_a_portal_that_moved_is_followed_by_the_program_first(
    project: Path, engine: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    """What runs no program would still ask at the old address."""
    moved = engine(json.dumps({"url": "https://old.example", "identity": "ab12"}))
    assert main(moved, ["up", "-s", "pajottegem"]) == PROGRAM_FIRST
    assert read_told(capsys) == "ab12"
    assert main(moved, ["destroy", "-s", "pajottegem"]) == REFUSED
    assert "Run `pulumi up -s pajottegem` once" in read_told(capsys)


@pytest.mark.parametrize("remembered", ["", "{}", "no JSON", '{"url": 7}'])
def test_a_state_that_remembers_none_is_let_through(remembered: str, project: Path, engine: Answer) -> None:
    """One of before portals were remembered: its next `up` remembers."""
    assert main(engine(remembered), ["up", "-s", "pajottegem"]) == 0


@pytest.mark.parametrize(
    ("answer", "identity"),
    [
        (httpx.Response(200, json={"identity": "ef56"}), "ef56"),
        (problem(404, "belgif:resourceNotFound"), ""),
    ],
)
def test_a_portal_need_not_tell(
    answer: httpx.Response,
    identity: str,
    project: Path,
    engine: Answer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask_really(monkeypatch, PortalDouble(answer).connection())
    assert main(engine(""), ["up", "-s", "pajottegem"]) == 0
    assert read_told(capsys) == identity


@pytest.mark.parametrize(
    ("double", "what"),
    [
        (PortalDouble(httpx.ConnectError("refused")), PortalUnreachable.what),
        (PortalDouble(problem(403, "belgif:missingPermission")), LoginRefused.what),
    ],
)
def test_a_portal_that_gives_no_answer_is_one_line_with_its_address(
    double: PortalDouble,
    what: str,
    project: Path,
    engine: Answer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask_really(monkeypatch, double.connection(deadline_seconds=0))
    assert main(engine(OWN), ["preview", "-s", "pajottegem"]) == REFUSED
    (told,) = read_told(capsys).splitlines()
    assert told.startswith("the portal embedded: GET /REST/signIn/v1/portal")
    assert what in told


def test_a_real_portal_is_not_asked_with_the_rehearsals_key(
    project: Path, engine: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program refuses them, all at once."""
    double = PortalDouble(httpx.Response(200, json={"identity": "ef56"}))
    ask_really(monkeypatch, double.connection())
    set_up(project, "pajottegem", portalUrl="https://portal.example")
    assert main(engine(""), ["up", "-s", "pajottegem"]) == PROGRAM_FIRST
    assert double.sign_ins == []


def ask_really(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> None:
    """Undo the fixture's own answer; the settings lead to this connection."""
    monkeypatch.setattr(findings, "_ask_identity", ASK_IDENTITY)
    monkeypatch.setattr("providers.portal.Connection", lambda _: connection)


# -- the engine's debug log -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", [["-v=3"], ["-v", "9"], ["--verbose=3"], ["-yv5"], ["--logtostderr", "-v11"]]
)
@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_a_debug_log_with_a_real_portals_secrets_is_refused(
    command: str, asked: list[str], project: Path, engine: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(project, "pajottegem", portalUrl="https://portal.example")
    assert main(engine(""), [command, "-s", "pajottegem", *asked]) == REFUSED
    assert "in clear" in read_told(capsys)


def test_so_is_one_by_the_engines_variable(
    project: Path, engine: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(project, "pajottegem", portalUrl="https://portal.example")
    monkeypatch.setenv("PULUMI_OPTION_VERBOSE", "7")
    assert main(engine(""), ["up", "-s", "pajottegem"]) == REFUSED


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://portal.example", ["-v=2"]),
        ("https://portal.example", ["-v=much"]),
        ("embedded", ["-v=9"]),
        ("http://127.0.0.1:8080", ["-v=9"]),
    ],
)
def test_what_has_no_real_secrets_is_not_refused(
    url: str, asked: list[str], project: Path, engine: Answer
) -> None:
    set_up(project, "pajottegem", portalUrl=url)
    assert main(engine(""), ["up", "-s", "pajottegem", *asked]) != REFUSED
