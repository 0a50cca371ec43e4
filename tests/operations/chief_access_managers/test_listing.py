"""`fusion chief-access-managers --out`: the Excel list for Flanders (R13), as it is written and guarded."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from emulator.controls import rehearsal_ssin
from operations.chief_access_managers import listing
from operations.chief_access_managers.listing import grouped
from schemas import declaration
from schemas.loading import load_declaration
from tests.operations.chief_access_managers.conftest import cell, edit, rows, sheet
from tests.operations.conftest import FUSIONS, Fusion

HTB = "Hoofdtoegangsbeheerders"


def insz(key: str) -> str:
    return grouped(rehearsal_ssin(key))


# -- the list -------------------------------------------------------------------------------------------------------


def test_a_row_for_each_chief_access_manager_of_each_centre(run: Fusion, file: Path, root: Path) -> None:
    ran = run("pajottegem", "--out", str(file))
    assert (ran.code, ran.err) == (0, "")
    fusion = load_declaration(root / "fusions" / "pajottegem.yaml")
    expected = [
        (centre.name, key)
        for centre in fusion.merging
        if centre.access
        for key in centre.access.chief_access_managers
    ]
    assert fusion.access
    expected += [("Pajottegem", key) for key in fusion.access.chief_access_managers]
    found = rows(file)
    assert [(row["OCMW"], row["Persoon"]) for row in found] == expected
    assert {row["Rol"] for row in found if row["OCMW"] != "Pajottegem"} == {"fuserend"}
    assert {row["Rol"] for row in found if row["OCMW"] == "Pajottegem"} == {"fusie-OCMW"}
    assert {row["Fusie"] for row in found} == {"Pajottegem"}


def test_a_row_says_who_and_where(run: Fusion, file: Path) -> None:
    run("pajottegem", "--out", str(file))
    key = rows(file)[-1]["Persoon"]
    assert rows(file)[-1] == {
        "Fusie": "Pajottegem",
        "OCMW": "Pajottegem",
        "KBO-nummer": "1010.784.738",
        "Rol": "fusie-OCMW",
        "Persoon": key,
        "Naam": f"Name of {key}",
        "INSZ": insz(key),
        "E-mailadres": f"{key}@ocmw.example",
        "Taal": "nl",
    }


def test_the_centre_that_keeps_its_number_stands_once_as_both(run: Fusion, file: Path, root: Path) -> None:
    run("lochristi", "--out", str(file))
    fusion = load_declaration(root / "fusions" / "lochristi.yaml")
    assert fusion.keeper
    of_keeper = [row for row in rows(file) if row["OCMW"] == fusion.keeper.name]
    assert {row["Rol"] for row in of_keeper} == {"fuserend en fusie-OCMW"}
    assert fusion.access
    assert len(of_keeper) == len(fusion.access.chief_access_managers)


def test_without_names_every_declaration_is_in_it(run: Fusion, file: Path) -> None:
    run("--out", str(file))
    assert {row["Fusie"] for row in rows(file)} == {"Lochristi", "Pajottegem"}


def test_a_name_that_is_given_twice_stands_in_it_once(run: Fusion, file: Path) -> None:
    run("pajottegem", "--out", str(file))
    once = rows(file)
    run("pajottegem", "pajottegem", "--out", str(file))
    assert rows(file) == once


@pytest.mark.parametrize("name", ["lijst.csv", "lijst", "lijst.xls"])
def test_it_has_no_name_of_another_kind(run: Fusion, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ran = run("--out", str(path))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"error: {path} would be an Excel file under another name. End it in .xlsx\n"
    assert not path.exists()


def test_it_looks_as_people_expect(run: Fusion, file: Path) -> None:
    run("--out", str(file))
    found = sheet(file)
    assert (found.title, found.freeze_panes) == (HTB, "A2")
    assert found.auto_filter.ref == found.dimensions
    assert all(cell.font.bold for cell in found[1])
    for letter, column in zip("ABCDEFGHI", found.columns, strict=True):
        assert found.column_dimensions[letter].width >= max(len(str(cell.value or "")) for cell in column)


def test_numbers_are_text_and_keep_their_zeros(run: Fusion, file: Path) -> None:
    run("--out", str(file))
    for row in sheet(file).iter_rows():
        for one in row:
            assert one.number_format == "@"
            assert one.value is None or isinstance(one.value, str)
    assert any(row["KBO-nummer"].startswith("0") for row in rows(file))


# -- INSZ -----------------------------------------------------------------------------------------------------------


def test_only_its_owner_can_read_it_and_the_terminal_says_so(run: Fusion, file: Path) -> None:
    ran = run("pajottegem", "--out", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "It holds INSZ, so only you can read it (mode 0600)" in ran.out
    assert list(file.parent.glob("*.new")) == []


def test_r13_until_when_flanders_wants_it_is_said_where_it_is_known(
    run: Fusion, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of which fusions, where not of all in the list: here of those of 2025-01-01."""
    assert " mail. Flanders' deadline: 2024-11-15 (R13)\n" in run("--out", str(file)).out

    def loaded(path: Path) -> declaration.Fusion:
        fusion = load_declaration(path)
        later = {"takes_effect": date(2026, 1, 1)} if path.stem == "lochristi" else {}
        return fusion.model_copy(update=later)

    monkeypatch.setattr(listing, "load_declaration", loaded)
    assert " mail. Flanders' deadline: 2024-11-15 for Pajottegem (R13)\n" in run("--out", str(file)).out
    assert run("lochristi", "--out", str(file)).out.endswith("Keep it out of git and of mail.\n")


