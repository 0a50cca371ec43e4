"""What people name as a file: told at once with a reason, whatever it is; nothing of a folder is left out in silence."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.document import parse, read
from schemas.errors import DeclarationError
from schemas.files import Unreadable, declarations_in, hidden_in, read_file
from schemas.findings import as_lines
from schemas.loading import examine, find_declarations, load_declaration
from schemas.secrets import load_secrets
from schemas.validation import validate
from tests.support.private import write_private


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path is short
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)


def to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def to_elsewhere(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.write_text("name: Elsewhere")
    path.symlink_to(elsewhere)


def to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


MAKERS: dict[str, Callable[[Path], None]] = {
    "this is a pipe": pipe,
    "this is a socket": listening,
    "this is a folder": Path.mkdir,
    "leads back to itself": to_itself,
    "outside the declarations' folder": to_elsewhere,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "fusions"
    path.mkdir()
    return path


@pytest.mark.timeout(20)
@pytest.mark.parametrize("words", MAKERS)
def test_a_declaration_that_is_no_file_has_one_finding_at_once(folder: Path, words: str) -> None:
    path = folder / "testdorp.yaml"
    MAKERS[words](path)
    [finding] = validate([folder])
    assert (finding.file, finding.line, finding.rule) == (str(path), 1, "file")
    assert words in finding.message
    with pytest.raises(DeclarationError, match=words):
        load_declaration(path)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("words", MAKERS)
def test_so_has_a_certificate(folder: Path, words: str) -> None:
    text = f"""{SOUND}beyondScenario: {{reason: this case needs only this section}}
accounts:
  ftp: {{name: FTP, username: test2025, authorizations: [mutations], certificate: here.cer}}
"""
    (folder / "testdorp.yaml").write_text(text)
    MAKERS[words](folder / "here.cer")
    [finding] = validate([folder])
    assert finding.rule == ("certificate-path" if "outside" in words else "certificate-file")
    assert finding.line == 12
    assert words in finding.message


@pytest.mark.timeout(20)
@pytest.mark.parametrize("words", [words for words in MAKERS if "outside" not in words])
def test_so_has_a_secrets_file(folder: Path, words: str) -> None:
    MAKERS[words](folder / "secrets.yaml")
    with pytest.raises(DeclarationError, match=words):
        load_secrets(folder / "secrets.yaml")


def test_a_secrets_file_may_be_a_link_to_elsewhere(folder: Path) -> None:
    """A mounted secret is one."""
    write_private(folder.parent / "mounted", "people: {}")
    (folder / "secrets.yaml").symlink_to(folder.parent / "mounted")
    assert load_secrets(folder / "secrets.yaml").people() == []


@pytest.mark.timeout(20)
def test_a_device_is_not_read(folder: Path) -> None:
    to_a_device(folder / "zero.yaml")
    with pytest.raises(Unreadable, match="this is a device"):
        read_file(folder / "zero.yaml", 100)


@pytest.mark.parametrize(
    ("name", "words"),
    [("a\0b.yaml", "no file's name"), ("x" * 300 + ".yaml", "too long"), ("a.yaml/b.yaml", "no such file")],
)
def test_a_name_that_no_file_has(folder: Path, name: str, words: str) -> None:
    (folder / "a.yaml").touch()
    [finding] = read(folder / name).findings
    assert words in finding.message
    assert "\0" not in str(finding)


def test_a_checkout_may_be_a_link_and_have_odd_signs_in_its_path(tmp_path: Path) -> None:
    real = tmp_path / "dépôt à moi"
    (real / "fusions").mkdir(parents=True)
    (real / "fusions" / "testdorp.yaml").write_text(SOUND, "utf-8")
    (tmp_path / "link").symlink_to(real)
    assert validate([tmp_path / "link" / "fusions"]) == []
    (real / "fusions" / "other.yaml").symlink_to("testdorp.yaml")
    assert [finding.rule for finding in validate([real / "fusions"])] == [
        "file-name",
        "twice",
        "twice",
        "twice",
    ]


def test_line_ends_of_another_system_change_nothing(folder: Path) -> None:
    """`core.autocrlf` writes them."""
    (folder / "testdorp.yaml").write_bytes(SOUND.replace("\n", "\r\n").encode())
    assert validate([folder]) == []
    assert load_declaration(folder / "testdorp.yaml").name == "Testdorp"


def test_other_endings_are_told_and_hidden_files_are_named(folder: Path) -> None:
    for name in ("a.yml", "b.YAML", "._testdorp.yaml", "notes.txt"):
        (folder / name).write_text("name: x")
    (folder / ".#tielt.yaml").symlink_to("somebody@host.4711:1")
    (folder / "testdorp.yaml").write_text(SOUND)
    assert [path.name for path in declarations_in(folder)] == ["a.yml", "b.YAML", "testdorp.yaml"]
    assert [path.name for path in hidden_in(folder)] == [".#tielt.yaml", "._testdorp.yaml"]
    told = [finding for finding in validate([folder]) if "ends in .yaml" in finding.message]
    assert [Path(finding.file).name for finding in told] == ["a.yml", "b.YAML"]
    with pytest.raises(DeclarationError, match=r"a\.yml:1:1: file-name: .*ends in \.yaml"):
        find_declarations(folder)
    (folder / "a.yml").unlink()
    (folder / "b.YAML").unlink()
    assert list(find_declarations(folder)) == ["testdorp"]


@pytest.mark.timeout(60)
def test_of_very_many_findings_the_first_are_told_and_the_number_of_the_others(folder: Path) -> None:
    (folder / "testdorp.yaml").write_text(SOUND + "".join(f"key{n}: {n}\n" for n in range(4_000)))
    (folder / "other.yaml").write_text("x: 1")
    lines = as_lines(validate([folder]))
    assert lines[-1] == f"{folder}/testdorp.yaml: and 3900 more findings"
    assert len(lines) < 120
    with pytest.raises(DeclarationError) as raised:
        load_declaration(folder / "testdorp.yaml")
    assert len(raised.value.findings) == 4_000
    assert str(raised.value).endswith("and 3900 more findings")


def test_a_file_name_cannot_reach_the_terminal(folder: Path) -> None:
    found = str(parse("", "a\x1b[2J\n.yaml").findings[0])
    assert found.startswith(r"a\x1b[2J\n.yaml:1:1: yaml: ")


SOUND = """\
apiVersion: fusion/v1
name: Testdorp
scenario: 2
takesEffect: 2025-01-01
ocmw: {kbo: 0900.100.117, nis: 11999}
merging:
  - {name: Alfa, kbo: 0900.100.117, nis: 11901}
  - {name: Beta, kbo: 0900.200.184, nis: 11902}
retain: {reviewOn: 2026-01-01}
"""


def test_a_name_with_a_dot_is_not_the_fusions() -> None:
    """No stack would find it: what stands behind the dot of a stack's name is no part of the file's."""
    text = (Path(__file__).parent / "cases" / "good-scenario-2.yaml").read_bytes()
    found = examine(parse(text, "testdorp.production.yaml"))[1]
    assert [finding.rule for finding in found] == ["file-name"]
