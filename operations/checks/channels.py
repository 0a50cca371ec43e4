"""ChaMan at a centre: its FTP account and the folder behind it, and the REST account with whoever manages it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from operations.checks.certificates import USELESS, life
from operations.checks.context import Props, Subject, centre_folder, day, moment, number
from operations.checks.folders import Box, BoxClosed, newest
from operations.checks.in_sync import as_declared
from operations.checks.results import FAILED, OK, UNKNOWN, WAITING, Answer, Question, not_looked_at
from providers import chaman, paths
from providers.resource import PortalResource
from schemas.errors import FusionError, NotFound
from schemas.systems import System
from stacks.planned import Centre

AUTHORIZATION = "mutations"
PATIENCE_DAYS = 28
"""A type of mutation that was not seen for longer is worth a question."""


class NoFolder(FusionError):
    """There is no account of which a folder could be opened, or nothing to open it with; the message is the way out."""

    def __init__(self, reason: str, *, failed: bool = False) -> None:
        self.failed = failed
        super().__init__(reason)


@dataclass(frozen=True)
class Opened:
    """A folder, its account as the portal has it, and since when what lies in it is judged."""

    account: Props
    box: Box
    since: datetime


def questions(subject: Subject) -> Iterator[Question]:
    """For the merged centre, where its declaration has accounts."""
    centre, accounts = subject.merged, subject.fusion.accounts
    if accounts and accounts.ftp:
        yield Question(
            centre, System.FTP_ACCOUNT, "FTP account", partial(_ftp_account, subject, centre), "R29"
        )
        yield Question(centre, System.FTP_ACCOUNT, "SFTP box", partial(_box, subject, centre), "R29")
    if accounts and accounts.rest:
        yield Question(
            centre, System.REST_ACCOUNT, "REST account", partial(_rest_account, subject, centre), "R33"
        )


def _otherwise(subject: Subject, kind: type[PortalResource]) -> list[Answer]:
    """In what the account of a kind, or the certificate that is declared with it, is not as declared."""
    accounts = [item for item in subject.planned if item.resource is kind]
    first = {name for item in accounts for name in item.after}
    certificates = [
        item for item in subject.planned if item.resource is chaman.Certificate and item.name in first
    ]
    return [answer for answer in as_declared([*certificates, *accounts]) if answer.result != OK]


# -- the FTP account --------------------------------------------------------------------------------------------------


def account(subject: Subject, centre: Centre) -> Props:
    """The FTP account that mutations come to: the declared one, else the first that is authorized for them.

    :raises NoFolder: when there is none.
    """
    portal = subject.portal(centre)
    accounts = subject.fusion.accounts
    if centre == subject.merged and accounts and accounts.ftp:
        try:
            return portal.get(paths.ftp_account(centre.kbo, accounts.ftp.name)).body
        except NotFound:
            raise NoFolder(
                f"there is no FTP account {accounts.ftp.name}: `pulumi up` makes it", failed=True
            ) from None
    found = [
        item
        for item in portal.get_items(paths.ftp_accounts(centre.kbo))
        if AUTHORIZATION in item["authorizations"]
    ]
    if not found:
        accepted = ", or accept it under `retain.accept`" if centre.role == "disappearing" else ""
        raise NoFolder(
            f"no FTP account is authorized for mutations, so none can arrive: put it right in ChaMan{accepted}",
            failed=True,
        )
    return min(found, key=lambda item: str(item["accountName"]))


def open_folder(subject: Subject, centre: Centre) -> Opened:
    """The folder of a centre's account. :raises NoFolder: :raises BoxClosed: when there is none, or it stays closed."""
    found = account(subject, centre)
    password = subject.password(centre)
    if password is None:
        raise NoFolder(
            f"no password in the secrets: with `passwords: {{{subject.password_key(centre)}: …}}` the folder of "
            f"{found['accountName']} can be looked into"
        )
    username, since = found["username"], _since(subject, centre, found)
    if centre == subject.merged and subject.fusion.accounts and subject.fusion.accounts.ftp:
        username = subject.fusion.accounts.ftp.username
    keep_as = f"{subject.stack}/{centre_folder(centre)}"
    return Opened(found, subject.boxes.open(username, password, since, keep_as), since)


def _since(subject: Subject, centre: Centre, account: Props) -> datetime:
    """Of the merged centre from when the account and its ticks are as they are now, of the others the last weeks."""
    if centre.role == "disappearing" or subject.fusion.mutations is None:
        midnight = datetime.combine(subject.today, datetime.min.time(), moment(account["createdAt"]).tzinfo)
        return midnight - timedelta(days=PATIENCE_DAYS)
    since = moment(account["createdAt"])
    try:
        saved = subject.portal(centre).get(paths.screen(centre.kbo, "mutations")).body
    except NotFound:
        return since
    return max(since, moment(saved["changedAt"]))


