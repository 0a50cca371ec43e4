"""ChaMan, the management of technical channels: sender, certificates, FTP account, REST account (rules R26–R46)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pulumi
from pulumi.dynamic import DiffResult, ReadResult

from providers import paths, replaced_accounts, session
from providers.base import LOSES, Props
from providers.chaman_inputs import (
    CertificateInputs,
    FtpAccountInputs,
    RestAccountInputs,
    SenderContactInputs,
)
from providers.first_look import HIDDEN, Look
from providers.losses import LosingProvider
from providers.resource import PortalProvider, PortalResource
from providers.waiting import Waiting
from schemas.errors import NotFound
from schemas.safety import CERTIFICATE, cite
from schemas.validity import EXPIRED, FAR, Validity

if TYPE_CHECKING:
    from providers.portal import Answer, ReadingPortal, WritingPortal

CHANGED_IN_PORTAL = "changed in the portal"
REFUSED = "refused"
"""The status of a delegation request that the supplier will not take on (R36)."""


class SenderContactProvider(PortalProvider):
    """The sender's contact data of the first sign-in: before any account (R28)."""

    title = "sender contact"
    fields = ("name", "phone", "email", "language")
    addresses = ("email",)

    def path(self, props: Props) -> str:
        return paths.sender(props["organization"])


class CertificateProvider(PortalProvider):
    """A certificate file (R37–R46). The portal never returns the file, so its fingerprint is what is compared.

    `check` asks what day it is at the portal, in the first preview too. What no account could have on that day is refused
    before anything is written. What the portal has already, and has expired since, is *shown* in every preview, as a change
    that writes nothing: a person has to put another file in its place.
    """

    title = "certificate"
    keys = ("organization", "fileName")
    fields = ("usage", "sha256")
    # Nothing in it is secret. But nobody can read it in a plan: the other properties say which file it is.
    secrets = frozenset({"content"})

    def path(self, props: Props) -> str:
        return paths.certificate(props["organization"], props["fileName"])

    def body(self, props: Props, found: Props | None = None) -> Props:
        return {"content": props["content"], "usage": props["usage"]}

    def foresee(self, look: Look) -> Props:
        look.find(look.news)  # asked in any case: each answer says what day it is
        return super().foresee(look) | {"end": Validity.of(look.news).find_end(session.connection().today)}

    def refuse(self, look: Look) -> str | None:
        found, news = look.find(look.news), look.news
        if found is not None and found.body["sha256"] == news["sha256"]:
            return None
        today = session.connection().today
        reason = Validity.of(news).reason_against(date.fromisoformat(news["takesEffect"]), today)
        where, rules = f"{news['fileName']} of {news['organization']}", f"(R37; {cite(CERTIFICATE)})"
        way_out = "Put a certificate in its place that is valid on that day"
        return f"{self.title} {where}: {reason} {rules}. Nothing was written. {way_out}" if reason else None

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        result = super().diff(_id, olds, news)
        result.changes = result.changes or news.get("end") == EXPIRED
        return result

    def read(self, id_: str, props: Props) -> ReadResult:
        result = super().read(id_, props)
        if result.inputs and result.inputs.get("end") == EXPIRED:
            result.inputs["end"] = FAR  # as is wanted: what `check` finds shows as the difference to it
        return result

    def _live(self, answer: Props, props: Props) -> Props:
        live = super()._live(answer, props)
        # Of the same file the same is told, however the portal spells it.
        told = props if live["sha256"] == props.get("sha256") else answer
        shown = {name: told.get(name, answer[name]) for name in ("subject", "notBefore", "notAfter")}
        return live | shown | {"end": Validity.of(shown).find_end(session.connection().today)}


