from __future__ import annotations

from contextlib import suppress

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import (
    _PLAIN_EMAIL,
    IdentifierError,
    dotted,
    is_ssin,
    parse_email,
    parse_enterprise_number,
    parse_nis_code,
    parse_person_key,
    parse_phone,
    parse_postcode,
    parse_ssin,
)
from schemas.reference import reference


def enterprise_number(first_eight: int) -> str:
    return f"{first_eight:08d}{97 - first_eight % 97:02d}"


enterprise_numbers = st.integers(0, 19_999_999).map(enterprise_number)


@pytest.mark.parametrize(
    "written",
    ["0212.240.651", "0212240651", "BE 0212.240.651", "be0212240651", " 0212 240 651 ", "0212-240-651"],
)
def test_an_enterprise_number_is_read_as_people_write_it(written: str) -> None:
    assert parse_enterprise_number(written) == "0212240651"


@pytest.mark.parametrize("number", ["1010.783.748", "1010.784.738", "1010.782.461", "1010.776.127"])
def test_an_enterprise_number_may_start_with_1(number: str) -> None:
    assert dotted(parse_enterprise_number(number)) == number


@pytest.mark.parametrize(
    "written",
    ["", "212.240.651", "02122406511", "2212.240.651", "0212.240.65x", "0212.240.65²", "NL 0212.240.651"],
)
def test_what_is_no_enterprise_number(written: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        parse_enterprise_number(written)
    assert raised.value.rule == "enterprise-number"


@given(enterprise_numbers, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, more: int) -> None:
    slip = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    with pytest.raises(IdentifierError):
        parse_enterprise_number(slip)


@given(enterprise_numbers)
def test_dotted_is_read_back(number: str) -> None:
    assert parse_enterprise_number(dotted(number)) == number


def test_the_numbers_of_all_known_ocmws_pass() -> None:
    numbers = [f.kbo for f in reference().fusions] + [c.kbo for f in reference().fusions for c in f.merging]
    assert [parse_enterprise_number(number) for number in numbers] == numbers


@pytest.mark.parametrize(
    "number", ["85073003328", "85010100115", "17073003384", "03061500171", "98472899765", "53480200724"]
)
def test_an_insz_of_either_century_or_bis(number: str) -> None:
    assert is_ssin(number)
    assert parse_ssin(f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}") == number


@pytest.mark.parametrize(
    "number",
    [
        "12345678901",
        "85073003329",
        "8507300332",
        "850730033280",
        "8507300332x",
        "",
        "85533003300",  # month 53: beyond BIS
        "85130100100",  # month 13
        "85013200100",  # day 32
    ],
)
def test_what_is_no_insz_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        parse_ssin(number)
    assert not number or number not in str(raised.value)


def test_an_impossible_date_is_no_insz_even_with_the_right_check_digits() -> None:
    for nine in ("851301001", "850132001", "855301001"):
        assert not is_ssin(f"{nine}{97 - int(nine) % 97:02d}")
        assert not is_ssin(f"{nine}{97 - int('2' + nine) % 97:02d}")


@given(st.text(max_size=20))
def test_an_identifier_is_canonical_or_refused_but_never_a_surprise(text: str) -> None:
    for parse in (
        parse_enterprise_number,
        parse_nis_code,
        parse_postcode,
        parse_ssin,
        parse_phone,
        parse_email,
        parse_person_key,
    ):
        with suppress(IdentifierError):
            canonical = parse(text)
            assert parse(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("02 787 58 27", "+3227875827"), ("+32 2 787 58 27", "+3227875827"), ("0470/12.34.56", "+32470123456")],
)
def test_a_telephone_number_becomes_e164(written: str, canonical: str) -> None:
    assert parse_phone(written) == canonical


@pytest.mark.parametrize("written", ["12", "02 787 58", "02 787 58 27 ext. 3", "call me"])
def test_what_is_no_telephone_number(written: str) -> None:
    with pytest.raises(IdentifierError, match="telephone"):
        parse_phone(written)


@pytest.mark.parametrize("written", ["ocmw", "ocmw@", "a b@ocmw.example", "ocmw@pajottegem"])
def test_what_is_no_email_address(written: str) -> None:
    with pytest.raises(IdentifierError, match="e-mail"):
        parse_email(written)


@pytest.mark.parametrize(
    "written", ["els", "Els.Peeters", "els peeters", "els.", "85073003328", "els.peeters\n"]
)
def test_what_is_no_person_key(written: str) -> None:
    with pytest.raises(IdentifierError):
        parse_person_key(written)


@pytest.mark.parametrize("written", ["0123", "123", "12345", "١٢٣٤"])
def test_what_is_no_postcode(written: str) -> None:
    with pytest.raises(IdentifierError):
        parse_postcode(written)


@given(st.from_regex(_PLAIN_EMAIL, fullmatch=True))
def test_a_plain_address_is_what_the_library_would_answer(address: str) -> None:
    try:
        answer = validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        with pytest.raises(IdentifierError):
            parse_email(address)
    else:
        assert parse_email(address) == answer
