"""What a run remembers of the portal: read once, gone with the first write, and never what decides one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import controls
from providers import paths, remembering, session
from providers.chaman import FtpAccountProvider, SenderContactProvider
from providers.configuration import MutationsProvider
from providers.portal import Connection, ReadingPortal
from providers.retained import KINDS
from schemas.errors import AlreadyExists, NotYetAvailable, PortalError, PreconditionFailed
from tests.providers.conftest import OURS, Portal
from tests.providers.galmaarden import GALMAARDEN
from tests.providers.portal_double import PAJOTTEGEM

SENDER, MUTATIONS = paths.sender(GALMAARDEN), paths.screen(GALMAARDEN, paths.MUTATIONS)
CHAMAN = paths.contents(paths.CHAMAN, GALMAARDEN, 500).partition("?")[0]
BODY = {"name": "ICT", "phone": "+3227875827", "email": "ict@galmaarden.example", "language": "nl"}


class Calls:
    """What our client asks the portal from now on."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._seen = len(controls.journal(portal.database))

    def __call__(self) -> list[str]:
        """The paths of the calls since the last time, sign-ins apart."""
        journal = controls.journal(self._portal.database)
        new, self._seen = journal[self._seen :], len(journal)
        return [one["path"] for one in new if one["client"] == OURS and one["method"] != "POST"]


@pytest.fixture
def calls(portal: Portal) -> Calls:
    return Calls(portal)


def name_seen() -> str:
    return str(session.looking(GALMAARDEN).get(SENDER).body["name"])


# -- one look -------------------------------------------------------------------------------------------------------


def test_a_system_is_read_once_and_tells_what_single_calls_tell(calls: Calls) -> None:
    looking, reading = session.looking(GALMAARDEN), session.reading(GALMAARDEN)
    seen: dict[str, Any] = {SENDER: looking.get(SENDER).body}
    lists = (paths.certificates, paths.ftp_accounts, paths.rest_accounts)
    for of in lists:
        seen[of(GALMAARDEN)] = looking.get_items(of(GALMAARDEN))
    account = paths.ftp_account(GALMAARDEN, "FTP Galmaarden")
    seen[account] = looking.get(account).body
    assert calls() == [CHAMAN]
    for path, found in seen.items():
        alone = reading.get_items(path) if isinstance(found, list) else reading.get(path).body
        assert alone == found


@pytest.mark.parametrize("kind", [one for one in KINDS.values() if one.api in paths.WITH_CONTENTS], ids=str)
def test_what_is_retained_is_the_same_either_way(portal: Portal, kind: Any) -> None:
    """R05: whichever way it is read, the baseline is the same."""
    from providers.kinds import look

    found = look(session.looking(GALMAARDEN), kind, GALMAARDEN)
    assert found == look(session.reading(GALMAARDEN), kind, GALMAARDEN)
    assert found


def test_what_has_no_contents_is_read_once_too(calls: Calls) -> None:
    for _ in range(2):
        session.looking(GALMAARDEN).get(paths.organization(GALMAARDEN))
        session.looking(GALMAARDEN).get_items(paths.unique_reports(GALMAARDEN))
    assert calls() == [paths.organization(GALMAARDEN), paths.unique_reports(GALMAARDEN)]


def test_r59_a_screen_that_is_not_open_is_told_without_another_call(portal: Portal, calls: Calls) -> None:
    portal.restart("2025-01-02")
    path = paths.screen(GALMAARDEN, paths.CONTACT_DETAILS)
    for _ in range(2):
        with pytest.raises(NotYetAvailable, match=path) as error:
            session.looking(GALMAARDEN).get(path)
        assert error.value.rule == "R59"
    assert session.looking(GALMAARDEN).get(MUTATIONS).body["receive"]
    assert len(calls()) == 1


def test_r12_a_centre_that_does_not_exist_yet_says_so_of_each_thing_by_one_call(
    portal: Portal, calls: Calls
) -> None:
    portal.restart("2024-11-01")
    for path in (paths.sender(PAJOTTEGEM), paths.ftp_account(PAJOTTEGEM, "one")):
        with pytest.raises(NotYetAvailable) as error:
            session.looking(PAJOTTEGEM).get(path)
        assert (error.value.path, error.value.rule) == (path, "R12")
    assert len(calls()) == 1


# -- what ends it ---------------------------------------------------------------------------------------------------


def test_the_own_write_is_seen_at_once(calls: Calls) -> None:
    before = name_seen()
    writing = session.writing(GALMAARDEN)
    writing.replace(SENDER, BODY | {"name": f"{before} 2"}, writing.get(SENDER).etag)
    assert name_seen() == f"{before} 2"
    assert calls() == [CHAMAN, SENDER, SENDER, CHAMAN]


def test_what_another_system_shows_is_remembered_on(calls: Calls) -> None:
    session.looking(GALMAARDEN).get(MUTATIONS)
    writing = session.writing(GALMAARDEN)
    writing.replace(SENDER, BODY, writing.get(SENDER).etag)
    calls()
    session.looking(GALMAARDEN).get(MUTATIONS)
    assert calls() == []


def test_forms_that_go_over_are_gone_from_the_work_of_the_other_centre(portal: Portal) -> None:
    """R06, R07: what one centre writes another one shows."""
    work = paths.merger_work(GALMAARDEN, "2025-01-01")
    before = session.looking(GALMAARDEN).get(work).body
    portal.by_hand(GALMAARDEN).add(
        paths.form_stops(GALMAARDEN, "forms"), {"endDate": "2024-12-31", "ids": ["nothing"]}
    )
    assert session.looking(GALMAARDEN).get(work).body is before
    session.writing(PAJOTTEGEM).add(
        paths.form_successions(PAJOTTEGEM, "forms"),
        {"startDate": "2025-01-01", "predecessors": [{"enterpriseNumber": GALMAARDEN, "id": "nothing"}]},
    )
    assert session.looking(GALMAARDEN).get(work).body is not before


