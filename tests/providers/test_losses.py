"""What people lose is named before it happens, by the first preview too (R15–R21); so is what works and ends (R30–R36)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import controls
from providers.access import AccessManagersProvider, ChiefAccessManagersProvider, UserProvider
from providers.chaman import FtpAccountProvider, RestAccountProvider
from providers.resource import PortalProvider
from tests.providers import test_ftp_account, test_rest_account
from tests.providers.conftest import Portal
from tests.providers.contract import ACCESS
from tests.providers.people import chiefs, managers, ssin
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness, to_provider
from tests.providers.test_handover import now

DOMAIN = "woonzorg"
HERE = {"organization": PAJOTTEGEM, "domain": DOMAIN}


def losses(life: ResourceHarness | PortalProvider, news: Props) -> list[str]:
    """What a preview says: of a resource that is there after its refresh, or of one that is new."""
    if isinstance(life, ResourceHarness):
        life.refresh()
        provider, olds = life.provider, life.inputs
    else:
        provider, olds = life, {}
    found: list[str] = provider.check(to_provider(olds), to_provider(news)).inputs.get("loses", [])
    return found


def portal_name(portal: Portal, path: str, field: str, key: str) -> str:
    found = (portal.get(PAJOTTEGEM, path) or {})[field]
    people = found if isinstance(found, list) else [found]
    return next(f"portal:{one['personId'][:8]}" for one in people if one["ssin"] == ssin(key))


def manage(portal: Portal, manager: str, *others: str) -> None:
    first, *rest = managers(manager, *others).values()
    path = f"{ACCESS}/domains/{DOMAIN}/accessManagers"
    portal.save(PAJOTTEGEM, path, {"accessManager": first, "coAccessManagers": rest})


def managed(manager: str, *others: str, **more: Any) -> Props:
    return {**HERE, "accessManager": manager, "people": managers(manager, *others), **more}


def test_a_first_preview_names_who_is_no_chief_any_more(portal: Portal) -> None:
    """As in `antwerpen`: the portal's people are not in the file, so they have the portal's number."""
    now(portal, "els.peeters", "luc.hermans", co_chiefs=("an.claes",))
    people = chiefs("els.peeters", "an.claes")
    news = {"organization": PAJOTTEGEM, "chiefAccessManagers": ["els.peeters"], "people": people}
    stranger = portal_name(portal, f"{ACCESS}/chiefAccessManagers", "chiefAccessManagers", "luc.hermans")
    provider = ChiefAccessManagersProvider()
    assert losses(provider, news) == [f"{stranger} is no longer chief access manager (R15, R16)"]
    becomes = news | {"chiefAccessManagers": ["els.peeters", "an.claes"]}
    assert losses(provider, becomes)[1:] == [
        "an.claes is chief access manager instead of co-chief access manager (R15, R16)"
    ]
    without = becomes | {"chiefAccessManagers": ["els.peeters"], "coChiefAccessManagers": []}
    assert losses(provider, without)[1:] == ["an.claes is no longer co-chief access manager (R15, R16)"]


def test_a_first_preview_names_the_managers_who_are_replaced(portal: Portal) -> None:
    manage(portal, "jan.janssens", "an.claes", "sofie.wouters")
    provider = AccessManagersProvider()
    here = f"of {DOMAIN}"
    news = managed("an.claes", "jan.janssens", coAccessManagers=["jan.janssens"])
    stranger = portal_name(
        portal, f"{ACCESS}/domains/{DOMAIN}/accessManagers", "coAccessManagers", "sofie.wouters"
    )
    assert losses(provider, news) == [
        f"jan.janssens is co-access manager {here} instead of access manager {here} (R16, R17)",
        f"an.claes is access manager {here} instead of co-access manager {here} (R16, R17)",
        f"{stranger} is no longer co-access manager {here} (R16, R17)",
    ]
    assert losses(provider, managed("jan.janssens")) == []


def test_a_later_preview_names_them_by_their_keys(portal: Portal) -> None:
    manage(portal, "jan.janssens", "an.claes")
    life = ResourceHarness(AccessManagersProvider())
    both = managed("jan.janssens", "an.claes", coAccessManagers=["an.claes"])
    life.create(both)
    assert losses(life, both) == []
    gone = managed("jan.janssens", coAccessManagers=[])
    assert losses(life, gone) == [f"an.claes is no longer co-access manager of {DOMAIN} (R16, R17)"]
    life.up(gone)
    assert "loses" not in life.outs
    assert life.preview(gone) == "same"


def test_another_key_for_the_same_person_takes_nothing_away(portal: Portal) -> None:
    manage(portal, "jan.janssens")
    life = ResourceHarness(AccessManagersProvider())
    life.create(managed("jan.janssens"))
    people = {"jan.j": managers("jan.janssens")["jan.janssens"]}
    assert losses(life, {**HERE, "accessManager": "jan.j", "people": people}) == []


def test_who_was_added_by_hand_and_is_declared_by_now_loses_nothing(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look before knew that person by the secrets' key alone."""
    monkeypatch.setattr(
        "providers.access.portal_name", lambda person: {ssin("an.claes"): "an.claes"}[person["ssin"]]
    )
    manage(portal, "jan.janssens")
    life = ResourceHarness(AccessManagersProvider())
    life.create(managed("jan.janssens", coAccessManagers=[]))
    manage(portal, "jan.janssens", "an.claes")
    both = managed("jan.janssens", "an.claes", coAccessManagers=["an.claes"])
    assert losses(life, both) == []
    life.up(both)
    gone = f"an.claes is no longer co-access manager of {DOMAIN} (R16, R17)"
    assert losses(life, managed("jan.janssens", coAccessManagers=[])) == [gone]


