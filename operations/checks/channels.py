"""ChaMan at a centre: its FTP account and the folder behind it, and the REST account with whoever manages it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from operations.checks.certificates import USELESS, find_life
from operations.checks.context import Context, Props, day_of, folder_name, parse_moment
from operations.checks.folders import Folder, FolderClosed, newest
from operations.checks.in_sync import compare_all
from operations.checks.results import FAILED, OK, UNKNOWN, WAITING, Check, Verdict, not_looked_at
from providers import chaman, paths
from providers.resource import PortalResource
from schemas.counts import format_count
from schemas.errors import FusionError, NotFound
from schemas.systems import System
from stacks.planned import Centre

AUTHORIZATION = "mutations"
PATIENCE_DAYS = 28
"""A type of mutation that was not seen for longer is worth asking about."""


class NoFolder(FusionError):
    """There is no account of which a folder could be opened, or nothing to open it with."""

    def __init__(self, what: str, way_out: str, *, failed: bool = False) -> None:
        self.failed = failed
        super().__init__(what, way_out)


@dataclass(frozen=True)
class OpenFolder:
    """A folder, its account as the portal has it, and since when what lies in it is judged."""

    account: Props
    folder: Folder
    since: datetime


def list_checks(context: Context) -> Iterator[Check]:
    """For the merged centre, where its declaration has accounts."""
    centre, accounts = context.merged, context.fusion.accounts
    if accounts and accounts.ftp:
        yield Check(
            centre, System.FTP_ACCOUNT, "FTP account", partial(_check_ftp_account, context, centre), "R29"
        )
        yield Check(centre, System.FTP_ACCOUNT, "SFTP folder", partial(_check_folder, context, centre), "R29")
    if accounts and accounts.rest:
        yield Check(
            centre, System.REST_ACCOUNT, "REST account", partial(_check_rest_account, context, centre), "R33"
        )


def _differences(context: Context, kind: type[PortalResource]) -> list[Verdict]:
    """In what the account of a kind, or the certificate that is declared with it, is not as declared."""
    accounts = [item for item in context.planned if item.resource is kind]
    first = {name for item in accounts for name in item.after}
    certificates = [
        item for item in context.planned if item.resource is chaman.Certificate and item.name in first
    ]
    return [verdict for verdict in compare_all([*certificates, *accounts]) if verdict.result != OK]


# -- the FTP account --------------------------------------------------------------------------------------------------


def find_account(context: Context, centre: Centre) -> Props:
    """The FTP account that mutations come to: the declared one, else the first that is authorized for them.

    :raises NoFolder: when there is none.
    """
    portal = context.portal(centre)
    accounts = context.fusion.accounts
    if centre == context.merged and accounts and accounts.ftp:
        try:
            return portal.get(paths.ftp_account(centre.kbo, accounts.ftp.name)).body
        except NotFound:
            raise NoFolder(
                f"there is no FTP account {accounts.ftp.name}", "`pulumi up` makes it", failed=True
            ) from None
    found = [
        item
        for item in portal.get_items(paths.ftp_accounts(centre.kbo))
        if AUTHORIZATION in item["authorizations"]
    ]
    if not found:
        accepted = ", or accept it under `retain.accept`" if centre.role == "disappearing" else ""
        raise NoFolder(
            "no FTP account is authorized for mutations, so none can arrive",
            f"Put it right in ChaMan{accepted}",
            failed=True,
        )
    return min(found, key=lambda item: str(item["accountName"]))


def open_folder(context: Context, centre: Centre) -> OpenFolder:
    """The folder of a centre's account. :raises NoFolder: :raises FolderClosed: when there is none, or it stays closed."""
    found = find_account(context, centre)
    password = context.password(centre)
    if password is None:
        raise NoFolder(
            f"the secrets have no password for the folder of {found['accountName']}",
            f"Add it as `passwords: {{{context.password_key(centre)}: …}}`",
        )
    username, since = found["username"], _judged_since(context, centre, found)
    if centre == context.merged and context.fusion.accounts and context.fusion.accounts.ftp:
        username = context.fusion.accounts.ftp.username
    keep_as = f"{context.stack}/{folder_name(centre)}"
    return OpenFolder(
        found, context.folders.open(context.portal(centre), username, password, since, keep_as), since
    )


def _judged_since(context: Context, centre: Centre, account: Props) -> datetime:
    """Of the merged centre from when the account and its ticks are as they are now, of the others the last weeks."""
    if centre.role == "disappearing" or context.fusion.mutations is None:
        midnight = datetime.combine(
            context.today, datetime.min.time(), parse_moment(account["createdAt"]).tzinfo
        )
        return midnight - timedelta(days=PATIENCE_DAYS)
    since = parse_moment(account["createdAt"])
    try:
        saved = context.portal(centre).get(paths.screen(centre.kbo, paths.MUTATIONS)).body
    except NotFound:
        return since
    return max(since, parse_moment(saved["changedAt"]))