class FtpAccountProvider(LosingProvider):
    """The FTP account (R29–R31). The portal returns no password; `passwordChangedAt` betrays a change behind our back."""

    title = "FTP account"
    keys = ("organization", "accountName")
    fields = ("type", "username", "password", "authorizations", "certificate")
    secrets = frozenset({"password"})
    outputs = ("passwordChangedAt",)

    def path(self, props: Props) -> str:
        return paths.ftp_account(props["organization"], props["accountName"])

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        result = super().diff(_id, olds, news)
        # A user name exists once on the portal, whatever its case: under it, the old account must go before the new one can
        # come. In any other case the new one comes first.
        result.delete_before_replace = str(olds.get("username")).lower() == str(news.get("username")).lower()
        return result

    def ask_about(self, olds: Props, news: Props) -> Props | None:
        return olds if olds and olds["accountName"] != news["accountName"] else super().ask_about(olds, news)

    def losses(self, live: Props, news: Props) -> list[str]:
        return replaced_accounts.losses_of_ftp(live, news)

    def live(self, answer: Props, props: Props) -> Props:
        # Nobody can know which password it is.
        return super().live(answer, props) | {"password": None} | _made_here(answer, props)

    def to_declaration(self, answer: Props, props: Props) -> Props:
        # In state (it has an origin), a password that we never wrote is as unknown as one changed since: set by hand.
        ours = not props.get("origin") or _password_is_ours(props, answer)
        return super().to_declaration(answer, props) | {
            "password": props.get("password") if ours else CHANGED_IN_PORTAL
        }

    def is_in_sync(self, props: Props, found: Answer, olds: Props | None) -> bool:
        return _has_password(props, found.body, olds) and super().is_in_sync(props, found, olds)

    def find_differences(self, props: Props, found: Answer) -> Props:
        """Nobody can know which password it has."""
        return super().find_differences(props, found) | {"password": HIDDEN}

    def change(self, portal: WritingPortal, props: Props, found: Answer, olds: Props | None) -> Answer:
        body = self.body(props)
        if _has_password(props, found.body, olds):
            del body["password"]  # setting it again would look like a new password to hand over (R32)
        return portal.replace(self.path(props), body, found.etag)


def _password_is_ours(olds: Props, answer: Props) -> bool:
    """Whether nobody has set another password since our last look."""
    return bool(olds.get("passwordChangedAt") == answer["passwordChangedAt"])


def _has_password(props: Props, answer: Props, olds: Props | None) -> bool:
    """Whether the portal has the declared password. When adopting, nobody can know, so it is written."""
    return olds is not None and _password_is_ours(olds, answer) and olds.get("password") == props["password"]


