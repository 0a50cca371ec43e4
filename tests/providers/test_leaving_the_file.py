"""What leaving the file does to each kind of thing, as the table of docs/declaration.md has it, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import controls
from providers.access import AccessManagersProvider, ChiefAccessManagersProvider, UserProvider
from providers.configuration import MutationsProvider
from providers.removal import RemovedProvider
from providers.resource import PortalProvider
from tests.providers import (
    test_access_managers,
    test_certificate,
    test_configuration,
    test_ftp_account,
    test_removal,
    test_rest_account,
    test_sender,
    test_user,
)
from tests.providers.conftest import Portal
from tests.providers.contract import Contract
from tests.providers.people import chiefs, managers, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness
from tests.providers.test_handover import now

PAGE = Path(__file__).parents[2] / "docs" / "declaration.md"
HEADING = "## What leaving the file does"
Still = Callable[[Portal, bool], bool]
"""Whether the thing is still there after it left the file. The flag says that somebody else had made it."""


def whole(contract: Contract) -> Still:
    """A thing with a resource of its own leaves with it."""

    def act(portal: Portal, adopted: bool) -> bool:
        contract.prepare(portal)
        if adopted:
            contract.set_by_hand(portal, contract.declared())
        life = ResourceHarness(contract.provider())
        assert life.create(contract.declared())["origin"] == ("adopted" if adopted else "created")
        life.delete()
        return contract.live(portal) is not None

    return act


@dataclass(frozen=True)
class Part:
    """A part of a thing, which leaves by a change of its resource. `there` asks the portal whether it has the part."""

    provider: type[PortalProvider]
    with_it: Props
    without: Props
    by_hand: Callable[[Portal], None]
    there: Callable[[Portal], bool]

    def __call__(self, portal: Portal, adopted: bool) -> bool:
        if adopted:
            self.by_hand(portal)
        life = ResourceHarness(self.provider())
        life.create(self.with_it)
        assert self.there(portal)
        life.up(self.without)
        return self.there(portal)


CHIEFS = {"organization": PAJOTTEGEM, "people": chiefs("els.peeters", "luc.hermans", "an.claes")}
BOTH_CHIEFS = CHIEFS | {"chiefAccessManagers": ["els.peeters", "luc.hermans"]}
ONE_CHIEF = CHIEFS | {"chiefAccessManagers": ["els.peeters"]}
CO_CHIEF = ONE_CHIEF | {"coChiefAccessManagers": ["an.claes"]}
MANAGERS = test_removal.MANAGERS
MANAGER: Props = {
    "organization": PAJOTTEGEM,
    "domain": test_removal.DOMAIN,
    "accessManager": "jan.janssens",
    "people": managers("jan.janssens", "an.claes"),
}
CO_MANAGER = MANAGER | {"coAccessManagers": ["an.claes"]}
USER = test_user.TestUser().declared()
TICKED = {"organization": PAJOTTEGEM, "ticked": {"address": True, "death": True}}


def chief(role: str, key: str) -> Callable[[Portal], bool]:
    def there(portal: Portal) -> bool:
        found = portal.get(PAJOTTEGEM, test_access_managers.TestChiefAccessManagers.path) or {}
        return ssin(key) in {one["ssin"] for one in found[role]}

    return there


def co_manager(portal: Portal) -> bool:
    return ssin("an.claes") in test_removal.co_managers(portal)


def managed_by_hand(portal: Portal) -> None:
    manager, other = managers("jan.janssens", "an.claes").values()
    portal.save(PAJOTTEGEM, MANAGERS, {"accessManager": manager, "coAccessManagers": [other]})


def used(field: str) -> Callable[[Portal], bool]:
    return lambda portal: len((test_user.TestUser().live(portal) or {})[field]) == len(USER[field])


def without(props: Props, field: str) -> Props:
    return {name: value for name, value in props.items() if name != field}


def ticked(portal: Portal) -> bool:
    live = test_configuration.TestMutations().live(portal) or {}
    return "death" in live["receive"]


def accepted(portal: Portal, adopted: bool) -> bool:
    """The account that came of our request; adopted, of somebody else's."""
    contract = test_rest_account.TestAskedOfTheSupplier()
    contract.prepare(portal)
    if adopted:
        contract.set_by_hand(portal, contract.declared())
    life = ResourceHarness(contract.provider())
    life.create(contract.declared())
    controls.answer_delegation(portal.database, PAJOTTEGEM, test_rest_account.NAME, True)
    life.refresh()
    life.delete()
    there = portal.get(PAJOTTEGEM, test_rest_account.ACCOUNT) is not None
    assert (contract.live(portal) is not None) is there, "the request goes with its account"
    return there


def used_certificate(portal: Portal, adopted: bool) -> bool:
    """Ours, and an account that was there before uses it."""
    contract = test_ftp_account.TestFtpAccount()
    certificate = test_certificate.TestCertificate()
    life = ResourceHarness(certificate.provider())
    certificate.prepare(portal)
    if adopted:
        certificate.set_by_hand(portal, certificate.declared())
    life.create(certificate.declared())
    name = certificate.declared()["fileName"]
    portal.save(PAJOTTEGEM, contract.path, contract.body(contract.declared() | {"certificate": name}))
    life.delete()
    return certificate.live(portal) is not None


