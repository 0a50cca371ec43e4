"""One exception tree, as its module's docstring draws it; messages say where, what, why and the way out."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from schemas import errors
from schemas.errors import (
    AlreadyExists,
    DeadlineExceeded,
    DeclarationError,
    EngineError,
    FusionError,
    GuardRefused,
    Issue,
    NotFound,
    NotYetAvailable,
    PortalError,
    PortalRefused,
    PortalUnreachable,
    UnknownFusion,
    about,
)
from schemas.findings import Finding

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "providers", "stacks", "operations", "engine")


def test_the_docstring_is_the_tree() -> None:
    drawn = {}
    ancestors: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"    ([ │├└─]*)([A-Z]\w+)\b", line):
            depth = len(match[1]) // 4
            ancestors[depth:] = [match[2]]
            drawn[match[2]] = ancestors[depth - 1] if depth else "Exception"
    actual = {
        name: thing.__base__.__name__
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, FusionError) and thing.__base__
    }
    assert drawn == actual


def test_every_class_is_one_sentence() -> None:
    for thing in vars(errors).values():
        if isinstance(thing, type) and issubclass(thing, FusionError):
            assert thing.__doc__
            assert "\n" not in thing.__doc__


def test_a_refusal_says_where_what_why_and_the_way_out() -> None:
    error = PortalRefused(
        method="PUT",
        path="/REST/chaman/v1/organizations/0212212343/ftpAccounts/x",
        status=400,
        detail="The input is wrong.",
        issues=[Issue("username", "at most 10 characters", "R30")],
        resource="FTP account of Pajottegem",
    )
    assert str(error) == (
        "FTP account of Pajottegem: PUT /REST/chaman/v1/organizations/0212212343/ftpAccounts/x answered 400: "
        "the portal refuses this: The input is wrong; username: at most 10 characters (R30). "
        "Put the declaration right and run the same command again"
    )


def test_what_a_run_leaves_behind_is_not_said_to_who_only_reads() -> None:
    error = PortalUnreachable(method="GET", path="/x")
    assert str(error) == (
        "GET /x: the portal gives no usable answer. What was done before is kept. "
        "Check portalUrl and the network, then run the same command again"
    )
    assert error.for_reading() == (
        "GET /x: the portal gives no usable answer. Check portalUrl and the network, then run the same command again"
    )


def test_any_error_has_its_way_out_apart() -> None:
    error = EngineError("pulumi is not on PATH", "Run `make setup`")
    assert (error.what, error.way_out) == ("pulumi is not on PATH", "Run `make setup`")
    assert str(error) == error.for_reading() == "pulumi is not on PATH. Run `make setup`"
    assert str(EngineError("it failed")) == "it failed"


def test_beneath_several_lines_the_way_out_has_its_own() -> None:
    error = GuardRefused("not complete:\n  Herne\n  Gooik", "`--allow-missing` goes on without")
    assert str(error) == "not complete:\n  Herne\n  Gooik\n`--allow-missing` goes on without"


IN_WHAT = re.compile(
    r"[:;.] (?:`|(?:add|check|choose|declare|find|give|have|install|leave|make|name|put|run|say|set|there are|wait)\b)",
    re.IGNORECASE,
)


def ways_out_in_what(tree: ast.Module) -> list[str]:
    """The errors of the project that are made with a way out in `what`, with a leaf of any module."""
    kinds = {"FusionError"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and kinds & {ast.unparse(base) for base in node.bases}:
            kinds.add(node.name)
    made = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    whats = [ast.unparse(node.args[0]) for node in made if ast.unparse(node.func) in kinds]
    return [what for what in whats if IN_WHAT.search(what)]


def test_every_way_out_stands_apart() -> None:
    assert ways_out_in_what(ast.parse(source())) == []
    planted = (
        "class FolderClosed(FusionError): ...\n"
        "raise FolderClosed(f'no stack of {name}: run `fusion setup`')\n"
        "raise FolderClosed(f'no stack of {name}', 'Run `fusion setup`')\n"
    )
    assert ways_out_in_what(ast.parse(planted)) == ["f'no stack of {name}: run `fusion setup`'"]


def test_no_error_has_text_that_is_not_of_its_fields() -> None:
    """The text is put together in one place: no class but `FusionError` says how."""
    for thing in vars(errors).values():
        if isinstance(thing, type) and issubclass(thing, FusionError) and thing is not FusionError:
            assert {"__str__", "for_reading"}.isdisjoint(vars(thing)), thing


def source(*but: str) -> str:
    """The product's code, without some modules."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return "\n".join(
        path.read_text("utf-8") for path in files if path.relative_to(ROOT).as_posix() not in but
    )


EDITED = re.compile(
    r"str\((?:error|problem|failure|closed|cause)\)\s*\.\s*(?:replace|split|partition|re|strip|sub)\w*\("
)
NAMED = re.compile(r"\b(?:error|problem|failure)\.resource\s*\+?=")


def test_nobody_edits_the_text_of_an_error() -> None:
    assert EDITED.findall(source()) == []
    assert EDITED.search('said = str(error).replace("What was done before is kept: ", "")')


def test_the_resource_is_named_in_one_way() -> None:
    assert NAMED.findall(source("schemas/errors.py")) == []
    assert len(NAMED.findall(source())) == 1


@pytest.mark.parametrize("error", [PortalUnreachable(), NotYetAvailable(reason="screenNotOpen")])
def test_the_resource_is_named_in_what_passes(error: PortalError) -> None:
    with pytest.raises(PortalError) as caught, about("FTP account of 0212212343"):
        raise error
    assert caught.value is error
    assert str(error).startswith(f"FTP account of 0212212343: {error.what}")


def test_a_fusion_without_declaration() -> None:
    assert str(UnknownFusion(["tielt"], ["lokeren"])) == "no declaration for tielt. There are lokeren"
    assert str(UnknownFusion(["tielt"], [])) == "no declaration for tielt. There are no declarations at all"


def test_waiting_says_until_when() -> None:
    error = NotYetAvailable(reason="screenNotOpen", available_from=date(2025, 1, 13))
    assert str(error).endswith("screenNotOpen. Run the same command again on or after 2025-01-13")
    assert "once the portal has opened it" in str(NotYetAvailable(reason="accessNotCopied"))


def test_what_is_caught_with_what() -> None:
    assert isinstance(DeadlineExceeded(), PortalUnreachable)
    assert isinstance(AlreadyExists(existing="7"), PortalRefused)
    assert not isinstance(NotFound(), PortalRefused)
    assert AlreadyExists(existing="7").existing == "7"
    assert isinstance(NotFound(), PortalError)


def test_findings_are_sorted_and_once() -> None:
    late, early = Finding("b.yaml", 2, 1, "R30", "x"), Finding("a.yaml", 10, 1, "R31", "y")
    error = DeclarationError([late, early, late])
    assert error.findings == (early, late)
    assert str(error) == "a.yaml:10:1: R31: y\nb.yaml:2:1: R30: x"