def _check_ftp_account(context: Context, centre: Centre) -> Iterator[Verdict]:
    declared = context.fusion.accounts and context.fusion.accounts.ftp
    assert declared
    try:
        found = find_account(context, centre)
    except NoFolder as none:
        yield Verdict(FAILED, str(none))
        return
    missing = set(declared.authorizations) - set(found["authorizations"])
    if missing:
        yield Verdict(FAILED, f"not authorized for {', '.join(sorted(missing))}: `pulumi up` puts it right")
        return
    differences = _differences(context, chaman.FtpAccount)
    if differences:
        yield from differences
        return
    ending = find_life(context, centre, found["certificate"])
    if ending.result == USELESS:
        yield Verdict(FAILED, f"{found['accountName']}: {ending.detail}", rule="R37")
        return
    yield Verdict(OK, f"{found['accountName']}, user {found['username']}; {ending.detail}")


def _check_folder(context: Context, centre: Centre) -> Iterator[Verdict]:
    try:
        folder = open_folder(context, centre).folder
    except (NoFolder, FolderClosed) as closed:
        yield explain_closed(context, centre, closed)
        return
    last = newest(folder.files)
    yield Verdict(
        OK,
        f"opens with the declared user name; {format_count(len(folder.files), 'file')}"
        + (f", the last of {day_of(last.received)}" if last else ""),
    )


def explain_closed(context: Context, centre: Centre, closed: NoFolder | FolderClosed) -> Verdict:
    """Why a folder stayed closed, and the way out."""
    if isinstance(closed, NoFolder):
        return (
            Verdict(FAILED, closed.for_reading())
            if closed.failed
            else Verdict(UNKNOWN, not_looked_at(closed))
        )
    if not closed.refused:
        return Verdict(UNKNOWN, not_looked_at(closed))
    found = find_account(context, centre)
    ending = find_life(context, centre, found["certificate"])
    if ending.result == USELESS:
        return Verdict(FAILED, f"the folder stays closed: {ending.detail}", rule="R37")
    changed = day_of(parse_moment(found["passwordChangedAt"]))
    way_out = (
        "`pulumi up` sets the declared one, when a preview shows the account as changed"
        if centre == context.merged
        else f"put {context.password_key(centre)} in the secrets right"
    )
    return Verdict(
        FAILED,
        f"{found['accountName']}: the portal refuses the password of the secrets; there it was last changed on "
        f"{changed}: {way_out}",
        rule="R31",
    )


# -- the REST account -------------------------------------------------------------------------------------------------


def _check_rest_account(context: Context, centre: Centre) -> Iterator[Verdict]:
    declared = context.fusion.accounts and context.fusion.accounts.rest
    assert declared
    external = declared.certificate_management.external
    try:
        found = context.portal(centre).get(paths.rest_account(centre.kbo, declared.name)).body
    except NotFound:
        if external is None:
            yield Verdict(FAILED, f"there is no REST account {declared.name}: `pulumi up` makes it")
        else:
            yield _judge_delegation(context, centre, declared.name)
        return
    supplier = found.get("supplier")
    if supplier != (external and external.supplier):
        managed = f"managed by {supplier}" if supplier else "under own management"
        yield Verdict(
            FAILED, f"{declared.name} is {managed}, not as declared: `pulumi up` puts it right", rule="R34"
        )
        return
    missing = set(declared.authorizations) - set(found["authorizations"])
    if missing:
        yield Verdict(FAILED, f"not authorized for {', '.join(sorted(missing))}: `pulumi up` puts it right")
        return
    differences = _differences(context, chaman.RestAccount)
    if differences:
        yield from differences
        return
    ending = find_life(context, centre, found["certificate"])
    managed = f"managed by {supplier}" if supplier else "own management"
    result = FAILED if ending.result == USELESS else OK
    yield Verdict(
        result, f"{declared.name}, {managed}; {ending.detail}", rule="R37" if result == FAILED else ""
    )


def _judge_delegation(context: Context, centre: Centre, name: str) -> Verdict:
    """Under external management the supplier's answer makes the account (R35, R36)."""
    try:
        request = context.portal(centre).get(paths.delegation_request(centre.kbo, name)).body
    except NotFound:
        return Verdict(
            FAILED,
            "neither the account nor a request to the supplier is there: `pulumi up` asks for it",
            rule="R34",
        )
    supplier = request["supplier"]
    if request["status"] == "pending":
        return Verdict(
            WAITING,
            f"{supplier} has not answered the request of {request['requestedOn']}: ask there",
            rule="R35",
        )
    if request["status"] == "refused":
        reason = f" ({request['refusalReason']})" if request.get("refusalReason") else ""
        return Verdict(
            FAILED, f"{supplier} refused{reason}: agree with them, then set askedAgainOn", rule="R36"
        )
    return Verdict(
        FAILED, f"{supplier} accepted, but the account is gone: `pulumi up` asks again", rule="R36"
    )
