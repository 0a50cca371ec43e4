"""The declaration of a stack, which its name says.

The name up to its first dot names the declaration: `pajottegem.production` is `fusions/pajottegem.yaml`. Without the
engine's SDK, which takes half a second to import: `stacks.findings` reads them before each preview.
"""

from __future__ import annotations

from pathlib import Path

from providers.settings import project_root
from schemas.errors import SettingError
from schemas.files import declarations_in
from schemas.terms import nearest


def declaration_path(stack: str) -> Path:
    """The declaration of a stack. Raises `SettingError` when there is none, with the names that there are."""
    name = stack.rpartition("/")[2].partition(".")[0]
    folder = project_root() / "fusions"
    path = folder / f"{name}.yaml"
    if not path.exists():
        names = [other.name.removesuffix(".yaml") for other in declarations_in(folder)]
        close = nearest(name, names)
        hint = f"Did you mean {close}? " if close else ""
        raise SettingError(
            [f"stack {stack} needs the declaration fusions/{name}.yaml"],
            way_out=f"{hint}Declarations here: {', '.join(names) or 'none'}",
        )
    return path
