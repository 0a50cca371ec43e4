"""Which places there are, and what may stand in a few of them on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

from tests.torture.leaks.planted import ANY_KEY, INSZ, KEY, PASSPHRASE, PASSWORD, TOKEN
from tests.torture.leaks.scenes import SCENES, name_line

FILES: Mapping[str, str] = {
    "temporary files": "TMPDIR/*",
    "kept projects: secrets files": ".state/*/.state/rehearsal/secrets.yaml",
    "kept projects: clients' keys": ".state/*/.state/rehearsal/client-key*.pem",
    "kept projects: portals": ".state/*/.state/portal.db*",
    "kept stories: list for Flanders": ".state/stories/*/chief-access-managers.xlsx",
    "kept projects": ".state/rehearsal-run/*",
    "kept stories": ".state/stories/*",
    "secrets file": ".state/rehearsal/secrets.yaml",
    "client's key": ".state/rehearsal/client-key*.pem",
    "portal's checkpoints": ".state/portal.db.checkpoints/*",
    "portal": ".state/portal.db*",
    "kept plans": ".state/plans/*",
    "kept looks": ".state/in-sync/*",
    "notes of looks": ".state/looks/*",
    "ledgers": ".state/ledgers/*",
    "reviews": ".state/out/review/*",
    "saved plans": ".state/out/plan*.json",
    "event logs": ".state/out/events*",
    "exported state": ".state/out/state.json",
    "list without INSZ": ".state/out/masked.xlsx",
    "list for Flanders": ".state/out/list.xlsx",
    "fetched files": ".state/out/fetched/*",
    "spoilt secrets files": ".state/out/spoilt-*.yaml",
    "other files asked for": ".state/out/*",
    "state": ".state/.pulumi/stacks/*.json",
    "state before": ".state/.pulumi/stacks/*",
    "history": ".state/.pulumi/history/*",
    "backups": ".state/.pulumi/backups/*",
    "locks": ".state/.pulumi/locks/*",
    "engine's log": ".state/engine-home/logs/*",
    "engine's folder": ".state/engine-home/*",
    "settings of stacks": "stacks/Pulumi.*.yaml",
    "declarations": "fusions/*",
    "repository": ".git/*",
    "project": "*",
}
"""Every file that lies there at the end, by the first pattern that its name fits."""


@dataclass(frozen=True)
class Allowance:
    """What stands somewhere on purpose, by its kind or its name. A file has to be closed to others (`modes`)."""

    names: frozenset[str]
    reason: str


def _may(reason: str, *names: str) -> Allowance:
    return Allowance(frozenset(names), reason)


ALLOWED: Mapping[str, Allowance] = {
    "portal": _may(
        "the emulated portal is about people, and has the key by which its SFTP is known", INSZ, ANY_KEY
    ),
    "portal's checkpoints": _may("as the portal", INSZ, ANY_KEY),
    "kept projects: portals": _may("as the portal", INSZ, ANY_KEY),
    "secrets file": _may("this is where they are", INSZ, PASSWORD, KEY),
    "kept projects: secrets files": _may("this is where they are", INSZ, PASSWORD, KEY),
    "client's key": _may("this is where it is", KEY),
    "kept projects: clients' keys": _may("this is where it is", KEY),
    "list for Flanders": _may("Flanders asks for INSZ (R13)", INSZ),
    "kept stories: list for Flanders": _may("as the list", INSZ),
    "spoilt secrets files": _may("these are where they are", INSZ, PASSWORD, KEY),
    "secrets in a declaration/declarations": _may("somebody put them there: a finding", INSZ, PASSWORD),
    "reviewed/repository": _may("somebody committed it: a finding", INSZ),
    "a password in the address/settings of stacks": _may("somebody put it there: a finding", PASSWORD),
    "applied/pulumi stack output --show-secrets -s pajottegem": _may("asked for", PASSWORD),
    "applied/pulumi stack export --show-secrets -s pajottegem": _may("asked for", INSZ, PASSWORD),
    "secrets of the stack/pulumi config get secrets -s pajottegem": _may("asked for", INSZ, PASSWORD, KEY),
    "at the portal/fusion emulator token 1010784738 --person els.peeters": _may("asked for", TOKEN),
    "at the portal/fusion emulator openapi": _may("examples of the contract, made-up people", INSZ),
    "killed/environments": _may(
        "of the processes of the same person, whom alone they are shown to", PASSPHRASE
    ),
}
"""By place: a scene's line, or a kind of files, in one scene or in all. What is not found there is allowed for nothing."""


def name_file(name: str) -> str:
    return next(kind for kind, pattern in FILES.items() if fnmatch(name, pattern))


def list_places() -> Iterator[str]:
    """All of them: every line and what else scenes look at, every kind of files once, and the modes."""
    for name, scene in SCENES.items():
        yield from (f"{name}/{name_line(line)}" for line in (*scene.lines, *scene.more))
    yield from FILES
    yield "modes"
