"""Access management (Toegangsbeheer): head managers, access managers per domain, users. R13–R25.

People are named by key; who they are is in the secrets file. One shape serves the merged centre and the merging ones.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.fields import PersonKey, Section, Text, none_or_several, several


class User(Section):
    """A user (gebruiker) of one domain. What is not said about a user stays as the portal has it."""

    person: PersonKey = Field(
        title="Persoon", description="Key of the person in the secrets file. Never an INSZ."
    )
    applications: Annotated[tuple[Text, ...] | None, *none_or_several("R19")] = Field(
        default=None,
        title="Toepassingen",
        description="Applications to tick (R19). Absent: as they are; `none`: no application.",
    )
    roles: Annotated[tuple[Text, ...] | None, *none_or_several("R47")] = Field(
        default=None,
        title="Rollen",
        description="Roles, such as OCMW-configuratie (R47). Absent: as they are; `none`: no role.",
    )
    blocked: bool = Field(
        default=False,
        title="Geblokkeerd",
        description="A temporary absence: the user is blocked and keeps applications and roles (R21).",
    )


class Domain(Section):
    """One domain (domein; old term: hoedanigheid) and who manages and uses it."""

    access_manager: PersonKey = Field(
        title="Toegangsbeheerder (TB)",
        description="The one access manager of this domain (R16). Old term: lokale beheerder.",
    )
    co_access_managers: Annotated[tuple[PersonKey, ...] | None, *none_or_several("R17")] = Field(
        default=None,
        title="Co-toegangsbeheerders",
        description="All co-access managers (R17). Absent: as they are; `none`: nobody.",
    )
    users: Annotated[tuple[User, ...] | None, *several("R19", "user")] = Field(
        default=None,
        title="Gebruikers",
        description="Users whose access is declared here (R19–R21). Users that are not listed stay as they are.",
    )


class Access(Section):
    """Who has access to one centre on the portal."""

    chief_access_managers: Annotated[tuple[PersonKey, ...], *several("R15", "head manager")] = Field(
        title="Hoofdtoegangsbeheerders (HTB)",
        description="Head managers, as reported to Flanders (R13). Old term: VTE.",
    )
    domains: dict[str, Domain] = Field(
        default_factory=dict,
        title="Domeinen",
        description="Per domain (domein; old term: hoedanigheid) its managers and users. Others stay as they are.",
    )

    def people(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every person named here, each with its path below this access."""
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("chiefAccessManagers", index), person)
            for index, person in enumerate(self.chief_access_managers)
        ]
        for code, domain in self.domains.items():
            here = ("domains", code)
            found.append(((*here, "accessManager"), domain.access_manager))
            found += [
                ((*here, "coAccessManagers", index), person)
                for index, person in enumerate(domain.co_access_managers or ())
            ]
            found += [
                ((*here, "users", index, "person"), user.person)
                for index, user in enumerate(domain.users or ())
            ]
        return found
