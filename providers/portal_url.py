"""The setting `portalUrl`, read and normalised once: whatever is compared with it, or signed for it, is spelt alike.

Scheme and host are in lower case, a port that goes without saying and slashes at the end are gone.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

_IN_BRACKETS = re.compile(r"\[[^\[\]]*\](:[^:]*)?")
_PORTS = {"http": 80, "https": 443}


def normalised(text: str) -> str:
    """The URL as it is used; `embedded` is not for here. Raises ValueError with what is wrong, as the end of a sentence; it
    repeats nothing that could be a password."""
    scheme, found, rest = text.strip().partition("://")
    if not found or scheme.lower() not in _PORTS:
        raise ValueError(_explain_no_url(text.strip()))
    if "@" in rest:
        raise ValueError("a name or password does not belong there: the client signs in with its key")
    if not rest.isprintable() or " " in rest or "\\" in rest:
        raise ValueError("a URL has no spaces, backslashes and characters that do not show")
    try:
        parts = urlsplit(f"{scheme.lower()}://{rest}")
        host = parts.hostname or ""
        if ":" in host and _IN_BRACKETS.fullmatch(parts.netloc):
            host = f"[{IPv6Address(host)}]"
        elif {"[", "]"} & {*parts.netloc}:
            raise ValueError
    except ValueError:
        raise ValueError(
            "an IPv6 address stands in brackets, http://[::1]:8080, and has nothing else in them"
        ) from None
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"{parts.netloc.rpartition(':')[2]} is no port, a number up to 65535") from None
    if not host:
        raise ValueError("it names no host")
    if "?" in rest or "#" in rest:
        raise ValueError("nothing with ? or # belongs there: the API's paths are put behind it")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise ValueError(f"{host} is no name of a host") from None
    ending = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{ending}{parts.path.rstrip('/')}"


def _explain_no_url(text: str) -> str:
    from schemas.terms import nearest  # only a slip needs it

    if nearest(text, ["embedded"]):
        return "did you mean `embedded`?"
    host = text.lstrip(":/").rpartition("@")[2]
    if "://" not in text and (":" in host or "." in host) and host.isprintable() and "/" not in text:
        scheme = "http" if host.startswith(("127.", "localhost")) else "https"
        return f"a URL begins with http:// or https://, such as {scheme}://{host}"
    return "a URL begins with http:// or https://; `embedded` is the emulated portal in the engine's own processes"
