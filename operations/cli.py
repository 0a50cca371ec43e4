"""The `fusion` command: what people do around a stack. Here its commands are put together, and errors are told.

Each command is a module of `operations.commands`: options, one call, what is printed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from operations import exit_codes, logs
from operations.commands.certificate.group import certificate
from operations.commands.check import check
from operations.commands.chief_access_managers import chief_access_managers
from operations.commands.destroy import destroy
from operations.commands.emulator.group import emulator
from operations.commands.fleet.group import fleet
from operations.commands.log import log
from operations.commands.old_names import under_old_name
from operations.commands.plan import plan
from operations.commands.preview import preview
from operations.commands.refresh import refresh
from operations.commands.rehearse import rehearse
from operations.commands.review import review
from operations.commands.runbook import runbook
from operations.commands.schema import schema
from operations.commands.setup import setup
from operations.commands.smoke import smoke
from operations.commands.status import status
from operations.commands.supplier.group import supplier
from operations.commands.up import up
from operations.commands.validate import validate
from operations.commands.who import who
from operations.printing import escape_what_cannot_be_shown
from schemas.errors import DeclarationError, FusionError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--log",
    "log_form",
    type=click.Choice(logs.FORMS),
    default="text",
    envvar=logs.VARIABLE,
    help="How messages are written on standard error. Default: FUSION_LOG, else text.",
)
def fusion(log_form: str) -> None:
    """Mergers of Flemish public centres for social welfare (OCMW) as declared desired state.

    A fusion is previewed and applied with Pulumi: `pulumi preview -s pajottegem`, `pulumi up -s pajottegem`.
    """
    logs.use(log_form)


for _command in (
    validate,
    schema,
    setup,
    smoke,
    rehearse,
    plan,
    review,
    runbook,
    preview,
    up,
    refresh,
    destroy,
    status,
    log,
    fleet,
    check,
    certificate,
    who,
    chief_access_managers,
    supplier,
    emulator,
    under_old_name("rehearsal", smoke),
    under_old_name("head-managers", chief_access_managers),
):
    fusion.add_command(_command)


def main() -> None:
    """Entry point: errors are for people, on stderr, with the documented exit code."""
    escape_what_cannot_be_shown()
    try:
        _refuse_broken_text(sys.argv[1:])
        fusion(prog_name="fusion", standalone_mode=False)
    except DeclarationError as error:
        logs.tell_error(str(error))
        sys.exit(exit_codes.of_error(error))
    except FusionError as error:
        logs.tell_error(f"error: {error}")
        sys.exit(exit_codes.of_error(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(exit_codes.of_error(error))
    except click.ClickException as error:
        logs.tell_refusal(error)
        sys.exit(exit_codes.of_error(error))
    except click.Abort as error:
        logs.tell_error("interrupted")
        sys.exit(exit_codes.of_error(error))


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Bytes that are no text in this terminal's encoding come as lone surrogates, which no file and no portal can keep. The
    path of something that is there may have them.

    :raises click.UsageError: with the place, and without the text.
    """
    for place, argument in enumerate(arguments, 1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            if os.path.lexists(argument):
                continue
            raise click.UsageError(
                f"argument {place} is not text in this terminal's encoding ({sys.getfilesystemencoding()}): type it anew"
            ) from None
