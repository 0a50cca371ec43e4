"""Access management (Toegangsbeheer): chief access managers, access managers of each domain, users. R13–R25.

People are named by key; the secrets file says who they are. The merged centre and the merging ones have one shape.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.codes import Code
from schemas.fields import IsoDate, PersonKey, Section, Text, list_or_none_word, non_empty_list

Application = Annotated[Text, Code("applications", "an application")]
Role = Annotated[Text, Code("roles", "a role")]


class User(Section):
    """A user (gebruiker) of one domain. What the declaration leaves out stays as the portal has it."""

    person: PersonKey = Field(
        title="Persoon", description="Key of the person in the secrets file. Never an INSZ."
    )
    applications: Annotated[tuple[Application, ...] | None, *list_or_none_word("R19")] = Field(
        default=None,
        title="Toepassingen",
        description="Applications to tick (R19). Absent: as they are; `none`: no application.",
    )
    roles: Annotated[tuple[Role, ...] | None, *list_or_none_word("R47")] = Field(
        default=None,
        title="Rollen",
        description="Roles, such as OCMW-configuratie (R47). Absent: as they are; `none`: no role.",
    )
    blocked: bool = Field(
        default=False,
        title="Geblokkeerd",
        description="For a temporary absence: a blocked user keeps applications and roles (R21).",
    )


class RemovedPerson(Section):
    """Somebody who has no access in this domain any more, whoever gave it (R17, R20). All scenarios."""

    person: PersonKey = Field(
        title="Persoon", description="Key of the person in the secrets file. Never an INSZ."
    )
    on: IsoDate = Field(
        title="Datum",
        description="From when on. What leaves the file goes at once; what somebody else gave stays until that day.",
    )
    reason: Text = Field(title="Reden")


class Domain(Section):
    """One domain (domein; old term: hoedanigheid), the people who manage it and those who use it."""

    access_manager: PersonKey = Field(
        title="Toegangsbeheerder (TB)",
        description="The one access manager of this domain (R16). Old term: lokale beheerder.",
    )
    co_access_managers: Annotated[tuple[PersonKey, ...] | None, *list_or_none_word("R17")] = Field(
        default=None,
        title="Co-toegangsbeheerders",
        description="All co-access managers (R17). Absent: as they are; `none`: nobody.",
    )
    users: Annotated[tuple[User, ...] | None, *list_or_none_word("R19")] = Field(
        default=None,
        title="Gebruikers",
        description="Users whose access is declared here (R19–R21). Users that are not listed stay as they are. Under "
        "`cleanUp` they go, and `none` says that nobody stays.",
    )
    removed: Annotated[tuple[RemovedPerson, ...], *non_empty_list("empty", "entry")] = Field(
        default=(),
        title="Te verwijderen gebruikers",
        description="People who are no users and no co-access managers here any more, whoever made them one (R17, R20). "
        "As long as the entry stands, they stay away.",
    )


class CleanUp(Section):
    """Removes the users of the listed domains whom this access does not name (R20, R24). Scenario 3 only."""

    confirmed_on: IsoDate = Field(
        title="Bevestigd op",
        description="When the centre confirmed that users who are not declared may go. Before that day nobody goes.",
    )
    reason: Text = Field(title="Reden")
    at_most: Annotated[int, Field(ge=1, le=5000)] = Field(
        title="Ten hoogste",
        description="How many users may go in one domain. If there are more, nobody goes, and `up` names them.",
    )


class Handover(Section):
    """Permits that none of today's chief access managers stays one (R15). It counts once, from its date on."""

    on: IsoDate = Field(title="Datum van de overdracht", description="When it was agreed.")
    reason: Text = Field(title="Reden")


class Access(Section):
    """The people who have access to one centre on the portal."""

    chief_access_managers: Annotated[
        tuple[PersonKey, ...], *non_empty_list("R15", "chief access manager")
    ] = Field(
        title="Hoofdtoegangsbeheerders (HTB)",
        description="The chief access managers, as reported to Flanders (R13). Old term: VTE.",
    )
    co_chief_access_managers: Annotated[tuple[PersonKey, ...] | None, *list_or_none_word("R16")] = Field(
        default=None,
        title="Co-hoofdtoegangsbeheerders (co-HTB)",
        description="All co-chief access managers (R16). Absent: as they are; `none`: nobody.",
    )
    domains: dict[str, Domain] = Field(
        default_factory=dict,
        title="Domeinen",
        description="The managers and users of each domain (old term: hoedanigheid). Other domains stay as they are.",
    )
    clean_up: CleanUp | None = Field(
        default=None,
        title="Opkuis van de gebruikers",
        description="Removes the users of these domains who are not declared (R24). Absent: they stay as they are.",
    )
    handover: Handover | None = Field(
        default=None,
        title="Overdracht van het hoofdtoegangsbeheer",
        description="Needed when none of today's chief access managers stays one.",
    )

    def people(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every person that is named here, with the path below this access."""
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
            found += [
                ((*here, "removed", index, "person"), removed.person)
                for index, removed in enumerate(domain.removed)
            ]
        return found
