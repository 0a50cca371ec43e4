"""What a disappearing centre has is adopted, compared and never written (R05, R22, R39, R61)."""

from __future__ import annotations

import pytest

from emulator import controls
from providers.portal import Connection
from providers.retained import KINDS, NOT_SHOWN, RESOURCES, UNCHANGED, RetainedProvider
from schemas.declaration import RETAINED_ITEMS
from schemas.errors import PortalUnreachable
from tests.providers import galmaarden as by_hand
from tests.providers.conftest import Portal
from tests.providers.galmaarden import (
    ACCESS,
    CHAMAN,
    CONFIGURATION,
    FTP,
    GALMAARDEN,
    OCMW_ONLINE,
    REQUEST,
    REST,
    ByHand,
    adopted,
    clear,
    edit,
    retained,
    save,
)
from tests.providers.people import ssin
from tests.providers.resource_harness import ResourceHarness, to_provider

pytestmark = pytest.mark.usefixtures("no_way_to_write")

CHANGES: list[tuple[str, ByHand, str]] = [
    ("sender", edit(f"{CHAMAN}/sender", phone="+3227875827"), "phone was +3283460692, is +3227875827"),
    ("sender", by_hand.WITHOUT_SENDER, "missing"),
    ("certificates", by_hand.upload("extra.cer", "extra"), "extra.cer: added"),
    ("certificates", by_hand.upload("galmaarden-ftp.cer", "renewed"), "galmaarden-ftp.cer: sha256 was "),
    ("certificates", clear(FTP, f"{CHAMAN}/certificates/galmaarden-ftp.cer"), "galmaarden-ftp.cer: missing"),
    (
        "ftpAccounts",
        edit(FTP, authorizations=["mutations"]),
        "FTP Galmaarden: authorizations was attestations, integrations, mutations, novaPrimaStatements, is mutations",
    ),
    (
        "ftpAccounts",
        by_hand.new_password,
        "FTP Galmaarden: passwordChangedAt was 2023-03-01T09:00:00+01:00, is ",
    ),
    ("ftpAccounts", by_hand.add_ftp_account, "Extra: added"),
    ("ftpAccounts", clear(FTP), "FTP Galmaarden: missing"),
    (
        "restAccounts",
        edit(REST, authorizations=[*OCMW_ONLINE, "integrationsConsult"]),
        "OCMW Online: authorizations was ",
    ),
    ("restAccounts", by_hand.add_rest_account, "Integraties: added"),
    ("restAccounts", clear(REST), "OCMW Online: missing"),
    (
        "delegationRequests",
        save(f"{CHAMAN}/delegationRequests/New", authorizations=["integrationsConsult"], supplier="socius"),
        "New: added",
    ),
    ("delegationRequests", clear(REQUEST), "OCMW Online: missing"),
    ("mutations", edit(f"{CONFIGURATION}/mutations", receive=["death"]), "receive was civilStatus, death, "),
    ("mutations", clear(f"{CONFIGURATION}/mutations"), "missing"),
    (
        "technicalProviders",
        edit(f"{CONFIGURATION}/technicalProviders", network="publinet"),
        "network was eigenBeheer, is publinet",
    ),
    ("technicalProviders", clear(f"{CONFIGURATION}/technicalProviders"), "missing"),
    (
        "contactDetails",
        edit(
            f"{CONFIGURATION}/contactDetails",
            street={"nl": "Marktplein 23", "fr": "Rue 1", "de": "Marktplein 23"},
        ),
        "street.fr was Marktplein 23, is Rue 1",
    ),
    ("contactDetails", clear(f"{CONFIGURATION}/contactDetails"), "missing"),
    (
        "ocmwOnline",
        edit(f"{CONFIGURATION}/ocmwOnline", unreadReminders={"enabled": False}),
        "unreadReminders.delayDays was 2, is empty; ",
    ),
    ("ocmwOnline", clear(f"{CONFIGURATION}/ocmwOnline"), "missing"),
    (
        "chiefAccessManagers",
        save(f"{ACCESS}/chiefAccessManagers", chiefAccessManagers=[{"ssin": ssin("somebody.else")}]),
        'chiefAccessManagers was [{"personId": ',
    ),
    (
        "accessManagers",
        by_hand.managers("woonzorg", "somebody.else"),
        "woonzorg: accessManager.personId was ",
    ),
    (
        "accessManagers",
        by_hand.managers("werkgeverSocialeZekerheid", "somebody.else"),
        "werkgeverSocialeZekerheid: added",
    ),
    ("accessManagers", clear(f"{ACCESS}/domains/woonzorg/accessManagers"), "woonzorg: missing"),
    ("users", by_hand.unblock_user("lea.goossens"), "blocked was true, is false"),
    ("users", by_hand.add_user("somebody.else"), "added"),
    ("users", by_hand.remove_user("lea.goossens"), "missing"),
    ("eBox", by_hand.e_box(status="closed"), "status was open, is closed"),
]
changes = pytest.mark.parametrize(
    ("kind", "act", "told"), CHANGES, ids=[f"{kind}-{told[:30].strip()}" for kind, _, told in CHANGES]
)
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_every_kind_is_tried_and_can_be_accepted() -> None:
    """What a disappearing centre has, the type names in the preview and the words of `retain.accept` are one list."""
    assert {kind for kind, _, _ in CHANGES} == set(KINDS) == set(RESOURCES) == set(RETAINED_ITEMS)


