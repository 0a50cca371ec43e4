"""`fusion who`: whom the portal means by a number of its own."""

from __future__ import annotations

import click

from operations.printing import echo_json
from providers.settings import project_root


@click.command()
@click.argument("number")
@click.argument("fusions", nargs=-1, metavar="[FUSION]...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def who(number: str, fusions: tuple[str, ...], form: str) -> None:
    """Who is NUMBER, such as portal:75f5d17b in a plan? By the key of the secrets, and what the person is at which centre.

    FUSIONS are stacks; without any, all that there are. An INSZ is never shown. Where no secrets know the
    person, the portal's screens show the name. Nothing is written.
    """
    from operations.people_search import find_people

    found = find_people(project_root(), number, fusions)
    if form == "json":
        echo_json([person.as_json() for person in found])
        return
    for person in found:
        click.echo(f"{person.number}: {person.key or 'nobody whom the secrets know'}")
        for place in person.places:
            click.echo(f"  {place}")
