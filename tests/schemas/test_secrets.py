"""The secrets file: findings with places, and never a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import DeclarationError
from schemas.secrets import Secrets, load_secrets, parse_secrets
from tests.schemas.conftest import made_up_ssin
from tests.support.private import write_private

GOOD = f"""\
people:
  els.peeters: {{insz: "{made_up_ssin(1)}", email: els.peeters@ocmw.example, language: nl}}
passwords:
  pajottegem/ftp: "Aa1!b-2c"
"""


def findings(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as raised:
        parse_secrets(text, "secrets.yaml")
    return [f"{f.line}:{f.column} {f.rule}" for f in raised.value.findings]


def test_people_and_passwords_are_found_by_key() -> None:
    secrets = parse_secrets(GOOD, "secrets.yaml")
    person = secrets.person("els.peeters")
    assert (person.insz, person.email, person.language) == (made_up_ssin(1), "els.peeters@ocmw.example", "nl")
    assert secrets.password("pajottegem/ftp") == "Aa1!b-2c"
    with pytest.raises(KeyError):
        secrets.person("nobody.here")


def test_an_insz_may_be_written_with_dots() -> None:
    ssin = made_up_ssin(2)
    dotted = f"{ssin[:2]}.{ssin[2:4]}.{ssin[4:6]}-{ssin[6:9]}.{ssin[9:]}"
    assert parse_secrets(f"people: {{a.b: {{insz: {dotted}}}}}", "s").person("a.b").insz == ssin


def test_nothing_shows_a_secret() -> None:
    secrets = parse_secrets(GOOD, "secrets.yaml")
    shown = (
        repr(secrets)
        + str(secrets)
        + repr(secrets.person("els.peeters"))
        + str(secrets.person("els.peeters"))
    )
    assert made_up_ssin(1) not in shown
    assert "Aa1!" not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('people: {a.b: {insz: "12345678901"}}', ["1:22 check-digits"]),
        ("people: {a.b: {insz: 12345678901}}", ["1:22 check-digits"]),
        ("people: {a.b: {}}", ["1:10 missing-key"]),
        ("people: {a.b: {insz: }}", ["1:16 empty"]),
        ("people: {a.b: {}, c.d: {}}", ["1:10 missing-key", "1:19 missing-key"]),
        (f'people: {{Els: {{insz: "{made_up_ssin(1)}"}}}}', ["1:10 person-key"]),
        (f'people: {{a.b: {{insz: "{made_up_ssin(1)}", emial: a@b.example}}}}', ["1:37 unknown-key"]),
        ('passwords: {x/ftp: "abc!"}', ["1:20 R31"]),
        ('passwords: {x/herne/ftp: "abc!"}', ["1:26 R31"]),
        ("passwords: {x/ftp: 12}", ["1:20 wrong-type"]),
        ("people: [1]", ["1:9 wrong-type"]),
        ("", ["1:1 yaml"]),
        ("people: {", ["1:10 yaml"]),
        ("persons: {}", ["1:1 unknown-key"]),
    ],
)
def test_what_is_wrong_and_where(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


def test_two_people_with_one_insz() -> None:
    ssin = made_up_ssin(3)
    text = f'people:\n  a.b: {{insz: "{ssin}"}}\n  c.d: {{insz: "{ssin[:6]}-{ssin[6:]}"}}\n'
    assert findings(text) == ["3:15 twice"]


@pytest.mark.parametrize(
    "text",
    [
        'people: {a.b: {insz: "85.07.30-033.29"}}',
        "people: {a.b: {insz: 85073003329}}",
        "people: {a.b: 85073003329}",
        "people: 85073003329",
        "passwords: {x/ftp: hunter2}",
        "passwords: [hunter2]",
        "people: {a.b: {insz: hunter2}}",
        "passwords: {x/ftp: 'hunter2",
        "passwords: hunter2",
        "people: {85073003329: {insz: hunter2}}",
        "people: {a.b: {language: hunter2}}",
    ],
)
def test_no_finding_repeats_a_value(text: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        parse_secrets(text, "secrets.yaml")
    told = str(raised.value)
    assert not any(secret in told for secret in ("85073003329", "85.07.30", "hunter2"))


def test_a_file_of_secrets(tmp_path: Path) -> None:
    path = write_private(tmp_path / "secrets.yaml", GOOD)
    assert isinstance(load_secrets(path), Secrets)
    with pytest.raises(DeclarationError, match="no such file"):
        load_secrets(tmp_path / "nowhere.yaml")
