"""`.venv/bin/pulumi` and `. ./activate`, in a checkout of a few files."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from providers.settings import REHEARSAL_PASSPHRASE, embedded_database
from tests.engine.conftest import CHECKOUT

SHOW = (
    'echo "passphrase=${PULUMI_CONFIG_PASSPHRASE-unset} check=$PULUMI_SKIP_UPDATE_CHECK once=$PULUMI_SKIP_CHECKPOINTS'
    ' args=$*"; echo "$PATH"'
)


NOBODY = 65_534
"""A user that has no rights of its own, as whom root can look at what is closed."""


def start(command: list[str | Path], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run with no variables but these and a plain PATH."""
    return start_as(None, command, cwd, **variables)


def start_as(
    user: int | None, command: list[str | Path], cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The same as another user, None for oneself."""
    env = {"PATH": "/usr/bin:/bin"} | variables
    return subprocess.run(command, cwd=cwd, env=env, user=user, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path, program: Callable[[str, str], Path]) -> Path:
    """A checkout, in a folder with awkward characters, whose engine shows how it was started."""
    root = tmp_path / "a=b c"
    (root / "engine").mkdir(parents=True)
    shutil.copy(CHECKOUT / "engine" / "pulumi.sh", root / "engine")
    shutil.copy(CHECKOUT / "activate", root)
    (root / "Pulumi.yaml").write_text("name: fusion\nbackend:\n  url: file://./.state?metadata=skip\n")
    (root / ".state").mkdir()
    program("a=b c/.venv/engine/pulumi", SHOW)
    (root / ".venv" / "bin").mkdir()
    (root / ".venv" / "bin" / "pulumi").symlink_to("../../engine/pulumi.sh")
    return root


@pytest.mark.parametrize(
    ("variables", "passphrase"),
    [
        ({}, REHEARSAL_PASSPHRASE),
        ({"PULUMI_CONFIG_PASSPHRASE": "mine"}, "mine"),
        ({"PULUMI_CONFIG_PASSPHRASE": ""}, ""),
        ({"PULUMI_CONFIG_PASSPHRASE_FILE": "/run/secrets/passphrase"}, "unset"),
        ({"PULUMI_BACKEND_URL": "file:///srv/state"}, REHEARSAL_PASSPHRASE),
        ({"PULUMI_BACKEND_URL": "s3://shared"}, "unset"),
        ({"PULUMI_BACKEND_URL": "s3://shared", "PULUMI_CONFIG_PASSPHRASE": "mine"}, "mine"),
    ],
)
def test_the_rehearsals_defaults_give_way_to_ones_own(
    checkout: Path, variables: dict[str, str], passphrase: str
) -> None:
    answer = start([checkout / ".venv/bin/pulumi", "up"], checkout, **variables)
    assert answer.stdout.splitlines()[0] == f"passphrase={passphrase} check=true once=true args=up"
    chosen = {"PULUMI_SKIP_UPDATE_CHECK": "false", "PULUMI_SKIP_CHECKPOINTS": "false"}
    assert "check=false once=false" in start([checkout / ".venv/bin/pulumi"], checkout, **chosen).stdout


@pytest.mark.parametrize("backend", ["backend:\n  url: s3://shared\n", 'backend: {url: "s3://shared"}\n', ""])
def test_a_project_with_a_shared_backend_gets_no_passphrase_by_default(checkout: Path, backend: str) -> None:
    (checkout / "Pulumi.yaml").write_text(f"name: fusion\n{backend}")
    assert "passphrase=unset" in start([checkout / ".venv/bin/pulumi"], checkout).stdout


def test_the_engine_and_the_environment_come_first_on_path(checkout: Path, tmp_path: Path) -> None:
    command = tmp_path / "elsewhere" / "pulumi"
    command.parent.mkdir()
    command.symlink_to(checkout / ".venv" / "bin" / "pulumi")
    venv = checkout / ".venv"
    for wrapper in (venv / "bin" / "pulumi", command, Path("bin/pulumi")):
        answer = start([wrapper, "--stack", "two words"], venv)
        assert answer.stdout.splitlines() == [
            "passphrase=rehearsal check=true once=true args=--stack two words",
            f"{venv}/engine:{venv}/bin:/usr/bin:/bin",
        ]


def test_an_engine_of_ones_own_is_started_where_it_stands(
    checkout: Path, program: Callable[[str, str], Path]
) -> None:
    own = program("own/pulumi", "echo own; echo $PATH; exit 7")
    (checkout / ".venv/engine/elsewhere").write_text(f"{own.parent}\n")
    answer = start([checkout / ".venv/bin/pulumi"], checkout)
    assert (answer.returncode, answer.stdout.splitlines()[0]) == (7, "own")
    assert answer.stdout.splitlines()[1].startswith(f"{own.parent}:{checkout}/.venv/bin:")


def test_without_an_engine_it_says_what_to_do(checkout: Path) -> None:
    (checkout / ".venv/engine/pulumi").unlink()
    answer = start([checkout / ".venv/bin/pulumi"], checkout)
    assert answer.returncode == 1
    assert "run `make setup` in" in answer.stderr


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_without_a_state_it_says_what_to_do(checkout: Path, quote: str) -> None:
    url = f"{quote}file://./.state?metadata=skip{quote}"
    (checkout / "Pulumi.yaml").write_text(f"name: fusion\nbackend:\n  url: {url}\n")
    wrapper = checkout / ".venv/bin/pulumi"
    assert start([wrapper, "preview"], checkout).returncode == 0
    (checkout / ".state").rmdir()
    for command in ("preview", "pre", "up", "update", "destroy", "down", "dn"):
        answer = start([wrapper, command, "-s", "tielt"], checkout)
        assert (answer.returncode, answer.stdout, answer.stderr) == (
            1, "", f"pulumi: there is no state here yet: run `make setup` in {checkout}\n",
        )  # fmt: skip
    assert start([wrapper, "version"], checkout).returncode == 0, "this needs none"


@pytest.mark.parametrize(
    ("project", "variables"),
    [
        ("file://./.state", {"PULUMI_BACKEND_URL": "file://./own"}),
        ("file://./.state", {"PULUMI_BACKEND_URL": "s3://shared"}),
        ("file:///srv/state", {}),
        ("s3://shared", {}),
    ],
)
def test_a_backend_of_ones_own_is_the_engines_to_find(
    checkout: Path, project: str, variables: dict[str, str]
) -> None:
    (checkout / ".state").rmdir()
    (checkout / "Pulumi.yaml").write_text(f"name: fusion\nbackend:\n  url: {project}\n")
    assert start([checkout / ".venv/bin/pulumi", "up"], checkout, **variables).returncode == 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the signal mask from Linux' /proc")
def test_the_engine_does_not_ignore_interrupts_in_a_background_job(checkout: Path) -> None:
    (checkout / ".venv/engine/pulumi").write_text("#!/bin/sh\ngrep SigIgn /proc/self/status\n")
    wrapper = f"trap '' INT; '{checkout}/.venv/bin/pulumi'"
    ignored = int(start(["sh", "-c", wrapper], checkout).stdout.split()[1], 16)
    interrupt = 1 << 1
    assert not ignored & interrupt


SHOW_BACKEND = (
    '#!/bin/sh\necho "${PULUMI_BACKEND_URL-unset} ${PYTHONPATH-none} ${PULUMI_CONFIG_PASSPHRASE-unset}"\n'
)


@pytest.mark.parametrize("name", ["plain", "a b", "a#b", "a?b", "a%20b", "é"])
def test_the_state_is_the_projects_wherever_one_stands(checkout: Path, name: str) -> None:
    """In `fusions/`, in a path that a URL would read otherwise, and through a link."""
    root = checkout.rename(checkout.parent / name)
    (root / ".venv/engine/pulumi").write_text(SHOW_BACKEND)
    (root / "fusions").mkdir()
    (root.parent / "link").symlink_to(root)
    for folder in (root, root / "fusions", root.parent / "link" / "fusions"):
        shown = start([root / ".venv/bin/pulumi", "up"], folder).stdout.split()[0]
        url = urlsplit(shown)
        assert (url.scheme, url.netloc, url.query, url.fragment) == ("file", "", "metadata=skip", "")
        assert unquote(url.path) == str(root / ".state")


def test_another_projects_state_is_its_own(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv/engine/pulumi").write_text(SHOW_BACKEND)
    other = checkout / ".state" / "rehearsal"
    other.mkdir()
    (other / "Pulumi.yaml").write_text("name: other\n")
    for folder in (other, tmp_path):
        assert start([checkout / ".venv/bin/pulumi", "up"], folder).stdout.split()[0] == "unset"
    own = start([checkout / ".venv/bin/pulumi", "up"], checkout, PULUMI_BACKEND_URL="s3://shared")
    assert own.stdout.split()[0] == "s3://shared"


def moves_to(folder: Path) -> list[list[str]]:
    """Each way to say in which folder the engine works."""
    return [
        ["-C", str(folder), "up"],
        ["up", "-C", str(folder)],
        ["up", "-yC", str(folder)],
        ["up", f"-C{folder}"],
        ["up", f"-C={folder}"],
        ["up", "--cwd", str(folder)],
        ["up", f"--cwd={folder}"],
    ]


def test_the_engine_moved_elsewhere_has_the_state_of_there(checkout: Path, tmp_path: Path) -> None:
    """From the checkout to another project, with state and passphrase of its own, and back into a folder of the checkout."""
    (checkout / ".venv/engine/pulumi").write_text(SHOW_BACKEND)
    (checkout / "fusions").mkdir()
    other = tmp_path / "other"
    other.mkdir()
    (other / "Pulumi.yaml").write_text("name: other\n")
    wrapper = checkout / ".venv/bin/pulumi"
    for words in [*moves_to(other), *moves_to(tmp_path / "missing")]:
        assert start([wrapper, *words], checkout).stdout == "unset none unset\n", words
    for words in moves_to(checkout / "fusions"):
        assert start([wrapper, *words], other).stdout.startswith("file:///"), words
    (checkout / ".state").rmdir()
    assert start([wrapper, "up", "-C", str(other)], checkout).returncode == 0, "it needs no state of ours"


def test_in_a_folder_that_is_gone_it_begins_all_the_same(checkout: Path, tmp_path: Path) -> None:
    """It looked for the project upwards, and never came to an end."""
    (tmp_path / "gone").mkdir()
    script = 'cd gone && rmdir ../gone && exec "$1" version'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(checkout / ".venv/bin/pulumi")],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "args=version" in done.stdout


def test_packages_elsewhere_do_not_stand_in_for_ours(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv/engine/pulumi").write_text(SHOW_BACKEND)
    answer = start([checkout / ".venv/bin/pulumi", "up"], checkout, PYTHONPATH=str(tmp_path))
    assert answer.stdout.split()[1] == "none"


@pytest.fixture
def somebody(checkout: Path) -> Iterator[int | None]:
    """As whom the wrapper runs where rights count: root has them all, so that it takes another user."""
    if os.geteuid() != 0:
        yield None
        return
    # pytest's temporary folders are their owner's only.
    closed = [folder for folder in checkout.parents if folder.stat().st_mode & 0o055 != 0o055]
    modes = {folder: folder.stat().st_mode for folder in closed}
    for folder, mode in modes.items():
        folder.chmod(mode | 0o055)
    yield NOBODY
    for folder, mode in modes.items():
        folder.chmod(mode)


PORTAL = embedded_database(Path()).as_posix()
"""Where the providers have the portal's file, below a project; the wrapper has it below the backend's folder."""


@pytest.mark.parametrize("closed", [".state", PORTAL])
def test_a_state_that_cannot_be_written_is_one_message(
    checkout: Path, closed: str, somebody: int | None
) -> None:
    """Before anything is done, and without advice that loses something."""
    (checkout / PORTAL).write_text("")
    for folder in (checkout / ".state", checkout / PORTAL):
        folder.chmod(0o777)
    (checkout / closed).chmod(0o555)
    answer = start_as(somebody, [checkout / ".venv/bin/pulumi", "up"], checkout)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert f"{checkout}/{closed} cannot be written by" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert start_as(somebody, [checkout / ".venv/bin/pulumi", "version"], checkout).returncode == 0


@pytest.mark.parametrize("umask", ["000", "022"])
def test_what_the_engine_writes_is_for_its_owner_only(checkout: Path, umask: str) -> None:
    """State, saved plans, and the embedded portal's file, which the program makes."""
    (checkout / ".venv/engine/pulumi").write_text("#!/bin/sh\numask\n")
    answer = start(["sh", "-c", f"umask {umask}; '{checkout}/.venv/bin/pulumi' up"], checkout)
    assert answer.stdout.strip() == "0077"


SHELLS = [shell for shell in ("sh", "bash", "zsh", "dash") if shutil.which(shell)]


@pytest.mark.parametrize("shell", SHELLS)
def test_activate_puts_the_commands_on_path_once(checkout: Path, shell: str) -> None:
    script = '. ./activate && . ./activate && echo "$PATH" && env | grep PULUMI; command -v pulumi'
    answer = start([shutil.which(shell) or shell, "-c", script], checkout)
    assert answer.stderr == ""
    assert answer.stdout.splitlines() == [
        f"{checkout}/.venv/bin:/usr/bin:/bin",
        f"{checkout}/.venv/bin/pulumi",
    ]


def test_bash_activates_from_any_folder(checkout: Path, tmp_path: Path) -> None:
    answer = start(["bash", "-c", f". '{checkout}/activate' && command -v pulumi"], tmp_path)
    assert answer.stdout == f"{checkout}/.venv/bin/pulumi\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_activate_tells_when_nothing_is_set_up(checkout: Path, shell: str) -> None:
    shutil.rmtree(checkout / ".venv")
    answer = start([shutil.which(shell) or shell, "-c", ". ./activate || echo refused"], checkout)
    assert "run `make setup`" in answer.stderr
    assert answer.stdout == "refused\n"


@pytest.mark.parametrize("code", [0, 1, 3])
def test_with_findings_the_program_goes_before_the_reading(
    checkout: Path, program: Callable[[str, str], Path], code: int
) -> None:
    """`stacks.findings` says 3 where there are some; where it cannot say, the engine's own order stays."""
    (checkout / ".venv/engine/pulumi").write_text('#!/bin/sh\necho "${PULUMI_RUN_PROGRAM-unset}"\n')
    python = program(
        "a=b c/.venv/bin/python3", f'echo "$PWD $*" >"{checkout}/asked"; echo noise >&2; exit {code}'
    )
    (checkout / "fusions").mkdir()
    wrapper = checkout / ".venv/bin/pulumi"
    first = "true" if code == 3 else "unset"
    for command in ("preview", "up"):
        answer = start([wrapper, command, "-s", "two words"], checkout / "fusions")
        assert (answer.stdout, answer.stderr) == (f"{first}\n", "")
    engine = f"{checkout}/.venv/engine/pulumi"
    assert (checkout / "asked").read_text() == f"{checkout} -P -m stacks.findings {engine} up -s two words\n"
    for command in ("refresh", "destroy", "stack"):
        assert start([wrapper, command], checkout).stdout == "unset\n", "these run no program"
    assert start([wrapper, "up"], checkout, PULUMI_RUN_PROGRAM="false").stdout == "false\n", "as people say"
    assert start([wrapper, "up", "-C", "/"], checkout).stdout == "unset\n", "another project"
    assert start([wrapper, "up", "-C", "/"], checkout, FUSION_ROOT="/srv").stdout == f"{first}\n"
    python.write_text("#!/bin/sh\nexit 127\n")
    assert start([wrapper, "up"], checkout).stdout == "unset\n"


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy", "dn"])
def test_another_portal_starts_no_engine(
    checkout: Path, program: Callable[[str, str], Path], command: str
) -> None:
    """`stacks.findings` says 4, and why."""
    look = program(
        "a=b c/.venv/bin/python3", "echo patience >&3; echo noise >&2; echo 'it is another'; exit 4"
    )
    wrapper = checkout / ".venv/bin/pulumi"
    answer = start([wrapper, command], checkout)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "patience\npulumi: it is another\n"
    look.unlink()
    assert start([wrapper, command], checkout).returncode == 0, "where it cannot look, the engine is started"


@pytest.mark.parametrize("code", [0, 3])
def test_the_program_is_told_which_portal_answered(
    checkout: Path, program: Callable[[str, str], Path], code: int
) -> None:
    (checkout / ".venv/engine/pulumi").write_text('#!/bin/sh\necho "${FUSION_PORTAL_IDENTITY-unset}"\n')
    look = program("a=b c/.venv/bin/python3", f"printf ab12; exit {code}")
    wrapper = checkout / ".venv/bin/pulumi"
    assert start([wrapper, "up"], checkout).stdout == "ab12\n"
    look.write_text(f"#!/bin/sh\nexit {code}\n")
    told = {"FUSION_PORTAL_IDENTITY": "an older one"}
    assert start([wrapper, "up"], checkout, **told).stdout == "unset\n"
    assert start([wrapper, "stack"], checkout, **told).stdout == "unset\n"
