"""Which resources the merged centre's declared channels become, in the manual's order: sender, certificates, accounts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from providers import chaman, chaman_inputs
from schemas.accounts import Accounts, CertificateManagement
from schemas.certificates import read_certificate
from schemas.systems import System
from stacks.planned import Centre, Planned


def resources(
    centre: Centre, accounts: Accounts, password: str, folder: Path, takes_effect: date
) -> Iterator[Planned]:
    """The resources of a centre's channels. `folder` is where the certificates' paths start, `takes_effect` the day of the
    merger."""
    first: tuple[str, ...] = ()
    if accounts.sender:
        first = (f"{centre.slug}-sender",)
        sender = chaman_inputs.SenderContactInputs(
            organization=centre.kbo,
            name=accounts.sender.name,
            phone=accounts.sender.phone,
            email=accounts.sender.email,
            language=accounts.sender.language,
        )
        yield Planned(first[0], centre, System.SENDER, chaman.SenderContact, sender)
    if accounts.ftp:
        certificate = _certificate(centre, "ftp", folder / accounts.ftp.certificate, takes_effect, first)
        yield certificate
        yield Planned(
            f"{centre.slug}-ftp-account",
            centre,
            System.FTP_ACCOUNT,
            chaman.FtpAccount,
            chaman_inputs.FtpAccountInputs(
                organization=centre.kbo,
                accountName=accounts.ftp.name,
                type="FTP",
                username=accounts.ftp.username,
                password=password,
                authorizations=list(accounts.ftp.authorizations),
                certificate=certificate.props["fileName"],
            ),
            chaman.FtpAccountProvider.secrets,
            (*first, certificate.name),
        )
    if accounts.rest:
        account = chaman_inputs.RestAccountInputs(
            organization=centre.kbo,
            accountName=accounts.rest.name,
            authorizations=list(accounts.rest.authorizations),
        )
        management = accounts.rest.certificate_management
        needed = _manage_certificate(account, centre, management, folder, takes_effect, first)
        yield from needed
        yield Planned(
            f"{centre.slug}-rest-account",
            centre,
            System.REST_ACCOUNT,
            chaman.RestAccount,
            account,
            after=(*first, *(certificate.name for certificate in needed)),
        )


def _manage_certificate(
    account: chaman_inputs.RestAccountInputs,
    centre: Centre,
    declared: CertificateManagement,
    folder: Path,
    takes_effect: date,
    first: tuple[str, ...],
) -> list[Planned]:
    """Give the REST account its supplier or its certificate; the resources that must be there before it."""
    if declared.external:
        asked_again = declared.external.asked_again_on
        account["supplier"] = declared.external.supplier
        account["askedAgainOn"] = asked_again.isoformat() if asked_again else None
        return []
    assert declared.own is not None  # the model lets exactly one of the two pass
    certificate = _certificate(centre, "rest", folder / declared.own.certificate, takes_effect, first)
    account["certificate"] = certificate.props["fileName"]
    return [certificate]


def _certificate(
    centre: Centre, usage: str, path: Path, takes_effect: date, after: tuple[str, ...]
) -> Planned:
    certificate = read_certificate(path)
    return Planned(
        f"{centre.slug}-{usage}-certificate",
        centre,
        System.CERTIFICATES,
        chaman.Certificate,
        chaman_inputs.CertificateInputs(
            organization=centre.kbo,
            fileName=path.name,
            usage=usage,
            sha256=certificate.sha256,
            subject=certificate.subject,
            notBefore=certificate.not_before.isoformat(),
            notAfter=certificate.not_after.isoformat(),
            takesEffect=takes_effect.isoformat(),
            content=base64.b64encode(certificate.der).decode(),
        ),
        chaman.CertificateProvider.secrets,
        after,
    )
