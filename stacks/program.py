"""The Pulumi program: the stack's declaration becomes resources, grouped as the manual's chapters are."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from providers.secret_sources import SecretsNotRead, read_secrets
from providers.settings import SETTINGS, Settings, settings_from
from schemas.counts import format_count
from schemas.declaration import Fusion
from schemas.errors import DeclarationError, FusionError, SettingError
from schemas.secrets import Secrets
from schemas.systems import Application
from schemas.terms import nearest
from schemas.validation import load_beside_others
from stacks import ledger_lines, report, safety
from stacks.declared import declaration_path
from stacks.own_portal import OUTPUT, TOLD, OtherPortal, Portal, ask_portal, judge, read_date
from stacks.plan import plan
from stacks.planned import AnyResource, Centre, Planned
from stacks.rehearsal_values import find_rehearsal_values
from stacks.settings_file import Configuration, file_of, find_misread

_INTERRUPTED = 130
"""The exit code of a program that was interrupted."""


def keep_debug_messages_back() -> None:
    """The SDK's debug messages hold the stack's outputs as they travel, the FTP password in clear among them, and the engine
    writes them into an event log whether or not anybody asked for `--debug`."""
    pulumi.log.debug = lambda *_, **__: None


def end_without_a_word() -> None:
    """When the engine interrupts the program, as it does where a provider refuses something. The engine has said why; a
    traceback of the SDK's waiting would bury that."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))


def run() -> None:
    """Register everything that the stack's declaration asks for. Raises `pulumi.RunError` with what is wrong."""
    config = pulumi.Config()
    refuse_unknown_settings(_settings(config.name), pulumi.get_stack())
    settings = read_settings(config, pulumi.get_stack())
    refuse_rehearsal_values(config, settings)
    try:
        path = declaration_path(pulumi.get_stack())
        # get_secret would give an Output; the program needs the value, and marks every property made from it as secret.
        secrets = read_secrets(config.get)
        fusion = load_beside_others(path, secrets)
    except (SettingError, SecretsNotRead) as error:
        raise pulumi.RunError(str(error)) from None
    except DeclarationError as error:
        found = format_count(len(error.findings), "finding")
        raise pulumi.RunError(f"{found}, nothing was written to the portal:\n{error}") from None
    operator = config.get("operator") or ""
    if operator:
        _refuse_unknown_operator(operator, secrets)
    last_run = _last_outputs()
    own_portal = _own_portal(settings, last_run)
    planned = plan(fusion, secrets, path.parent, operator)
    _keep_safe(fusion, planned, last_run, settings)
    # Only now: a program that ends with an error leaves what it has exported by then, and nothing else, or all as it was.
    pulumi.export(OUTPUT, own_portal.as_output())
    pulumi.export(safety.OUTPUT, safety.remember(fusion))
    register(fusion, planned)


def refuse_unknown_settings(names: Iterable[str], stack: str) -> None:
    """A misspelt setting would be none at all, and switch off what it is for. Raises `pulumi.RunError` with all of them."""
    file = file_of(stack)
    wrong = []
    for name in sorted(set(names) - set(SETTINGS)):
        close = nearest(name, list(SETTINGS))
        hint = f"; did you mean `{close}`?" if close else f": there are {', '.join(SETTINGS)}"
        wrong.append(f"{file}: fusion:{name} is no setting (docs/configuration.md){hint}")
    if wrong:
        raise pulumi.RunError("\n".join(wrong))


def read_settings(config: Configuration, stack: str) -> Settings:
    """The settings of a stack. Raises `pulumi.RunError` with all that are wrong, each with the place where it stands."""
    wrong = find_misread(config, stack)
    try:
        settings = settings_from(config.get, file_of(stack))
    except SettingError as error:
        raise pulumi.RunError("\n".join([*wrong, str(error)])) from None
    if wrong:
        raise pulumi.RunError("\n".join(wrong))
    return settings


def _settings(project: str) -> list[str]:
    """The names of all settings of this project that the stack has, as the engine hands them over."""
    given = {**get_config_env(), **CONFIG.get()}
    return [key.removeprefix(f"{project}:") for key in given if key.startswith(f"{project}:")]


