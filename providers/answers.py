"""What an answer must be, before anybody uses it: held to the contract (docs/portal-api.md) once, here.

What does not fit is told as one kind of failure, with the field and what was expected of it. That is: JSON in UTF-8 with a
name once, no deeper than this process can follow; the type that the contract gives a member, wherever that stands
(`MEMBERS`); a token that can be sent, a date that can be meant, an ETag that can be sent back, a link that stays with the
portal.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, NoReturn, TypeGuard
from urllib.parse import SplitResult, unquote, urlsplit

from providers import deadline, paths
from providers.contract import BELGIUM
from providers.network import Received
from providers.portal_url import normalised
from providers.problems import readable, without_secrets
from providers.retry import Failed
from schemas.errors import UnexpectedAnswer

_JSON = re.compile(r"application/([\w.+-]+\+)?json", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_ADDED_TO_TAG = re.compile(r"[-;](gzip|br|zstd|deflate)\"$")
_ETAG = re.compile(r"[\x21-\x7e]+")
_FARTHEST = timedelta(days=366 * 100)
"""No portal's day is farther from this machine's, not even that of a rehearsal."""
_LONGEST_TOKEN_SECONDS = 86_400.0


class Members(dict[str, Any]):
    """An object of an answer: a member that somebody relies on and the portal left out is told by its name."""

    __slots__ = ("call",)
    call: tuple[str, str, int]

    def __missing__(self, name: str) -> NoReturn:
        method, path, status = self.call
        raise UnexpectedAnswer(method=method, path=path, status=status, detail=f"`{name}` is missing")


def read_object(method: str, path: str, received: Received) -> dict[str, Any]:
    """The body, a JSON object whose members have the contract's types; sentences for people are made readable.

    :raises Failed: for anything else.
    """
    call = (method, path, received.status)
    body = _parse(received, partial(_members, call, received.sent))
    if not isinstance(body, dict):
        _refuse(received, f"the body is {_named(body)}, a JSON object was expected")
    return body


def read_problem(received: Received) -> dict[str, Any]:
    """The body of a refusal: with a `type` where it is a problem of the portal's; `{}` where it is no JSON object."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        _refuse_late()
        return without_secrets(dict(pairs), received.sent, everywhere=True)

    try:
        body = _parse(received, members)
    except Failed as failure:
        if failure.status is None:
            raise  # in time it would have been read
        return {}
    return body if isinstance(body, dict) else {}


def read_token(received: Received) -> tuple[str, float]:
    """What a sign-in gives: the bearer token, and how many seconds it lives."""
    body = read_object("POST", paths.SIGN_IN, received)
    token, kind, seconds = body.get("access_token"), body.get("token_type"), body.get("expires_in")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        _refuse(received, "`access_token`: a token in letters and digits was expected")  # never repeated
    if not isinstance(kind, str) or kind.lower() != "bearer":
        _refuse(received, "`token_type`: Bearer was expected")
    if not _is_number(seconds) or seconds <= 0:
        _refuse(received, "`expires_in`: a number of seconds was expected")
    return token, min(seconds, _LONGEST_TOKEN_SECONDS)


def date_of(received: Received) -> date | None:
    """The portal's day by the header `Date`, None where there is none."""
    text = received.headers.get("Date")
    if text is None:
        return None
    try:
        day = parsedate_to_datetime(text).astimezone(BELGIUM).date()
    except (ValueError, OverflowError):
        day = date.min
    if abs(day - datetime.now(BELGIUM).date()) > _FARTHEST:
        _refuse(received, f"`Date`: {readable(text, received.sent)} is no day that can be meant")
    return day


def etag_of(received: Received) -> str:
    """As it came, "" where there is none."""
    etag = received.headers.get("ETag", "")
    if etag and not _ETAG.fullmatch(etag):
        _refuse(received, f"`ETag`: {readable(etag, received.sent)} cannot be sent back")
    return etag


def if_match(path: str, etag: str) -> dict[str, str]:
    """The precondition of a write: what was received and, where a proxy that compresses may have made that of it, the tag
    that the portal gave. One of the two is the portal's."""
    if not etag:
        raise UnexpectedAnswer(
            method="GET", path=path, detail="`ETag` is missing: without it nothing can be replaced safely"
        )
    strong = _ADDED_TO_TAG.sub('"', etag.removeprefix("W/"))
    return {"If-Match": etag if strong == etag else f"{etag}, {strong}"}


