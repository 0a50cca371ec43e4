"""OCMW-configuratie: mutations, technical providers, contact details, OCMW Online (rules R47–R59).

Each is one screen with one "Bewaren": one PUT with all that the screen holds, so that nothing is half saved (R51).
"""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict

from providers import paths
from providers.base import Props
from providers.resource import PortalProvider, PortalResource


class ScreenProvider(PortalProvider):
    """A screen of OCMW-configuratie."""

    screen: ClassVar[str]

    def path(self, props: Props) -> str:
        return paths.screen(props["organization"], self.screen)


class MutationsProvider(ScreenProvider):
    """Which mutation types reach the whole centre; what is sent while a type is unticked never arrives (R48–R50)."""

    title = "selection of mutations"
    screen = paths.MUTATIONS
    fields = ("ticked",)

    def body(self, props: Props, found: Props | None = None) -> Props:
        wanted = [code for code, is_wanted in props["ticked"].items() if is_wanted]
        return {"receive": [*wanted, *self.find_left(found or {}, props)]}

    def find_left(self, answer: Props, props: Props) -> list[str]:
        """Codes that are ticked and that nobody here knows, since the portal added them: they stay as they are, because
        unticking one would lose mutations (R50)."""
        return [code for code in answer.get("receive", ()) if code not in props["ticked"]]

    def to_declaration(self, answer: Props, props: Props) -> Props:
        # As ticks, not as a list: one that changes shows by its name, where a list would show all after it as moved.
        return {"ticked": {code: code in answer["receive"] for code in props.get("ticked", ())}}


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
