"""The safety rules with the real engine: whatever its flags, nothing is written; the message's lines let it through."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.support.workspace import Workspace

STACK = "pajottegem"
DOMAIN = re.compile(r"    werkgeverSocialeZekerheid:\n(?:      .*\n)+")
UP = ("up", "-s", STACK, "--yes")
SENDER = "urn:pulumi:pajottegem::fusion::*::pajottegem-sender"


def refuse(workspace: Workspace, *arguments: str) -> str:
    """What a run says that is refused and writes nothing."""
    before = workspace.journal(writes=True), workspace.outputs(STACK)
    said = workspace.pulumi(*arguments, succeeds=False)
    assert (workspace.journal(writes=True), workspace.outputs(STACK)) == before
    return said


def let_through(workspace: Workspace, said: str) -> None:
    """Put the lines of a refusal into the file, with a reason."""
    lines: Sequence[str] = re.findall(r"^ +exceptions:\n((?: +- \{rule: .*\}\n)+)", said, re.MULTILINE)
    entries = [line.strip() for line in lines[-1].splitlines()]
    added = "\nexceptions:\n" + "".join(f"  {one.replace('…', 'agreed')}\n" for one in entries)
    workspace.edit(STACK, lambda text: text + added)


@pytest.mark.parametrize(
    "flags", [("--skip-preview",), (), ("--skip-preview", "--refresh=false", "--target", SENDER)]
)
def test_a_section_and_users_that_left_the_file_are_refused(
    pajottegem: Workspace, flags: tuple[str, ...]
) -> None:
    pajottegem.edit(
        STACK,
        lambda text: re.sub(r"\n        - \{person: (?:tom.maes|lea.goossens), .*", "", DOMAIN.sub("", text)),
    )
    said = refuse(pajottegem, *UP, *flags)
    assert "Pajottegem: the whole section `access.domains.werkgeverSocialeZekerheid` is gone" in said
    assert "Pajottegem: 2 of 5 users leave: maatschappelijkWelzijn/lea.goossens, " in said
    assert "(safety rule sectionGone)" in said
    assert "atMost: 2, reason: …, until: 2025-02-10}" in said
    assert "Nothing was written" in said
    if flags == ("--skip-preview",):
        assert "is gone" in refuse(pajottegem, "preview", "-s", STACK)
        let_through(pajottegem, said)
        pajottegem.up(STACK)
        pajottegem.in_sync(STACK)
        assert not any("werkgeverSocialeZekerheid" in one["urn"] for one in pajottegem.resources(STACK))


def test_a_type_that_is_received_is_not_unticked_without_a_word(pajottegem: Workspace) -> None:
    """R50. A saved plan is held to the exception's day as well."""
    pajottegem.edit(STACK, lambda text: text.replace("    - nationality\n", ""))
    pajottegem.edit(STACK, lambda text: text.replace("phone: +32 54 89 10 20", "phone: +32 54 89 10 99"))
    said = refuse(pajottegem, *UP, "--skip-preview")
    assert (
        "Pajottegem receives nationality now: what is sent while it is unticked never arrives (R50)" in said
    )
    assert "(safety rule untickedType)" in said
    assert "Nothing was written" in said
    let_through(pajottegem, refuse(pajottegem, "preview", "-s", STACK))
    plan = str(pajottegem.root / "plan.json")
    pajottegem.preview(STACK, "--save-plan", plan)
    pajottegem.advance_clock(10)
    assert "its exception ended on 2025-02-10" in refuse(pajottegem, *UP, "--plan", plan)
    pajottegem.edit(STACK, lambda text: text.replace("until: 2025-02-10", "until: 2025-02-20"))
    pajottegem.up(STACK)
    pajottegem.in_sync(STACK)
