"""What each kind of resource is called, to which system of the manual it belongs, and by which rules it is set.

The titles are English messages; the catalogues (`words`) have the screens' own. A test holds the systems to those of
`stacks.plan`.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.systems import System


@dataclass(frozen=True)
class Thing:
    """A kind of resource.

    :param keys: the properties that say which one it is.
    :param rules: the manual's rules for it.
    :param goes_with_its_line: whether it is taken away when it leaves the file and this client made it.
    :param writes: whether an `up` can change anything at the portal by it.
    :param acts: whether it is something to do, of which the portal has no fields.
    """

    title: str
    system: System
    keys: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    goes_with_its_line: bool = False
    writes: bool = True
    acts: bool = False


_IN_DOMAIN = ("domain",)
_PERSON = ("domain", "person")

THINGS = {
    "access:ChiefAccessManagers": Thing(
        "chief access managers", System.CHIEF_ACCESS_MANAGERS, (), ("R13", "R15")
    ),
    "access:AccessCopy": Thing("copy of access", System.ACCESS, (), ("R15",), writes=False),
    "access:OperatorAccess": Thing("the operator's access", System.ACCESS, (), ("R15",), writes=False),
    "access:DeclaredPeople": Thing("declared people", System.ACCESS, (), ("R22",), writes=False),
    "access:AccessManagers": Thing("access managers", System.ACCESS, _IN_DOMAIN, ("R16", "R17"), True),
    "access:User": Thing("user", System.ACCESS, _PERSON, ("R19",), True),
    "access:Removed": Thing("removal", System.ACCESS, _PERSON, ("R17", "R20"), acts=True),
    "access:CleanedUp": Thing("clean-up of users", System.ACCESS, _IN_DOMAIN, ("R24",), acts=True),
    "chaman:SenderContact": Thing("sender contact", System.SENDER, (), ("R28",), True),
    "chaman:FtpAccount": Thing(
        "FTP account", System.FTP_ACCOUNT, ("accountName",), ("R29", "R30", "R31"), True
    ),
    "chaman:RestAccount": Thing("REST account", System.REST_ACCOUNT, ("accountName",), ("R33", "R34"), True),
    "chaman:Certificate": Thing("certificate", System.CERTIFICATES, ("fileName",), ("R37",), True),
    "configuration:Mutations": Thing("selection of mutations", System.MUTATIONS, (), ("R48",), True),
    "configuration:TechnicalProviders": Thing(
        "technical providers", System.TECHNICAL_PROVIDERS, (), ("R52",), True
    ),
    "configuration:ContactDetails": Thing(
        "contact details", System.CONTACT_DETAILS, (), ("R53", "R54"), True
    ),
    "configuration:OcmwOnline": Thing(
        "notifications of OCMW Online", System.NOTIFICATIONS, (), ("R55", "R56"), True
    ),
    "integrations:RunningForms": Thing(
        "forms of running dossiers", System.RUNNING_DOSSIERS, (), ("R06", "R10"), acts=True
    ),
    "integrations:Attestations": Thing(
        "A036 attestations", System.ATTESTATIONS, (), ("R06", "R11"), acts=True
    ),
    "retained:UniqueReport": Thing(
        "Uniek verslag", System.UNIQUE_REPORT, ("year",), ("R62", "R63"), writes=False
    ),
    "online:Requests": Thing("requests of OCMW Online", System.ONLINE_REQUESTS, (), ("R64",), writes=False),
    "retained:Review": Thing("review of what is retained", System.RETAINED, (), ("R05", "R61"), writes=False),
    "retained:SenderContact": Thing("sender contact", System.RETAINED, (), ("R05", "R39")),
    "retained:Certificates": Thing("certificates", System.RETAINED, (), ("R05", "R39")),
    "retained:FtpAccounts": Thing("FTP accounts", System.RETAINED, (), ("R05", "R39")),
    "retained:RestAccounts": Thing("REST accounts", System.RETAINED, (), ("R05", "R39")),
    "retained:DelegationRequests": Thing("delegation requests", System.RETAINED, (), ("R05", "R39")),
    "retained:Mutations": Thing("selection of mutations", System.RETAINED, (), ("R05",)),
    "retained:TechnicalProviders": Thing("technical providers", System.RETAINED, (), ("R05",)),
    "retained:ContactDetails": Thing("contact details", System.RETAINED, (), ("R05",)),
    "retained:OcmwOnline": Thing("notifications of OCMW Online", System.RETAINED, (), ("R05",)),
    "retained:ChiefAccessManagers": Thing("chief access managers", System.RETAINED, (), ("R05", "R22")),
    "retained:AccessManagers": Thing("access managers", System.RETAINED, (), ("R05", "R22")),
    "retained:Users": Thing("users", System.RETAINED, (), ("R05", "R22")),
    "retained:EBox": Thing("E-Box", System.RETAINED, (), ("R05", "R61")),
}
"""By the type's name, in the order in which a system's things are told."""

_ORDER = {name: place for place, name in enumerate(THINGS)}


def thing_of(type_name: str) -> Thing:
    """The kind of a type; one that nobody knows here is called by its type, and stands last."""
    return THINGS.get(type_name) or Thing(type_name, System.RETAINED)


def order_of(type_name: str) -> int:
    """The place of a type among those of its system."""
    return _ORDER.get(type_name, len(_ORDER))


def is_retained(type_name: str) -> bool:
    """Whether it is a retained thing, compared with its baseline, and no work of people."""
    thing = thing_of(type_name)
    return type_name.startswith("retained:") and thing.system is System.RETAINED and thing.writes
