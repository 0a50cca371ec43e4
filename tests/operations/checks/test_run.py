"""All checks together: what a fusion that works looks like, and that looking changes nothing and tells no secret."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from emulator import controls
from operations.checks import ebox
from operations.checks.context import Context
from operations.checks.results import FAILED, OK, TODO, UNKNOWN, WAITING, Check, Verdict, run_check
from providers import session
from schemas.systems import System
from stacks.planned import Centre
from tests.operations.checks.conftest import GALMAARDEN, GOOIK, HERNE, PAJOTTEGEM, Setting

HERE = Centre("Herne", HERNE, "disappearing")


def test_a_fusion_that_works(applied: Setting) -> None:
    lines = applied.check()
    assert {line.fusion for line in lines} == {"pajottegem"}
    assert {line.kbo for line in lines} == {PAJOTTEGEM, GALMAARDEN, GOOIK, HERNE}
    assert [str(line) for line in lines if line.result in (FAILED, UNKNOWN)] == []
    assert Counter(line.check for line in lines if line.result == TODO) == {
        "E-Box": 3,
        "Uniek verslag 2024": 3,
    }
    assert all(re.fullmatch(r"R\d\d", line.rule) for line in lines)
    assert all(line.detail for line in lines)


def test_every_system_is_looked_at(applied: Setting) -> None:
    assert {line.as_json()["system"] for line in applied.check()} == {
        "Toegangsbeheer", "ChaMan", "OCMW-configuratie", "E-Box", "Uniek verslag", "OCMW Online", "Behouden", "Integraties",
    }  # fmt: skip


def test_looking_writes_nothing_reads_nothing_away_and_marks_nothing(
    applied: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writing(organization: str) -> None:
        raise AssertionError("a check asked for a client that can write")

    box = f"/REST/eBox/v1/organizations/{HERNE}/box"
    before = applied.writes(), applied.portal(HERNE).get(box).body
    files = len(controls.list_folder_files(applied.database))
    monkeypatch.setattr(session, "writing", writing)
    applied.check()
    assert (applied.writes(), applied.portal(HERNE).get(box).body) == before
    assert len(controls.list_folder_files(applied.database)) == files


def secrets_of(setting: Setting) -> list[str]:
    document = setting.secrets()
    numbers = [re.sub(r"\D", "", person["insz"]) for person in document["people"].values()]
    dotted = [f"{n[:2]}.{n[2:4]}.{n[4:6]}-{n[6:9]}.{n[9:]}" for n in numbers]
    return [*document["passwords"].values(), *numbers, *dotted]


def test_no_insz_and_no_password_is_told_whatever_goes_wrong(
    applied: Setting, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Somebody was added, somebody has gone, one password is wrong: what is said of it names nobody."""
    secrets = secrets_of(applied)
    users = f"/REST/accessManagement/v1/organizations/{HERNE}/domains/maatschappelijkWelzijn/users"
    ssin = re.sub(r"\D", "", applied.secrets()["people"]["jan.janssens"]["insz"])
    applied.portal(HERNE).add(users, {"ssin": ssin, "applications": [], "roles": [], "blocked": False})
    applied.set_password("pajottegem/gooik/ftp", "Planted+Secret=")
    lines = applied.check()
    told = "\n".join(
        [*map(repr, lines), *(str(line.cause) for line in lines), caplog.text, *capfd.readouterr()]
    )
    assert Counter(line.result for line in lines)[FAILED] == 2
    assert "maatschappelijkWelzijn/" in told
    assert [place for place, secret in enumerate([*secrets, "Planted+Secret="]) if secret in told] == []
    assert len(secrets) > 10


def test_the_search_finds_a_secret_that_is_there(applied: Setting) -> None:
    """The planted fault."""
    text = applied.secrets_file.read_text()
    assert sum(secret in text for secret in secrets_of(applied)) > 10


# -- what cannot be looked at -----------------------------------------------------------------------------------------


def test_a_portal_that_is_down_is_unknown_everywhere_and_nothing_else(applied: Setting) -> None:
    """A failed read never looks like nothing."""
    applied.settings["deadlineSeconds"] = "0"
    controls.add_fault(applied.database, controls.Rule(status=503))
    controls.add_fault(applied.database, controls.Rule(status=503, path_pattern="*/oauth/*"))
    lines = applied.check()
    assert {line.result for line in lines} == {UNKNOWN}
    assert all(line.detail.startswith("not looked at: ") for line in lines)
    assert all("the portal kept failing" in line.detail and "Run the same" in line.detail for line in lines)
    assert not any("is kept" in line.detail for line in lines)
    assert len({(line.kbo, line.check) for line in lines}) == len(lines) > 30


