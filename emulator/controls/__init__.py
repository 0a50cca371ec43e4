"""A rehearsal's controls of its portal, such as the clock and the faults: plain functions over the database's path.

The command line and tests use these; `emulator.rehearsal` serves the same over HTTP. Moments are RFC 3339 texts with the
Belgian offset; a date alone stands for the opening of the offices. Enterprise numbers may have dots. A refusal is a
`Problem`, as over HTTP.
"""

from emulator.calendar.clock import ClockError
from emulator.calendar.events import Happening
from emulator.controls.checkpoints import (
    compare,
    delete_checkpoint,
    list_checkpoints,
    make_checkpoint,
    restore_checkpoint,
)
from emulator.controls.contents import add_forms, list_made_up, list_seeded_ftp_passwords, reset
from emulator.controls.parties import add_aid_request, answer_delegation, list_clients, register_client
from emulator.controls.records import (
    journal,
    list_folder_files,
    list_forms,
    list_ftp_accounts,
    list_mails,
    list_mutations,
)
from emulator.controls.time import (
    advance_clock,
    get_clock,
    get_speed,
    parse_moment,
    postpone_copy,
    run_clock,
    set_clock,
)
from emulator.controls.trouble import (
    add_fault,
    clear_faults,
    clear_rate_limit,
    get_rate_limit,
    list_faults,
    set_rate_limit,
)
from emulator.core.journal import was_made
from emulator.core.people import rehearsal_ssin
from emulator.core.problems import Problem
from emulator.core.waves import usual_moment
from emulator.rehearsal.checkpoints import Checkpoint
from emulator.rehearsal.differences import Difference, Field
from emulator.rehearsal.faults import Rule
from emulator.rehearsal.limits import Limit
from emulator.seeds.migrations import OtherLayoutError
from emulator.seeds.opening import open_portal

__all__ = [
    "Checkpoint",
    "ClockError",
    "Difference",
    "Field",
    "Happening",
    "Limit",
    "OtherLayoutError",
    "Problem",
    "Rule",
    "add_aid_request",
    "add_fault",
    "add_forms",
    "advance_clock",
    "answer_delegation",
    "clear_faults",
    "clear_rate_limit",
    "compare",
    "delete_checkpoint",
    "get_clock",
    "get_rate_limit",
    "get_speed",
    "journal",
    "list_checkpoints",
    "list_clients",
    "list_faults",
    "list_folder_files",
    "list_forms",
    "list_ftp_accounts",
    "list_made_up",
    "list_mails",
    "list_mutations",
    "list_seeded_ftp_passwords",
    "make_checkpoint",
    "open_portal",
    "parse_moment",
    "postpone_copy",
    "register_client",
    "rehearsal_ssin",
    "reset",
    "restore_checkpoint",
    "run_clock",
    "set_clock",
    "set_rate_limit",
    "usual_moment",
    "was_made",
]
