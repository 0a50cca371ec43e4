"""Which tests are what: markers by folder and file, by which `make check` leaves out what takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.limits import set_limit

TESTS = Path(__file__).parents[1]
MARKERS: Mapping[str, tuple[str, ...]] = {
    "e2e": ("engine",),
    "e2e/test_stories.py": ("stories",),
    "e2e/test_later_wave.py": ("stories",),
    "torture/faults": ("engine", "kills"),
    "torture/files": ("fuzz",),
    "torture/fuzz": ("fuzz",),
    "torture/hostile": ("hostile",),
    "torture/hostile/test_engine.py": ("engine",),
    "torture/kills/test_fleets.py": ("engine", "kills"),
    "torture/kills/test_kills.py": ("engine", "kills"),
    "torture/leaks": ("leaks",),
    "torture/leaks/test_engine.py": ("engine",),
    "torture/properties": ("properties",),
    "torture/racing": ("engine", "kills"),
    "torture/properties/test_engine.py": ("engine",),
}
"""By the beginning of a path below tests/. pyproject.toml says what each means."""
LONG: Sequence[str] = (
    "emulator/calendar/test_clock.py",
    "emulator/calendar/test_mutations.py",
    "emulator/calendar/test_nova_prima.py",
    "emulator/calendar/test_running_clock.py",
    "emulator/core/test_durability.py",
    "emulator/core/test_waves.py",
    "emulator/rehearsal/test_checkpoints.py",
    "emulator/rehearsal/test_differences.py",
    "emulator/seeds/test_forms.py",
    "emulator/seeds/test_made_up.py",
    "emulator/seeds/test_migrations.py",
    "emulator/seeds/test_opening.py",
    "emulator/sftp/test_admission.py",
    "emulator/sftp/test_folder.py",
    "emulator/sftp/test_server.py",
    "emulator/signin/test_rest_accounts.py",
    "emulator/systems/access_management/test_rights.py",
    "emulator/systems/ebox/test_api.py",
    "emulator/systems/integrations/test_api.py",
    "emulator/systems/integrations/test_batches.py",
    "emulator/systems/integrations/test_merger_work.py",
    "emulator/systems/ocmw_online/test_api.py",
    "emulator/systems/ocmw_online/test_reminders.py",
    "emulator/systems/unique_report/test_api.py",
    "emulator/test_embedded.py",
    "emulator/test_rules_proof.py",
    "emulator/test_serve.py",
    "emulator/test_stateful.py",
    "emulator/web/openapi/test_document.py",
    "emulator/web/test_hostile.py",
    "emulator/web/test_hostile_served.py",
    "engine/test_setup.py",
    "engine/test_wrapper.py",
    "operations/checks/test_channels.py",
    "operations/checks/test_in_sync.py",
    "operations/checks/test_months.py",
    "operations/checks/test_mutations.py",
    "operations/checks/test_report.py",
    "operations/checks/test_rest_call.py",
    "operations/checks/test_run.py",
    "operations/checks/test_sftp_places.py",
    "operations/chief_access_managers/test_comparing.py",
    "operations/chief_access_managers/test_listing.py",
    "operations/commands/emulator/test_checkpoints.py",
    "operations/commands/emulator/test_records.py",
    "operations/fleet/test_commands.py",
    "operations/fleet/test_interruption.py",
    "operations/fleet/test_turn_commands.py",
    "operations/rehearsals/test_preparation.py",
    "operations/test_printing.py",
    "providers/test_access_managers.py",
    "providers/test_batches.py",
    "providers/test_certificate.py",
    "providers/test_clean_up.py",
    "providers/test_configuration.py",
    "providers/test_dossiers.py",
    "providers/test_ftp_account.py",
    "providers/test_lockout.py",
    "providers/test_pending_work.py",
    "providers/test_portal.py",
    "providers/test_portal_privacy.py",
    "providers/test_preview_cannot_write.py",
    "providers/test_rest_account.py",
    "providers/test_retained.py",
    "providers/test_retained_accepted.py",
    "providers/test_retained_parts.py",
    "providers/test_retained_people.py",
    "providers/test_user.py",
    "schemas/test_loading.py",
    "stacks/test_program.py",
    "stacks/test_report.py",
    "test_limits.py",
    "torture",
)
"""Files that take long, by `make test-times`: `make check` leaves them out, to end in 90 seconds on two processors."""
_running: list[pytest.Item] = []


def mark(item: pytest.Item, tests: Path = TESTS) -> None:
    """Give a test the markers of its folder and file, and its limit."""
    for name in _names(item.path, tests):
        item.add_marker(name)
    set_limit(item)


@cache
def _names(path: Path, tests: Path) -> tuple[str, ...]:
    """The markers of all tests of a file: thousands of tests ask, a few hundred files answer."""
    named = (*MARKERS.items(), *((place, ("long",)) for place in LONG))
    around = {path, *path.parents}
    return tuple(name for place, names in named if tests / place in around for name in names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _running[:] = [item]


def refuse_unmarked_engine(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a test that starts the real engine bears the marker, so that `make check` can leave it out.

    :raises RuntimeError: instead of starting it.
    """
    if event != "subprocess.Popen" or not _running or _running[0].get_closest_marker("engine"):
        return
    _, command, _, environment = arguments
    if isinstance(command, list | tuple) and command and is_real_engine(str(command[0]), environment):
        raise RuntimeError(f"{_running[0].nodeid} starts the engine: it needs the marker `engine`")


def is_real_engine(program: str, environment: Mapping[str, str] | None) -> bool:
    """Whether this is the `pulumi` of the environment in which the tests run, and no stand-in that a test wrote."""
    if Path(program).name != "pulumi":
        return False
    path = (os.environ if environment is None else environment).get("PATH", "")
    for folder in path.split(os.pathsep):
        found = Path(folder, program)
        if found.exists():
            return found.parent == Path(sys.prefix) / "bin"
    return False