@every_kind
def test_it_is_adopted_as_found_and_shows_no_change(kind: str, portal: Portal) -> None:
    life = adopted(kind)
    assert life.id == f"{GALMAARDEN}/retained/{kind}"
    assert (life.outs["status"], life.outs["waiting"]) == (UNCHANGED, {})
    assert life.outs["baseline"], "every kind is there at Galmaarden"
    baseline = life.outs["baseline"]
    for _ in range(2):
        assert life.preview(retained(kind)) == "same"
        assert life.outs["baseline"] == baseline


@changes
def test_what_changes_is_told_run_after_run(kind: str, act: ByHand, told: str, portal: Portal) -> None:
    life = adopted(kind)
    baseline = life.outs["baseline"]
    act(portal)
    for _ in range(3):
        assert life.preview(retained(kind)) == "update"
        assert told in life.outs["status"]
        assert life.inputs["observed"] == life.outs["observed"] == life.outs["status"]
        assert life.inputs["status"] == UNCHANGED
        assert life.outs["baseline"] == baseline


@changes
def test_an_up_absorbs_nothing_either(kind: str, act: ByHand, told: str, portal: Portal) -> None:
    life = adopted(kind)
    baseline = life.outs["baseline"]
    act(portal)
    for _ in range(2):
        assert life.up(retained(kind)) == "update"
        assert told in life.outs["status"]
        assert life.outs["baseline"] == baseline


def test_put_right_in_the_portal_it_is_unchanged_again(portal: Portal) -> None:
    life = adopted("technicalProviders")
    edit(f"{CONFIGURATION}/technicalProviders", network="publinet")(portal)
    assert life.preview(retained("technicalProviders")) == "update"
    edit(f"{CONFIGURATION}/technicalProviders", network="eigenBeheer")(portal)
    assert life.preview(retained("technicalProviders")) == "same"
    assert life.outs["observed"] == UNCHANGED


def test_another_order_in_the_portal_is_no_change(portal: Portal) -> None:
    life = adopted("ftpAccounts")
    edit(FTP, authorizations=["novaPrimaStatements", "integrations", "attestations", "mutations"])(portal)
    assert life.preview(retained("ftpAccounts")) == "same"


def test_documents_that_come_into_the_e_box_are_no_change(portal: Portal) -> None:
    """R61, R69: late files keep coming; that is what it is kept for."""
    life = adopted("eBox")
    assert life.outs["baseline"] == {"status": "open"}
    by_hand.e_box_gets(3)(portal)
    assert life.preview(retained("eBox")) == "same"


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("mutations", save(f"{CONFIGURATION}/mutations", receive=["death"])),
        ("contactDetails", None),
    ],
)
def test_where_nothing_was_something_that_comes_is_told(
    kind: str, act: ByHand | None, portal: Portal
) -> None:
    path = f"{CONFIGURATION}/{kind}"
    before = portal.get(GALMAARDEN, path)
    assert before is not None
    clear(path)(portal)
    life = adopted(kind)
    assert life.preview(retained(kind)) == "same"
    if act is None:
        bookkeeping = ("createdBy", "createdAt", "changedAt")
        act = save(path, **{name: value for name, value in before.items() if name not in bookkeeping})
    act(portal)
    for _ in range(2):
        assert life.preview(retained(kind)) == "update"
        assert life.outs["status"] == "added"


@pytest.mark.parametrize("kind", ["certificates", "ftpAccounts", "restAccounts", "delegationRequests"])
def test_an_empty_collection_is_a_baseline_too(kind: str, portal: Portal) -> None:
    by_hand.WITHOUT_ACCOUNTS(portal)
    if kind == "certificates":
        files = portal.by_hand(GALMAARDEN).get_items(f"{CHAMAN}/certificates")
        clear(*(f"{CHAMAN}/certificates/{file['fileName']}" for file in files))(portal)
    life = adopted(kind)
    assert life.outs["baseline"] == []
    assert life.preview(retained(kind)) == "same"
    add = {
        "certificates": by_hand.upload("extra.cer", "extra"),
        "ftpAccounts": by_hand.add_ftp_account,
        "restAccounts": by_hand.add_rest_account,
        "delegationRequests": save(REQUEST, authorizations=OCMW_ONLINE, supplier="socius"),
    }
    add[kind](portal)
    assert life.preview(retained(kind)) == "update"
    assert life.outs["status"].endswith(": added")


