"""`fusion schema`: the JSON Schema of declarations, for editors and other programs."""

from __future__ import annotations

import click


@click.command()
@click.option("--write", is_flag=True, help="Write schemas/fusion.schema.json instead of printing.")
def schema(write: bool) -> None:
    """The JSON Schema (draft 2020-12) of a declaration, made from the models."""
    from schemas import jsonschema

    if write:
        jsonschema.FILE.write_text(jsonschema.as_text())
        click.echo(f"wrote {jsonschema.FILE.name}", err=True)
    else:
        click.echo(jsonschema.as_text(), nl=False)
