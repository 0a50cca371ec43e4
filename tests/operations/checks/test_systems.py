"""Each check of `fusion check` names the system of the manual that it looks at: reports and stories go by it."""

from __future__ import annotations

from typing import cast

from operations.checks.context import Context
from operations.checks.folders import Folders
from operations.checks.run import _list_checks
from schemas.systems import System
from tests.stacks.conftest import NAMES, shipped

SYSTEM_OF_CHECK = {
    "sign-in": System.SIGNING_IN,
    "access": System.ACCESS,
    "who may use ChaMan": System.ACCESS,
    "who may use OCMW-configuratie": System.ACCESS,
    "sender contact": System.SENDER,
    "FTP account": System.FTP_ACCOUNT,
    "SFTP folder": System.FTP_ACCOUNT,
    "REST account": System.REST_ACCOUNT,
    "REST call": System.REST_ACCOUNT,
    "certificates": System.CERTIFICATES,
    "mutations ticked": System.MUTATIONS,
    "mutations arrive": System.MUTATIONS,
    "technical providers": System.TECHNICAL_PROVIDERS,
    "contact details": System.CONTACT_DETAILS,
    "OCMW Online": System.NOTIFICATIONS,
    "forms of running dossiers": System.RUNNING_DOSSIERS,
    "A036 attestations": System.ATTESTATIONS,
    "E-Box": System.E_BOX,
    "Uniek verslag": System.UNIQUE_REPORT,
    "requests": System.ONLINE_REQUESTS,
    "old requests": System.ONLINE_REQUESTS,
    "retained": System.RETAINED,
}


def test_each_check_belongs_to_one_system() -> None:
    """Of all the declarations that ship; nothing is asked of a portal to list the checks."""
    found = set()
    for name in NAMES:
        planning = shipped(name)
        context = Context(name, planning.fusion, planning.secrets, cast("Folders", None))
        found |= {(check.name, check.system) for check in _list_checks(context)}
    assert found == set(SYSTEM_OF_CHECK.items())
