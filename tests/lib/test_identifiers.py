"""Each number that names a thing has one normal form, or is refused with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import identifiers as ids


@pytest.mark.parametrize("written", ["CSQU3054383", "csqu 305438 3", "CSQU-305438/3", "CSQU٣٠٥٤٣٨٣"])
def test_a_container_number_has_one_form_however_it_is_written(written):
    assert ids.container_number(written) == "CSQU3054383"


def test_check_digit_ten_is_written_nought():
    serial = next(f"MSCU{n:06d}" for n in range(100) if _remainder(f"MSCU{n:06d}") == 10)
    assert ids.container_check_digit(serial) == 0
    assert ids.container_number(serial + "0") == serial + "0"


def _remainder(text):
    letters = {"M": 24, "S": 30, "C": 13, "U": 32}
    return sum((letters.get(c) or int(c)) * 2**i for i, c in enumerate(text)) % 11


def test_a_wrong_check_digit_is_refused_with_the_right_one():
    with pytest.raises(ids.ContainerCheckDigitWrong) as refused:
        ids.container_number("CSQU3054384")
    assert refused.value.details == {"given": "CSQU3054384", "expected": 3}


@given(st.integers(4, 9), st.integers(1, 9))
def test_one_misread_digit_is_always_noticed(place, shift):
    number = "CSQU3054383"
    misread = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(ids.ContainerCheckDigitWrong):
        ids.container_number(misread)


@pytest.mark.parametrize("text", ["", "CSQU305438", "CSQX3054383", "CSQU30543833", "حاوية"])
def test_another_shape_is_no_container_number(text):
    with pytest.raises(ids.NotAContainerNumber):
        ids.container_number(text)


@pytest.mark.parametrize(
    ("written", "code"),
    [("8421.23", "842123"), ("8421 23 00", "84212300"), ("0804.10.00.00", "0804100000"), ("٠٨٠٤١٠", "080410")],
)
def test_a_tariff_code_is_six_eight_or_ten_digits(written, code):
    assert ids.tariff_code(written) == code


@pytest.mark.parametrize("text", ["8421", "84212", "8421230", "001234", "84212A", "842123000000"])
def test_another_length_is_no_tariff_code(text):
    with pytest.raises(ids.NotATariffCode):
        ids.tariff_code(text)


@pytest.mark.parametrize(
    ("code", "dotted"), [("842123", "8421.23"), ("84212300", "8421.23.00"), ("8421230011", "8421.23.00.11")]
)
def test_people_read_a_tariff_code_with_dots(code, dotted):
    assert ids.dotted_tariff_code(code) == dotted
    assert ids.tariff_code(dotted) == code


def test_a_location_code_is_five_characters():
    assert ids.location_code("ly ltd") == "LYLTD"
    for wrong in ("LYL", "LY LT0", "12LTD", "LYLTDX"):
        with pytest.raises(ids.NotALocationCode):
            ids.location_code(wrong)


def test_an_office_code_is_letters_and_digits():
    assert ids.office_code("dz 33-01") == "DZ3301"
    for wrong in ("", "A", "ABCDEFGHIJK", "مكتب"):
        with pytest.raises(ids.NotAnOfficeCode):
            ids.office_code(wrong)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("99417-322-33", "99417-322-33"),
        ("99417 322 33", "99417-322-33"),
        ("٩٩٤١٧-٣٢٢-٣٣", "99417-322-33"),
        ("123 تونس 4567", "123-تونس-4567"),
        ("123تونس4567", "123-تونس-4567"),
        ("5-123456", "5-123456"),
        ("ly 5 / 123456", "LY-5-123456"),
    ],
)
def test_a_plate_is_found_however_its_groups_are_parted(written, key):
    assert ids.plate_key(written) == key


def test_two_trucks_whose_digits_agree_stay_two():
    assert ids.plate_key("5-123456") != ids.plate_key("51-23456")


@pytest.mark.parametrize("text", ["", "شاحنة", "---", "1" * 21])
def test_what_no_plate_shows_is_refused(text):
    with pytest.raises(ids.NotAPlate):
        ids.plate_key(text)


@pytest.mark.parametrize("text", ["VF1 RFB00 X 12345678", "abc12-34"])
def test_a_chassis_number_loses_its_blanks(text):
    assert ids.chassis_number(text) == text.upper().replace(" ", "").replace("-", "")


@pytest.mark.parametrize("text", ["VF1RFBO0X12345678", "VF1RFB00I12345678", "AB12", "V" * 18])
def test_a_chassis_number_of_seventeen_has_no_i_o_or_q(text):
    with pytest.raises(ids.NotAChassisNumber):
        ids.chassis_number(text)


@pytest.mark.parametrize("control", sorted(ids.BIDI_CONTROLS))
def test_an_identifier_that_could_be_read_backwards_is_refused(control):
    with pytest.raises(ids.BidiControl) as refused:
        ids.plate_key(f"99{control}417")
    assert refused.value.details == {"character": f"U+{ord(control):04X}", "place": 3}


@given(st.text())
def test_text_without_turning_characters_comes_back_as_it_was(text):
    if not set(text) & ids.BIDI_CONTROLS:
        assert ids.refuse_bidi(text) == text


@given(st.text())
def test_western_digits_change_nothing_twice(text):
    once = ids.western_digits(text)
    assert ids.western_digits(once) == once
    assert len(once) == len(text)


@given(st.from_regex(r"\A[0-9A-Z]{1,8}([- /.][0-9]{1,5}){0,2}[0-9]\Z"))
def test_the_key_of_a_key_is_the_key(text):
    key = ids.plate_key(text)
    assert ids.plate_key(key) == key