def test_what_is_declared_from_now_on_says_who_is_left_out(portal: Portal) -> None:
    """The looks before were not about it."""
    manage(portal, "jan.janssens", "an.claes")
    life = ResourceHarness(AccessManagersProvider())
    life.create(managed("jan.janssens"))
    stranger = portal_name(
        portal, f"{ACCESS}/domains/{DOMAIN}/accessManagers", "coAccessManagers", "an.claes"
    )
    gone = f"{stranger} is no longer co-access manager of {DOMAIN} (R16, R17)"
    assert losses(life, managed("jan.janssens", coAccessManagers=[])) == [gone]


def test_rights_that_are_declared_from_now_on_say_which_go(portal: Portal) -> None:
    body = {
        "ssin": USER["ssin"],
        "applications": ["Uniek verslag"],
        "roles": ["Raadpleger"],
        "blocked": False,
    }
    portal.by_hand(PAJOTTEGEM).add(f"{ACCESS}/domains/{DOMAIN}/users", body)
    life = ResourceHarness(UserProvider())
    life.create(USER | {"applications": ["Uniek verslag"], "blocked": False})
    without = USER | {"applications": ["Uniek verslag"], "roles": [], "blocked": False}
    assert losses(life, without) == [f"nele.nieuw loses 1 role in {DOMAIN}: Raadpleger (R19)"]


USER = {**HERE, "person": "nele.nieuw", "ssin": ssin("nele.nieuw")}


def test_a_user_who_may_do_less_or_is_blocked_is_named(portal: Portal) -> None:
    rights = {
        "applications": ["Uniek verslag", "E-Box Onderneming"],
        "roles": ["Raadpleger"],
        "blocked": False,
    }
    body = {"ssin": USER["ssin"], **rights}
    portal.by_hand(PAJOTTEGEM).add(f"{ACCESS}/domains/{DOMAIN}/users", body)
    less = USER | {"applications": ["Uniek verslag"], "roles": [], "blocked": True}
    told = [
        f"nele.nieuw loses 1 application in {DOMAIN}: E-Box Onderneming (R19)",
        f"nele.nieuw loses 1 role in {DOMAIN}: Raadpleger (R19)",
        f"nele.nieuw is blocked in {DOMAIN} (R21)",
    ]
    assert losses(UserProvider(), less) == told
    life = ResourceHarness(UserProvider())
    life.create(USER | rights)
    assert losses(life, less) == told
    assert losses(life, USER | {"blocked": False}) == [], "what is not declared stays"
    life.up(less)
    assert losses(life, less) == []


def test_before_the_copy_nobody_loses_anything(portal: Portal) -> None:
    portal.restart("2024-12-02")
    life = ResourceHarness(AccessManagersProvider())
    assert losses(life.provider, managed("jan.janssens")) == []  # type: ignore[arg-type]
    life.create(managed("jan.janssens"))
    assert losses(life, managed("an.claes")) == []


# -- accounts -------------------------------------------------------------------------------------------------------

OWN = test_rest_account.account(certificate="own.cer")
SOCIUS = test_rest_account.account(supplier="socius")
OTHER = test_rest_account.account(supplier="welzijnsware")
ENDS = "REST account OCMW Online works now and ends: requests of OCMW Online are not read until "


