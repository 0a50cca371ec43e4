"""All checks of the chosen fusions, one fusion after the other: what is loaded first, what is asked, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from operations import engine
from operations.checks import (
    certificates,
    channels,
    dossiers,
    ebox,
    in_sync,
    mutations,
    online,
    rest_call,
    retained,
    rights,
    sign_in,
    unique_report,
)
from operations.checks.context import Context
from operations.checks.folders import FolderClosed, Folders
from operations.checks.results import (
    FAILED,
    UNKNOWN,
    Check,
    Result,
    application_name,
    run_check,
    stack_not_looked_at,
)
from operations.loaded_stacks import LoadedStack, choose_stacks, load_stack
from providers import session
from providers.settings import Settings, settings_from, sftp_settings_from
from schemas.errors import DeclarationError, FusionError, PortalError
from schemas.findings import Finding
from stacks.own_portal import OUTPUT, OtherPortal, Portal, ask_identity

Say = Callable[[str], None]
STACK_TYPE = "pulumi:pulumi:Stack"
"""The engine's own type of the stack itself, which has the outputs."""
SYSTEMS = (
    sign_in,
    in_sync,
    rights,
    channels,
    rest_call,
    certificates,
    mutations,
    ebox,
    unique_report,
    online,
    retained,
    dossiers,
)
"""Each has `list_checks(context)`. A sign-in comes first: the portal's date is known from then on."""


def run_checks(root: Path, names: Sequence[str], say: Say, keep: Path | None = None) -> list[Result]:
    """The results of the named stacks, of all without names; `keep` is where copies of the folders' files go.

    A stack that cannot be read, or has no declaration, is a line of its own, beside those of the others. Raises
    `FusionError` where none can, and all findings of all declarations at once.
    """
    chosen = choose_stacks(root, names)
    loaded: list[LoadedStack] = []
    findings: list[Finding] = []
    closed: dict[str, FusionError] = {}
    for name in chosen:
        try:
            loaded.append(load_stack(root, name))
        except DeclarationError as error:
            findings += error.findings
        except FusionError as error:
            closed[name] = error
    if findings:
        raise DeclarationError(findings)
    if not loaded:
        raise next(iter(closed.values())) if len(closed) == 1 else _together(closed)
    found = [stack_not_looked_at(name, error) for name, error in closed.items()]
    unreachable: dict[str, FolderClosed] = {}
    try:
        for position, one in enumerate(loaded, 1):
            tell = partial(_say_with, say, f"[{position}/{len(loaded)}] {one.stack}")
            tell("reading the stack's state")
            found += _check_stack(root, one, tell, keep, unreachable)
    finally:
        session.close()
    return found


def _together(closed: Mapping[str, FusionError]) -> FusionError:
    """What is wrong with every stack, each once where several have the same."""
    return FusionError("\n".join(dict.fromkeys(str(error) for error in closed.values())))


def _say_with(say: Say, prefix: str, line: str) -> None:
    say(f"{prefix}: {line}")


def _check_stack(
    root: Path, one: LoadedStack, say: Say, keep: Path | None, unreachable: dict[str, FolderClosed]
) -> list[Result]:
    """The results of one stack.

    :param unreachable: the SFTP servers that gave no answer, by address. The next stack's are often the same: what is down
        is not waited for again.
    """
    settings = settings_from(one.config.get)
    state, no_state = None, None
    try:
        state = engine.read_resources(root, one.stack) or None
    except FusionError as error:
        no_state = error  # of this stack: the others are told, and what needs no state
    session.configure(settings)
    session.name_people(one.secrets.keys_by_insz)
    if state and (other := _find_other_portal(one, settings, state)):
        state, no_state = None, other  # what it says was read elsewhere
    with Folders(settings, sftp_settings_from(one.config.get, settings), keep, unreachable) as folders:
        context = Context(one.stack, one.fusion, one.secrets, folders, state, no_state)
        return list(run_all(context, say))


def _find_other_portal(
    one: LoadedStack, settings: Settings, state: Sequence[Mapping[str, Any]]
) -> OtherPortal | None:
    """The portal that the state belongs to, where that is another one. One that does not answer is told by the checks."""
    outputs: Mapping[str, Any] = next(
        (thing["outputs"] for thing in state if thing["type"] == STACK_TYPE), {}
    )
    remembered = Portal.from_output(outputs.get(OUTPUT))
    if remembered is None:
        return None
    try:
        identity = ask_identity(session.reading(one.fusion.merging[0].kbo))
    except PortalError:
        return None
    now = Portal(settings.portal_url, identity)
    return None if remembered.is_same_as(now) else OtherPortal(one.stack, remembered, now)


def run_all(context: Context, say: Say) -> Iterator[Result]:
    """The results of every check about a fusion; what goes wrong with one leaves the others alone."""
    application = ""
    for check in _list_checks(context):
        if (name := application_name(check.system) or check.name) != application:
            application = name
            say(application)
        found = list(run_check(context.stack, check))
        bad = [result for result in found if result.result in (FAILED, UNKNOWN)]
        if bad:
            say(f"  {check.centre.name}, {check.name}: {bad[0].result}")
        yield from found


def _list_checks(context: Context) -> Iterator[Check]:
    for system in SYSTEMS:
        try:
            yield from system.list_checks(context)
        except (
            Exception
        ) as error:  # which checks a system has cannot be told then; that it has none would be untrue
            name = system.__name__.rpartition(".")[2]
            yield Check(context.merged, None, name, partial(_raise, error))


def _raise(error: Exception) -> NoReturn:
    raise error
