"""The `fusion` command: what people do around a stack. Thin: each command parses, calls one module, prints.

Exit codes: 0 in sync or done, 1 error in the input or a failed operation, 3 portal unreachable or login refused,
4 refused by a rule, 5 partly done (docs/commands.md).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from operations.check import check
from operations.emulator_commands import emulator
from operations.emulator_documents import openapi_documents
from operations.rehearse import rehearse
from providers.settings import project_root
from schemas.errors import (
    DeclarationError,
    FusionError,
    GuardRefused,
    LoginRefused,
    PortalRefused,
    PortalUnreachable,
)

EXIT_CODES: tuple[tuple[type[FusionError], int], ...] = (
    (LoginRefused, 3),
    (PortalUnreachable, 3),
    (PortalRefused, 4),
    (GuardRefused, 4),
    (FusionError, 1),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def fusion() -> None:
    """Mergers of Flemish public centres for social welfare (OCMW) as declared desired state.

    A fusion is previewed and applied with Pulumi: `pulumi preview -s pajottegem`, `pulumi up -s pajottegem`.
    """


emulator.add_command(openapi_documents)
fusion.add_command(emulator)
fusion.add_command(check)
fusion.add_command(rehearse)


@fusion.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(path_type=Path),
    help="People and passwords to check against.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def validate(paths: tuple[Path, ...], secrets_file: Path | None, form: str) -> None:
    """Check declarations: every finding of every file in one pass, as path:line:column: rule: message.

    Without PATHS all of fusions/. People and FTP passwords are checked against the secrets file where there is one. The
    portal is not asked.
    """
    from operations.validation import check

    report = check(paths, secrets_file)
    if form == "json":
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(str(finding))
        click.echo(report.summary(), err=True)
    sys.exit(1 if report.findings else 0)


@fusion.command()
@click.option("--write", is_flag=True, help="Write schemas/fusion.schema.json instead of printing.")
def schema(write: bool) -> None:
    """The JSON Schema (draft 2020-12) of a declaration, made from the models."""
    from schemas import jsonschema

    if write:
        jsonschema.FILE.write_text(jsonschema.as_text())
        click.echo(f"wrote {jsonschema.FILE.name}", err=True)
    else:
        click.echo(jsonschema.as_text(), nl=False)


@fusion.command()
def setup() -> None:
    """Make what a checkout needs beside its programs: client key, the rehearsal's secrets and portal, stacks."""
    from operations.preparation import prepare

    for line in prepare(project_root()):
        click.echo(line)


@fusion.command()
@click.argument("names", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--keep", is_flag=True, help="Leave the rehearsal's folder for a look: .state/rehearsal-run.")
def rehearsal(names: tuple[str, ...], form: str, keep: bool) -> None:
    """Run the main job on a fresh portal of its own: preview, apply and preview again, for all fusions or NAMES.

    The stacks and the portal of this checkout are not touched.
    """
    from operations.rehearsal import report, run

    outcomes = run(project_root(), names, lambda line: click.echo(line, err=True), keep=keep)
    click.echo(json.dumps([o.as_json() for o in outcomes], indent=2) if form == "json" else report(outcomes))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    sys.exit(0 if not failed else 1 if len(failed) == len(outcomes) else 5)


@fusion.command("head-managers")
@click.argument("names", nargs=-1, metavar="[FUSION]...")
@click.option("--out", type=click.Path(path_type=Path), help="The Excel file to write.")
@click.option("--check", "checked", type=click.Path(path_type=Path), help="An Excel file to compare.")
@click.option("--masked", is_flag=True, help="Written or compared without INSZ, for review.")
@click.option("--allow-missing", is_flag=True, help="Go on without centres that declare no access.")
@click.option("--secrets", "secrets_file", type=click.Path(path_type=Path), help="Who the people are.")
def head_managers(
    names: tuple[str, ...],
    out: Path | None,
    checked: Path | None,
    masked: bool,
    allow_missing: bool,
    secrets_file: Path | None,
) -> None:
    """The list of head managers (HTB) for Flanders, of every FUSION or of those named (R13).

    A row for each head manager of each merging centre and of the merged one, as declared. The file holds INSZ: only its
    owner can read it, and a place that git would take up is refused.
    """
    from operations import head_managers as module

    if (out is None) == (checked is None):
        raise click.UsageError("give one of --out FILE.xlsx and --check FILE.xlsx")
    listed = module.declared(names, secrets_file)
    module.require_complete(listed, allow_missing=allow_missing)
    for line in listed.missing:
        click.echo(f"missing: {line}", err=True)
    if checked is not None:
        found = module.differences(listed, checked, masked=masked)
        for line in found:
            click.echo(line)
        left_out = "; INSZ were not compared" if masked else ""
        click.echo(f"{checked}: {len(found) or 'no'} difference{'s' * (len(found) != 1)}{left_out}", err=True)
        sys.exit(1 if found else 0)
    assert out is not None
    module.write(listed, out, masked=masked)
    click.echo(module.told(listed, out, masked=masked))


def main() -> None:
    """Entry point: errors are for people, on stderr, with the documented exit code."""
    try:
        fusion(standalone_mode=False)
    except DeclarationError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except FusionError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