@pytest.mark.parametrize("method", ["create", "replace", "delete"])
def test_a_write_that_is_refused_ends_it_too(portal: Portal, method: str) -> None:
    """412: somebody else was there, and what they did is seen."""
    before = name_seen()
    portal.save(GALMAARDEN, SENDER, BODY | {"name": "Somebody's"})
    assert name_seen() == before, "nothing said otherwise"
    writing = session.writing(GALMAARDEN)
    write: dict[str, Callable[[], object]] = {
        "create": lambda: writing.create(SENDER, BODY),
        "replace": lambda: writing.replace(SENDER, BODY, '"1"'),
        "delete": lambda: writing.delete(SENDER, '"1"'),
    }
    with pytest.raises(PreconditionFailed):
        write[method]()
    assert name_seen() == "Somebody's"


def test_a_write_that_is_there_already_ends_it(portal: Portal) -> None:
    users = paths.users(GALMAARDEN, "maatschappelijkWelzijn")
    body = {"ssin": "85073003328", "applications": [], "roles": [], "blocked": False}
    count = len(session.looking(GALMAARDEN).get_items(users))
    portal.by_hand(GALMAARDEN).add(users, body)
    with pytest.raises(AlreadyExists):
        session.writing(GALMAARDEN).add(users, body)
    assert len(session.looking(GALMAARDEN).get_items(users)) == count + 1


def test_an_answer_that_got_lost_ends_it(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows whether it was written."""
    before = name_seen()
    send = Connection.send

    def losing(connection: Connection, organization: str, method: str, *more: Any, **others: Any) -> Any:
        answer = send(connection, organization, method, *more, **others)
        if method == "PUT":
            raise PortalError(method=method, detail="no answer")
        return answer

    monkeypatch.setattr(Connection, "send", losing)
    writing = session.writing(GALMAARDEN)
    with pytest.raises(PortalError, match="no answer"):
        writing.replace(SENDER, BODY | {"name": f"{before} 2"}, writing.get(SENDER).etag)
    assert name_seen() == f"{before} 2"


def test_nothing_is_remembered_for_long(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(remembering, "monotonic", lambda: now)
    before = name_seen()
    portal.save(GALMAARDEN, SENDER, BODY | {"name": "Somebody's"})
    now += remembering.MOST_SECONDS
    assert name_seen() == before
    now += 0.1
    assert name_seen() == "Somebody's"


def test_another_operation_begins_anew(portal: Portal) -> None:
    name_seen()
    portal.save(GALMAARDEN, SENDER, BODY | {"name": "Somebody's"})
    session.forget()
    assert name_seen() == "Somebody's"


# -- what decides a write ---------------------------------------------------------------------------------------------


def sender(name: str) -> dict[str, Any]:
    return {"organization": GALMAARDEN, **BODY, "name": name}


def test_what_is_written_is_decided_by_what_is_there_now(portal: Portal) -> None:
    """Looked at before somebody else's change: create, update and delete see that change all the same."""
    provider = SenderContactProvider()
    name_seen()
    portal.save(GALMAARDEN, SENDER, BODY | {"name": "Somebody's"})
    outs = provider.create(sender("Ours")).outs
    assert portal.writes(GALMAARDEN) == ["PUT 200"]
    name_seen()
    portal.save(GALMAARDEN, SENDER, BODY | {"name": "Somebody's"})
    provider.update("", {**sender("Ours"), **(outs or {})}, sender("Ours"))
    assert portal.writes(GALMAARDEN) == ["PUT 200", "PUT 200"]
    assert (portal.get(GALMAARDEN, SENDER) or {})["name"] == "Ours"


def test_what_was_seen_before_it_went_is_not_taken_away_twice(portal: Portal) -> None:
    provider, declared = FtpAccountProvider(), {"organization": GALMAARDEN, "accountName": "FTP Galmaarden"}
    path = paths.ftp_account(GALMAARDEN, "FTP Galmaarden")
    session.looking(GALMAARDEN).get(path)
    portal.clear(GALMAARDEN, path)
    provider.delete("", declared)
    assert portal.writes(GALMAARDEN) == []


def test_r50_a_type_that_came_meanwhile_is_not_unticked(portal: Portal) -> None:
    """The guard looks anew, whatever the refresh saw."""
    portal.save(GALMAARDEN, MUTATIONS, {"receive": ["death"]})
    declared = {
        "organization": GALMAARDEN,
        "centre": "Galmaarden",
        "ticked": {"death": True, "address": False},
    }
    provider = MutationsProvider()
    assert provider.check({}, declared).failures == []
    portal.save(GALMAARDEN, MUTATIONS, {"receive": ["death", "address"]})
    with pytest.raises(Exception, match="receives address now"):
        provider.create(declared)
    assert portal.writes(GALMAARDEN) == []


def test_only_who_looks_remembers(portal: Portal, calls: Calls) -> None:
    ask: list[Callable[[str], ReadingPortal]] = [session.reading, session.writing]
    for one in ask:
        one(GALMAARDEN).get(SENDER)
        one(GALMAARDEN).get(SENDER)
    assert calls() == [SENDER] * 4
