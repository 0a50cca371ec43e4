"""A certificate in the years after the merger: an alarm when it has ended, and renewed as often as it takes (R37)."""

from datetime import date

from operations.rehearsals.certificates import write_certificate
from tests.support.workspace import Workspace

PAJOTTEGEM = "1010784738"
CERTIFICATE = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}/certificates/pajottegem-ftp.cer"
TELLS_EXPIRED = "Pajottegem, certificate pajottegem-ftp.cer: it expired on "


def renew(workspace: Workspace, around: date) -> None:
    """Put another certificate in the place of the declared one."""
    write_certificate(workspace.root / "fusions" / "certificates" / "pajottegem-ftp.cer", "renewed", around)


def test_a_certificate_is_renewed_twice(pajottegem: Workspace) -> None:
    """Applied in 2025; the first one ends on 2027-10-01, the second on 2030-05-31."""
    for today, around in (("2027-10-04", date(2027, 9, 1)), ("2030-06-03", date(2030, 6, 1))):
        pajottegem.set_clock(today)
        # Two years later forms that were being handled can go on, and there is a review: settled first.
        pajottegem.up("pajottegem", succeeds=False)
        shown = pajottegem.preview("pajottegem", "--expect-no-changes", "--diff", succeeds=False)
        assert TELLS_EXPIRED in shown
        assert '"expired"' in shown
        assert "1 to update" in shown

        renew(pajottegem, around)
        before = len(pajottegem.journal(writes=True))
        shown = pajottegem.preview("pajottegem", "--diff")
        assert TELLS_EXPIRED not in shown
        assert "CN=ftp.renewed.example" in shown
        assert "sha256" in shown
        assert "MII" not in shown, "no base64 is read by people"
        pajottegem.up("pajottegem")
        (write,) = pajottegem.journal(writes=True)[before:]
        assert (write["method"], write["path"], write["status"]) == ("PUT", CERTIFICATE, 200)
        pajottegem.in_sync("pajottegem")


def test_one_that_is_not_valid_yet_is_refused_before_anything_is_written(pajottegem: Workspace) -> None:
    renew(pajottegem, date(2027, 9, 1))
    before = len(pajottegem.journal(writes=True))
    for shown in (
        pajottegem.preview("pajottegem", succeeds=False),
        pajottegem.up("pajottegem", succeeds=False),
    ):
        assert "not on 2025-02-03 (R37; safety rule certificate). Nothing was written" in shown
    assert len(pajottegem.journal(writes=True)) == before


def test_a_refused_delegation_is_an_alarm(pajottegem: Workspace) -> None:
    """R36: told by each preview, and the command that is run regularly ends with it."""
    pajottegem.answer_delegation(PAJOTTEGEM, "OCMW Online", accept=False, reason="no contract")
    for _ in range(2):
        shown = pajottegem.preview("pajottegem", "--expect-no-changes", "--diff", succeeds=False)
        assert "1 to update" in shown
        assert "socius refused the delegation request (no contract) (R36)" in shown
        before = len(pajottegem.journal(writes=True))
        told = pajottegem.up("pajottegem", succeeds=False)
        assert "socius refused the delegation request (no contract) (R36)" in told
        assert len(pajottegem.journal(writes=True)) == before
