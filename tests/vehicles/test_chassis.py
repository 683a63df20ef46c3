"""The chassis number: what is odd about one, and whether the vehicle is that of the pass."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.lib import words
from mabar.lib.identifiers import BidiControl, NotAChassisNumber, NotAPlate, chassis_number
from mabar.vehicles import rules

LETTERS = "".join(sorted(set(string.ascii_uppercase) - set("IOQ"))) + string.digits
NUMBERS = some.text(alphabet=LETTERS, min_size=17, max_size=17)
# The worked example of 49 CFR 565.15 (c), table V.
WORKED = "1G4AH59H45G118341"


def test_the_published_example_has_its_check_digit() -> None:
    assert rules.check_digit(WORKED) == "4"
    assert rules.findings_of(WORKED) == ()


def test_a_remainder_of_ten_is_written_x() -> None:
    assert rules.check_digit("1M8GDM9A1KP042788") == "X"


@pytest.mark.parametrize(
    ("chassis", "codes"),
    [
        (WORKED, []),
        ("1G4AH59H55G118341", ["ChassisCheckDigitDiffers"]),
        ("2G4AH59H45G118341", ["ChassisCheckDigitDiffers"]),
        ("VF1BB05CF30123456", []),  # a European number need not have a check digit
        ("JTEBH9FJ50K123456", []),
        ("LSGJA52U0AH123456", []),
        ("A1234567", ["ChassisShort"]),
        ("9BD14600", ["ChassisShort"]),
    ],
)
def test_what_is_odd_about_a_number_is_told_and_stops_nothing(chassis, codes) -> None:
    assert [finding.code for finding in rules.findings_of(chassis)] == codes


@pytest.mark.parametrize("code", ["ChassisShort", "ChassisCheckDigitDiffers"])
def test_each_finding_says_what_was_read_in_three_languages(code) -> None:
    odd = {"ChassisShort": "A1234567", "ChassisCheckDigitDiffers": "1G4AH59H55G118341"}[code]
    (finding,) = rules.findings_of(odd)
    for language in words.LANGUAGES:
        assert odd in words.sentence("vehicles", finding.code, language, finding.details).what


@given(NUMBERS)
def test_a_misread_character_of_a_north_american_number_changes_the_check_or_keeps_its_value(number) -> None:
    digit = rules.check_digit(number)
    assert digit in "0123456789X"
    right = number[:8] + digit + number[9:]
    assert rules.check_digit(right) == digit, "the ninth place itself weighs nothing"


@pytest.mark.parametrize("place", [0, 1, 7, 10, 16])
def test_one_wrong_figure_never_keeps_the_check_digit(place) -> None:
    for figure in string.digits:
        number = WORKED[:place] + figure + WORKED[place + 1 :]
        other = WORKED[:place] + str((int(figure) + 1) % 10) + WORKED[place + 1 :]
        assert rules.check_digit(number) != rules.check_digit(other)


@pytest.mark.parametrize("text", ["VF1BB05CF3O123456", "VF1BB05CF3I123456", "VF1BB05CFQ0123456", "1234", "", "هيكل"])
def test_what_is_no_chassis_number_is_refused(text) -> None:
    with pytest.raises(NotAChassisNumber):
        chassis_number(text)


@pytest.mark.parametrize("seen", ["VF1BB05CF30123456", "vf1 bb05c f30 123456", "123456", "٠١٢٣٤٥٦", "30123456"])
def test_the_last_six_characters_of_the_chassis_are_enough(seen) -> None:
    rules.check_same_chassis(on_pass="VF1BB05CF30123456", seen=seen)


@pytest.mark.parametrize("seen", ["", "23456", "123457", "VF1BB05CF30123457", "654321", "XVF1BB05CF30123456"])
def test_another_chassis_or_too_little_of_it_is_refused(seen) -> None:
    with pytest.raises(rules.ChassisNotOfPass) as refused:
        rules.check_same_chassis(on_pass="VF1BB05CF30123456", seen=seen)
    assert "VF1BB05CF30123456" in refused.value.sentence("fr").what


def test_an_old_short_number_is_read_whole() -> None:
    rules.check_same_chassis(on_pass="A1234", seen="a-1234")
    with pytest.raises(rules.ChassisNotOfPass):
        rules.check_same_chassis(on_pass="A1234", seen="1234")


def test_a_chassis_with_a_hidden_mark_is_refused() -> None:
    with pytest.raises(BidiControl):
        rules.check_same_chassis(on_pass="VF1BB05CF30123456", seen="\u202e123456")


def test_the_plate_is_compared_as_anybody_writes_it() -> None:
    rules.check_same_plate(on_pass="5-123456", seen="٥ ١٢٣٤٥٦")
    with pytest.raises(rules.PlateNotOfPass) as refused:
        rules.check_same_plate(on_pass="5-123456", seen="5-123457")
    assert refused.value.details == {"on_pass": "5-123456", "seen": "5-123457"}
    with pytest.raises(NotAPlate):
        rules.check_same_plate(on_pass="5-123456", seen="white car")
