"""Belgian identifiers: read as people write them, checked by their check digits, kept in one canonical form.

Each `parse_…` takes text and returns the canonical form, or raises `IdentifierError` with a sentence for people. No INSZ
appears in it. Source: the Belgif REST guide's schemas (EnterpriseNumber, Ssin, MunicipalityCode,
BelgianPostCode, PhoneNumber).
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.\-/]")
_PERSON_KEY = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+\Z")
_DATE_DIGITS = 6
# Nearly every address here looks like this, and is what the library would answer: its import costs 16 ms of a preview.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:be|example)\Z"
)


class IdentifierError(ValueError):
    """Text is not the identifier that it should be; `rule` is the finding's rule, the message is for people."""

    def __init__(self, rule: str, message: str) -> None:
        self.rule = rule
        super().__init__(message)


def parse_enterprise_number(text: str) -> str:
    """Ten digits from `0212.240.651`, `BE 1010.784.738`, …: `"0212240651"`; the last two are 97 - the rest mod 97."""
    digits = _SEPARATORS.sub("", text.strip())
    if digits[:2].upper() == "BE":
        digits = digits[2:]
    if not _is_digits(digits) or len(digits) != 10:
        raise IdentifierError(
            "enterprise-number", "an enterprise number (KBO) has ten digits, such as 0212.240.651"
        )
    if digits[0] not in "01":
        raise IdentifierError("enterprise-number", "an enterprise number (KBO) starts with 0 or 1")
    if int(digits[8:]) != 97 - int(digits[:8]) % 97:
        raise IdentifierError(
            "check-digits",
            f"{dotted(digits)} is not an enterprise number (KBO): its last two digits do not fit the others",
        )
    return digits


def dotted(enterprise_number: str) -> str:
    """An enterprise number as people write it: `0212240651` becomes `0212.240.651`."""
    return f"{enterprise_number[:4]}.{enterprise_number[4:7]}.{enterprise_number[7:]}"


def parse_nis_code(text: str) -> str:
    """Five digits, 10000 to 99999: `"23106"`."""
    if not _is_digits(text) or len(text) != 5 or text[0] == "0":
        raise IdentifierError("nis-code", "a NIS code has five digits, such as 23106")
    return text


def parse_postcode(text: str) -> str:
    """Four digits, the first not 0: `"1570"`."""
    if not _is_digits(text) or len(text) != 4 or text[0] == "0":
        raise IdentifierError("postcode", "a Belgian postcode has four digits, such as 1570")
    return text


def parse_ssin(text: str) -> str:
    """Eleven digits of an INSZ (national register or BIS, any century), from `85.07.30-033.28` or bare digits."""
    digits = _SEPARATORS.sub("", text.strip())
    if not is_ssin(digits):
        raise IdentifierError(
            "check-digits",
            "this is not an INSZ: eleven digits, a date first, check digits last (value not shown)",
        )
    return digits


def is_ssin(digits: str) -> bool:
    """Whether eleven bare digits are an INSZ: a possible date and the check digits of the 1900s or the 2000s.

    A BIS number's month is 20 (sex unknown) or 40 (known) higher; day and month may be 0 where they are unknown.
    """
    if not _is_digits(digits) or len(digits) != 11:
        return False
    month, day = int(digits[2:4]) % 20, int(digits[4:_DATE_DIGITS])
    if int(digits[2:4]) > 52 or month > 12 or day > 31:
        return False
    check = int(digits[9:])
    return check in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)


def parse_email(text: str) -> str:
    """An e-mail address, normalised by email-validator, without asking the DNS."""
    if len(text) <= 254 and _PLAIN_EMAIL.match(text) and ".." not in text and "--" not in text:
        return text
    import email_validator

    try:
        # Rehearsal addresses live under .example and .test, which the validator refuses by default.
        return email_validator.validate_email(
            text, check_deliverability=False, test_environment=True
        ).normalized
    except email_validator.EmailNotValidError:
        raise IdentifierError(
            "email", "this is not an e-mail address, such as ocmw@pajottegem.example"
        ) from None


def parse_phone(text: str) -> str:
    """A telephone number in E.164, `"+3227875827"`; a number without country code is Belgian."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "BE")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise IdentifierError(
            "phone", "this is not a telephone number, such as 02 787 58 27 or +32 2 787 58 27"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_person_key(text: str) -> str:
    """The key that stands for a person in declarations, `els.peeters`: lower case, at least two parts."""
    if not _PERSON_KEY.match(text):
        raise IdentifierError(
            "person-key", "a person is named by a key of lower-case parts, such as els.peeters; never by INSZ"
        )
    return text


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
