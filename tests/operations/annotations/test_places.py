"""By what a finding is known again: its place in lists that change above it."""

from __future__ import annotations

from operations.annotations.annotation import Severity, annotate
from schemas.document import parse

USERS = """\
    - {{person: an.claes, roles: [Raadpleger]}}
    - {{person: tom.maes, roles: [{}]}}
    - {{person: lea.goossens, roles: [Raadpleger, {}]}}
"""


def test_a_fingerprint_outlives_items_that_are_added_above_in_its_list() -> None:
    """Its place too, by which JUnit knows a test again; an item without a key has no index that could change."""

    def annotations(text: str) -> list[tuple[str, str]]:
        document = parse(f"users:\n{text}", "a.yaml")
        paths = [
            ("users", place, "roles", index)
            for place, user in enumerate((document.data or {})["users"])
            for index, role in enumerate(user["roles"])
            if role == "Onbekend"
        ]
        found = [document.finding(path, "unknown-code", "is not one") for path in paths]
        told = [(Severity.ERROR, one) for one in found]
        return [(one.place, one.fingerprint) for one in annotate("fusion validate", "", [], told).annotations]

    before = annotations(USERS.format("Onbekend", "Onbekend"))
    assert [place for place, _ in before] == ["users.tom.maes.roles", "users.lea.goossens.roles"]
    above = "    - {person: sofie.wouters, roles: [Raadpleger]}\n"
    assert annotations(above + USERS.format("Raadpleger, Onbekend", "Onbekend")) == before
