"""The root of a declaration: one fusion, that is one merger as it is declared, and the centres that it is about."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field

from schemas.access import Access
from schemas.accounts import Accounts
from schemas.configuration import ContactDetails, Mutations, Notifications, Screen, TechnicalProviders
from schemas.exceptions import SafetyException
from schemas.fields import (
    EnterpriseNumber,
    IsoDate,
    NisCode,
    Postcode,
    Section,
    Text,
    non_empty_list,
    problem,
)
from schemas.findings import Path

RetainedItem = Literal[
    "sender", "certificates", "ftpAccounts", "restAccounts", "delegationRequests", "mutations", "technicalProviders",
    "contactDetails", "ocmwOnline", "chiefAccessManagers", "accessManagers", "users", "eBox",
]  # fmt: skip
"""What a disappearing centre has on the portal, each word a kind of retained thing (R05, R22)."""

RETAINED_ITEMS: tuple[str, ...] = get_args(RetainedItem)

FTP_PASSWORD = "/ftp"  # noqa: S105 - how a key ends
"""How the key of an FTP account's password ends in the secrets file."""


def _not_a_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise problem("wrong-type", "expected 1, 2 or 3")
    return value


Scenario = Annotated[Literal[1, 2, 3], BeforeValidator(_not_a_boolean)]


class Ocmw(Section):
    """The merged centre, from the day of the merger on."""

    kbo: EnterpriseNumber = Field(
        title="KBO-nummer", description="The OCMW's number, not the municipality's."
    )
    nis: NisCode = Field(title="NIS-code", description="The code from the day of the merger on.")


class MergingCentre(Section):
    """A merging centre (fuserend OCMW). It disappears, unless its number is the merged centre's."""

    name: Text = Field(title="Naam")
    kbo: EnterpriseNumber = Field(
        title="KBO-nummer", description="The OCMW's number, not the municipality's."
    )
    nis: NisCode = Field(title="NIS-code", description="The code until the merger.")
    postcode: Postcode | None = Field(default=None, title="Postcode")
    access: Access | None = Field(
        default=None,
        title="Toegangsbeheer",
        description="Access that is updated (R23) or cleaned up (R24) here. Absent: it is retained as it is (R22). "
        "The access of the centre that keeps its number is the declaration's own `access`.",
    )

    @property
    def retained(self) -> tuple[str, ...]:
        """The kinds that are retained here. Chief access managers are not among them where `access` names all of them."""
        names_all = self.access is not None and self.access.co_chief_access_managers is not None
        return tuple(item for item in RETAINED_ITEMS if not (names_all and item == "chiefAccessManagers"))


class AcceptedChange(Section):
    """An accepted change of something retained, and why it is accepted."""

    centre: Text = Field(title="Verdwijnend OCMW", description="Name of the disappearing centre.")
    item: RetainedItem = Field(title="Onderdeel")
    on: IsoDate = Field(
        title="Datum",
        description="When the change was accepted. It counts once, from this day on; the next one has a later date.",
    )
    reason: Text = Field(title="Reden")


class ReleasedItem(Section):
    """Something that is retained no longer, and why. Nothing is deleted by this."""

    centre: Text = Field(title="Verdwijnend OCMW", description="Name of the disappearing centre.")
    item: RetainedItem = Field(title="Onderdeel")
    on: IsoDate = Field(
        title="Datum",
        description="From when on it is retained no longer; not before the review date or a year after the merger, "
        "whichever comes first.",
    )
    reason: Text = Field(title="Reden")


class Retain(Section):
    """What the disappearing centres have is compared with its baseline and never changed (R05, R22, R39)."""

    review_on: IsoDate = Field(
        title="Te herbekijken op",
        description="When to decide whether it must still be kept; late files may come for up to a year (R61).",
    )
    accept: Annotated[tuple[AcceptedChange, ...], *non_empty_list("empty", "entry")] = Field(
        default=(), title="Aanvaarde wijzigingen"
    )
    release: Annotated[tuple[ReleasedItem, ...], *non_empty_list("empty", "entry")] = Field(
        default=(),
        title="Wat niet langer behouden blijft",
        description="Things that, by the review, are needed no longer. Each entry is about one of them.",
    )