def refuse_rehearsal_values(config: Configuration, settings: Settings) -> None:
    """A real portal must never get the rehearsal's generated people, key or well-known passphrase (docs/secrets.md)."""
    wrong = find_rehearsal_values(config, settings)
    if wrong:
        raise pulumi.RunError(
            "\n".join([f"{settings.portal_url} is not a portal on this machine, and", *wrong])
        )


def _last_outputs() -> Mapping[str, Any]:
    """The stack's outputs of the last run, out of the state. A StackReference would be one more resource in it."""
    full_name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    found = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": full_name}).value or {}
    return found.get("outputs") or {}


def _own_portal(settings: Settings, last_run: Mapping[str, Any]) -> Portal:
    """The portal that the state will belong to. Raises `pulumi.RunError` where the state belongs to another one."""
    stack = pulumi.get_stack()
    remembered = Portal.from_output(last_run.get(OUTPUT))
    try:
        now = judge(stack, remembered, settings.portal_url, os.environ.get(TOLD))
    except OtherPortal as error:
        raise pulumi.RunError(str(error)) from None
    if remembered and remembered.url != now.url:
        pulumi.log.warn(f"the portal moved from {remembered.url} to {now.url}: it tells the same identity")
    return now


def _keep_safe(
    fusion: Fusion, planned: list[Planned], last_run: Mapping[str, Any], settings: Settings
) -> None:
    """Raises `pulumi.RunError` with what a safety rule refuses."""

    def ask_today() -> date:
        return ask_portal(settings, fusion.merging[0].kbo, read_date)

    def ask_received() -> Collection[str]:
        return ask_portal(
            settings, fusion.ocmw.kbo, partial(safety.read_received, organization=fusion.ocmw.kbo)
        )

    try:
        safety.refuse_other_centres(fusion, planned)
        safety.refuse_losses(last_run.get(safety.OUTPUT), fusion, ask_today, ask_received)
        for line in safety.find_expired(fusion, ask_today()) if fusion.exceptions else ():
            pulumi.log.warn(line)
    except FusionError as error:
        raise pulumi.RunError(str(error)) from None


def _refuse_unknown_operator(operator: str, secrets: Secrets) -> None:
    """Whoever operates the stack keeps some access: who that is has to be known (`providers.lockout`)."""
    if operator not in secrets.people():
        raise pulumi.RunError(f"fusion:operator is {operator}, who is not among the people of the secrets")


class CentreGroup(pulumi.ComponentResource):
    """A centre, as a group in the preview."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(f"fusion:{centre.role}:Centre", centre.name)


class ApplicationGroup(pulumi.ComponentResource):
    """An application of the portal at one centre, as a group in the preview."""

    def __init__(self, centre: Centre, application: Application, parent: CentreGroup) -> None:
        super().__init__(
            f"fusion:{centre.role}:{_type_word(application)}",
            f"{centre.name} {application}",
            {},
            child_of(parent),
        )


def register(fusion: Fusion, planned: list[Planned]) -> None:
    """Register the planned resources under their groups, then say what waits, what is retained, what goes to whom."""
    centres: dict[Centre, CentreGroup] = {}
    applications: dict[tuple[Centre, Application], ApplicationGroup] = {}
    made: dict[str, AnyResource] = {}
    ledger_lines.note_planned(planned)
    for item in planned:
        if item.centre not in centres:
            centres[item.centre] = CentreGroup(item.centre)
        group = applications.get((item.centre, item.group))
        if group is None:
            group = ApplicationGroup(item.centre, item.group, centres[item.centre])
            applications[item.centre, item.group] = group
        props = {
            name: pulumi.Output.secret(value) if name in item.secrets else value
            for name, value in item.props.items()
            if value is not None
        }
        options = pulumi.ResourceOptions(
            parent=group,
            depends_on=[made[name] for name in item.after],
            retain_on_delete=item.kept_on_destroy,
        )
        made[item.name] = item.resource(item.name, props, options)
        ledger_lines.note_reached(item, made[item.name])
    report.export(fusion, [(item, made[item.name]) for item in planned])


def child_of(parent: pulumi.Resource) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(parent=parent)


def _type_word(application: Application) -> str:
    """An application's name as a type's: letters only, `OcmwConfiguratie`."""
    words = re.split("[- ]", application.replace("OCMW", "Ocmw"))
    return "".join(word[:1].upper() + word[1:] for word in words)
