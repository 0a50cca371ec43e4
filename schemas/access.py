"""Access management (Toegangsbeheer): head managers, access managers per domain, users. R13–R25.

People are named by key; who they are is in the secrets file. One shape serves the merged centre and the merging ones.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.fields import IsoDate, PersonKey, Section, Text, none_or_several, several


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
    users: Annotated[tuple[User, ...] | None, *none_or_several("R19")] = Field(
        default=None,
        title="Gebruikers",
        description="Users whose access is declared here (R19–R21). Users that are not listed stay as they are, or go by "
        "`cleanUp`, where `none` says that nobody stays.",
    )


class CleanUp(Section):
    """Users of the listed domains whom this access does not name are removed (R20, R24). Scenario 3 only."""

    confirmed_on: IsoDate = Field(
        title="Bevestigd op",
        description="When the centre confirmed that who is not declared may go; before that day nobody does.",
    )
    reason: Text = Field(title="Reden")
    at_most: Annotated[int, Field(ge=1, le=5000)] = Field(
        title="Ten hoogste",
        description="How many users may go in one domain; when there are more, nobody goes and `up` names them.",
    )


class Handover(Section):
    """Permits that none of today's chief access managers stays one (R15), from its date on, and once: the next is later."""

    on: IsoDate = Field(title="Datum van de overdracht", description="When it was agreed.")
    reason: Text = Field(title="Reden")


class Access(Section):
    """Who has access to one centre on the portal."""

    chief_access_managers: Annotated[tuple[PersonKey, ...], *several("R15", "head manager")] = Field(
        title="Hoofdtoegangsbeheerders (HTB)",
        description="Head managers, as reported to Flanders (R13). Old term: VTE.",
    )
    co_chief_access_managers: Annotated[tuple[PersonKey, ...] | None, *none_or_several("R16")] = Field(
        default=None,
        title="Co-hoofdtoegangsbeheerders (co-HTB)",
        description="All co-head managers (R16). Absent: as they are; `none`: nobody.",
    )
    domains: dict[str, Domain] = Field(
        default_factory=dict,
        title="Domeinen",
        description="Per domain (domein; old term: hoedanigheid) its managers and users. Others stay as they are.",
    )
    clean_up: CleanUp | None = Field(
        default=None,
        title="Opkuis van de gebruikers",
        description="Removes users of the domains above who are not declared (R24). Absent: they stay as they are.",
    )
    handover: Handover | None = Field(
        default=None,
        title="Overdracht van het hoofdtoegangsbeheer",
        description="Needed when nobody who is a head manager now stays one.",
    )

    def people(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every person named here, each with its path below this access."""
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("chiefAccessManagers", index), person)
            for index, person in enumerate(self.chief_access_managers)
        ]
        found += [
            (("coChiefAccessManagers", index), person)
            for index, person in enumerate(self.co_chief_access_managers or ())
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
