"""What of a stack's values is the rehearsal's, and must never reach a real portal (docs/secrets.md)."""

from __future__ import annotations

import os
from pathlib import Path

from providers.secret_sources import are_rehearsals
from providers.settings import REHEARSAL_CLIENT_KEY, REHEARSAL_PASSPHRASE, Settings, project_root
from stacks.settings_file import Configuration


def find_rehearsal_values(config: Configuration, settings: Settings) -> list[str]:
    """The generated people, key and well-known passphrase that a real portal would get, as sentences with the way out; none
    for a portal on this machine."""
    if settings.on_this_machine:
        return []
    wrong = []
    passphrase = _passphrase()
    known = {REHEARSAL_PASSPHRASE: "the rehearsal's well-known one", "": "empty, as good as none"}
    if passphrase in known:
        wrong.append(
            f"the passphrase is {known[passphrase]}: set your own in PULUMI_CONFIG_PASSPHRASE or the file of "
            "PULUMI_CONFIG_PASSPHRASE_FILE, then `pulumi stack change-secrets-provider passphrase`"
        )
    if are_rehearsals(config.get):
        wrong.append(
            "the people are the rehearsal's generated ones: set fusion:secretsFile or the secret fusion:secrets, or say in "
            "fusion:secretsFrom where they are"
        )
    return wrong + find_portal_faults(
        settings, "set fusion:clientId, and fusion:clientKeyFile or fusion:clientKey"
    )


def find_portal_faults(settings: Settings, way_out: str) -> list[str]:
    """Why a real portal may not be reached with these settings, as sentences; none for a portal on this machine.

    :param way_out: which settings say another key than a rehearsal's.
    """
    if settings.on_this_machine:
        return []
    wrong = []
    if not settings.client_key and _is_rehearsals(settings.client_key_file):
        wrong.append(f"the client's key is the rehearsal's: {way_out}")
    if not settings.portal_url.startswith("https://"):
        wrong.append("it is not https: passwords and INSZ would travel in clear")
    return wrong


def _is_rehearsals(key: Path) -> bool:
    """Whether `fusion setup` made it: the rehearsal's own, or that of one of its suppliers."""
    return key.resolve().is_relative_to((project_root() / REHEARSAL_CLIENT_KEY).parent.resolve())


def _passphrase() -> str | None:
    """The engine's: the variable goes before the file, also when it is empty; None where there is neither."""
    given, file = (os.environ.get(f"PULUMI_CONFIG_PASSPHRASE{end}") for end in ("", "_FILE"))
    if given is not None or not file:
        return given
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
