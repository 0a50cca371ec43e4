"""What people do in the portal by hand: through a client of their own, so that the journal and `createdBy` tell them
from the stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator import controls
from emulator.embedded import transport
from operations.stories.journal_check import CLIENT
from operations.stories.language import DISAPPEARING, EVERY, MERGED, ByHand
from operations.stories.results import Action
from providers import dossiers, paths
from providers.contract import PAGE_SIZE
from providers.portal import Connection, WritingPortal
from providers.settings import REHEARSAL_CLIENT_KEY, Settings, embedded_database
from schemas.declaration import Dossiers, Fusion
from schemas.errors import NotFound, RehearsalError
from schemas.secrets import Secrets
from schemas.systems import System

PEOPLE = "people"
"""The client that people work through; its key is the rehearsal's."""
ActingFor = Callable[[str], WritingPortal]
_PLACES = {MERGED: "the merged centre", DISAPPEARING: "the disappearing centres", EVERY: "every centre"}


def let_in(folder: Path) -> None:
    """Let people sign in at the project's portal."""
    database = embedded_database(folder)
    known = {client["clientId"]: client["publicKey"] for client in controls.list_clients(database)}
    controls.register_client(database, PEOPLE, known[CLIENT])


def perform(folder: Path, fusion: Fusion, secrets: Secrets, by_hand: ByHand) -> Action:
    """Act at each of the centres that the story names. Raises `RehearsalError` where that cannot be done."""
    kind = _KINDS[by_hand.do]
    with _portal(folder) as portal:
        for number in _numbers(fusion, by_hand.at):
            kind.perform(portal(number), number, _Context(fusion, secrets, by_hand, portal))
    who = f" {by_hand.person}" if by_hand.person else ""
    return Action(f"{kind.sentence}{who} at {_PLACES.get(by_hand.at, by_hand.at)}", kind.systems)


class _Context:
    """What an action is about: the fusion, the story's words for it, and people's way to the portal."""

    def __init__(self, fusion: Fusion, secrets: Secrets, by_hand: ByHand, acting_for: ActingFor) -> None:
        self.fusion, self.by_hand, self._secrets, self.acting_for = fusion, by_hand, secrets, acting_for

    @property
    def ssin(self) -> str:
        assert self.by_hand.person  # the language lets nothing else pass
        try:
            return self._secrets.person(self.by_hand.person).insz
        except KeyError:
            raise RehearsalError(f"{self.by_hand.person} is nobody in the rehearsal's secrets") from None


@contextmanager
def _portal(folder: Path) -> Iterator[ActingFor]:
    settings = Settings("embedded", PEOPLE, None, folder / REHEARSAL_CLIENT_KEY, deadline_seconds=10)
    connection = Connection(settings, transport(embedded_database(folder)))
    try:
        yield lambda number: WritingPortal(connection, number)
    finally:
        connection.close()


def numbers_of(fusion: Fusion, at: str) -> list[str]:
    """The enterprise numbers that a story's word for centres stands for; [] when it stands for none."""
    disappearing = [centre.kbo for centre in fusion.disappearing]
    words = {MERGED: [fusion.ocmw.kbo], DISAPPEARING: disappearing, EVERY: [fusion.ocmw.kbo, *disappearing]}
    named = {fusion.name: [fusion.ocmw.kbo], **{centre.name: [centre.kbo] for centre in fusion.merging}}
    return words.get(at) or named.get(at) or []


def _numbers(fusion: Fusion, at: str) -> list[str]:
    numbers = numbers_of(fusion, at)
    if not numbers:
        raise unknown_centre(fusion, at)
    return numbers


def unknown_centre(fusion: Fusion, at: str) -> RehearsalError:
    """A story's word stands for no centre of the fusion."""
    names = ", ".join(dict.fromkeys([fusion.name, *(centre.name for centre in fusion.merging)]))
    return RehearsalError(
        f"{fusion.name} has no centre `{at}`", f"There are {names}, and {MERGED}, {DISAPPEARING}, {EVERY}"
    )


def _delete_ftp_account(portal: WritingPortal, number: str, _: _Context) -> None:
    found = portal.get_items(paths.ftp_accounts(number))
    if not found:
        raise RehearsalError(f"there is no FTP account at {number} to delete", "Let an earlier step make one")
    path = paths.ftp_account(number, found[0]["accountName"])
    portal.delete(path, portal.get(path).etag)


def _change_sender(portal: WritingPortal, number: str, _: _Context) -> None:
    path = paths.sender(number)
    found = portal.get(path)
    body = {name: found.body[name] for name in ("phone", "email", "language")}
    portal.replace(path, {**body, "name": "Somebody else"}, found.etag)


def _add_user(portal: WritingPortal, number: str, context: _Context) -> None:
    body = {"ssin": context.ssin, "applications": [], "roles": [], "blocked": False}
    portal.add(_users(number, context), body)


