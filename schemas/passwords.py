"""The rules of an FTP password (R31), for the secrets file and for the rehearsal, which makes passwords up."""

from __future__ import annotations

MAX_LENGTH = 15
MIN_SPECIAL = 2
SPECIAL = ",;:=?./+*$%<>&@#'\u2019(!{})-_"
"""The manual's signs; its apostrophe is printed as U+2019 and meant as U+0027, so both are taken."""


def password_problems(password: str) -> list[str]:
    """The rules that an FTP password breaks, as sentences that repeat nothing of it; empty when it is right."""
    problems = []
    letters_and_digits = sum(sign.isascii() and sign.isalnum() for sign in password)
    spaces = sum(sign.isspace() for sign in password)
    special = sum(sign in SPECIAL for sign in password)
    if not password:
        problems.append("an FTP password is not empty")
    if len(password) > MAX_LENGTH:
        problems.append(f"an FTP password has at most {MAX_LENGTH} characters, this one has {len(password)}")
    if spaces:
        problems.append("an FTP password has no spaces")
    if special < MIN_SPECIAL:
        problems.append(
            f"an FTP password has at least {MIN_SPECIAL} characters other than letters and digits, not {special}"
        )
    if letters_and_digits + spaces + special < len(password):
        problems.append(f"the only special characters of an FTP password are {SPECIAL} (no accents either)")
    return problems
