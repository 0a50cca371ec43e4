"""The files that a stack is made of: its declaration, which its name says, and its secrets, which its settings say.

The name up to its first dot names the declaration: `pajottegem.production` is `fusions/pajottegem.yaml`. Without the
engine's SDK, which takes half a second to import: `stacks.findings` reads them before each preview.
"""

from __future__ import annotations

from pathlib import Path

from providers.settings import REHEARSAL_SECRETS, project_root
from schemas.errors import SettingError
from schemas.files import declarations_in
from schemas.secrets import Secrets, load_secrets, parse_secrets
from stacks.settings_file import Configuration


def declaration_path(stack: str) -> Path:
    """The declaration of a stack. Raises `SettingError` when there is none, with the names that there are."""
    name = stack.rpartition("/")[2].partition(".")[0]
    folder = project_root() / "fusions"
    path = folder / f"{name}.yaml"
    if not path.exists():
        names = ", ".join(other.name.removesuffix(".yaml") for other in declarations_in(folder)) or "none"
        raise SettingError(
            [f"stack {stack} needs the declaration fusions/{name}.yaml"],
            way_out=f"Declarations here: {names}",
        )
    return path


def read_secrets(config: Configuration) -> Secrets:
    """The secrets of a stack: its own, else those of its file. Raises `DeclarationError` with all findings."""
    # get_secret would give an Output; the program needs the value, and marks every property made from it as secret.
    own = config.get("secrets")
    if own:
        return parse_secrets(own, "the secret fusion:secrets")
    return load_secrets(project_root() / (config.get("secretsFile") or REHEARSAL_SECRETS))