class EndedDossiers(Section):
    """Whether dossiers go on that ended at a centre on the last day and were not stopped for the merger."""

    centre: Text = Field(title="OCMW", description="Name of the merging centre.")
    go_on: bool = Field(
        title="Loopt door",
        description="`true`: they were stopped for the merger by hand, and `up` enters them again. `false`: they are over, "
        "or entered again already.",
    )
    reason: Text = Field(title="Reden")


class Dossiers(Section):
    """Running forms and A036 attestations: stopped and entered again (R06–R11)."""

    handled_by: Literal["softwareSupplier", "byHand"] = Field(
        title="Door",
        description="Whether the software moves them or people do; that depends on the supplier (R70).",
    )
    centres: Annotated[tuple[Text, ...], *non_empty_list("R07", "centre")] = Field(
        title="OCMW's",
        description="Merging centres whose dossiers move: all in scenarios 1 and 2 (R07, R08), only the disappearing "
        "one in 3 (R09).",
    )
    stop_on: IsoDate = Field(title="Einddatum", description="The day before the merger (R06).")
    restart_on: IsoDate = Field(title="Datum van invoegetreding", description="The day of the merger (R06).")
    ended: Annotated[tuple[EndedDossiers, ...], *non_empty_list("empty", "entry")] = Field(
        default=(),
        title="Wat op de einddatum eindigde",
        description="Forms that ended on `stopOn` and were not stopped for the merger wait until this says whether they go "
        "on: only people know.",
    )


class BeyondScenario(Section):
    """Permits what the scenario does not need."""

    reason: Text = Field(title="Reden", description="Why this fusion does more than its scenario asks for.")


class Draft(Section):
    """The parts of a declaration that are sound enough to judge; the others are None, and have findings of their own.

    Rules take a draft, so that one wrong digit does not hide other faults. A `Fusion` is a draft without gaps.
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
    exceptions: Annotated[tuple[SafetyException, ...], *non_empty_list("empty", "entry")] = Field(
        default=(),
        title="Uitzonderingen op de veiligheidsregels",
        description="What a safety rule refuses and is meant all the same. An entry may stay when it is done.",
    )

    @property
    def slug(self) -> str:
        """The name as in file and stack names, `nazareth-de-pinte`; empty while there is no sound name."""
        return slug(self.name or "")

    @property
    def ftp_password_key(self) -> str:
        """The key of the FTP account's password in the secrets file: `pajottegem/ftp`."""
        return f"{self.slug}{FTP_PASSWORD}"

    def allowed(self, rule: str, centre: str) -> dict[str, SafetyException]:
        """What `exceptions` let through of a safety rule at a centre, by item."""
        return {one.item: one for one in self.exceptions if (one.rule, one.centre) == (rule, centre)}

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
    """One merger of OCMWs, as it is to be on the portal. An absent section is untouched."""

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
        title="Datum van de fusie",
        description="The day of the merger: from then on the merged centre exists.",
    )
    ocmw: Ocmw = Field(title="Fusie-OCMW")
    merging: Annotated[tuple[MergingCentre, ...], *non_empty_list("R02", "merging centre")] = Field(
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

    def is_retained(self, centre: MergingCentre) -> bool:
        """Whether anything of a disappearing centre is still retained; where all is released, nothing is left to review."""
        released = {one.item for one in self.retain.release if one.centre == centre.name}
        return not released.issuperset(centre.retained)

    @property
    def rest_supplier(self) -> str | None:
        """The supplier that is asked to manage the REST account's certificate (R34); None where none is."""
        rest = self.accounts and self.accounts.rest
        external = rest and rest.certificate_management.external
        return external.supplier if external else None

    @property
    def rest_key(self) -> str:
        """The key of the REST account's certificate and private key in the secrets file: `pajottegem/rest`."""
        return f"{self.slug}/rest"

    def ftp_password_key_of(self, centre: str) -> str:
        """The key of a merging centre's own FTP password, which `fusion check` may use: `pajottegem/herne/ftp`."""
        return f"{self.slug}/{slug(centre)}{FTP_PASSWORD}"


SCREENS: dict[str, type[Screen]] = {
    str(field.alias): kind
    for field in Fusion.model_fields.values()
    for kind in get_args(field.annotation)
    if isinstance(kind, type) and issubclass(kind, Screen)
}
"""The screens of OCMW-configuratie by their keys in a declaration."""


def slug(name: str) -> str:
    """A name in lower case, without accents, other signs as hyphens: `Nazareth-De Pinte` is `nazareth-de-pinte`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
