"""A copy of the checkout into which a later wave is laid: what somebody does who adds mergers of another year.

python -m tests.support.later_wave FOLDER    # with the made-up wave of 2031; work there with PYTHONPATH=FOLDER
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
WAVE_OF_2031 = CHECKOUT / "tests" / "waves" / "2031"
_PARTS = ("emulator", "engine", "fusions", "operations", "providers", "schemas", "stacks")
_AROUND = (
    "tests", "docs", "benchmarks", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml",
)  # fmt: skip
_IGNORED = shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml")


class Copy:
    """A checkout of its own in `root`, whose commands use its own modules and data."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def make(cls, root: Path) -> Copy:
        """The programs and data of this checkout, without its state and its tests."""
        root.mkdir(parents=True)
        shutil.copy2(CHECKOUT / "Pulumi.yaml", root)
        for part in _PARTS:
            shutil.copytree(CHECKOUT / part, root / part, ignore=_IGNORED)
        _make_environment(root)
        return cls(root)

    def add_tests(self) -> None:
        """What holds the data and the pages to each other, with the pages."""
        for part in _AROUND:
            source, target = CHECKOUT / part, self.root / part
            if source.is_dir():
                shutil.copytree(source, target, ignore=_IGNORED)
            else:
                shutil.copy2(source, target)

    @property
    def environment(self) -> Mapping[str, str]:
        """What commands run in: nothing of the caller's own Pulumi settings."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "FUSION_"))
        }
        return {
            **kept,
            "PATH": f"{self.root / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}",
            "PULUMI_HOME": str(self.root / ".state" / "engine-home"),
            "PULUMI_CONFIG_PASSPHRASE": "rehearsal",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def run(self, *command: str, succeeds: bool = True) -> str:
        """Run a command in the copy; its whole output. Fails the test when it ends otherwise than expected."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        output = done.stdout + done.stderr
        assert (done.returncode == 0) == succeeds, f"{' '.join(command)}: {done.returncode}\n{output[-5000:]}"
        return output

    def lay(self, wave: Path) -> Sequence[str]:
        """Lay a wave's files beside the shipped ones and write what follows from them; the names of its fusions."""
        shutil.copytree(wave, self.root, dirs_exist_ok=True)
        names = sorted(path.stem for path in (wave / "fusions").glob("*.yaml"))
        self.run("python", "-m", "operations.rehearsals.certificates", *names)
        self.run("python", "-m", "emulator.seeds.generate")
        return names


def _make_environment(root: Path) -> None:
    """`.venv` with the engine and the packages of this one, but the copy's own modules: no commands take PYTHONPATH."""
    own, ours = root / ".venv", Path(sys.prefix)
    venv.create(own, symlinks=True, with_pip=False)
    packages = sysconfig.get_path("purelib")
    [site] = own.glob("lib/python*/site-packages")
    (site / "copy.pth").write_text(f"{root}\n{packages}\n")
    (own / "engine").symlink_to(ours / "engine")
    (own / "bin" / "pulumi").symlink_to(Path("..", "..", "engine", "pulumi.sh"))
    command = own / "bin" / "fusion"
    command.write_text(
        f"#!{own}/bin/python\nimport sys\nfrom operations.start import main\nsys.exit(main())\n"
    )
    command.chmod(0o755)


if __name__ == "__main__":
    copy = Copy.make(Path(sys.argv[1]).absolute())
    print(*copy.lay(WAVE_OF_2031), sep="\n")  # noqa: T201 - a program's output
