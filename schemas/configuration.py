"""OCMW-configuratie: mutations, technical providers, contact details, OCMW Online's notifications. R47–R59."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.codes import Code
from schemas.fields import Email, Phone, Postcode, Section, Text, list_or_none_word, non_empty_list, problem

Language = Literal["nl", "fr", "de"]
LANGUAGES: tuple[Language, ...] = ("nl", "fr", "de")


MutationType = Annotated[Text, Code("mutationTypes", "a type of mutation")]
NetworkProvider = Annotated[Text, Code("networkProviders", "a network provider")]
Supplier = Annotated[Text, Code("suppliers", "a supplier")]


class LocalizedText(Section):
    """A text in the three languages, or `all` for the same in each ("stel deze waarde in voor alle talen", R53)."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["all"], "maxProperties": 1},
                {"required": ["nl", "fr", "de"], "maxProperties": 3},
            ]
        }
    )

    nl: Text | None = Field(default=None, title="Nederlands")
    fr: Text | None = Field(default=None, title="Frans")
    de: Text | None = Field(default=None, title="Duits")
    all: Text | None = Field(default=None, title="Alle talen", description="This value for all languages.")

    @model_validator(mode="after")
    def _complete(self) -> LocalizedText:
        given = [language for language in LANGUAGES if getattr(self, language) is not None]
        missing = [language for language in LANGUAGES if language not in given]
        if self.all is not None and given:
            raise problem(
                "R53", f"`all` stands for the three languages: leave out {' and '.join(given)}, or `all`"
            )
        if self.all is None and missing:
            raise problem("R53", f"{' and '.join(missing)} missing: give all three languages, or `all`")
        return self

    def as_dict(self) -> dict[str, str]:
        """The text per language: `{"nl": …, "fr": …, "de": …}`."""
        return {language: self.all or getattr(self, language) for language in LANGUAGES}


class Screen(Section):
    """A screen of OCMW-configuratie. Scenario 1 needs all of them (R03), 2 and 3 need no action there (R04)."""

    what: ClassVar[str]
    rule: ClassVar[str]


class Mutations(Screen):
    """Which types of mutation the whole OCMW receives (R48)."""

    what = "the types of mutation"
    rule = "R48"

    receive: Annotated[tuple[MutationType, ...], *list_or_none_word("R48")] = Field(
        title="Mutaties",
        description="Types to receive; all others are unticked, and what is sent meanwhile never arrives (R50). "
        "`none`: none at all.",
    )


class SocialFile(Section):
    """The software that manages social dossiers, and who supplies it."""

    supplier: Supplier = Field(title="Leverancier", description="Code of the supplier.")
    product: Text = Field(title="Programma", description="Name of the product.")


class ProviderContact(Section):
    """A person to call about technical changes."""

    name: Text = Field(title="Naam")
    phone: Phone = Field(title="Telefoonnummer")
    email: Email = Field(title="E-mailadres")


class TechnicalProviders(Screen):
    """Technische dienstverleners (in the manual's lists: technische prestaties). R52."""

    what = "the technical providers"
    rule = "R52"

    network: NetworkProvider = Field(title="Netwerkprovider", description="Code of the network provider.")
    social_file: SocialFile = Field(title="Programma voor het beheer van sociale dossiers")
    contacts: Annotated[tuple[ProviderContact, ...], *non_empty_list("R52", "contact person")] = Field(
        title="Contactpersonen"
    )


class ContactDetails(Screen):
    """The contact details of the receiving OCMW that OCMW Online shows to citizens (R53, R54)."""

    what = "the contact details"
    rule = "R53"

    street: LocalizedText = Field(title="Straat en nummer")
    city: LocalizedText = Field(title="Stad")
    postcode: Postcode = Field(title="Postcode")
    phone: Phone = Field(title="Telefoonnummer")
    email: Email = Field(title="E-mailadres")
    website: Annotated[str, Field(pattern=r"^https?://[^\s/]+\.[^\s]+$")] | None = Field(
        default=None, title="Website", examples=["https://www.pajottegem.example"]
    )


_EMAIL_WHEN_ENABLED: dict[str, Any] = {
    "if": {"properties": {"enabled": {"enum": [False]}}, "required": ["enabled"]},
    "then": {},
}


class NewRequests(Section):
    """A mail when an aid request comes in: yes needs an address (R55)."""

    model_config = ConfigDict(json_schema_extra={**_EMAIL_WHEN_ENABLED, "else": {"required": ["email"]}})

    enabled: bool = Field(default=True, title="Ja of nee")
    email: Email | None = Field(default=None, title="E-mailadres")

    @model_validator(mode="after")
    def _address(self) -> NewRequests:
        if self.enabled and self.email is None:
            raise problem(
                "R55", "a notification needs an `email`; for no notification write `enabled: false`"
            )
        return self


class UnreadReminders(Section):
    """Mails about aid requests that nobody has read: yes needs address, delay and frequency (R56)."""

    model_config = ConfigDict(
        json_schema_extra={
            **_EMAIL_WHEN_ENABLED,
            "else": {"required": ["email", "delayDays", "frequencyDays"]},
        }
    )

    enabled: bool = Field(default=True, title="Ja of nee")
    email: Email | None = Field(default=None, title="E-mailadres")
    delay_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None,
        title="Herinneringstermijn",
        description="Calendar days after submission until the request appears in a reminder (R57).",
    )
    frequency_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None,
        title="Herinneringsfrequentie",
        description="Days between reminders after the first (R58).",
    )

    @model_validator(mode="after")
    def _complete(self) -> UnreadReminders:
        needed = {"email": self.email, "delayDays": self.delay_days, "frequencyDays": self.frequency_days}
        missing = [f"`{key}`" for key, value in needed.items() if value is None]
        if self.enabled and missing:
            raise problem(
                "R56", f"reminders need {', '.join(missing)}; for no reminders write `enabled: false`"
            )
        return self


class Notifications(Screen):
    """OCMW Online: notifications and reminders (R55–R58)."""

    what = "the notifications of OCMW Online"
    rule = "R55"

    new_requests: NewRequests = Field(title="Notificaties")
    unread_reminders: UnreadReminders = Field(title="Herinneringen voor ongelezen hulpaanvragen")
