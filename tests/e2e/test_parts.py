"""An `up` of a part, one that goes on after an error, and changes of the state by hand: nothing is written that nobody
declared, nothing is told that nobody saw, and the next preview is empty."""

from __future__ import annotations

from emulator import controls
from tests.support.workspace import Workspace

URN = "urn:pulumi:pajottegem::fusion::fusion:"
CHAMAN = "disappearing:Centre$fusion:disappearing:ChaMan$pulumi-python:dynamic/retained:"
SCREENS = "merged:Centre$fusion:merged:OcmwConfiguratie$pulumi-python:dynamic/configuration:"
HERNE_SENDER = f"{URN}{CHAMAN}SenderContact::herne-retained-sender"
HERNE_CERTIFICATES = f"{URN}{CHAMAN}Certificates::herne-retained-certificates"
GOOIK_SENDER = f"{URN}{CHAMAN}SenderContact::gooik-retained-sender"
GOOIK_ACCOUNTS = f"{URN}{CHAMAN}FtpAccounts::gooik-retained-ftpAccounts"
MUTATIONS = f"{URN}{SCREENS}Mutations::pajottegem-mutations"
CONTACT = f"{URN}{SCREENS}ContactDetails::pajottegem-contact-details"
ONLINE = f"{URN}{SCREENS}OcmwOnline::pajottegem-ocmw-online"


def test_what_a_run_leaves_out_or_fails_at_is_not_looked_at(fresh: Workspace) -> None:
    """R05: it is no change, and does not hide what the run saw of the others."""
    for path in ("*/0212214026/sender", "*/0212214026/contents"):
        controls.add_fault(fresh.database, controls.Rule(status=500, path_pattern=path))
    fresh.pulumi("config", "set", "deadlineSeconds", "1", "-s", "pajottegem")
    part = ("--exclude", HERNE_SENDER, "--continue-on-error", "--skip-preview", "--yes")
    said = fresh.pulumi("up", "-s", "pajottegem", *part, succeeds=False)
    assert "retained sender contact of 0212214026" in said
    assert [word for word in ("Traceback", "TypeError", "things changed", "None") if word in said] == [], said
    assert 'Galmaarden: "13 things, unchanged"' in said
    for centre in ("Gooik     ", "Herne     "):
        assert f'{centre}: "12 things, unchanged; 1 not looked at"' in said
    controls.clear_faults(fresh.database)
    fresh.up("pajottegem")
    fresh.in_sync("pajottegem")


def test_a_state_that_somebody_changed_by_hand_is_put_right_without_a_write(pajottegem: Workspace) -> None:
    before = controls.journal(pajottegem.database, writes=True)
    stack = ("-s", "pajottegem", "--yes")
    pajottegem.pulumi("state", "taint", HERNE_SENDER, *stack)
    pajottegem.pulumi("state", "delete", HERNE_CERTIFICATES, *stack)
    pajottegem.pulumi("state", "delete", CONTACT, *stack)
    pajottegem.pulumi("state", "rename", MUTATIONS, "another-name", *stack)
    pajottegem.pulumi("stack", "init", "elsewhere")
    moved = ("--source", "pajottegem", "--dest", "elsewhere", "--yes", GOOIK_SENDER)
    pajottegem.pulumi("state", "move", *moved)
    pajottegem.pulumi("destroy", "-s", "elsewhere", "--yes", "--skip-preview")
    again = ("--replace", ONLINE, "--replace", GOOIK_ACCOUNTS, "--skip-preview")
    said = pajottegem.pulumi("up", *stack, *again)
    assert "retained things changed" not in said
    pajottegem.in_sync("pajottegem")
    pajottegem.pulumi("preview", "-s", "pajottegem", "--target", MUTATIONS, "--expect-no-changes")
    assert controls.journal(pajottegem.database, writes=True) == before
