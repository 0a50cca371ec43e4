"""Every rule that a finding can cite, and what it says: the manual's by number, the language's own by a short name."""

from __future__ import annotations

MANUAL = {
    "R01": "A declaration of a known merger, such as the thirteen of the manual's list, has that merger's scenario, numbers "
    "and codes. No other declaration uses these numbers, unless a merged centre merges again later.",
    "R02": "Scenario 1 has a new KBO and a new NIS; 2 keeps one centre's KBO; 3 keeps one centre's KBO and NIS.",
    "R03": "Scenario 1 needs access, an FTP and a REST account, mutations, technical providers, contact details and "
    "OCMW Online on the new number.",
    "R04": "Scenarios 2 and 3 need no action in ChaMan and none in OCMW-configuratie; `beyondScenario` permits it.",
    "R06": "Running forms stop on the day before the merger and are entered again from the day of the merger.",
    "R07": "Scenario 1: the dossiers of every merging centre.",
    "R08": "Scenario 2: the dossiers of every merging centre, since the NIS changes.",
    "R09": "Scenario 3: the dossiers of the disappearing centre only.",
    "R15": "A centre has at least one chief access manager (HTB).",
    "R16": "A person is chief access manager (HTB) or co-chief access manager (co-HTB), not both; `none` empties the list "
    "of co-HTBs.",
    "R17": "A domain's co-access managers are others than its access manager; `none` empties the list.",
    "R19": "A user is declared once per domain; `none` takes all applications away.",
    "R20": "A person is removed from a domain once, and is not declared there too.",
    "R23": "Scenarios 1 and 2 bring access up to date; `cleanUp` is for scenario 3, or for `beyondScenario`.",
    "R24": "Scenario 3 cleans access up: `cleanUp` removes the users of the listed domains who are not declared; "
    "`users: none` says that nobody stays.",
    "R29": "An FTP account has at least one authorization.",
    "R30": "An FTP user name has at most 10 characters, digits and letters only.",
    "R31": "An FTP password has at most 15 characters, no spaces, at least 2 special ones, of a given list.",
    "R33": "The REST account has all authorizations related to OCMW Online.",
    "R34": "A REST account's certificate is managed by a software supplier (not Smals) or by the OCMW itself.",
    "R37": "An account's certificate does not end before the day of the merger; each kind of account has its own file.",
    "R38": "The FTP account's certificate is the OCMW's own and cannot be delegated.",
    "R40": "A certificate's key is RSA-2048, RSA-3072, RSA-4096, P-384 or P-521.",
    "R41": "A certificate is signed with SHA-256, SHA-384 or SHA-512.",
    "R42": "A self-signed certificate is for a REST account only.",
    "R43": "A certificate is a .cer file; .pfx is refused.",
    "R45": "An FTP account's certificate is valid for no longer than the reference data say.",
    "R46": "A self-signed certificate has the key usage digital signature.",
    "R47": "A user's roles are a list; `none` takes all away.",
    "R48": "The types of mutation are a list; `none` unticks all.",
    "R52": "Technical providers name at least one contact person.",
    "R53": "Street and city are given in nl, fr and de, or once for all.",
    "R55": "A notification needs an e-mail address.",
    "R56": "Reminders need an e-mail address, a delay and a frequency.",
    "R61": "The review of what is retained comes after the merger: late files come for up to a year.",
    "R70": "Where people move the dossiers (`handledBy: byHand`), the software enters none again.",
}

LANGUAGE = {
    "account-name": "An account's name has at most 100 characters, no slash, no sign that cannot be seen, and no space at "
    "its ends: the portal knows the account by it.",
    "certificate-file": "A certificate file is there, is a plain file, and holds one certificate and no private key.",
    "certificate-path": "A certificate lies below the declaration's directory, under a name that an account could have.",
    "check-digits": "The last two digits of a KBO number or an INSZ fit the others.",
    "duplicate-key": "A key is written once; of two, one would be lost.",
    "email": "An e-mail address, such as ocmw@pajottegem.example.",
    "empty": "A key or an item has no value. Give it one, or leave it out: absent means untouched.",
    "enterprise-number": "A KBO number has ten digits and starts with 0 or 1; dots, spaces and BE may be there.",
    "file": "The file can be read, and is a plain file.",
    "file-name": "The file is named after the fusion, in lower case with hyphens: the stack is found by that name.",
    "hidden-sign": "No text holds control characters, direction marks or halves of characters.",
    "json-schema": "The structure fits `fusion.schema.json`. Reported only where no other rule is.",
    "keeper-access": "The access of the centre that keeps its number is the declaration's own `access`.",
    "missing-key": "Every key that is needed is there.",
    "missing-password": "The secrets file has a password for the FTP account.",
    "municipality-number": "A number is the municipality's instead of its OCMW's; the finding gives the OCMW's.",
    "nis-code": "A NIS code has five digits.",
    "not-retained": "A thing that is accepted or released is retained. What `access` at that centre names in full is not.",
    "out-of-range": "No number is too small or too large, and no text too long.",
    "person-key": "A person is named by a key of lower-case parts, such as els.peeters.",
    "phone": "A telephone number that exists by its country's rules, such as 02 787 58 27 or +32 2 787 58 27.",
    "postcode": "A Belgian postcode has four digits.",
    "safety-exception": "An exception from a safety rule says why; and, where its rule counts, how many may leave.",
    "secret-in-declaration": "No password and no INSZ is in a declaration; they belong in the secrets file.",
    "twice": "A thing is declared once.",
    "unknown-centre": "A centre is one of those that merge here (to accept or release: one that disappears).",
    "unknown-code": "A code is in the reference data (`schemas/reference.yaml`).",
    "unknown-key": "A key is known where it stands. The finding names the nearest, also for Dutch and old terms (R25).",
    "unknown-person": "A person is in the secrets file.",
    "unknown-value": "A value is one of those that exist.",
    "wrong-type": "A value is of the expected type: text, a number, a list, keys with values, a date.",
    "yaml": "The file is one YAML document in UTF-8, of at most 1 MiB, without tags.",
}

RULES = MANUAL | LANGUAGE