def _ftp_account(subject: Subject, centre: Centre) -> Iterator[Answer]:
    declared = subject.fusion.accounts and subject.fusion.accounts.ftp
    assert declared
    try:
        found = account(subject, centre)
    except NoFolder as none:
        yield Answer(FAILED, str(none))
        return
    missing = set(declared.authorizations) - set(found["authorizations"])
    if missing:
        yield Answer(FAILED, f"not authorized for {', '.join(sorted(missing))}: `pulumi up` puts it right")
        return
    otherwise = _otherwise(subject, chaman.FtpAccount)
    if otherwise:
        yield from otherwise
        return
    ending = life(subject, centre, found["certificate"])
    if ending.result == USELESS:
        yield Answer(FAILED, f"{found['accountName']}: {ending.detail}", rule="R37")
        return
    yield Answer(OK, f"{found['accountName']}, user {found['username']}; {ending.detail}")


def _box(subject: Subject, centre: Centre) -> Iterator[Answer]:
    try:
        box = open_folder(subject, centre).box
    except (NoFolder, BoxClosed) as closed:
        yield not_opened(subject, centre, closed)
        return
    last = newest(box.files)
    yield Answer(
        OK,
        f"opens with the declared user name; {number(len(box.files), 'file')}"
        + (f", the last of {day(last.received)}" if last else ""),
    )


def not_opened(subject: Subject, centre: Centre, closed: NoFolder | BoxClosed) -> Answer:
    """Why a folder stayed closed, and the way out."""
    if isinstance(closed, NoFolder):
        return (
            Answer(FAILED, closed.for_reading()) if closed.failed else Answer(UNKNOWN, not_looked_at(closed))
        )
    if not closed.refused:
        return Answer(UNKNOWN, not_looked_at(closed))
    found = account(subject, centre)
    ending = life(subject, centre, found["certificate"])
    if ending.result == USELESS:
        return Answer(FAILED, f"the folder stays closed: {ending.detail}", rule="R37")
    changed = day(moment(found["passwordChangedAt"]))
    way_out = (
        "`pulumi up` sets the declared one, when a preview shows the account as changed"
        if centre == subject.merged
        else f"put {subject.password_key(centre)} in the secrets right"
    )
    return Answer(
        FAILED,
        f"{found['accountName']}: the portal refuses the password of the secrets; there it was last changed on "
        f"{changed}: {way_out}",
        rule="R31",
    )


# -- the REST account -------------------------------------------------------------------------------------------------


def _rest_account(subject: Subject, centre: Centre) -> Iterator[Answer]:
    declared = subject.fusion.accounts and subject.fusion.accounts.rest
    assert declared
    external = declared.certificate_management.external
    try:
        found = subject.portal(centre).get(paths.rest_account(centre.kbo, declared.name)).body
    except NotFound:
        if external is None:
            yield Answer(FAILED, f"there is no REST account {declared.name}: `pulumi up` makes it")
        else:
            yield _delegation(subject, centre, declared.name)
        return
    supplier = found.get("supplier")
    if supplier != (external and external.supplier):
        managed = f"managed by {supplier}" if supplier else "under own management"
        yield Answer(
            FAILED, f"{declared.name} is {managed}, not as declared: `pulumi up` puts it right", rule="R34"
        )
        return
    missing = set(declared.authorizations) - set(found["authorizations"])
    if missing:
        yield Answer(FAILED, f"not authorized for {', '.join(sorted(missing))}: `pulumi up` puts it right")
        return
    otherwise = _otherwise(subject, chaman.RestAccount)
    if otherwise:
        yield from otherwise
        return
    ending = life(subject, centre, found["certificate"])
    managed = f"managed by {supplier}" if supplier else "own management"
    result = FAILED if ending.result == USELESS else OK
    yield Answer(
        result, f"{declared.name}, {managed}; {ending.detail}", rule="R37" if result == FAILED else ""
    )


def _delegation(subject: Subject, centre: Centre, name: str) -> Answer:
    """Under external management the supplier's answer makes the account (R35, R36)."""
    try:
        request = subject.portal(centre).get(paths.delegation_request(centre.kbo, name)).body
    except NotFound:
        return Answer(
            FAILED,
            "neither the account nor a request to the supplier is there: `pulumi up` asks for it",
            rule="R34",
        )
    supplier = request["supplier"]
    if request["status"] == "pending":
        return Answer(
            WAITING,
            f"{supplier} has not answered the request of {request['requestedOn']}: ask there",
            rule="R35",
        )
    if request["status"] == "refused":
        reason = f" ({request['refusalReason']})" if request.get("refusalReason") else ""
        return Answer(
            FAILED, f"{supplier} refused{reason}: agree with them, then set askedAgainOn", rule="R36"
        )
    return Answer(FAILED, f"{supplier} accepted, but the account is gone: `pulumi up` asks again", rule="R36")
