"""`.venv/bin/pulumi` and `. ./activate`, in a checkout of a few files."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from providers.settings import embedded_database
from tests.engine.conftest import start, start_as

NOBODY = 65_534
"""A user that has no rights of its own, as whom root can look at what is closed."""


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
