"""`fusion certificate`: keys, requests and certificates; the group's commands are the modules beside this one."""

from __future__ import annotations

import click

from operations.commands.certificate.inspecting import inspect_certificate
from operations.commands.certificate.listing import list_certificates
from operations.commands.certificate.making import csr, new, renew


@click.group()
def certificate() -> None:
    """The certificates of FTP and REST accounts: made, judged by the manual's rules, renewed, and listed for all stacks.

    Nothing is written at the portal: `pulumi up` uploads what the declaration names.
    """


for _command in (new, csr, inspect_certificate, renew, list_certificates):
    certificate.add_command(_command)
