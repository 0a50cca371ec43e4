"""`fusion schema`: the JSON Schema of declarations, for editors and other programs."""

from __future__ import annotations

import click

from operations.printing import echo_utf8


@click.command()
@click.option("--write", is_flag=True, help="Write schemas/fusion.schema.json instead of printing.")
def schema(write: bool) -> None:
    """The JSON Schema (draft 2020-12) of a declaration, made from the models."""
    from schemas import jsonschema

    if write:
        jsonschema.FILE.write_text(jsonschema.as_text(), "utf-8")
        click.echo(f"wrote {jsonschema.FILE.name}", err=True)
    else:
        echo_utf8(jsonschema.as_text())
