"""Leaks made on purpose, which the search must notice: with one of the product's masks taken away, or written somewhere."""

from __future__ import annotations

import base64
import gzip
import json
import shlex
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

from tests.support import portal_tables
from tests.torture.kills.processes import Session
from tests.torture.leaks.looking import Look, look_through
from tests.torture.leaks.planted import (
    INSZ,
    KEY,
    OTHER_PASSWORD,
    PASSPHRASE,
    PASSWORD,
    TOKEN,
    Secret,
    read_document,
)
from tests.torture.leaks.set_ups import insz_in_paths
from tests.torture.leaks.stage import FTP, Stage
from tests.torture.leaks.wire import read_processes

_PERSON = "els.peeters"


@dataclass(frozen=True)
class PlantedLeak:
    """:param place: a part of what the search must call the place.
    :param kind: what must be noticed there; "" a mode.
    :param engine: it takes a stage with an applied stack; the others take one that the engine knows nothing of.
    """

    plant: Callable[[Stage], None]
    place: str
    kind: str
    engine: bool = False


def is_noticed(leak: PlantedLeak, stage: Stage) -> bool:
    """Plant it on this stage, and search."""
    leak.plant(stage)
    look = Look("planted")
    look_through(stage, look)
    if leak.kind:
        return any(leak.place in one.place and leak.kind == one.kind for one in look.leaks)
    return any(one.startswith(f"{leak.place} is open to others") for one in look.wrong)


# -- with a mask taken away -------------------------------------------------------------------------------------------


def _without(mask: str, line: str) -> Callable[[Stage], None]:
    """A command of `fusion` in whose process this statement was carried out first."""

    def plant(stage: Stage) -> None:
        code = f"{mask}; from operations.cli import fusion; fusion()"
        stage.contents.append((line, stage.call(f"python -c {shlex.quote(code)} {line}").output))

    return plant


def _in_a_declaration(plant: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """With a slip in it, so that it is none and still almost somebody's."""

    def spoil_and_plant(stage: Stage) -> None:
        number = _number(stage)
        mistyped = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        stage.seen.add(Secret(INSZ, "mistyped", mistyped))
        stage.edit("pajottegem", lambda text: f'{text}"{mistyped}": 1\n')
        plant(stage)
        stage.edit("pajottegem", lambda text: text.rpartition(f'"{mistyped}"')[0])

    return spoil_and_plant


def _password_as_key(plant: Callable[[Stage], None]) -> Callable[[Stage], None]:
    def spoil_and_plant(stage: Stage) -> None:
        file = stage.out / "spoilt-key.yaml"
        file.write_text(json.dumps({"passwords": {FTP: "x"}, _password(stage): 1}), "utf-8")
        file.chmod(0o600)
        plant(stage)

    return spoil_and_plant


def _unmasked_journal(stage: Stage) -> None:
    with (
        patch("emulator.core.problems.without_ssin", lambda text: text),
        insz_in_paths(stage, _number(stage)),
    ):
        pass
    line = "fusion emulator journal --format json"
    stage.contents.append((line, stage.call(line).output))


def _in_the_program(mask: str, instead: str, *lines: str) -> Callable[[Stage], None]:
    """The project's own program without a mask, run by the engine after a change of the password."""

    def plant(stage: Stage) -> None:
        program = stage.root / "stacks" / "__main__.py"
        text = program.read_text("utf-8")
        assert mask in text, f"the program has no {mask!r} any more: plant this leak where it went"
        program.write_text(text.replace(mask, instead), "utf-8")
        stage.remember()
        stage.change_password(OTHER_PASSWORD)  # what did not change is not shown
        for line in lines:
            stage.contents.append((line, stage.call(f"{line} -s pajottegem").output))

    return plant


def _unmarked(line: str) -> Callable[[Stage], None]:
    """The program marks nothing as secret when it runs."""
    run = "\n    run()"
    unmarked = "\n    import pulumi; pulumi.Output.secret = pulumi.Output.from_input"
    return _in_the_program(run, unmarked + run, line)


# -- written somewhere ------------------------------------------------------------------------------------------------


def _write(name: str, made: Callable[[Stage], bytes]) -> Callable[[Stage], None]:
    """A file in the project, or where its name begins so, among its temporary files; closed to others."""

    def plant(stage: Stage) -> None:
        file = stage.temporary / name[7:] if name.startswith("TMPDIR/") else stage.root / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(made(stage))
        file.chmod(0o600)

    return plant


def _number(stage: Stage) -> str:
    return str(read_document(stage.secrets_file)["people"][_PERSON]["insz"])


def _dotted(stage: Stage) -> str:
    number = _number(stage)
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def _password(stage: Stage) -> str:
    return str(read_document(stage.secrets_file)["passwords"][FTP])


def _pem(stage: Stage) -> str:
    return stage.client_key.read_text()


def _zipped(stage: Stage) -> bytes:
    file = stage.temporary / "sheet.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sheet1.xml", f"<c><v>{_dotted(stage)}</v></c>")
    content = file.read_bytes()
    file.unlink()
    return content


def _in_the_portal(stage: Stage) -> None:
    portal_tables.put_setting(stage.database, "last password", _password(stage))


def _wrapped(stage: Stage) -> None:
    """In red, over two lines of a narrow terminal."""
    number = _dotted(stage)
    stage.contents.append(("terminal", f"who\n\x1b[31m{number[:8]}\x1b[0m\n    │ {number[8:]}\n".encode()))