def test_without_any_answer_nothing_is_told_by_this_machines_clock(applied: Setting) -> None:
    """R61, R64: there the review is long due."""
    text = applied.declaration.read_text()
    applied.declaration.write_text(text.replace("reviewOn: 2026-01-01", "reviewOn: 2025-02-12"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    applied.settings |= {"portalUrl": f"http://127.0.0.1:{port}", "deadlineSeconds": "0"}
    lines = applied.check()
    assert {line.result for line in lines} == {UNKNOWN}


def test_one_system_that_is_down_leaves_the_others_alone(applied: Setting) -> None:
    before = {(line.kbo, line.check): line.result for line in applied.check()}
    controls.add_fault(applied.database, controls.Rule(status=503, path_pattern="*/eBox/*"))
    applied.settings["deadlineSeconds"] = "0"
    after = {(line.kbo, line.check): line.result for line in applied.check()}
    assert {key for key in after if after[key] != before.get(key, OK)} >= {
        (kbo, "E-Box") for kbo in (PAJOTTEGEM, GALMAARDEN, GOOIK, HERNE)
    }
    assert all(result != UNKNOWN for (_, check), result in after.items() if "E-Box" not in check)


def test_a_client_that_may_not_sign_in_has_failed(applied: Setting) -> None:
    applied.settings["clientId"] = "nobody"
    lines = applied.check()
    signing_in = [line for line in lines if line.check == "sign-in"]
    assert {line.result for line in signing_in} == {FAILED}
    assert all("refuses the sign-in" in line.detail and "clientId" in line.detail for line in signing_in)
    assert {line.result for line in lines if line.check != "sign-in"} == {UNKNOWN}


def test_before_the_first_day_the_new_number_waits(fresh: Setting) -> None:
    controls.reset(fresh.database, "2024-12-02")
    fresh.apply()
    fresh.has_state = True
    lines = fresh.check()
    new = {line.check: line for line in lines if line.kbo == PAJOTTEGEM}
    assert {line.result for line in new.values()} == {WAITING}
    assert "active on 2025-01-01" in new["sign-in"].detail
    assert "R12" in new["E-Box"].detail
    old = {line.check: line for line in lines if line.kbo == HERNE}
    assert old["old requests"].result == WAITING
    assert "linked to Pajottegem on 2025-01-01" in old["old requests"].detail
    assert old["forms of running dossiers"].result == WAITING
    assert old["Uniek verslag 2024"].result == WAITING


# -- one check -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [KeyError, UnsupportedAlgorithm, OSError, RuntimeError, AssertionError])
def test_a_mistake_of_ours_or_a_strange_answer_is_unknown_and_repeats_nothing(kind: type[Exception]) -> None:
    def judge() -> Iterator[Verdict]:
        yield Verdict(OK, "open")
        raise kind("85073003328")

    lines = list(run_check("pajottegem", Check(HERE, System.E_BOX, "E-Box", judge)))
    assert [line.result for line in lines] == [OK, UNKNOWN]
    assert f"({kind.__name__})" in lines[1].detail
    assert "850730" not in repr(lines)


def test_what_others_wrote_is_told_without_an_insz() -> None:
    said = [Verdict(FAILED, "there is 85.07.30-033.28 already")]
    (line,) = run_check("pajottegem", Check(HERE, System.E_BOX, "E-Box", lambda: said))
    assert line.detail == "there is (number not shown) already"


def test_a_system_whose_checks_cannot_be_listed_is_unknown_and_the_others_are_checked(
    applied: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def list_checks(context: Context) -> Iterator[Check]:
        raise RuntimeError("85073003328")

    before = applied.check()
    monkeypatch.setattr(ebox, "list_checks", list_checks)
    after = applied.check()
    (line,) = [line for line in after if line.result == UNKNOWN]
    assert (line.check, "(RuntimeError)" in line.detail, "850730" in repr(line)) == ("ebox", True, False)
    assert [one for one in after if one != line] == [one for one in before if one.check != "E-Box"]


def test_a_check_without_a_verdict_is_unknown() -> None:
    (line,) = run_check("pajottegem", Check(HERE, System.E_BOX, "E-Box", tuple))
    assert line.result == UNKNOWN
