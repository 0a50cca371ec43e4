"""Where a run's portal, credentials and files are, as the `fusion:*` configuration says.

Keys: `SETTINGS`; all but the secret ones are declared in Pulumi.yaml. `operator` is for `stacks.program`, all else for here.
The engine hands all of them to the provider host as strings, secrets in plain text (docs/engine-notes.md).
"""

from __future__ import annotations

import math
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from providers.portal_url import normalised
from schemas.errors import SettingError, WithoutPortal
from schemas.privacy import masked_url
from schemas.visible import visible

SETTINGS = (
    "portalUrl", "clientId", "clientKeyFile", "clientKey", "secretsFrom", "secretsFile", "secretsCommand", "secrets",
    "operator", "deadlineSeconds", "sftpHost", "sftpPort", "sftpHostKey",
)  # fmt: skip
"""All keys that there are: another one in a stack's file is a slip, and what it was meant to say is not said."""
SECRET_SOURCES = ("file", "stack", "command", "environment")
"""What `secretsFrom` may say; `providers/secret_sources.py` reads from them."""
EMBEDDED = "embedded"
NO_PORTAL = "none"
"""While the RSZ offers no API: people do it, by `fusion runbook`."""
EMBEDDED_URL = "http://portal.embedded"
# Below the project's root, as the defaults in Pulumi.yaml say them.
REHEARSAL_SECRETS = ".state/rehearsal/secrets.yaml"
REHEARSAL_CLIENT_KEY = ".state/rehearsal/client-key.pem"
# Everybody knows it: `stacks.program` refuses it for a real portal, engine/pulumi.sh sets it for a state of one's own.
REHEARSAL_PASSPHRASE = "rehearsal"  # noqa: S105
# Where `fusion emulator` serves the folders of FTP accounts when nothing else is said, and where SSH is elsewhere.
REHEARSAL_SFTP_PORT = 8022
SFTP_PORT = 22
_LONGEST_DEADLINE = 86_400
_LAST_PORT = 65_535
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def project_root() -> Path:
    """The folder of Pulumi.yaml: `FUSION_ROOT` where set (a rehearsal or a test apart), else this checkout."""
    return Path(os.environ.get("FUSION_ROOT") or Path(__file__).parents[1])


def embedded_database(root: Path | None = None) -> Path:
    """The SQLite file of the embedded portal: of the project in `root`, by default of this one."""
    return (root or project_root()) / ".state" / "portal.db"


@dataclass(frozen=True)
class Settings:
    """How to reach the portal. `client_key` is the PEM text of the client's RSA key; it is never shown."""

    portal_url: str
    client_id: str
    client_key: str | None
    client_key_file: Path
    deadline_seconds: float

    def __repr__(self) -> str:
        return f"Settings(portal_url={self.portal_url!r}, client_id={self.client_id!r})"

    @property
    def embedded(self) -> bool:
        return self.portal_url == EMBEDDED

    @property
    def on_this_machine(self) -> bool:
        """Whether the portal is a rehearsal's: embedded, or served on a loopback address."""
        return self.embedded or urlsplit(self.portal_url).hostname in LOOPBACK

    @property
    def base_url(self) -> str:
        """The URL before an API's path, without a slash at its end."""
        return EMBEDDED_URL if self.embedded else self.portal_url


@dataclass(frozen=True)
class SftpSettings:
    """Where the FTP accounts' folders are; `host_key` says which it must have, "" where none is set; port 0: a rehearsal's
    portal tells it."""

    host: str
    port: int
    host_key: str


def settings_from(get: Callable[[str], object], file: str = "") -> Settings:
    """Read the settings through `get(key)`, which answers None or a value that prints as the setting; `file` is where they
    stand. Raises `SettingError` with all that cannot be, `WithoutPortal` where there is none."""
    text = _texts(get)
    url, wrong = text("portalUrl", EMBEDDED), []
    if url == NO_PORTAL:
        raise WithoutPortal(file)
    if url != EMBEDDED:
        try:
            url = normalised(url)
        except ValueError as error:
            wrong.append(f"fusion:portalUrl is {visible(masked_url(url))}: {error}")
    deadline, port = _number(text("deadlineSeconds", "120")), _number(text("sftpPort", "0"))
    if not 0 <= deadline <= _LONGEST_DEADLINE:
        wrong.append(
            f"fusion:deadlineSeconds is {visible(masked_url(text('deadlineSeconds', '')))}: a number of seconds, from 0 to "
            f"{_LONGEST_DEADLINE}"
        )
    if not (port.is_integer() and 0 <= port <= _LAST_PORT):
        wrong.append(
            f"fusion:sftpPort is {visible(masked_url(text('sftpPort', '')))}: a whole number, from 0 to {_LAST_PORT}"
        )
    try:
        secret_source_from(get)
    except SettingError as error:
        wrong += error.wrong
    if wrong:
        raise SettingError(wrong, file)
    return Settings(
        portal_url=url,
        client_id=text("clientId", "rehearsal"),
        client_key=text("clientKey", "") or None,
        client_key_file=project_root() / text("clientKeyFile", REHEARSAL_CLIENT_KEY),
        deadline_seconds=deadline,
    )


def secret_source_from(get: Callable[[str], object]) -> str:
    """One of `SECRET_SOURCES`. Without a word the stack's own secret where there is one, else the file.

    :raises SettingError: for another word, and for a command that is not said or that no program could be.
    """
    text = _texts(get)
    source = text("secretsFrom", "")
    if not source:
        return "stack" if get("secrets") else "file"
    if source not in SECRET_SOURCES:
        said = visible(masked_url(source))
        raise SettingError([f"fusion:secretsFrom is {said}: one of {', '.join(SECRET_SOURCES)}, or nothing"])
    if source == "command":
        words_of_command(text("secretsCommand", ""))
    return source


def words_of_command(line: str) -> list[str]:
    """The program that `secretsCommand` names, and its arguments. Raises `SettingError`, which repeats nothing of them."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise SettingError([f"fusion:secretsCommand cannot be split into words: {error}"]) from None
    if not words:
        raise SettingError(["fusion:secretsFrom is command, and fusion:secretsCommand says none"])
    if _ASSIGNMENT.match(words[0]):
        raise SettingError(
            [
                "fusion:secretsCommand begins with an assignment, and no shell reads it: begin with the program, and set "
                "the variable where fusion is started"
            ]
        )
    return words


def sftp_settings_from(get: Callable[[str], object], portal: Settings) -> SftpSettings:
    """Where the folders of this portal's FTP accounts are. An embedded portal has no place of its own for them.

    :param get: what `settings_from` has checked."""
    text = _texts(get)
    host = "" if portal.embedded else urlsplit(portal.portal_url).hostname or ""
    port = int(float(text("sftpPort", "0")))
    return SftpSettings(
        host=text("sftpHost", host),
        port=port or (0 if portal.on_this_machine else SFTP_PORT),
        host_key=text("sftpHostKey", ""),
    )


def _texts(get: Callable[[str], object]) -> Callable[[str, str], str]:
    def text(key: str, default: str) -> str:
        value = get(key)
        return default if value is None or value == "" else str(value)

    return text


def _number(text: str) -> float:
    """Not a number where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