def _on_a_command_line(stage: Stage) -> None:
    output = stage.temporary / "sleep.txt"
    session = Session(["sh", "-c", "sleep 60; :", _password(stage)], stage.root, stage.environment, output)
    try:
        stage.contents.append(("command lines", read_processes(session, "cmdline")))
    finally:
        session.leader.kill()
        session.leader.wait(60)
        session.left_behind()


def _open(name: str, mode: int) -> Callable[[Stage], None]:
    return lambda stage: (stage.root / name).chmod(mode)


_UNMASKED = "import schemas.privacy as privacy; privacy.masked = lambda text: text"
_NOT_SECRET = (
    "import schemas.document as document, schemas.secrets as secrets; "
    "secrets.read = lambda path, secret: document.read(path)"
)
_WITH_INSZ = (
    "from operations.chief_access_managers.listing import ChiefAccessManager as row; cells = row.cells; "
    "row.cells = lambda self, masked: cells(self)"
)

PLANTED_LEAKS: Mapping[str, PlantedLeak] = {
    "findings that quote an INSZ": PlantedLeak(
        _in_a_declaration(_without(_UNMASKED, "validate")), "validate", INSZ
    ),
    "findings that quote an INSZ, as JSON": PlantedLeak(
        _in_a_declaration(_without(_UNMASKED, "validate --format json")), "validate", INSZ
    ),
    "findings that quote the secrets file": PlantedLeak(
        _password_as_key(_without(_NOT_SECRET, "validate --secrets {out}/spoilt-key.yaml")),
        "validate",
        PASSWORD,
    ),
    "a journal that keeps what it was asked": PlantedLeak(_unmasked_journal, "journal", INSZ),
    "a list for review with INSZ": PlantedLeak(
        _without(_WITH_INSZ, "chief-access-managers pajottegem --masked --out {out}/masked.xlsx"),
        "masked.xlsx",
        INSZ,
    ),
    "outputs that are not marked": PlantedLeak(
        _unmarked("pulumi up --yes --skip-preview --diff"),
        "pulumi up --yes --skip-preview --diff",
        PASSWORD,
        engine=True,
    ),
    "properties that are not marked": PlantedLeak(
        _unmarked("pulumi up --yes --skip-preview"),
        ".pulumi/stacks/fusion/pajottegem.json",
        PASSWORD,
        engine=True,
    ),
    "debug messages": PlantedLeak(
        _in_the_program("\nkeep_debug_messages_back()", "", "pulumi preview --debug"),
        "pulumi preview --debug",
        PASSWORD,
        engine=True,
    ),
    "base64 among the temporary files": PlantedLeak(
        _write("TMPDIR/x.log", lambda stage: base64.b64encode(f"ab{_password(stage)}cd".encode())),
        "x.log",
        PASSWORD,
    ),
    "JSON of Go, in gzip, in the history": PlantedLeak(
        _write(
            ".state/.pulumi/history/x.json.gz",
            lambda stage: gzip.compress(
                json.dumps(_password(stage)).replace("&", "\\u0026").replace("<", "\\u003c").encode()
            ),
        ),
        "x.json.gz",
        PASSWORD,
    ),
    "a backup in zip": PlantedLeak(_write(".state/.pulumi/backups/x.zip", _zipped), "x.zip", INSZ),
    "a saved plan with base64 of gzip": PlantedLeak(
        _write(
            ".state/out/plan.json",
            lambda stage: b'{"plan": "' + base64.b64encode(gzip.compress(_pem(stage).encode())) + b'"}',
        ),
        "plan.json",
        KEY,
    ),
    "a log in UTF-16 with a URL": PlantedLeak(
        _write(
            ".state/engine-home/logs/x.log",
            lambda stage: f"PUT /x?password={quote(_password(stage))}".encode("utf-16"),
        ),
        "logs/x.log",
        PASSWORD,
    ),
    "a token in an event log": PlantedLeak(
        _write(
            ".state/out/events.json", lambda _: b'{"headers": "authorization: bearer Zm9yIG5vYm9keS1lbHNl"}'
        ),
        "events.json",
        TOKEN,
    ),
    "a key of nobody in a lock": PlantedLeak(
        _write(".state/.pulumi/locks/x.json", lambda _: b'"-----BEGIN EC PRIVATE KEY-----"'),
        "locks/x.json",
        KEY,
    ),
    "the passphrase in a stack's settings": PlantedLeak(
        _write(
            "stacks/Pulumi.x.yaml", lambda stage: f"# export P={shlex.quote(stage.passphrase)}\n".encode()
        ),
        "Pulumi.x.yaml",
        PASSPHRASE,
    ),
    "half a password in the state": PlantedLeak(
        _write(".state/.pulumi/stacks/x.json", lambda stage: f'"{_password(stage)[:11]}…"'.encode()),
        "stacks/x.json",
        PASSWORD,
    ),
    "hex in the project": PlantedLeak(
        _write("notes.txt", lambda stage: _number(stage).encode().hex(":").encode()), "notes.txt", INSZ
    ),
    "a password in the portal": PlantedLeak(_in_the_portal, "portal.db", PASSWORD),
    "a coloured and wrapped line": PlantedLeak(_wrapped, "terminal", INSZ),
    "a command line": PlantedLeak(_on_a_command_line, "command lines", PASSWORD),
    "a portal that others may read": PlantedLeak(_open(".state/portal.db", 0o644), "portal.db", ""),
    "a folder that others may enter": PlantedLeak(_open(".state/rehearsal", 0o755), "rehearsal", ""),
}


def is_noticed_on_copy(name: str, applied: Path, bare: Path, folder: Path) -> bool:
    """Plant it on a copy of the stage that it takes."""
    leak = PLANTED_LEAKS[name]
    return is_noticed(leak, Stage(applied if leak.engine else bare).go_on(folder))
