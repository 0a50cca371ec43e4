"""OCMW-configuratie: mutations, technical providers, contact details, OCMW Online (rules R47–R59).

Each is one screen with one "Bewaren": one PUT with all that the screen holds, so that nothing is half saved (R51).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, NotRequired, TypedDict

from providers import paths, session
from providers.base import Props
from providers.first_look import Look
from providers.resource import PortalProvider, PortalResource
from schemas.counts import format_count
from schemas.errors import GuardRefused, PortalError
from schemas.safety import UNTICKED_TYPE, Wanted, cite, has_ended, propose

if TYPE_CHECKING:
    from providers.portal import Answer, WritingPortal


class ScreenProvider(PortalProvider):
    """A screen of OCMW-configuratie."""

    screen: ClassVar[str]

    def path(self, props: Props) -> str:
        return paths.screen(props["organization"], self.screen)


class MutationsProvider(ScreenProvider):
    """Which mutation types reach the whole centre; what is sent while a type is unticked never arrives (R48–R50).

    So a type that the portal receives is unticked only where an exception says so, which counts until its day.
    """

    title = "selection of mutations"
    screen = paths.MUTATIONS
    fields = ("ticked",)

    def body(self, props: Props, found: Props | None = None) -> Props:
        wanted = [code for code, is_wanted in props["ticked"].items() if is_wanted]
        return {"receive": [*wanted, *self.find_left(found or {}, props)]}

    def refuse(self, look: Look) -> str | None:
        """Refuse already in a preview. The portal is asked only where the last look does not rule it out."""
        seen = look.olds.get("ticked")
        if seen is not None and not any(seen.get(code) for code in _unticked(look.news)):
            return None
        try:
            found = look.find(look.news) if _unticked(look.news) else None
        except PortalError:
            if look.olds:
                raise
            return None  # the first look says so, and `change` looks again
        lost = _find_lost(found, look.news, session.connection().today)
        return str(_refused(lost, look.news, session.connection().today)) if lost else None

    def change(self, portal: WritingPortal, props: Props, found: Answer, olds: Props | None) -> Answer:
        if lost := _find_lost(found, props, portal.today):
            raise _refused(lost, props, portal.today)
        return super().change(portal, props, found, olds)

    def find_left(self, answer: Props, props: Props) -> list[str]:
        """Codes that are ticked and that nobody here knows, since the portal added them: they stay as they are, because
        unticking one would lose mutations (R50)."""
        return [code for code in answer.get("receive", ()) if code not in props["ticked"]]

    def to_declaration(self, answer: Props, props: Props) -> Props:
        # As ticks, not as a list: one that changes shows by its name, where a list would show all after it as moved.
        return {"ticked": {code: code in answer["receive"] for code in props.get("ticked", ())}}


def _unticked(props: Props) -> list[str]:
    return [code for code, wanted in props["ticked"].items() if not wanted]


def _find_lost(found: Answer | None, props: Props, today: date) -> list[str]:
    """The types that the portal receives now, that are to be unticked, and that no exception of today is about."""
    received = found.body["receive"] if found else ()
    until = _exceptions(props)
    return [
        code
        for code in _unticked(props)
        if code in received and (code not in until or has_ended(until[code], today))
    ]


def _refused(lost: Sequence[str], props: Props, today: date) -> GuardRefused:
    until = _exceptions(props)
    ended = [f"{code} ended on {until[code]}" for code in lost if code in until]
    why = f"; the exception for {', '.join(ended)}" if ended else ""
    return GuardRefused(
        f"{props['centre']} receives {', '.join(lost)} now, and the file unticks {format_count(len(lost), 'type')}: what is "
        f"sent meanwhile never arrives (R50; {cite(UNTICKED_TYPE)}){why}",
        "Nothing is unticked. Tick it in `mutations.receive`, or say in the declaration that it is meant:\n"
        + propose(
            [Wanted(UNTICKED_TYPE, props["centre"], code) for code in lost], today, among_others=bool(until)
        ),
    )


def _exceptions(props: Props) -> dict[str, date]:
    """By type, the last day on which it may be unticked."""
    return {code: date.fromisoformat(day) for code, day in (props.get("exceptions") or {}).items()}


class TechnicalProvidersProvider(ScreenProvider):
    """Network provider, supplier of the social-dossier software, contact persons (R52)."""

    title = "technical providers"
    screen = paths.TECHNICAL_PROVIDERS
    fields = ("network", "socialFile", "contacts")
    addresses = ("contacts.email",)


class ContactDetailsProvider(ScreenProvider):
    """The centre's contact details in three languages, as OCMW Online shows them (R53, R54)."""

    title = "contact details"
    screen = paths.CONTACT_DETAILS
    fields = ("street", "city", "postcode", "phone", "email", "website")
    addresses = ("email",)


class OcmwOnlineProvider(ScreenProvider):
    """Notifications of new aid requests and reminders of unread ones (R55–R58)."""

    title = "OCMW Online"
    screen = paths.NOTIFICATIONS
    fields = ("newRequests", "unreadReminders")
    addresses = ("newRequests.email", "unreadReminders.email")


class MutationsInputs(TypedDict):
    organization: str
    ticked: dict[str, bool]
    """By the code of a mutation type: whether it is received."""
    centre: str
    """Its name."""
    exceptions: dict[str, str] | None
    """By the code of a type that may be unticked although it is received: the last day on which it may."""


class Mutations(PortalResource, module="configuration", name="Mutations"):
    """The selection of mutations."""

    provider_class = MutationsProvider
    inputs = MutationsInputs


class SocialFile(TypedDict):
    supplier: str
    """A code."""
    product: str


class ContactPerson(TypedDict):
    name: str
    phone: str
    email: str


class TechnicalProvidersInputs(TypedDict):
    organization: str
    network: str
    """A code."""
    socialFile: SocialFile
    contacts: list[ContactPerson]


class TechnicalProviders(PortalResource, module="configuration", name="TechnicalProviders"):
    """The technical providers."""

    provider_class = TechnicalProvidersProvider
    inputs = TechnicalProvidersInputs


class ContactDetailsInputs(TypedDict):
    organization: str
    street: dict[str, str]
    """By language: nl, fr, de."""
    city: dict[str, str]
    """By language: nl, fr, de."""
    postcode: str
    phone: str
    email: str
    website: str | None


class ContactDetails(PortalResource, module="configuration", name="ContactDetails"):
    """The contact details."""

    provider_class = ContactDetailsProvider
    inputs = ContactDetailsInputs


class NewRequests(TypedDict):
    enabled: bool
    email: NotRequired[str]


class UnreadReminders(TypedDict):
    enabled: bool
    email: NotRequired[str]
    delayDays: NotRequired[int]
    frequencyDays: NotRequired[int]


class OcmwOnlineInputs(TypedDict):
    organization: str
    newRequests: NewRequests
    unreadReminders: UnreadReminders


class OcmwOnline(PortalResource, module="configuration", name="OcmwOnline"):
    """Notifications and reminders of OCMW Online."""

    provider_class = OcmwOnlineProvider
    inputs = OcmwOnlineInputs