@every_kind
def test_destroy_leaves_it(kind: str, portal: Portal) -> None:
    """R05: the engine is told not to ask; asked all the same, nothing happens."""
    life = adopted(kind)
    life.delete()
    assert life.preview(retained(kind)) == "same"


@every_kind
def test_a_failed_read_is_never_nothing(kind: str, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    life = adopted(kind)

    def send(*_: object, **__: object) -> None:
        raise PortalUnreachable(method="GET", path="/", status=500)

    monkeypatch.setattr(Connection, "send", send)
    with pytest.raises(PortalUnreachable, match=f"^retained {KINDS[kind].title} of {GALMAARDEN}"):
        life.refresh()


# -- not yet ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["contactDetails", "ocmwOnline"])
def test_a_screen_that_is_not_open_is_waited_for_and_adopted_when_seen(kind: str, portal: Portal) -> None:
    """R59, also at a centre that disappears: what cannot be seen yet becomes the baseline when it is seen first."""
    portal.restart("2024-12-02")
    life = adopted(kind)
    assert life.outs["waiting"]["until"] == "2025-01-13"
    assert life.outs["observed"] == NOT_SHOWN
    assert "baseline" not in life.outs
    assert life.preview(retained(kind)) == "same"
    assert life.outs["waiting"]["rule"] == "R59"

    portal.set_clock("2025-01-13")
    assert life.preview(retained(kind)) == "same"
    assert (life.outs["status"], life.outs["waiting"]) == (UNCHANGED, {})
    clear(f"{CONFIGURATION}/{kind}")(portal)
    assert [life.preview(retained(kind)) for _ in range(2)] == ["update", "update"]


def test_not_yet_after_adoption_absorbs_nothing(portal: Portal) -> None:
    """R05: a refresh never takes a change into the baseline."""
    life = adopted("contactDetails")
    portal.restart("2024-12-02")
    life.refresh()
    portal.set_clock("2025-01-14")
    clear(f"{CONFIGURATION}/contactDetails")(portal)
    assert life.preview(retained("contactDetails")) == "update"


def test_another_centre_or_kind_is_another_resource(portal: Portal) -> None:
    life = adopted("mutations")
    assert life.diff(retained("mutations") | {"organization": "0212214026"}).replaces == ["organization"]
    assert life.diff(retained("ocmwOnline")).replaces == ["kind"]


def swapped(path: str, *fields: str) -> ByHand:
    """The case of an e-mail address turned round, by hand."""

    def act(portal: Portal) -> None:
        found = portal.get(GALMAARDEN, path)
        assert found is not None
        top, *rest = fields
        value = found[top]
        if rest:
            items = value if isinstance(value, list) else [value]
            changed = [item | {rest[0]: item[rest[0]].swapcase()} for item in items]
            value = changed if isinstance(value, list) else changed[0]
        else:
            value = value.swapcase()
        edit(path, **{top: value})(portal)

    return act


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("sender", swapped(f"{CHAMAN}/sender", "email")),
        ("technicalProviders", swapped(f"{CONFIGURATION}/technicalProviders", "contacts", "email")),
        ("contactDetails", swapped(f"{CONFIGURATION}/contactDetails", "email")),
        ("ocmwOnline", swapped(f"{CONFIGURATION}/ocmwOnline", "newRequests", "email")),
    ],
)
def test_case_counts_but_for_email_addresses(portal: Portal, kind: str, act: ByHand) -> None:
    life = adopted(kind)
    before = controls.journal(portal.database, writes=True)
    act(portal)
    assert len(controls.journal(portal.database, writes=True)) > len(before)
    life.refresh()
    assert life.outs["status"] == UNCHANGED


def test_a_name_in_other_case_is_another_name(portal: Portal) -> None:
    edit(f"{CHAMAN}/sender", name="ICT@Galmaarden")(portal)
    life = adopted("sender")
    edit(f"{CHAMAN}/sender", name="ict@galmaarden")(portal)
    life.refresh()
    assert life.outs["status"] == "name was ICT@Galmaarden, is ict@galmaarden"


def test_before_the_first_look_nothing_is_called_unchanged(portal: Portal) -> None:
    """A first preview has not looked, and shows it as unknown; the `up` after it has."""
    life = ResourceHarness(RetainedProvider())
    news = retained("ftpAccounts")
    assert life.provider.check(to_provider({}), news).inputs["observed"] is None
    life.create(news)
    assert life.outs["observed"] == UNCHANGED
    assert life.preview(news) == "same"
    assert life.provider.check(life.inputs, news).inputs["observed"] == UNCHANGED
