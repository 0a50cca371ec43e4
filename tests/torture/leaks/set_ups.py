"""What goes wrong before a scene's lines: another password or person, a portal that fails, files that are spoilt, a kill."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.controls import Rule, add_fault, rehearsal_ssin
from schemas.errors import PortalError
from tests.torture.leaks.planted import (
    INSZ,
    OTHER_PASSWORD,
    PASSWORD,
    Secret,
    lines_of_key,
    read_document,
    write_document,
)
from tests.torture.leaks.stage import Stage
from tests.torture.leaks.wire import serve

PAJOTTEGEM = "1010784738"
_MANAGERS = (
    f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}/domains/maatschappelijkWelzijn/accessManagers"
)
_SOMEBODY_ELSE = rehearsal_ssin("somebody.else")
_DOTTED = re.sub(r"(..)(..)(..)(...)(..)", r"\1.\2.\3-\4.\5", _SOMEBODY_ELSE)
# The last digit is another one: no INSZ any more, and still almost that of somebody.
_MISTYPED = f"{_DOTTED[:-1]}{(int(_DOTTED[-1]) + 1) % 10}"
_PASSWORD = "*Zomer&2025<x>'k"  # longer than R31 has it, and YAML takes it for an alias
_KEY = "c2VjcmV0IGtleSBvZiBub2JvZHkgYXQgYWxsLCBub3QgZXZlbg"
_PERSON = f'{{insz: "{_DOTTED}", email: x@ocmw.example, language: nl}}'

BAD_FILES: Mapping[str, str] = {
    "spoilt-long": f'passwords: {{"pajottegem/ftp": "{_PASSWORD}"}}\n',
    "spoilt-alias": f"passwords:\n  pajottegem/ftp: {_PASSWORD}\n",
    "spoilt-mapping": f"passwords:\n  pajottegem/ftp: {{{_PASSWORD[1:]}\n",
    "spoilt-comma": f"passwords: {{pajottegem/ftp: {_PASSWORD[1:]},{_PASSWORD[1:]}}}\n",
    "spoilt-list": f"passwords:\n  - '{_PASSWORD.replace(chr(39), chr(39) * 2)}'\n",
    "spoilt-key": f'passwords:\n  "{_PASSWORD}": pajottegem/ftp\n"{_PASSWORD}": 1\n',
    "spoilt-twice": f'passwords:\n  "{_PASSWORD}": a\n  "{_PASSWORD}": b\n',
    "spoilt-tag": f"passwords:\n  pajottegem/ftp: !{_PASSWORD[1:11]} x\n",
    "spoilt-mistyped": f'people:\n  a.b: {{insz: "{_MISTYPED}"}}\n',
    "spoilt-number": f"people:\n  a.b: {{insz: {_SOMEBODY_ELSE}7}}\n  c.d: {{insz: {_SOMEBODY_ELSE}.5}}\n",
    "spoilt-same": f"people:\n  a.b: {_PERSON}\n  c.d: {_PERSON}\n",
    "spoilt-person": f"people:\n  {_SOMEBODY_ELSE}: {_PERSON}\n  a.b: '{_DOTTED}'\n",
    "spoilt-private-key": f"keys:\n  pajottegem/rest: |\n    {_KEY}\n  {_KEY}\n",
    "spoilt-cut": f'people:\n  a.b: {_PERSON}\npasswords:\n  pajottegem/ftp: "{_PASSWORD}\n',
}
"""Secrets files that people get wrong, by the name that they are kept under."""
_IN_BAD_FILES = {
    Secret(PASSWORD, "in a spoilt file", _PASSWORD[1:]),
    Secret(PASSWORD, "in a spoilt file, as a key", _KEY),
    Secret(INSZ, "somebody else", _SOMEBODY_ELSE),
    Secret(INSZ, "somebody else, mistyped", re.sub(r"\D", "", _MISTYPED)),
}


@contextmanager
def nothing(_stage: Stage) -> Iterator[None]:
    """All is well."""
    yield


@contextmanager
def forty_days_later(stage: Stage) -> Iterator[None]:
    """Mutations have come."""
    stage.advance_clock(40)
    yield


_GIT = (
    "git",
    "-c",
    "user.name=somebody",
    "-c",
    "user.email=somebody@example.com",
    "-c",
    "commit.gpgsign=false",
)


@contextmanager
def a_pull_request(stage: Stage) -> Iterator[None]:
    """The project is a repository; one pull request changes a number, another one puts somebody's INSZ in a key's place."""

    def git(*arguments: str) -> None:
        subprocess.run([*_GIT, *arguments], cwd=stage.root, check=True, capture_output=True)

    def pull(branch: str, old: str, new: str) -> None:
        git("checkout", "-q", "-b", branch, "base")
        stage.edit("pajottegem", lambda text: text.replace(old, new, 1))
        git("commit", "-qam", "an edit")
        git("checkout", "-q", "base")

    (stage.root / ".gitignore").write_text("/.state/\n/.venv\n__pycache__/\n")
    git("init", "-q", "-b", "base")
    git("add", "-A")
    git("commit", "-qm", "as it was")
    pull("pull", "+32 54 89 10 00", "+32 54 89 10 01")
    pull("spoilt", "person: tom.maes", f"person: {_SOMEBODY_ELSE}")
    stage.seen.add(Secret(INSZ, "somebody else", _SOMEBODY_ELSE))
    yield


def _save_plan(stage: Stage) -> None:
    assert stage.call("pulumi preview -s pajottegem --save-plan={out}/plan.json").status == 0


@contextmanager
def another_password(stage: Stage) -> Iterator[None]:
    """Since a plan was saved."""
    _save_plan(stage)
    stage.change_password(OTHER_PASSWORD)
    yield


@contextmanager
def another_person(stage: Stage) -> Iterator[None]:
    """Somebody has another INSZ, since a plan was saved."""
    _save_plan(stage)
    document = read_document(stage.secrets_file)
    document["people"]["tom.maes"]["insz"] = _SOMEBODY_ELSE
    write_document(stage.secrets_file, document)
    yield


@contextmanager
def changed_in_the_portal(stage: Stage) -> Iterator[None]:
    """Somebody saved another access manager and password there, since a plan was saved."""
    _save_plan(stage)
    portal = stage.portal(PAJOTTEGEM)
    found = portal.get(_MANAGERS)
    manager, *others = (
        {name: value for name, value in person.items() if name != "personId"}
        for person in (found.body["accessManager"], *found.body["coAccessManagers"])
    )
    there = {
        "accessManager": {**manager, "email": "x@ocmw.example"},
        "coAccessManagers": [*others, {"ssin": _SOMEBODY_ELSE}],
    }
    portal.replace(_MANAGERS, there, found.etag)
    yield
    stage.close()


@contextmanager
def insz_in_paths(stage: Stage, number: str = _SOMEBODY_ELSE) -> Iterator[None]:
    """Somebody asked the portal with an INSZ where none belongs."""
    stage.seen.add(Secret(INSZ, "in a path", number))
    portal = stage.portal(PAJOTTEGEM)
    users = _MANAGERS.replace("accessManagers", "users")
    for path in (f"{users}/{number}", f"{users}/{number[:6]}-{number[6:]}", f"{users}?ssin={number}"):
        with suppress(PortalError):
            portal.get(path)
    yield
    stage.close()


@contextmanager
def portal_that_fails(stage: Stage) -> Iterator[None]:
    add_fault(stage.database, Rule(status=500, path_pattern="/REST/*"))
    yield


@contextmanager
def portal_that_is_not_there(stage: Stage) -> Iterator[None]:
    """It was, at the last `up`: a refresh asks where that asked."""
    stage.set_up_settings(deadlineSeconds="1")
    with serve(stage):
        assert stage.call("pulumi up -s pajottegem --yes --skip-preview").status == 0
    yield


@contextmanager
def password_in_the_address(stage: Stage) -> Iterator[None]:
    stage.seen.add(Secret(PASSWORD, "in the address", _KEY))
    stage.set_up_settings(portalUrl=f"http://user:{_KEY}@127.0.0.1:9")
    yield


@contextmanager
def another_key(stage: Stage) -> Iterator[None]:
    """A key that the portal does not know."""
    stage.remember()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    stage.client_key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    yield


@contextmanager
def cut_key(stage: Stage) -> Iterator[None]:
    pem = stage.client_key.read_text()
    stage.seen |= {*lines_of_key("client's key", pem)}
    stage.client_key.write_text(pem[: len(pem) // 2])
    yield
    stage.client_key.write_text(pem)


@contextmanager
def another_passphrase(stage: Stage) -> Iterator[None]:
    stage.remember()
    stage.passphrase = "Dit is & blijft 'een andere' <zin>"
    yield


@contextmanager
def spoilt_secrets_file(stage: Stage) -> Iterator[None]:
    """Many of them, one in the place of the good one."""
    stage.remember()
    stage.seen |= _IN_BAD_FILES
    for name, text in BAD_FILES.items():
        (stage.out / f"{name}.yaml").write_text(text, "utf-8")
        (stage.out / f"{name}.yaml").chmod(0o600)
    good = stage.secrets_file.read_text("utf-8")
    stage.secrets_file.write_text(f"{BAD_FILES['spoilt-alias']}{BAD_FILES['spoilt-mistyped']}", "utf-8")
    yield
    stage.secrets_file.write_text(good, "utf-8")


@contextmanager
def secrets_in_a_declaration(stage: Stage) -> Iterator[None]:
    stage.seen |= _IN_BAD_FILES
    password = read_document(stage.secrets_file)["passwords"]["pajottegem/ftp"]
    changes: tuple[Callable[[str], str], ...] = (
        lambda text: text.replace("person: tom.maes", f"person: {_SOMEBODY_ELSE}", 1),
        lambda text: text.replace(
            "accessManager: koen.willems", f'accessManager: "{_DOTTED}"  # {_MISTYPED}', 1
        ),
        lambda text: text.replace(
            "username: pajot2025", f'username: pajot2025\n    password: "{password}"', 1
        ),
        lambda text: text.replace("kbo: 0212.218.182", f"kbo: {_SOMEBODY_ELSE}", 1),
        lambda text: f"{text}\n{_SOMEBODY_ELSE}: {_DOTTED}\n",
    )
    for change in changes:
        stage.edit("pajottegem", change)
    yield


@contextmanager
def secrets_of_the_stack(stage: Stage) -> Iterator[None]:
    """Encrypted in its settings, instead of in files; the last `up` knew that already."""
    stage.remember()
    files = {"secrets": stage.secrets_file, "clientKey": stage.client_key}
    for name, file in files.items():
        done = stage.call(f"pulumi config set --secret {name} -s pajottegem", file.read_bytes())
        assert done.status == 0
    assert stage.call("pulumi up -s pajottegem --yes --skip-preview").status == 0
    for file in files.values():
        file.unlink()
    yield