class RestAccountProvider(LosingProvider):
    """The REST account: with a certificate of one's own, or by a delegation request to the supplier (R33–R36).

    Under external management what we set is the *request*; the account appears when the supplier accepts. Until then it
    waits. A refusal is no success: `refused` carries the supplier's reason, the program reports it as an error, and every
    preview shows it as a change, which writes nothing.
    """

    title = "REST account"
    keys = ("organization", "accountName")
    fields = ("authorizations", "supplier", "certificate", "askedAgainOn")
    outputs = ("status", "requestedOn", "refusalReason", "management", "refused")

    def path(self, props: Props) -> str:
        return _request_path(props) if props.get("supplier") else _account_path(props)

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        result = super().diff(_id, olds, news)
        if bool(olds.get("supplier")) != bool(news.get("supplier")):
            # From own to external management or back: another account, and two of one name the portal does not have.
            result.delete_before_replace = not result.replaces
            result.replaces = [*(result.replaces or ()), "supplier"]
        result.changes = result.changes or bool(news.get("refused"))
        return result

    def foresee(self, look: Look) -> Props:
        said, olds, news = super().foresee(look), look.olds, look.news
        # What the refresh before read is passed on: in a preview the program has no outputs of what is to change. Whoever is
        # asked anew has not refused that.
        if all(olds.get(part) == news.get(part) for part in ("accountName", "supplier", "askedAgainOn")):
            said["refused"] = olds.get("refused")
        return said

    def read(self, id_: str, props: Props) -> ReadResult:
        result = super().read(id_, props)
        if refused := (result.outs or {}).get("refused"):
            result.inputs = (result.inputs or {}) | {"refused": refused}
        return result

    def read_outputs(self, answer: Props) -> Props:
        refused = answer.get("status") == REFUSED
        reason = (answer.get("refusalReason") or "no reason given") if refused else ""
        return super().read_outputs(answer) | {"refused": reason}

    def ask_about(self, olds: Props, news: Props) -> Props | None:
        if not olds:
            return news
        fewer = not set(olds.get("authorizations") or ()) <= set(news["authorizations"])
        other = any(olds.get(part) != news.get(part) for part in ("accountName", "supplier"))
        return olds if other or fewer else None

    def live(self, answer: Props, props: Props) -> Props:
        live = super().live(answer, props) | {"management": answer.get("management")}
        return live | _made_here(answer, props)

    def losses(self, live: Props, news: Props) -> list[str]:
        return replaced_accounts.losses_of_rest(live, news)

    def body(self, props: Props, found: Props | None = None) -> Props:
        sent = ("authorizations", "supplier") if props.get("supplier") else ("authorizations", "certificate")
        return {field: props[field] for field in sent}

    def to_declaration(self, answer: Props, props: Props) -> Props:
        live = super().to_declaration(answer, props)
        if live.get("supplier"):
            live.pop("certificate", None)  # the supplier's, and its to change
        # `askedAgainOn` is the declaration's own: a new date asks a supplier again who refused.
        return live | {"askedAgainOn": props.get("askedAgainOn")}

    def find(self, portal: ReadingPortal, props: Props) -> Answer | None:
        """The account and its request as one answer: the request rules until it is accepted, then the account."""
        request = super().find(portal, props)
        if not props.get("supplier"):
            return request
        if request is not None and request.body["status"] != "accepted":
            return request
        try:
            account = portal.get(_account_path(props))
        except NotFound:
            return (
                None  # perhaps accepted once, but the account was deleted since: it must be asked for again
            )
        if request is None:
            # An accepted request may have been deleted: its account stays, and is as good as accepted.
            external = account.body["management"] == "external"
            return type(account)(account.body | {"status": "accepted"}, account.etag) if external else None
        # We asked for it, so it is ours to take away, although the supplier made it.
        ours = {"createdBy": request.body["createdBy"]}
        return type(request)(request.body | account.body | ours, account.etag)

    def add(self, portal: WritingPortal, props: Props) -> Answer:
        if props.get("supplier"):
            self._withdraw(portal, props)
        return super().add(portal, props)

    def is_in_sync(self, props: Props, found: Answer, olds: Props | None) -> bool:
        asked_again = olds is not None and olds.get("askedAgainOn") != props.get("askedAgainOn")
        refused = found.body.get("status") == REFUSED
        return super().is_in_sync(props, found, olds) and not (refused and (asked_again or olds is None))

    def change(self, portal: WritingPortal, props: Props, found: Answer, olds: Props | None) -> Answer:
        if found.body.get("status") != "accepted":
            return super().change(portal, props, found, olds)
        if found.body.get("supplier") == props["supplier"]:
            # The account lives: only its authorizations are ours to change.
            path = _account_path(props)
            account = portal.replace(path, {"authorizations": props["authorizations"]}, found.etag)
            return type(account)(found.body | account.body, account.etag)
        self.remove(portal, props, found)
        return self.add(portal, props)

    def remove(self, portal: WritingPortal, props: Props, found: Answer) -> None:
        if props.get("supplier"):
            self._withdraw(portal, props)
        if found.body.get("management"):
            path = _account_path(props)
            portal.delete(path, portal.get(path).etag)

    def find_waiting(self, answer: Props) -> Waiting | None:
        if answer.get("status") != "pending":
            return None
        reason = f"waits for the supplier's answer to the delegation request of {answer['requestedOn']}"
        return Waiting(reason, "R35", whom=str(answer["supplier"]))

    def find_differences(self, props: Props, found: Answer) -> Props:
        refused = {"status": REFUSED} if found.body.get("status") == REFUSED else {}
        return super().find_differences(props, found) | refused

    def expect_waiting(self, props: Props, found: Answer | None) -> Waiting | None:
        """Whoever is asked has to answer."""
        body = found.body if found else {}
        supplier, same = props.get("supplier"), body.get("supplier") == props.get("supplier")
        if not supplier or (same and body.get("status") == "accepted"):
            return None
        reason = "waits for the supplier's answer to the delegation request"
        return (same and self.find_waiting(body)) or Waiting(reason, "R35", whom=supplier)

    def _withdraw(self, portal: WritingPortal, props: Props) -> None:
        path = _request_path(props)
        try:
            portal.delete(path, portal.get(path).etag)
        except NotFound:
            return


def _made_here(answer: Props, props: Props) -> Props:
    client = session.reading(props["organization"]).client_id
    return {replaced_accounts.MADE_HERE: answer.get("createdBy") == client}


def _account_path(props: Props) -> str:
    return paths.rest_account(props["organization"], props["accountName"])


def _request_path(props: Props) -> str:
    return paths.delegation_request(props["organization"], props["accountName"])


class SenderContact(PortalResource, module="chaman", name="SenderContact"):
    """The sender's contact data."""

    provider_class = SenderContactProvider
    inputs = SenderContactInputs


class Certificate(PortalResource, module="chaman", name="Certificate"):
    """A certificate file."""

    provider_class = CertificateProvider
    inputs = CertificateInputs
    reported = (*PortalResource.reported, "end")
    end: pulumi.Output[str]
    """`EXPIRED`, `SOON` or `FAR` of `schemas.validity`, on the portal's day."""


class FtpAccount(PortalResource, module="chaman", name="FtpAccount"):
    """An FTP account."""

    provider_class = FtpAccountProvider
    inputs = FtpAccountInputs
    reported = (*PortalResource.reported, LOSES)


class RestAccount(PortalResource, module="chaman", name="RestAccount"):
    """A REST account."""

    provider_class = RestAccountProvider
    inputs = RestAccountInputs
    reported = (*PortalResource.reported, LOSES, "status", "refused")
    status: pulumi.Output[str]
    refused: pulumi.Output[str]
    """The supplier's reason, "" where the request is not refused."""
