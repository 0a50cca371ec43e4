"""Which declaration is a stack's."""

from pathlib import Path

import pytest

from schemas.errors import SettingError
from stacks.declared import declaration_path


@pytest.mark.parametrize(
    "stack", ["pajottegem", "pajottegem.production", "pajottegem.a.b", "org/fusion/pajottegem"]
)
def test_a_stacks_name_up_to_its_first_dot_is_its_declaration(stack: str, root: Path) -> None:
    assert declaration_path(stack) == root / "fusions" / "pajottegem.yaml"


@pytest.mark.parametrize("stack", ["pajotegem", "production.pajottegem", "certificates"])
def test_a_stack_without_a_declaration_is_told_which_there_are(stack: str, root: Path) -> None:
    with pytest.raises(SettingError, match=r"Declarations here: lochristi, pajottegem$") as caught:
        declaration_path(stack)
    assert f"fusions/{stack.partition('.')[0]}.yaml" in str(caught.value)


def test_without_any_declaration_it_says_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_ROOT", str(tmp_path))
    with pytest.raises(SettingError, match="Declarations here: none"):
        declaration_path("pajottegem")
