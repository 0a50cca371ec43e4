"""What happens at our own side, beside the declaration: another password in the secrets, a state that is lost."""

from __future__ import annotations

from dataclasses import dataclass

from tests.torture.properties.world import World


@dataclass(frozen=True)
class NewPassword:
    """The secrets have another password for the FTP account (R31)."""

    password: str

    def apply(self, world: World) -> None:
        world.set_password(self.password)


@dataclass(frozen=True)
class LostState:
    """The stack begins anew at the same portal: what is declared is adopted, what left before is nobody's any more."""

    def apply(self, world: World) -> None:
        world.forget()
        world.standing = []
        world.retained.forget()
