"""ChaMan: the sender, certificates, the FTP and the REST account."""

from __future__ import annotations

from operations.runbooks.manual.step import At, Chapter, Day, Kind, Step, Who

ACCOUNTS = ("chaman:SenderContact", "chaman:FtpAccount", "chaman:RestAccount")
_CHANNELS = ("SenderContact", "Certificates", "FtpAccounts", "RestAccounts", "DelegationRequests")

STEPS = (
    Step(
        "sender",
        Chapter.CHAMAN,
        "First sign-in as sender: contact details",
        Who.CHAMAN,
        ("R03", "R26", "R27", "R28"),
        (
            "This is possible as soon as the RSZ has copied the access data to the merged OCMW.",
            "Enter a name, a telephone number and an e-mail address, and select a language.",
            "Press “Bevestigen”.",
        ),
        day=Day.MERGER,
        of=("chaman:SenderContact",),
        after=("access-copy", "access-managers"),
    ),
    Step(
        "certificates",
        Chapter.CHAMAN,
        "Have the certificate ready",
        Who.CHAMAN,
        ("R37", "R38", "R40", "R41", "R42", "R43", "R44", "R45", "R46"),
        (
            "Both accounts need a valid certificate: order it in time, and upload it when you make the account. "
            "The FTP account's is managed by the OCMW itself; the REST account's "
            "may be "
            "delegated to the software supplier.",
            "Key: RSA-2048, RSA-3072, RSA-4096, P-384 or P-521. Signature: SHA-256, SHA-384 or SHA-512.",
            "“Global signed”; “Self-signed” for REST accounts only, and then with key usage “digital signature”.",
            "The file's name ends in .cer; .pfx does not work.",
            "FTP certificates have rules of validity. How long a self-signed one for OCMW Online is valid is the software "
            "supplier's choice.",
        ),
        day=Day.LAST_DAY,
        of=("chaman:Certificate",),
    ),
    Step(
        "ftp-account",
        Chapter.CHAMAN,
        "Make the FTP account",
        Who.CHAMAN,
        ("R03", "R29", "R30", "R31"),
        (
            "Click the button “Een FTP-SFTP-account toevoegen” and choose the type “FTP”.",
            "Enter the account name, choose the authorizations, and upload the certificate under “Download een "
            "certificaat”.",
            "Enter user name and password. User name: only digits and letters, at most 10, no spaces. Password: at most 15 "
            "characters, case-sensitive, no spaces, at least 2 that are neither letter nor digit, and of those only "
            ",;:=?./+*$%<>&@#’(!{})-_",
            "Press “Bevestigen”.",
        ),
        day=Day.MERGER,
        of=("chaman:FtpAccount",),
        after=("sender", "certificates"),
    ),
    Step(
        "hand-over",
        Chapter.CHAMAN,
        "Hand the FTP account's password to the software supplier",
        Who.CHAMAN,
        ("R32",),
        ("“Vergeet niet om het wachtwoord door te geven aan uw softwareleverancier.” Not by e-mail.",),
        at=At.MERGED,
        needs=("chaman:FtpAccount",),
        day=Day.MERGER,
        after=("ftp-account",),
    ),
    Step(
        "rest-account",
        Chapter.CHAMAN,
        "Make the REST account, with a certificate that the supplier manages",
        Who.CHAMAN,
        ("R03", "R33", "R34", "R35", "R36", "R38"),
        (
            "Click “Een Webservice account toevoegen” and choose “REST” in the drop-down menu.",
            "Enter “Accountnaam”: “OCMW Online” is advised. Under “Beveiligde machtigingen” tick all "
            "authorizations of OCMW Online.",
            "Under “Certificaatbeheer” tick “Extern beheer – een externe onderneming beheert het certificaat” and choose "
            "the "
            "software supplier in the drop-down menu (not Smals). Click “Bevestigen”.",
            "The delegation request stands on the main page with status “In afwachting”. The supplier accepts or refuses "
            "it; on "
            "acceptance it uploads the certificate, and the account stands under “Webservices account”, to view, change, "
            "delete.",
        ),
        day=Day.MERGER,
        of=("chaman:RestAccount",),
        given=("supplier", ""),
        after=("sender",),
    ),
    Step(
        "own-rest-account",
        Chapter.CHAMAN,
        "Make the REST account, with the OCMW's own certificate",
        Who.CHAMAN,
        ("R03", "R33", "R37"),
        (
            "Click “Een Webservice account toevoegen” and choose “REST” in the drop-down menu.",
            "Enter “Accountnaam”: “OCMW Online” is advised. Under “Beveiligde machtigingen” tick all "
            "authorizations of OCMW Online.",
            "Under “Certificaatbeheer” choose the certificate of your own. Click “Bevestigen”.",
        ),
        day=Day.MERGER,
        of=("chaman:RestAccount",),
        given=("certificate", ""),
        after=("sender", "certificates"),
    ),
    Step(
        "channels-left",
        Chapter.CHAMAN,
        "What left the declaration",
        Who.CHAMAN,
        ("R36",),
        ("Look the account up on the main page of ChaMan, and delete it there.",),
        leaving="chaman:",
    ),
    Step(
        "chaman-stays",
        Chapter.CHAMAN,
        "No action is needed in ChaMan",
        Who.NOBODY,
        ("R04",),
        (
            "“Er zijn geen acties nodig in ChaMan (beheer technische kanalen).” The merged OCMW keeps its channels.",
        ),
        Kind.NOTHING,
        at=At.KEEPING,
        scenarios=(2, 3),
        without=ACCOUNTS,
    ),
    Step(
        "retained-channels",
        Chapter.CHAMAN,
        "The channels of the disappearing OCMW stay available",
        Who.NOBODY,
        ("R05", "R39"),
        ("Accounts, certificates and the sender's contact details stay as they are for now.",),
        Kind.NOTHING,
        of=tuple(f"retained:{name}" for name in _CHANNELS),
        together=True,
    ),
)
