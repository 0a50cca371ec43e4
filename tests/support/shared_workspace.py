"""A project folder whose state is where a team keeps it: several machines may work on the same stacks."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from tests.support.backend_servers import Backend
from tests.support.workspace import Workspace


class Shared(Workspace):
    """A workspace whose state is elsewhere."""

    def __init__(self, root: Path, backend: Backend) -> None:
        super().__init__(root)
        self.backend = backend

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.backend.environment}

    def by_another(self, root: Path) -> Shared:
        """The same stacks and portal, from another machine's checkout."""
        self.copy(root)
        (root / ".state" / "portal.db").unlink()
        (root / ".state" / "portal.db").symlink_to(self.database)
        return Shared(root, self.backend)

    @property
    def locks(self) -> list[str]:
        """The stacks that somebody works on."""
        return self.backend.list_locks()


def move_state(workspace: Workspace, stack: str, backend: Backend) -> Shared:
    """The same project, with the stack's state there and no longer in its folder, as docs/state.md says."""
    shared = Shared(workspace.root, backend)
    folder = workspace.root / ".state"
    shared.pulumi("stack", "migrate", f"file://{folder}?metadata=skip", stack, "--yes")
    shutil.rmtree(folder / ".pulumi")
    return shared


def name_backend() -> str:
    """One that no test had before."""
    return f"fusion-{uuid.uuid4().hex[:8]}"
