"""A fusion as it is declared: the root model, and who merges into what."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from schemas.access import Access
from schemas.accounts import Accounts
from schemas.configuration import ContactDetails, Mutations, Notifications, TechnicalProviders
from schemas.fields import EnterpriseNumber, IsoDate, NisCode, Postcode, Section, Text, problem, several
from schemas.findings import Path

RETAINED_ITEMS = (
    "sender", "certificates", "ftpAccounts", "restAccounts", "delegationRequests", "mutations", "technicalProviders",
    "contactDetails", "ocmwOnline", "chiefAccessManagers", "accessManagers", "users", "eBox",
)  # fmt: skip
RetainedItem = Literal[
    "sender", "certificates", "ftpAccounts", "restAccounts", "delegationRequests", "mutations", "technicalProviders",
    "contactDetails", "ocmwOnline", "chiefAccessManagers", "accessManagers", "users", "eBox",
]  # fmt: skip


def _not_a_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise problem("wrong-type", "expected 1, 2 or 3")
    return value


Scenario = Annotated[Literal[1, 2, 3], BeforeValidator(_not_a_boolean)]


class Ocmw(Section):
    """The merged centre as it is from the day of the fusion on."""

    kbo: EnterpriseNumber = Field(
        title="KBO-nummer", description="The OCMW's number, not the municipality's."
    )
    nis: NisCode = Field(title="NIS-code", description="The code from the day of the fusion on.")


class MergingCentre(Section):
    """A merging centre (fuserend OCMW): disappearing, unless its number is the merged centre's."""

    name: Text = Field(title="Naam")
    kbo: EnterpriseNumber = Field(
        title="KBO-nummer", description="The OCMW's number, not the municipality's."
    )
    nis: NisCode = Field(title="NIS-code", description="The code until the fusion.")
    postcode: Postcode | None = Field(default=None, title="Postcode")
    access: Access | None = Field(
        default=None,
        title="Toegangsbeheer",
        description="Access that is updated (R23) or cleaned up (R24) here. Absent: retained as it is (R22). "
        "The keeping centre's access is the declaration's own `access`.",
    )

    @property
    def retained(self) -> tuple[str, ...]:
        """What is watched here while it disappears. All who are head managers may be declared: then they are not."""
        names_all = self.access is not None and self.access.co_chief_access_managers is not None
        return tuple(item for item in RETAINED_ITEMS if not (names_all and item == "chiefAccessManagers"))


class AcceptedChange(Section):
    """A change in something retained that is accepted, and why."""

    centre: Text = Field(title="Verdwijnend OCMW", description="Name of the disappearing centre.")
    item: RetainedItem = Field(title="Onderdeel")
    on: IsoDate = Field(
        title="Datum",
        description="When the change was accepted. It counts once, from this day on: the next one has a later date.",
    )
    reason: Text = Field(title="Reden")


class ReleasedItem(Section):
    """Something retained that is needed no longer, and why: it is watched no more. Nothing is deleted by this."""

    centre: Text = Field(title="Verdwijnend OCMW", description="Name of the disappearing centre.")
    item: RetainedItem = Field(title="Onderdeel")
    on: IsoDate = Field(
        title="Datum",
        description="From when it is watched no more; not before the review date or a year after the fusion, "
        "whichever comes first.",
    )
    reason: Text = Field(title="Reden")


class Retain(Section):
    """What the disappearing centres have is watched and never changed (R05, R22, R39)."""

    review_on: IsoDate = Field(
        title="Te herbekijken op",
        description="When to ask again whether it must still be kept; late files may come for up to a year (R61).",
    )
    accept: Annotated[tuple[AcceptedChange, ...], *several("empty", "entry")] = Field(
        default=(), title="Aanvaarde wijzigingen"
    )
    release: Annotated[tuple[ReleasedItem, ...], *several("empty", "entry")] = Field(
        default=(),
        title="Wat niet langer behouden blijft",
        description="Things that the review found to be needed no longer. Each ends the watch on one of them.",
    )


class EndedDossiers(Section):
    """Whether what ended at a centre on the last day goes on, though it was not stopped for the fusion."""

    centre: Text = Field(title="OCMW", description="Name of the merging centre.")
    go_on: bool = Field(
        title="Loopt door",
        description="`true`: it was stopped for the fusion by hand, and `up` enters it again; `false`: it is over, or "
        "entered again already.",
    )
    reason: Text = Field(title="Reden")


class Dossiers(Section):
    """Running forms and A036 attestations: stopped and entered again (R06–R11)."""

    handled_by: Literal["softwareSupplier", "byHand"] = Field(
        title="Door", description="Whether the software does it or people do depends on the supplier (R70)."
    )
    centres: Annotated[tuple[Text, ...], *several("R07", "centre")] = Field(
        title="OCMW's",
        description="Merging centres whose dossiers are concerned: scenarios 1 and 2 all (R07, R08), 3 only the "
        "disappearing one (R09).",
    )
    stop_on: IsoDate = Field(title="Einddatum", description="The day before the fusion (R06).")
    restart_on: IsoDate = Field(title="Datum van invoegetreding", description="The day of the fusion (R06).")
    ended: Annotated[tuple[EndedDossiers, ...], *several("empty", "entry")] = Field(
        default=(),
        title="Wat op de einddatum eindigde",
        description="Whether forms go on that ended on `stopOn` but were not stopped for the fusion, only people know: it "
        "waits until they say so here.",
    )