def _block(portal: WritingPortal, number: str, context: _Context, *, blocked: bool = True) -> None:
    users = portal.get_items(_users(number, context))
    user = next((user for user in users if user["ssin"] == context.ssin), None)
    if user is None:
        raise RehearsalError(
            f"{context.by_hand.person} is no user of {context.by_hand.domain} at {number}",
            "Let an earlier step add them (`addUser`)",
        )
    path = paths.user(number, context.by_hand.domain, user["id"])
    body = {name: user[name] for name in ("ssin", "applications", "roles")}
    portal.replace(path, {**body, "blocked": blocked}, portal.get(path).etag)


def _unblock(portal: WritingPortal, number: str, context: _Context) -> None:
    _block(portal, number, context, blocked=False)


def _users(number: str, context: _Context) -> str:
    return paths.users(number, context.by_hand.domain)


def _read_e_box(portal: WritingPortal, number: str, _: _Context) -> None:
    for document in portal.get_items(paths.unread_documents(number, PAGE_SIZE)):
        # A mark as read needs no precondition: `*` is any.
        portal.replace(paths.document_read(number, document["id"]), {"read": True}, "*")


def _submit_report(portal: WritingPortal, number: str, _: _Context) -> None:
    """On each year that is over and that this number still has to report on (R62, R63): a new number has none at first."""
    code = portal.get_items(paths.subsidies())[0]["code"]
    body = {"subsidies": [{"code": code, "amount": 1000}], "submitted": True}
    reports = portal.get_items(paths.unique_reports(number))
    for report in reports:
        if report["year"] >= portal.today.year or report["status"] == "submitted":
            continue
        path = paths.unique_report(number, report["year"])
        try:
            portal.replace(path, body, portal.get(path).etag)
        except NotFound:
            portal.create(path, body)


def _dossiers(fusion: Fusion) -> Dossiers:
    if fusion.dossiers is None:
        raise RehearsalError(
            f"{fusion.name} declares no dossiers", "Declare them, or leave the action out of the story"
        )
    return fusion.dossiers


def _stop_form(portal: WritingPortal, number: str, context: _Context) -> None:
    """The first that runs ends on the last day, without a word about the merger, as an aid that was granted until then."""
    declared = _dossiers(context.fusion)
    first = portal.get_items(paths.running_forms(number, dossiers.FORMS))[0]
    portal.add(
        paths.form_stops(number, dossiers.FORMS),
        {"endDate": declared.stop_on.isoformat(), "ids": [first["id"]]},
    )


def _move_forms(portal: WritingPortal, number: str, context: _Context) -> None:
    """Stop and enter again what can be, as the declaration's dates say, in the screens of the integrations."""
    declared = _dossiers(context.fusion)
    if number not in [centre.kbo for centre in context.fusion.merging if centre.name in declared.centres]:
        return  # nothing of it moves (R09)
    day, merged = declared.restart_on.isoformat(), context.fusion.ocmw.kbo
    for kind in dossiers.RESOURCES:
        to_stop = portal.get_items(paths.merger_work_items(number, kind, day, "stop", PAGE_SIZE))
        ids = [form["id"] for form in to_stop]
        if ids:
            portal.add(
                paths.form_stops(number, kind),
                {"endDate": declared.stop_on.isoformat(), "ids": ids},
            )
        to_enter = portal.get_items(paths.merger_work_items(number, kind, day, "enter", PAGE_SIZE))
        ids += [form["id"] for form in to_enter]
        left = [{"enterpriseNumber": number, "id": key} for key in ids]
        if left:
            body = {"startDate": day, "predecessors": left}
            context.acting_for(merged).add(paths.form_successions(merged, kind), body)


@dataclass(frozen=True)
class _Kind:
    """A kind of action: `perform(portal, number, context)` acts at one centre; reports say `sentence`."""

    sentence: str
    systems: tuple[System, ...]
    perform: Callable[[WritingPortal, str, _Context], None]


_KINDS: Mapping[str, _Kind] = {
    "deleteFtpAccount": _Kind(
        "the FTP account is deleted by hand", (System.FTP_ACCOUNT, System.RETAINED), _delete_ftp_account
    ),
    "changeSender": _Kind("the sender is changed by hand", (System.SENDER,), _change_sender),
    "addUser": _Kind("somebody adds user", (System.ACCESS,), _add_user),
    "blockUser": _Kind("somebody blocks user", (System.ACCESS,), _block),
    "unblockUser": _Kind("somebody unblocks user", (System.ACCESS,), _unblock),
    "readEBox": _Kind("people read the E-Box", (System.E_BOX,), _read_e_box),
    "submitReport": _Kind("people submit the report", (System.UNIQUE_REPORT,), _submit_report),
    "moveForms": _Kind("people move the forms", (System.RUNNING_DOSSIERS, System.ATTESTATIONS), _move_forms),
    "stopForm": _Kind("people stop a form on the last day", (System.RUNNING_DOSSIERS,), _stop_form),
}
