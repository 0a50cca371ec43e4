"""OCMW-configuratie: its four screens."""

from __future__ import annotations

from operations.runbooks.manual.step import At, Chapter, Day, Kind, Step, Who

SCREENS = ("Mutations", "TechnicalProviders", "ContactDetails", "OcmwOnline")
_FIRST = ("access-copy", "access-managers")

STEPS = (
    Step(
        "mutations",
        Chapter.CONFIGURATION,
        "Tick the types of mutations",
        Who.CONFIGURATION,
        ("R03", "R47", "R48", "R49", "R50", "R51"),
        (
            "The first screen has the types of mutations. Tick and untick them as below; it holds for the whole OCMW: a "
            "type that "
            "is unticked reaches none of its services.",
            "A type may be ticked again later, but what was sent while it was unticked never arrives.",
            "Click “Bewaren”.",
        ),
        day=Day.MERGER,
        of=("configuration:Mutations",),
        after=_FIRST,
    ),
    Step(
        "technical-providers",
        Chapter.CONFIGURATION,
        "Enter the technical providers",
        Who.CONFIGURATION,
        ("R03", "R51", "R52"),
        (
            "Click “Technische dienstverleners”.",
            "Choose the network provider in the drop-down menu, and complete all necessary fields.",
            "Click “Bewaren”. This may be changed as often as needed.",
        ),
        day=Day.MERGER,
        of=("configuration:TechnicalProviders",),
        after=_FIRST,
    ),
    Step(
        "contact-details",
        Chapter.CONFIGURATION,
        "Enter the contact details",
        Who.CONFIGURATION,
        ("R03", "R51", "R53", "R54", "R59"),
        (
            "This screen opens later than the rest: the portal tells all OCMWs by e-mail.",
            "Click “Contactgegevens”. Citizens see these details in OCMW Online where the OCMW is the receiving one.",
            "Street and city are entered in all three languages; “stel deze waarde in voor alle talen” beside a language "
            "copies "
            "its value to the other two.",
            "Click “Bewaren”.",
        ),
        day=Day.MERGER,
        of=("configuration:ContactDetails",),
        after=_FIRST,
    ),
    Step(
        "ocmw-online",
        Chapter.CONFIGURATION,
        "Set notifications and reminders of OCMW Online",
        Who.CONFIGURATION,
        ("R03", "R51", "R55", "R56", "R57", "R58", "R59"),
        (
            "This screen opens later than the rest, like the contact details. Click “OCMW Online”.",
            "“De notificaties”: “ja” needs an e-mail address, else there is an error on saving.",
            "“Herinneringen voor ongelezen hulpaanvragen”: “ja” needs e-mail address, delay and frequency. "
            "“Herinneringstermijn”: "
            "after how many calendar days an unread request appears in a reminder. “Herinneringsfrequentie”: the days "
            "between "
            "reminders after the first.",
            "Click “Bewaren”.",
        ),
        day=Day.MERGER,
        of=("configuration:OcmwOnline",),
        after=_FIRST,
    ),
    Step(
        "settings-left",
        Chapter.CONFIGURATION,
        "What left the declaration",
        Who.CONFIGURATION,
        ("R51",),
        ("Take away on its screen what is listed, and click “Bewaren”.",),
        leaving="configuration:",
    ),
    Step(
        "configuration-stays",
        Chapter.CONFIGURATION,
        "No action is needed in OCMW-configuratie",
        Who.NOBODY,
        ("R04",),
        ("“Er zijn geen acties nodig in OCMW-Configuraties.” The merged OCMW keeps its settings.",),
        Kind.NOTHING,
        at=At.KEEPING,
        scenarios=(2, 3),
        without=tuple(f"configuration:{name}" for name in SCREENS),
    ),
    Step(
        "retained-configuration",
        Chapter.CONFIGURATION,
        "The settings of the disappearing OCMW stay available",
        Who.NOBODY,
        ("R05",),
        ("Nothing is changed there for now.",),
        Kind.NOTHING,
        of=tuple(f"retained:{name}" for name in SCREENS),
        together=True,
    ),
)