def test_one_that_others_could_read_is_replaced_by_one_that_they_cannot(run: Fusion, file: Path) -> None:
    file.write_text("an earlier list")
    file.chmod(0o644)
    run("--out", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_that_is_printed_has_one(run: Fusion, file: Path) -> None:
    printed = run("--out", str(file))
    everybody = [row["INSZ"] for row in rows(file)]
    edit(file, lambda found: found.delete_rows(3))
    edit(file, cell(2, "INSZ", "85.07.30-033.28"))
    compared = run("--check", str(file))
    for ran in (printed, compared):
        for number in (*everybody, "85.07.30-033.28"):
            assert number not in ran.out + ran.err
            assert number.replace(".", "").replace("-", "") not in ran.out + ran.err


def test_masked_it_has_none_and_may_lie_anywhere(run: Fusion, root: Path) -> None:
    git(root, "init")
    ran = run("--masked", "--out", "lijst.xlsx")
    assert ran.code == 0
    assert "without INSZ" in ran.out
    assert {row["INSZ"] for row in rows(root / "lijst.xlsx")} == {"***"}


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


@pytest.mark.parametrize("place", ["lijst.xlsx", "fusions/lijst.xlsx"])
def test_a_place_that_git_would_take_up_is_refused(run: Fusion, root: Path, place: str) -> None:
    git(root, "init")
    ran = run("--out", place)
    assert (ran.code, ran.out) == (4, "")
    assert "would hold INSZ inside a git working tree" in ran.err
    assert "--masked" in ran.err
    assert not (root / place).exists()


def test_a_place_that_git_ignores_is_not(run: Fusion, root: Path) -> None:
    git(root, "init")
    (root / ".gitignore").write_text("/out/\n")
    (root / "out").mkdir()
    assert run("--out", "out/lijst.xlsx").code == 0


def test_a_link_into_the_working_tree_is_one_too(run: Fusion, root: Path, tmp_path: Path) -> None:
    git(root, "init")
    (tmp_path / "elsewhere").symlink_to(root)
    assert run("--out", str(tmp_path / "elsewhere" / "lijst.xlsx")).code == 4


def test_without_git_a_working_tree_is_refused_all_the_same(
    run: Fusion, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(root, "init")
    monkeypatch.setenv("PATH", str(root))
    assert run("--out", "lijst.xlsx").code == 4


# -- against the declarations ---------------------------------------------------------------------------------------


def test_findings_stop_it(run: Fusion, file: Path, root: Path) -> None:
    path = root / "fusions" / "lochristi.yaml"
    path.write_text(path.read_text().replace("nis: 44087", "nis: 4408"))
    ran = run("--out", str(file))
    assert ran.code == 1
    assert "nis-code" in ran.err
    assert not file.exists()
    assert run("pajottegem", "--out", str(file)).code == 0, "those that are not asked for stop nothing"


def test_a_missing_ftp_password_stops_nothing(run: Fusion, file: Path) -> None:
    """The list needs people; the account comes months later."""
    assert run("pajottegem", "--out", str(file)).code == 0


def test_somebody_whom_the_secrets_do_not_know_stops_it(run: Fusion, file: Path, secrets: Path) -> None:
    secrets.write_text('{"people": {}}')
    ran = run("--out", str(file))
    assert ran.code == 1
    assert "unknown-person" in ran.err


def test_without_any_secrets_it_says_what_is_needed(fusion: Fusion, root: Path, file: Path) -> None:
    ran = fusion("chief-access-managers", "--out", str(file))
    assert ran.code == 1
    assert "--secrets PATH" in ran.err


@pytest.fixture
def incomplete(root: Path) -> str:
    """A merging centre of Lochristi whose access nobody declared."""
    path = root / "fusions" / "lochristi.yaml"
    text = path.read_text()
    start = text.index("    access:")
    end = min(at for at in (text.find("\n  - ", start), text.find("\nretain:", start)) if at > 0)
    path.write_text(text[:start] + text[end + 1 :])
    fusion = load_declaration(path)
    return next(centre.name for centre in fusion.disappearing if centre.access is None)


def test_a_centre_without_declared_access_stops_it(incomplete: str, run: Fusion, file: Path) -> None:
    ran = run("--out", str(file))
    assert ran.code == 4
    assert f"Lochristi: {incomplete} (" in ran.err
    assert ".access` to lochristi.yaml" in ran.err
    assert "--allow-missing" in ran.err
    assert not file.exists()


def test_unless_that_is_allowed(incomplete: str, run: Fusion, file: Path) -> None:
    ran = run("--out", str(file), "--allow-missing")
    assert ran.code == 0
    assert ran.err.startswith(f"missing: Lochristi: {incomplete} (")
    assert incomplete not in {row["OCMW"] for row in rows(file)}


def test_people_without_an_address_are_named(run: Fusion, file: Path, secrets: Path) -> None:
    known = json.loads(secrets.read_text())
    run("--out", str(file))
    key = rows(file)[0]["Persoon"]
    del known["people"][key]["email"]
    secrets.write_text(json.dumps(known))
    assert run("--out", str(file)).out.endswith(
        f"without name, e-mail address or language in the secrets file: {key}\n"
    )


def test_an_unknown_name_is_told_which_there_are(run: Fusion, file: Path) -> None:
    ran = run("pajotegem", "--out", str(file))
    assert (ran.code, ran.err) == (
        1, "error: no declaration for pajotegem. There are lochristi, pajottegem\n",
    )  # fmt: skip


@pytest.mark.parametrize("options", [[], ["--out", "a.xlsx", "--check", "b.xlsx"]])
def test_one_of_the_two_is_asked_for(run: Fusion, options: list[str]) -> None:
    ran = run(*options)
    assert ran.code == 1
    assert "one of --out FILE.xlsx and --check FILE.xlsx" in ran.err


def test_a_folder_that_is_not_there_is_not_made(run: Fusion, tmp_path: Path) -> None:
    ran = run("--out", str(tmp_path / "nowhere" / "lijst.xlsx"))
    assert (ran.code, ran.err) == (
        1,
        f"error: there is no folder {tmp_path / 'nowhere'}. Make it, or name another\n",
    )


def test_without_the_library_it_says_what_to_install(
    run: Fusion, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "openpyxl"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    ran = run("--out", str(file))
    assert ran.code == 1
    assert "the extra `reports`. `make setup` installs it" in ran.err


def test_the_fusions_that_ship_are_complete() -> None:
    """R13: every merging centre's chief access managers are declared."""
    for path in FUSIONS.glob("*.yaml"):
        fusion = load_declaration(path)
        assert fusion.access
        assert all(centre.access for centre in fusion.disappearing)
