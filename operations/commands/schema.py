"""`fusion schema`: the JSON Schema of declarations, or of plans, for editors and other programs."""

from __future__ import annotations

import click

from operations.printing import echo_utf8


@click.command()
@click.option("--write", is_flag=True, help="Write schemas/fusion.schema.json instead of printing.")
@click.option(
    "--plan", "of_plans", is_flag=True, help="Of what `fusion plan --format json` prints: plan.schema.json."
)
def schema(write: bool, of_plans: bool) -> None:
    """The JSON Schema (draft 2020-12) of a declaration, made from the models."""
    from operations.plans import model
    from schemas import jsonschema

    file, text = (model.FILE, model.schema_as_text()) if of_plans else (jsonschema.FILE, jsonschema.as_text())
    if write:
        file.write_text(text, "utf-8")
        click.echo(f"wrote {file.name}", err=True)
    else:
        echo_utf8(text)