class BeyondScenario(Section):
    """Permits what the scenario does not need."""

    reason: Text = Field(title="Reden", description="Why this fusion does more than its scenario asks for.")


class Draft(Section):
    """What of a declaration is sound enough to judge; the rest is None, and has its own findings.

    Rules take a draft, so that one wrong digit does not hide what else is wrong. A `Fusion` is a draft without gaps.
    """

    # Only a declaration with findings is ever read as a draft: its validator is built when that happens.
    model_config = ConfigDict(defer_build=True)

    api_version: str | None = None
    name: Text | None = None
    scenario: Scenario | None = None
    takes_effect: IsoDate | None = None
    ocmw: Ocmw | None = None
    merging: Annotated[tuple[MergingCentre | None, ...], Field(strict=False)] = ()
    retain: Retain | None = None
    access: Access | None = Field(default=None, title="Toegangsbeheer van het fusie-OCMW")
    accounts: Accounts | None = Field(default=None, title="ChaMan")
    mutations: Mutations | None = Field(default=None, title="OCMW-configuratie: Mutaties")
    technical_providers: TechnicalProviders | None = Field(
        default=None, title="OCMW-configuratie: Technische dienstverleners"
    )
    contact: ContactDetails | None = Field(default=None, title="OCMW-configuratie: Contactgegevens")
    notifications: Notifications | None = Field(default=None, title="OCMW-configuratie: OCMW Online")
    dossiers: Dossiers | None = Field(default=None, title="Lopende dossiers en A036")
    beyond_scenario: BeyondScenario | None = Field(default=None, title="Meer dan het scenario vraagt")

    @property
    def slug(self) -> str:
        """The name as in file and stack names, `nazareth-de-pinte`; empty while there is no sound name."""
        return slug(self.name or "")

    def centres(self) -> list[tuple[int, MergingCentre]]:
        """The sound merging centres, each with its index in the declaration."""
        return [(index, centre) for index, centre in enumerate(self.merging) if centre is not None]

    def accesses(self) -> list[tuple[Path, Access]]:
        """Every access that is declared, with its path: the merged centre's and the merging ones'."""
        found: list[tuple[Path, Access]] = [(("access",), self.access)] if self.access else []
        return found + [
            (("merging", index, "access"), centre.access) for index, centre in self.centres() if centre.access
        ]


class Fusion(Draft):
    """One fusion of OCMWs as desired state. An absent section is untouched."""

    model_config = ConfigDict(defer_build=False)

    api_version: Literal["fusion/v1"] = Field(title="Versie", description="The language's version.")
    name: Text = Field(
        title="Naam", description="The merged centre; in lower case with hyphens it is the file's name."
    )
    scenario: Scenario = Field(
        title="Scenario",
        description="1: new KBO and NIS; 2: one KBO kept, new NIS; 3: one KBO and its NIS kept (R02).",
    )
    takes_effect: IsoDate = Field(
        title="Datum van de fusie", description="From when on the merged centre exists."
    )
    ocmw: Ocmw = Field(title="Fusie-OCMW")
    merging: Annotated[tuple[MergingCentre, ...], *several("R02", "merging centre")] = Field(
        title="Fuserende OCMW's"
    )
    retain: Retain = Field(title="Wat behouden blijft")

    @property
    def keeper(self) -> MergingCentre | None:
        """The merging centre that keeps its number; None in scenario 1."""
        return next((centre for centre in self.merging if centre.kbo == self.ocmw.kbo), None)

    @property
    def disappearing(self) -> tuple[MergingCentre, ...]:
        """The merging centres whose numbers end; what they have is retained."""
        return tuple(centre for centre in self.merging if centre.kbo != self.ocmw.kbo)

    def is_watched(self, centre: MergingCentre) -> bool:
        """Whether anything at a disappearing centre is not released; where all is, there is nothing left to review."""
        released = {one.item for one in self.retain.release if one.centre == centre.name}
        return not released.issuperset(centre.retained)

    @property
    def ftp_password_key(self) -> str:
        """Where the secrets file has the FTP account's password: `pajottegem/ftp`."""
        return f"{self.slug}/ftp"

    @property
    def rest_supplier(self) -> str | None:
        """Who is asked to manage the REST account's certificate (R34); None where nobody is."""
        rest = self.accounts and self.accounts.rest
        external = rest and rest.certificate_management.external
        return external.supplier if external else None

    @property
    def rest_key(self) -> str:
        """Where the secrets file may have the REST account's certificate and private key: `pajottegem/rest`."""
        return f"{self.slug}/rest"

    def ftp_password_key_of(self, centre: str) -> str:
        """Where the secrets file may have that of a merging centre, for `fusion check`: `pajottegem/herne/ftp`."""
        return f"{self.slug}/{slug(centre)}/ftp"


def slug(name: str) -> str:
    """A name in lower case, without accents, other signs as hyphens: `Nazareth-De Pinte` is `nazareth-de-pinte`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
