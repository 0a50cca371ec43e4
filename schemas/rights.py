"""Who may use ChaMan and OCMW-configuratie (R26, R47): both stand in the domain maatschappelijk welzijn, for its access
manager and co-access managers, and for users with the application or the role."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.declaration import SCREENS, Fusion
from schemas.systems import Application

DOMAIN = "maatschappelijkWelzijn"


@dataclass(frozen=True)
class Right:
    """What a user needs for an application of the portal: one of the user's own `applications` or `roles`."""

    application: Application
    rule: str
    applications: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


CHAMAN = Right(Application.CHAMAN, "R26", applications=frozenset({"ChaMan - Technisch kanaalbeheer"}))
CONFIGURATION = Right(Application.CONFIGURATION, "R47", roles=frozenset({"OCMW-configuratie"}))


def needed_by(fusion: Fusion) -> list[Right]:
    """Those of the applications in which the declaration sets something at the merged centre: people go on with it there."""
    needed = [CHAMAN] if fusion.accounts else []
    if any(getattr(fusion, field) is not None for field in _SCREEN_FIELDS):
        needed.append(CONFIGURATION)
    return needed


def declared_for_nobody(fusion: Fusion) -> list[Right]:
    """Those that are needed and that the declaration gives nobody at the merged centre. Who declares the domain declares its
    access manager too, who has both; who leaves the domain out has only whom the portal has there."""
    declared = fusion.access is not None and DOMAIN in fusion.access.domains
    return [] if declared else needed_by(fusion)


_SCREEN_FIELDS = [name for name, field in Fusion.model_fields.items() if field.alias in SCREENS]
