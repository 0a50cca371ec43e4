"""What a step of the manual is: which words, whose work, at which centre, on which day, for which things of a plan.

Texts are English messages; the catalogues have their Dutch and French. What stands in “…” is on the screen, and is the same
in every language. A value in braces is one of the fusion's (`steps.values_of`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    """What a step asks of people, as a message."""

    ACTION = "to do"
    NOTHING = "no action needed"
    NOTE = "to know"


class At(Enum):
    """The centres at which a step is, each with a step of its own; `FUSION`: one step for all."""

    FUSION = ()
    MERGED = ("merged", "keeping")
    NEW = ("merged",)
    KEEPING = ("keeping",)
    DISAPPEARING = ("disappearing",)
    MERGING = ("keeping", "disappearing")
    ANY = ("merged", "keeping", "disappearing")


class Day(Enum):
    """When: a day or days that the wave or the declaration says (`moments`)."""

    REPORT = "report"
    LAST_DAY = "last-day"
    MERGER = "merger"
    UNIQUE_REPORT = "unique-report"
    REVIEW = "review"
    NEXT_REPORT = "next-report"


class Who(Enum):
    """Who may or must do it, as a message."""

    EVERYBODY = "whoever has access to both the disappearing and the merged OCMW"
    CENTRES = "the merging OCMWs together"
    CHIEFS = "a (co-)chief access manager (HTB)"
    MANAGERS = "a (co-)chief access manager (HTB) or a (co-)access manager (TB) of the domain; no plain user"
    CHAMAN = (
        "the access manager (TB), a co-access manager (co-TB), or a user with the application “ChaMan - Technisch "
        "kanaalbeheer”, of the domain “Maatschappelijk welzijn”"
    )
    CONFIGURATION = (
        "the access manager (TB), a co-access manager (co-TB), or a user with the role “OCMW-configuratie”, of the domain "
        "“Maatschappelijk welzijn”"
    )
    CASE_WORK = "whoever handles dossiers in the centre's social software"
    E_BOX = "a user with an E-Box application, such as “E-Box Onderneming”"
    REPORT = "a user with the application “Uniek verslag”"
    BOSA = "a (co-)chief access manager (HTB), by CSAM; questions go to FOD BOSA"
    RSZ = "the RSZ"
    SMALS = "Smals"
    NOBODY = "nobody"


class Chapter(Enum):
    """A chapter, in the manual's order: its title, and how people come to its screens."""

    SCENARIO = "Which scenario applies", ()
    SIGNING_IN = "Signing in during the transition", ()
    ACCESS = (
        "Access management",
        (
            "Go to https://www.csam.be/nl/beheer-toegangsbeheerders.html. A link to a “Step-by-Step Guide” stands there "
            "too.",
            "Go to “Toegangen beheren” and click “Toegangsbeheer” under the title “Sociale Zekerheid”.",
            "Sign in with one of the sign-in options, and choose the organisation that the step names.",
            "Click the name of the enterprise, then the domain (“hoedanigheid”).",
            "Some screens still have the old terms: “Verantwoordelijke Toegangen Entiteit (VTE)” is the chief access "
            "manager "
            "(HTB), “Lokale beheerder (LB)” the access manager (TB), “Hoedanigheid” the domain.",
        ),
    )
    CHAMAN = (
        "ChaMan",
        (
            "Go to https://professional.socialsecurity.be/ and click “Onderneming”.",
            "Type ChaMan in the search field and click “Go!”, or click “Naar alle onlinediensten” and then “ChaMan”.",
            "Click “Beheer uw technische kanalen”, choose “Professional”, sign in, and choose the organisation that the "
            "step "
            "names. ChaMan stands under the domain “Maatschappelijk welzijn”.",
        ),
    )
    CONFIGURATION = (
        "OCMW-configuratie",
        (
            "Go to https://professional.socialsecurity.be/ and click “Ambtenaren en andere professionelen”, then “OCMW’s "
            "& POD "
            "Maatschappelijke Integratie”, then “OCMW-configuratie” in the list of online services.",
            "Press “Start de onlinedienst op” or “Aanmelden”, identify yourself, and choose the organisation that the "
            "step names.",
            "Choose the role “OCMW-configuratie” in the drop-down menu.",
            "Each screen has its own “Bewaren”: what is not saved is lost.",
        ),
    )
    DOSSIERS = "Integrations, dossiers and A036", ()
    E_BOX = "E-Box", ()
    UNIQUE_REPORT = "Uniek verslag", ()
    ONLINE = "OCMW Online", ()
    RETAINED = "What is retained", ()
    QUESTIONS = "Questions", ()

    def __init__(self, title: str, way: tuple[str, ...]) -> None:
        self.title = title
        self.way = way


@dataclass(frozen=True)
class Step:
    """A step of the manual.

    :param name: what it is called in commands and files, behind the centre's name: `hand-over` is `pajottegem-hand-over`.
    :param of: the kinds of resources that it makes, each with a step of its own under the engine's name; without any it is
        a step of people, which no plan has.
    :param together: one step for all those things of a centre.
    :param given: an input, and the value that it has ("": any), where the step is for some of the things only.
    :param at: at which centres.
    :param scenarios: in which scenarios.
    :param needs: it is asked only where the plan has one of these kinds.
    :param without: it is asked only where the plan has none of these.
    :param leaving: how the kinds of resources begin that it is about when only a preview has them: they left the
        declaration.
    :param after: the names of the steps that come before.
    :param is_early: whether it is done at the merging centres before the merger, and has a twin of afterwards.
    """

    name: str
    chapter: Chapter
    title: str
    who: Who
    rules: tuple[str, ...]
    how: tuple[str, ...] = ()
    kind: Kind = Kind.ACTION
    day: Day | None = None
    of: tuple[str, ...] = ()
    together: bool = False
    given: tuple[str, str] | None = None
    at: At = At.ANY
    scenarios: tuple[int, ...] = (1, 2, 3)
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    leaving: str | None = None
    after: tuple[str, ...] = ()
    is_early: bool = False

    def early(self) -> Step:
        """The same before the merger (R14): at the disappearing centres, and without a twin there at the keeping one."""
        at = At.MERGING if self.at is At.NEW else At.DISAPPEARING
        return replace(self, name=f"{self.name}-early", at=at, day=Day.REPORT, after=(), is_early=True)

    def rules_in(self, scenario: int) -> tuple[str, ...]:
        """Its rules, without those of other scenarios."""
        return tuple(rule for rule in self.rules if scenario in _ONLY_IN.get(rule, (scenario,)))


_ONLY_IN = {
    "R03": (1,),
    "R04": (2, 3),
    "R07": (1,),
    "R08": (2,),
    "R09": (3,),
    "R12": (1,),
    "R23": (1, 2),
    "R24": (3,),
}
"""Rules of some scenarios only."""
