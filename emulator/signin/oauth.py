"""Signing in (contract, section 2): a client's signed assertion becomes a token for one acting organisation (R65, R66).

Assertions and tokens live by the wall clock, as the clients that sign them do; portal time plays no part.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from emulator.core import organizations, problems, store
from emulator.signin import clients, rest_accounts
from emulator.systems.access_management import rights
from emulator.systems.access_management import store as access_store

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_SECONDS = 3600
ASSERTION_SECONDS = 300
# Clocks of two machines may differ by this much.
LEEWAY_SECONDS = 10
# Claims are JSON of the client's: a lone surrogate is no text, and nothing keeps what has no end.
_CLAIM = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,255}")
FORM = "application/x-www-form-urlencoded"
PARAMETERS = frozenset(
    {"grant_type", "client_assertion_type", "client_assertion", "acting_for", "client_id", "scope"}
)


class OAuthError(Exception):
    """A refusal in the words of RFC 6749, section 5.2; answered as `{error, error_description}`."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description

    @property
    def status(self) -> int:
        return 401 if self.error == "invalid_client" else 400

    def as_json(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}


@dataclass(frozen=True, slots=True)
class Session:
    """What a token stands for.

    :param acting_for: the chosen organisation (R65), or the code of a supplier whose client it is; None: somebody signed in
        who has not chosen yet.
    :param person: the portal's number for who works through the client; None: the client works by itself.
    """

    client: str
    acting_for: str | None
    person: str | None
    scopes: frozenset[str]


def issue_token(
    connection: sqlite3.Connection, form: Mapping[str, str], audiences: Sequence[str]
) -> tuple[dict[str, Any], Session]:
    """A token for a token request; inside a transaction, so that no assertion is taken twice.

    :param audiences: the token URL, in each of the forms that the portal is reached by.
    :returns: the answer, and what the token stands for.
    :raises OAuthError: when the request or its assertion is not in order.
    """
    unknown = sorted(set(form) - PARAMETERS)
    if unknown:
        raise OAuthError("invalid_request", "unknown parameters")
    if form.get("grant_type") != "client_credentials":
        raise OAuthError("unsupported_grant_type", "grant_type must be client_credentials")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}")
    client, ssin = _client_of(connection, form.get("client_assertion", ""), audiences)
    person, acting_for = None, form.get("acting_for")
    bound = _bound_to(connection, client)
    if bound is not None:
        if ssin is not None:
            raise OAuthError("invalid_grant", f"{bound.who} works by itself, for nobody")
        if acting_for not in (None, bound.organization):
            raise OAuthError("invalid_grant", f"{bound.who} acts for {bound.whom} only")
        session = Session(client, bound.party, None, _scopes(connection, client, form.get("scope")))
        return _make_token(connection, session), session
    person = None if ssin is None else _person(connection, ssin)
    if acting_for is None:
        if person is None:
            raise OAuthError(
                "invalid_request", "acting_for must name the organisation that the client acts for"
            )
    elif organizations.find(connection, acting_for) is None:
        raise OAuthError("invalid_request", "acting_for is not an organisation of this portal")
    elif person is not None and not rights.has(connection, acting_for, person, "seeOrganization"):
        raise OAuthError("invalid_grant", "this person has no access to that organisation")
    session = Session(client, acting_for, person, _scopes(connection, client, form.get("scope")))
    return _make_token(connection, session), session


class _Bound(NamedTuple):
    """A client that cannot choose whom it acts for: `party`, an organisation's number or a supplier's code."""

    who: str
    whom: str
    party: str
    organization: str | None


def _bound_to(connection: sqlite3.Connection, client: str) -> _Bound | None:
    if rest_accounts.is_account(client):
        account = rest_accounts.find(connection, client)
        if account is None:
            return None
        return _Bound("a REST account", "its own organisation", account.organization, account.organization)
    supplier = clients.supplier_of(connection, client)
    return None if supplier is None else _Bound("a supplier's client", "its supplier", supplier, None)


def _scopes(connection: sqlite3.Connection, client: str, asked: str | None) -> frozenset[str]:
    """The scopes that were asked for; without any, all that the client may have.

    :raises OAuthError: for a scope that the client may not have.
    """
    allowed = _allowed(connection, client)
    if asked is None:
        return allowed
    wanted = frozenset(asked.split())
    if not wanted <= allowed:
        raise OAuthError("invalid_scope", "this client may not have all of these scopes")
    return wanted


def _allowed(connection: sqlite3.Connection, client: str) -> frozenset[str]:
    """All scopes that a client may have; a REST account those of its authorizations, none once it is gone."""
    if rest_accounts.is_account(client):
        account = rest_accounts.find(connection, client)
        return frozenset() if account is None else account.scopes
    return clients.scopes_of(connection, client)


def _person(connection: sqlite3.Connection, ssin: str) -> str:
    known = access_store.known_person_id(connection, ssin)
    if known is None or not rights.organizations_of(connection, known):
        raise OAuthError("invalid_grant", "this person has no access to any organisation")
    return known


