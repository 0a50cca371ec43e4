"""What a person wrote into the file of a stack's settings, against what the engine made of it (docs/engine-notes.md)."""

from pathlib import Path

import pytest

from stacks.settings_file import find_misread


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    (tmp_path / "stacks").mkdir()
    return tmp_path / "stacks" / "Pulumi.pajottegem.yaml"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0123", "83"),
        ("1e5", "100000"),
        ("0x1F", "31"),
        ("1_000", "1000"),
        ("1e30", "1e+30"),
        ("2025-01-01", "2025-01-01T00:00:00Z"),
    ],
)
def test_a_text_that_was_read_as_a_number_is_told_with_its_place(file: Path, written: str, read: str) -> None:
    file.write_text(f"encryptionsalt: v1\nconfig:\n  fusion:clientId: {written}\n")
    assert find_misread({"clientId": read}, "organization/fusion/pajottegem") == [
        f"stacks/Pulumi.pajottegem.yaml:3:20: fusion:clientId is read as {read}, since {written} stands there without "
        f'quotes: write "{written}"'
    ]


@pytest.mark.parametrize("written", ['"0123"', "'0123'"])
def test_in_quotes_it_is_a_text(file: Path, written: str) -> None:
    file.write_text(f"config:\n  fusion:clientId: {written}\n")
    assert find_misread({"clientId": "0123"}, "pajottegem") == []


def test_what_is_read_as_written_is_fine(file: Path) -> None:
    file.write_text(
        "config:\n  fusion:operator: tom.maes\n  fusion:deadlineSeconds: 010\n  fusion:clientKey: {secure: v1:x}\n"
        "  other:clientId: 010\n"
    )
    assert (
        find_misread({"operator": "tom.maes", "deadlineSeconds": "8", "clientKey": "PEM"}, "pajottegem") == []
    )


@pytest.mark.parametrize(("written", "read"), [("rehearsal", "42"), ("0123", "tom"), ("tom", "an")])
def test_what_comes_from_another_file_is_fine(file: Path, written: str, read: str) -> None:
    """`--config-file`: the program is not told which."""
    file.write_text(f"config:\n  fusion:clientId: {written}\n")
    assert find_misread({"clientId": read}, "pajottegem") == []


@pytest.mark.parametrize("key", ["clientKey", "secrets"])
def test_a_secret_in_plain_text_is_not_repeated(file: Path, key: str) -> None:
    file.write_text(f"config:\n  fusion:{key}: 085073003328\n")
    assert find_misread({key: "85073003328"}, "pajottegem") == []


@pytest.mark.parametrize("text", ["config: [", "", "- a", "config: none"])
def test_what_is_no_file_of_settings_is_the_engines_to_tell(file: Path, text: str) -> None:
    file.write_text(text)
    assert find_misread({"clientId": "a"}, "pajottegem") == []
