"""What changed at a disappearing centre, in words (R05)."""

from providers.differences import differences

FTP = {"accountName": "FTP Herne", "certificate": "herne.cer", "authorizations": ["mutations", "novaPrima"]}


def test_nothing_changed_says_nothing() -> None:
    assert differences([FTP], [{**FTP, "authorizations": ["novaPrima", "mutations"]}], "accountName") == []


def test_an_account_that_vanished_is_missing() -> None:
    assert differences([FTP], [], "accountName") == ["FTP Herne: missing"]


def test_an_account_that_somebody_added_is_named() -> None:
    assert differences([], [FTP], "accountName") == ["FTP Herne: added"]


def test_a_changed_field_shows_both_values() -> None:
    lines = differences([FTP], [{**FTP, "authorizations": ["mutations"]}], "accountName")
    assert lines == ["FTP Herne: authorizations was mutations, novaPrima, is mutations"]


def test_a_screen_that_was_cleared_is_missing() -> None:
    assert differences({"receive": ["address"]}, None) == ["missing"]


def test_nested_fields_are_named_by_their_place() -> None:
    lines = differences(
        {"street": {"nl": "Dorp 1", "fr": "Dorp 1"}}, {"street": {"nl": "Dorp 1", "fr": "Rue 1"}}
    )
    assert lines == ["street.fr was Dorp 1, is Rue 1"]
