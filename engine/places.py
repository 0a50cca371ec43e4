"""Where everything stands in a checkout."""

import os
from dataclasses import dataclass
from pathlib import Path

# Each of these would make a tool that the set-up starts work on something else than this checkout.
_MISLEADING = (
    "VIRTUAL_ENV",
    "PYTHONHOME",
    "PYTHONPATH",
    "CONDA_PREFIX",
    "UV_PROJECT",
    "UV_WORKING_DIRECTORY",
)


@dataclass(frozen=True)
class Places:
    """The folders and files of the set-up, all of them beneath the checkout's root."""

    root: Path

    @property
    def sources(self) -> Path:
        """This package: the tools modules, the requirements and the wrapper."""
        return self.root / "engine"

    @property
    def tools(self) -> Path:
        """What only the set-up itself needs: uv, a Go toolchain."""
        return self.root / ".setup"

    @property
    def venv(self) -> Path:
        """The locked Python environment."""
        return self.root / ".venv"

    @property
    def bin(self) -> Path:
        """The environment's commands, `pulumi` and `fusion` among them."""
        return self.venv / "bin"

    @property
    def engine(self) -> Path:
        """The engine's programs, beside each other."""
        return self.venv / "engine"

    def environment(self, **settings: str) -> dict[str, str]:
        """The variables for a program that the set-up starts: the person's own, minus what would mislead it."""
        kept = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
        return kept | {"UV_PROJECT_ENVIRONMENT": str(self.venv)} | settings
