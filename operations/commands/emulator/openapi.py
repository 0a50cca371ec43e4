"""`fusion emulator openapi`: the documents of the portal's APIs, on screen or as the files that a review sees."""

from __future__ import annotations

from pathlib import Path

import click

from operations.printing import echo_utf8
from providers.settings import project_root

FOLDER = Path("docs") / "openapi"


@click.command()
@click.option("--write", is_flag=True, help="Write docs/openapi/ instead of printing.")
def openapi(write: bool) -> None:
    """The OpenAPI 3.1 documents of the portal's APIs, as the portal serves them."""
    from emulator.app import documents

    if not write:
        for text in documents().values():
            echo_utf8(f"---\n{text}")
        return
    folder = project_root() / FOLDER
    folder.mkdir(exist_ok=True)
    made = {folder / f"{name}.yaml": text for name, text in documents().items()}
    for file in set(folder.iterdir()) - set(made):
        file.unlink()
    for file, text in made.items():
        file.write_text(text, "utf-8")
        click.echo(f"wrote {FOLDER / file.name}", err=True)