def came_back(portal: Portal, adopted: bool) -> bool:
    """Whether the person is still away when the entry has left."""
    if adopted:
        test_removal.by_hand(portal)
    life = ResourceHarness(RemovedProvider())
    life.create(test_removal.declared())
    life.delete()
    return not test_removal.is_user(portal)


def user_by_hand(portal: Portal) -> None:
    contract = test_user.TestUser()
    contract.set_by_hand(portal, USER)


def ticked_by_hand(portal: Portal) -> None:
    contract = test_configuration.TestMutations()
    portal.save(PAJOTTEGEM, contract.path, {"receive": ["address", "death"]})


FAR = "2999-12-31"
"""Until when an exception lets a type be unticked (R50)."""
ROWS: dict[str, Still] = {
    "a user": whole(test_user.TestUser()),
    "an application out of a user's `applications`": Part(
        UserProvider, USER, USER | {"applications": ["Uniek verslag"]}, user_by_hand, used("applications")
    ),
    "a user's `applications`": Part(
        UserProvider, USER, without(USER, "applications"), user_by_hand, used("applications")
    ),
    "a role out of a user's `roles`": Part(
        UserProvider, USER, USER | {"roles": []}, user_by_hand, used("roles")
    ),
    "a user's `roles`": Part(UserProvider, USER, without(USER, "roles"), user_by_hand, used("roles")),
    "a domain: its access managers": whole(test_access_managers.TestAccessManagers()),
    "somebody out of `coAccessManagers`": Part(
        AccessManagersProvider, CO_MANAGER, MANAGER | {"coAccessManagers": []}, managed_by_hand, co_manager
    ),
    "`coAccessManagers`": Part(AccessManagersProvider, CO_MANAGER, MANAGER, managed_by_hand, co_manager),
    "somebody out of `chiefAccessManagers`": Part(
        ChiefAccessManagersProvider,
        BOTH_CHIEFS,
        ONE_CHIEF,
        lambda portal: now(portal, "els.peeters", "luc.hermans"),
        chief("chiefAccessManagers", "luc.hermans"),
    ),
    "somebody out of `coChiefAccessManagers`": Part(
        ChiefAccessManagersProvider,
        CO_CHIEF,
        ONE_CHIEF | {"coChiefAccessManagers": []},
        lambda portal: now(portal, "els.peeters", co_chiefs=("an.claes",)),
        chief("coChiefAccessManagers", "an.claes"),
    ),
    "`coChiefAccessManagers`": Part(
        ChiefAccessManagersProvider,
        CO_CHIEF,
        ONE_CHIEF,
        lambda portal: now(portal, "els.peeters", co_chiefs=("an.claes",)),
        chief("coChiefAccessManagers", "an.claes"),
    ),
    "an entry of `removed`": came_back,
    "the sender contact": whole(test_sender.TestSenderContact()),
    "a certificate": whole(test_certificate.TestCertificate()),
    "a certificate that an account still uses": used_certificate,
    "the FTP account": whole(test_ftp_account.TestFtpAccount()),
    "the REST account, with an own certificate": whole(test_rest_account.TestWithACertificateOfOnesOwn()),
    "the REST account, asked of a supplier": whole(test_rest_account.TestAskedOfTheSupplier()),
    "the REST account, accepted by a supplier": accepted,
    "`mutations`": whole(test_configuration.TestMutations()),
    "a type out of `mutations.receive`": Part(
        MutationsProvider,
        TICKED,
        TICKED
        | {"ticked": {"address": True, "death": False}, "centre": "Pajottegem", "exceptions": {"death": FAR}},
        ticked_by_hand,
        ticked,
    ),
    "`technicalProviders`": whole(test_configuration.TestTechnicalProviders()),
    "`contact`": whole(test_configuration.TestContactDetails()),
    "`notifications`": whole(test_configuration.TestOcmwOnline()),
}
UNTOUCHED = "`access`: the chief access managers"
"""Of a resource whose life begins otherwise; see the test of it."""


def rows() -> dict[str, list[str]]:
    """The table of the page: what leaves the file, then what becomes of it where it was made here, and where adopted."""
    section = PAGE.read_text(encoding="utf-8").split(HEADING)[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return {name: cells for name, *cells in lines[1:]}


def test_the_page_has_these_rows() -> None:
    assert rows().keys() == {*ROWS, UNTOUCHED}


@pytest.mark.parametrize("adopted", [False, True], ids=["made here", "adopted"])
@pytest.mark.parametrize("name", ROWS)
def test_what_leaves_the_file_goes_or_stays_as_the_page_says(
    name: str, adopted: bool, portal: Portal
) -> None:
    told: Any = rows()[name][adopted].split(";")[0].split(",")[0]
    assert told in ("goes", "stays")
    assert ROWS[name](portal, adopted) is (told == "stays")


@pytest.mark.parametrize("adopted", [False, True], ids=["made here", "adopted"])
def test_chiefs_stay_whoever_made_them(adopted: bool, portal: Portal) -> None:
    """R15: a centre is never without."""
    assert rows()[UNTOUCHED][adopted].startswith("stays")
    if not adopted:
        test_access_managers.without_chiefs(portal)
    life = ResourceHarness(ChiefAccessManagersProvider())
    assert life.create(ONE_CHIEF)["origin"] == ("adopted" if adopted else "created")
    life.delete()
    assert chief("chiefAccessManagers", "els.peeters")(portal)