def delegated(portal: Portal, answer: bool | None) -> ResourceHarness:
    """The account as it is asked of Socius, which accepts, refuses or has not answered."""
    test_rest_account.with_a_sender(portal)
    test_rest_account.upload(portal, "own.cer")
    life = ResourceHarness(RestAccountProvider())
    life.create(SOCIUS)
    if answer is not None:
        controls.answer_delegation(portal.database, PAJOTTEGEM, test_rest_account.NAME, answer)
    return life


@pytest.mark.parametrize(
    ("news", "until"),
    [
        (OTHER, "welzijnsware has accepted"),
        (OWN, "the software signs in with the new certificate"),
        (SOCIUS | {"accountName": "OCMW Online 2"}, "socius has accepted"),
    ],
    ids=["supplier", "own", "name"],
)
def test_an_account_that_works_and_is_replaced_is_warned_of(news: Props, until: str, portal: Portal) -> None:
    """R33-R36: the portal takes no second request under a name, so the old one ends first."""
    life = delegated(portal, answer=True)
    assert losses(life, SOCIUS) == []
    assert losses(life, news) == [f"{ENDS}{until} (R33, R35)"]


def test_who_was_adopted_stays_beside_an_account_of_another_name(portal: Portal) -> None:
    """R29, R33: nothing ends, so nothing is said to."""
    rest, ftp = test_rest_account.TestAskedOfTheSupplier(), test_ftp_account.TestFtpAccount()
    ftp.prepare(portal)
    for contract in (rest, ftp):
        contract.set_by_hand(portal, contract.declared())
    controls.answer_delegation(portal.database, PAJOTTEGEM, test_rest_account.NAME, True)
    for contract, other in ((rest, {}), (ftp, {"username": "other"})):
        life = ResourceHarness(contract.provider())
        assert life.create(contract.declared())["origin"] == "adopted"
        news = contract.declared() | {"accountName": "Another", **other}
        assert losses(life, news) == []
        assert life.up(news) == "replace"
        assert contract.live(portal) is not None


def test_a_first_preview_warns_of_an_account_of_another_supplier(portal: Portal) -> None:
    delegated(portal, answer=True)
    assert losses(RestAccountProvider(), OTHER) == [f"{ENDS}welzijnsware has accepted (R33, R35)"]
    assert losses(RestAccountProvider(), SOCIUS) == []


@pytest.mark.parametrize("answer", [None, False], ids=["pending", "refused"])
def test_where_no_account_works_nothing_ends(answer: bool | None, portal: Portal) -> None:
    assert losses(delegated(portal, answer), OTHER) == []


def test_more_authorizations_end_nothing_and_fewer_are_named(portal: Portal) -> None:
    """The portal changes them on the account that works."""
    life = delegated(portal, answer=True)
    more = SOCIUS | {"authorizations": [*test_rest_account.OCMW_ONLINE, "integrationsConsult"]}
    assert losses(life, more) == []
    fewer = SOCIUS | {"authorizations": test_rest_account.OCMW_ONLINE[1:]}
    lost = ", ".join(test_rest_account.OCMW_ONLINE[:1])
    assert losses(life, fewer) == [f"REST account OCMW Online is no longer authorised for {lost} (R33)"]
    assert life.up(more) == "update"
    assert life.outs["status"] == "accepted"


def test_an_ftp_account_that_opens_otherwise_is_warned_of(portal: Portal) -> None:
    """R29-R32."""
    contract = test_ftp_account.TestFtpAccount()
    contract.prepare(portal)
    news, name = contract.declared(), "FTP account FTP Pajottegem"
    assert losses(FtpAccountProvider(), news) == []
    life = ResourceHarness(FtpAccountProvider())
    life.create(news)
    assert losses(life, news) == []
    password = f"{name} accepts only the declared password from now on: hand it over (R32)"
    assert losses(life, news | {"password": "Peer+Appel=1"}) == [password]
    assert losses(FtpAccountProvider(), news) == [password], "nobody can know which one the portal has"
    assert losses(life, news | {"username": "other"}) == [
        f"{name} opens to the user name pajot2025 no longer (R30)"
    ]
    assert losses(life, contract.otherwise()) == [f"{name} no longer gets attestations (R29)"]
    assert losses(life, news | {"accountName": "Another", "username": "other"}) == [
        f"{name} goes, and with it the files that are left in its folder: fetch them before (R29)"
    ]
