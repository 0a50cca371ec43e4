"""OCMW-configuratie: mutations, technical providers, contact details, OCMW Online (rules R47–R59).

Each is one screen with one "Bewaren": one PUT with all that the screen holds, so that nothing is half saved (R51).
"""

from __future__ import annotations

from typing import ClassVar

from providers.base import Props
from providers.resource import PortalProvider, PortalResource

API = "/REST/ocmwConfiguration/v1/organizations"


class ScreenProvider(PortalProvider):
    """A screen of OCMW-configuratie."""

    screen: ClassVar[str]

    def path(self, props: Props) -> str:
        return f"{API}/{props['organization']}/{self.screen}"


class MutationsProvider(ScreenProvider):
    """Which mutation types reach the whole centre; what is sent while a type is unticked never arrives (R48–R50)."""

    title = "selection of mutations"
    screen = "mutations"
    fields = ("ticked",)

    def body(self, props: Props, found: Props | None = None) -> Props:
        ticked = props["ticked"]
        # A type that the portal added and nobody here knows stays as it is: unticking it would lose mutations (R50).
        unknown = [code for code in (found or {}).get("receive", ()) if code not in ticked]
        return {"receive": [*(code for code, wanted in ticked.items() if wanted), *unknown]}

    def declared(self, answer: Props, props: Props) -> Props:
        # As ticks, not as a list: one that changes shows by its name, where a list would show all after it as moved.
        return {"ticked": {code: code in answer["receive"] for code in props.get("ticked", ())}}


class TechnicalProvidersProvider(ScreenProvider):
    """Network provider, supplier of the social-dossier software, contact persons (R52)."""

    title = "technical providers"
    screen = "technicalProviders"
    fields = ("network", "socialFile", "contacts")
    addresses = ("contacts.email",)


class ContactDetailsProvider(ScreenProvider):
    """The centre's contact details in three languages, as OCMW Online shows them (R53, R54)."""

    title = "contact details"
    screen = "contactDetails"
    fields = ("street", "city", "postcode", "phone", "email", "website")
    addresses = ("email",)


class OcmwOnlineProvider(ScreenProvider):
    """Notifications of new aid requests and reminders of unread ones (R55–R58)."""

    title = "OCMW Online"
    screen = "ocmwOnline"
    fields = ("newRequests", "unreadReminders")
    addresses = ("newRequests.email", "unreadReminders.email")


class Mutations(PortalResource, module="configuration", name="Mutations"):
    """`organization`, `ticked` (code of a mutation type → whether it is received)."""

    provider_class = MutationsProvider


class TechnicalProviders(PortalResource, module="configuration", name="TechnicalProviders"):
    """`organization`, `network`, `socialFile` ({supplier, product}), `contacts` ([{name, phone, email}])."""

    provider_class = TechnicalProvidersProvider


class ContactDetails(PortalResource, module="configuration", name="ContactDetails"):
    """`organization`, `street` and `city` ({nl, fr, de}), `postcode`, `phone`, `email`, `website`."""

    provider_class = ContactDetailsProvider


class OcmwOnline(PortalResource, module="configuration", name="OcmwOnline"):
    """`organization`, `newRequests` ({enabled, email}), `unreadReminders` ({enabled, email, delayDays, frequencyDays})."""

    provider_class = OcmwOnlineProvider