def _client_of(
    connection: sqlite3.Connection, assertion: str, audiences: Sequence[str]
) -> tuple[str, str | None]:
    """Who signed the assertion, and the INSZ of whom it vouches for; every claim checked and its `jti` used up."""
    import jwt  # 0.1 s; only where someone signs in

    try:
        claimed = str(jwt.decode(assertion, options={"verify_signature": False}).get("iss"))
        key, algorithm = _key_of(connection, claimed, jwt.get_unverified_header(assertion))
        claims = jwt.decode(
            assertion,
            key,
            algorithms=[algorithm],
            audience=audiences,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "jti", "iat", "exp"]},
        )
        issued, expires = int(claims["iat"]), int(claims["exp"])
    # Beside PyJWT's own errors: claims that are no numbers, or beyond any.
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise OAuthError("invalid_client", f"the assertion is refused: {type(error).__name__}") from None
    if claims["sub"] != claimed:
        raise OAuthError("invalid_client", "sub and iss must both be the client's id")
    if expires - issued > ASSERTION_SECONDS:
        raise OAuthError("invalid_client", f"an assertion lives {ASSERTION_SECONDS} seconds at most")
    jti, ssin = str(claims["jti"]), claims.get("ssin")
    if not all(_CLAIM.fullmatch(text) for text in (jti, str(ssin or "-"))):
        raise OAuthError(
            "invalid_client", "jti and ssin have 1 to 255 characters, without control characters"
        )
    _use_up(connection, claimed, jti, expires)
    return claimed, None if ssin is None else str(ssin)


def _key_of(connection: sqlite3.Connection, client: str, header: Mapping[str, Any]) -> tuple[Any, str]:
    """The key that a client signs with, and how."""
    if rest_accounts.is_account(client):
        try:
            return rest_accounts.find_key(connection, client, header)
        except rest_accounts.NoEntry as refused:
            raise OAuthError("invalid_client", str(refused)) from None
    row = connection.execute("SELECT public_key FROM clients WHERE client_id = ?", (client,)).fetchone()
    if row is None:
        raise OAuthError("invalid_client", "no such client is registered")
    return row[0], "RS256"


def _use_up(connection: sqlite3.Connection, client: str, jti: str, expires: int) -> None:
    now = int(time.time())
    connection.execute("DELETE FROM assertions WHERE expires < ?", (now - LEEWAY_SECONDS,))
    used = connection.execute(
        "INSERT INTO assertions VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (client, jti, expires)
    )
    if not used.rowcount:
        raise OAuthError("invalid_client", "this assertion was used before (jti)")


def _make_token(connection: sqlite3.Connection, session: Session) -> dict[str, Any]:
    """An opaque token, of which the portal keeps the hash: looking it up costs less than verifying a signature."""
    now = int(time.time())
    connection.execute("DELETE FROM tokens WHERE expires < ?", (now - TOKEN_SECONDS,))
    token = secrets.token_urlsafe(32)
    scope = " ".join(sorted(session.scopes))
    connection.execute(
        "INSERT INTO tokens (digest, client_id, acting_for, person_id, scopes, expires) VALUES (?, ?, ?, ?, ?, ?)",
        (_digest(token), session.client, session.acting_for, session.person, scope, now + TOKEN_SECONDS),
    )
    return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session_for(connection: sqlite3.Connection, authorization: str | None) -> Session:
    """What the token in an `Authorization` header stands for.

    :raises Problem: 401 without a token, with one that is not ours, or with a late one.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise problems.unauthorized(
            "noAccessToken", "No Access Token", "No Bearer token in the Authorization header"
        )
    row = connection.execute(
        "SELECT client_id, acting_for, person_id, scopes, expires FROM tokens WHERE digest = ?",
        (_digest(token.strip()),),
    ).fetchone()
    if row is None:
        raise problems.unauthorized(
            "invalidAccessToken", "Invalid Access Token", "This token was not given by this portal"
        )
    client, acting_for, person, scopes, expires = row
    if expires <= time.time():
        raise problems.unauthorized(
            "expiredAccessToken", "Expired Access Token", "This token has expired: sign in again"
        )
    given = frozenset(scopes.split())
    if rest_accounts.is_account(client):
        given &= _allowed(connection, client)
    return Session(client, acting_for, person, given)


def answer(
    connection: sqlite3.Connection, raw: bytes, content_type: str, audiences: Sequence[str]
) -> tuple[dict[str, Any], Session]:
    """`issue_token` for the body of a request; in a transaction of its own."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"the body must be {FORM}")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise OAuthError("invalid_request", "the body cannot be read") from None
    if len({name for name, _ in pairs}) < len(pairs):
        raise OAuthError("invalid_request", "a parameter stands here twice")
    with store.transaction(connection):
        # RFC 6749, section 3.2: a parameter without a value counts as left out.
        try:
            return issue_token(connection, {name: value for name, value in pairs if value}, audiences)
        except OAuthError as error:
            refused = error  # and its assertion stays used up
    raise refused
