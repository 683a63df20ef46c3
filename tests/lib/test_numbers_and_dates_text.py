"""Numbers, days and durations as the reader writes them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import dates_text, numbers_text
from mabar.lib.decimals import read_decimal


@pytest.mark.parametrize(
    ("value", "arabic", "english"),
    [
        (Decimal("1466.000"), "1\u202f466,000", "1\u202f466.000"),
        (1234567, "1\u202f234\u202f567", "1\u202f234\u202f567"),
        (Decimal("-5.5"), "\u22125,5", "\u22125.5"),
        (Decimal("-0.0"), "0,0", "0.0"),
        (0, "0", "0"),
        (Decimal("1E+3"), "1\u202f000", "1\u202f000"),
    ],
)
def test_numbers_have_narrow_blanks_and_the_readers_decimal_mark(value, arabic, english):
    assert numbers_text.number(value, "ar") == numbers_text.number(value, "fr") == arabic
    assert numbers_text.number(value, "en") == english


def test_what_is_not_finite_has_no_text():
    with pytest.raises(ValueError, match="finite"):
        numbers_text.number(Decimal("NaN"), "ar")


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from(["ar", "fr", "en"]))
def test_a_written_number_has_one_reading_where_it_shows_four_places(value, language):
    assert read_decimal(numbers_text.number(value, language)) == value


def test_mass_money_and_percent():
    assert numbers_text.mass_kg(1466000, "fr") == "1\u202f466,000"
    assert numbers_text.mass_kg_with_unit(500, "ar") == "0,500\u00a0كغ"
    assert numbers_text.money(1250500, "LYD", "ar") == "1\u202f250,500\u00a0LYD"
    assert numbers_text.percent(Decimal("0.029"), "ar") == "2,9\u00a0%"
    assert numbers_text.percent(Decimal("-0.055"), "en", places=0) == "\u22126\u00a0%"


@pytest.mark.parametrize(
    ("number", "dz", "ly", "tn"),
    [(2, "فيفري", "فبراير", "فيفري"), (7, "جويلية", "يوليو", "جويلية"), (8, "أوت", "أغسطس", "أوت")],
)
def test_months_are_those_of_the_readers_country(number, dz, ly, tn):
    assert [dates_text.month(number, "ar", country) for country in ("dz", "ly", "tn")] == [dz, ly, tn]


def test_a_paper_of_two_countries_names_both_months_once():
    assert dates_text.month_on_both_sides(2, ("dz", "ly")) == "فيفري/فبراير"
    assert dates_text.month_on_both_sides(2, ("dz", "tn")) == "فيفري"


def test_a_day_in_words_has_western_digits():
    day = date(2026, 11, 22)
    assert dates_text.day_in_words(day, "ar", "dz") == "22 نوفمبر 2026"
    assert dates_text.day_in_words(day, "fr", "dz") == "22 novembre 2026"
    assert dates_text.day_in_words(day, "en", "ly") == "22 November 2026"


@pytest.mark.parametrize(
    ("duration", "clock", "arabic", "french"),
    [
        (timedelta(minutes=49), "00:49", "49 د", "49 min"),
        (timedelta(hours=1, minutes=48), "01:48", "1 س 48 د", "1 h 48 min"),
        (timedelta(seconds=35), "00:00", "35 ث", "35 s"),
        (timedelta(hours=26, minutes=5), "26:05", "26 س 5 د", "26 h 5 min"),
        (timedelta(hours=2), "02:00", "2 س", "2 h"),
        (timedelta(0), "00:00", "0 ث", "0 s"),
        (timedelta(days=3, hours=4), "76:00", "3 أيام", "3 jours"),
    ],
)
def test_durations(duration, clock, arabic, french):
    assert dates_text.hours_minutes(duration) == clock
    assert dates_text.duration_in_words(duration, "ar").replace("\u00a0", " ") == arabic
    assert dates_text.duration_in_words(duration, "fr").replace("\u00a0", " ") == french


def test_a_duration_is_not_negative():
    with pytest.raises(ValueError, match="negative"):
        dates_text.hours_minutes(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("count", "arabic"),
    [
        (0, "0 يوم"),
        (1, "يوم واحد"),
        (2, "يومان"),
        (10, "10 أيام"),
        (11, "11 يوماً"),
        (100, "100 يوم"),
        (203, "203 أيام"),
    ],
)
def test_the_noun_follows_the_number_in_arabic(count, arabic):
    assert dates_text.days_in_words(count, "ar").replace("\u00a0", " ") == arabic


@pytest.mark.parametrize(
    ("count", "french", "english"), [(0, "0 jour", "0 days"), (1, "1 jour", "1 day"), (5, "5 jours", "5 days")]
)
def test_the_noun_follows_the_number_in_french_and_english(count, french, english):
    assert dates_text.days_in_words(count, "fr").replace("\u00a0", " ") == french
    assert dates_text.days_in_words(count, "en").replace("\u00a0", " ") == english