def link_within(link: str, page: str, base_url: str) -> str | None:
    """The path of the page that `link` leads to, None where it leaves the portal's address or the API of `page`: a call
    there would take the token along."""
    try:
        there, here = urlsplit(link), urlsplit(base_url)
        same = not (there.scheme or there.netloc) or _address(there) == _address(here)
    except ValueError:
        return None
    path, api = there.path.removeprefix(here.path), "/".join(page.partition("?")[0].split("/")[:4])
    plain = link.isascii() and link.isprintable() and " " not in link and "\\" not in link
    if not same or not plain or not path.startswith(f"{api}/") or ".." in unquote(path).split("/"):
        return None
    return f"{path}?{there.query}" if there.query else path


def _address(parts: SplitResult) -> str:
    return normalised(f"{parts.scheme}://{parts.netloc}")


# -- JSON -----------------------------------------------------------------------------------------------------------------


def _parse(received: Received, members: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> Any:
    kind = received.headers.get("Content-Type", "application/json").partition(";")[0].strip()
    if not _JSON.fullmatch(kind):
        _refuse(received, f"`Content-Type` is {readable(kind, received.sent) or 'empty'}, JSON was expected")
    try:
        text = received.body.decode("utf-8-sig")
        if r"\u" in text and re.search(r"\\u[dD][89a-fA-F]", text):
            json.dumps(
                json.loads(text), ensure_ascii=False
            ).encode()  # half a pair can neither be sent nor kept
        return json.loads(text, object_pairs_hook=members, parse_float=_finite, parse_constant=_finite)
    except UnicodeError:
        _refuse(received, "the body is not text in UTF-8")
    except RecursionError:
        _refuse(received, "the body is nested too deeply")
    except _Unfit as unfit:
        _refuse(received, str(unfit))
    except ValueError:
        _refuse(received, "the body is not JSON" if received.body else "the body is empty, JSON was expected")


def _refuse_late() -> None:
    if deadline.left() <= 0:
        raise Failed(None, "the answer cannot be read in time")


class _Unfit(ValueError):
    """What is wrong with a member; becomes a `Failed`."""


def _members(call: tuple[str, str, int], sent: tuple[str, ...], pairs: list[tuple[str, Any]]) -> Members:
    _refuse_late()
    members = Members(pairs)
    if len(members) != len(pairs):
        raise _Unfit("an object has a name twice")
    members.call = call
    for name, value in pairs:
        expected = MEMBERS.get(name)
        if expected is not None and value is not None and not _CHECKS[expected](value):
            raise _Unfit(f"`{readable(name, sent)}` is {_named(value)}, {expected} was expected")
    without_secrets(members, sent, everywhere=False)
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Unfit("a number is none that JSON has")
    return number


def _refuse(received: Received, reason: str) -> NoReturn:
    raise Failed(received.status, reason, unfit=True)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _named(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a number")


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "a text": lambda value: isinstance(value, str),
    "a date": _is_date,
    "a number": _is_number,
    "true or false": lambda value: isinstance(value, bool),
    "an object": lambda value: isinstance(value, dict),
    "a list of objects": lambda value: (
        isinstance(value, list) and all(isinstance(one, dict) for one in value)
    ),
    "a list of texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "a text or an object": lambda value: isinstance(value, str | dict),
}
_BY_TYPE: Mapping[str, str] = {
    "a text": "accountName certificate changedAt code createdAt createdBy de domain email enterpriseNumber fileName fr"
    " id identity issuer keyType kind language management mergedInto network next nisCode nl notAfter notBefore"
    " organizationName passwordChangedAt path personId phone postcode previousCertificate previousSha256 product"
    " qualityCode readAt reason receivedAt reference result rule sender sha256 signatureAlgorithm ssin status subject"
    " submittedAt submittedTo supplier tag type usage username website",
    "a date": "accessCopiedOn accessCopyPlannedOn activeFrom availableFrom decidedOn dueBy endDate lockedUntil mergedOn"
    " opensOn plannedEndDate requestedOn startDate submittedOn",
    "a number": "amount delayDays documents ended expires_in frequencyDays locked running statusCode stopped toEnter toStop"
    " total unread withoutSuccessor year",
    "true or false": "accessCopied attestation blocked delegatable enabled ocmwOnline read selfSigned submittedLate",
    "an object": "accessManager body city contactDetails newRequests predecessor problem socialFile street successor"
    " unreadReminders",
    "a list of objects": "chiefAccessManagers coAccessManagers coChiefAccessManagers contacts items systems",
    "a list of texts": "applications authorizations receive roles",
    "a text or an object": "name",
}
MEMBERS: Mapping[str, str] = {name: kind for kind, names in _BY_TYPE.items() for name in names.split()}
"""By the name of a member: the type that it has in every answer of the contract; null stands for left out. A test holds
this table to the portal's OpenAPI documents."""
