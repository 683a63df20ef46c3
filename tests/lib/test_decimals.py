"""A number is read exactly, or refused; never guessed."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import decimals as dec
from mabar.lib.decimals import COMMA, POINT


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("1510", "1510"),
        ("1 510,000", "1510.000"),
        ("1\u202f510,5", "1510.5"),
        ("1\u00a0510.5", "1510.5"),
        ("1'510.50", "1510.50"),
        ("1,234,567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("1,234.567", "1234.567"),
        ("0.500", "0.500"),
        ("1500.250", "1500.250"),
        (",5", "0.5"),
        ("12.", "12"),
        ("-5,5", "-5.5"),
        ("\u22125,5", "-5.5"),
        ("+7", "7"),
        ("١٬٥١٠٫٥", "1510.5"),
        ("۱۲٫۵", "12.5"),
        ("١٢،٥", "12.5"),
        ("\u200f12,5\u200f", "12.5"),
        ("1.0E7", "10000000"),
        ("1.234E7", "12340000"),
        ("0.123456789012345678", "0.123456789012345678"),
    ],
)
def test_a_number_with_one_reading_is_read_exactly(text, value):
    assert dec.read_decimal(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.500", "1,500", "12.345", "999,000", "-1.500"])
def test_a_number_with_two_readings_is_refused(text):
    with pytest.raises(dec.AmbiguousNumber):
        dec.read_decimal(text)


def test_a_source_whose_marks_are_known_leaves_no_doubt():
    assert dec.read_decimal("1.500", POINT) == Decimal("1.500")
    assert dec.read_decimal("1.500", COMMA) == Decimal(1500)
    assert dec.read_decimal("1,500", COMMA) == Decimal("1.500")
    assert dec.read_decimal("1,500", POINT) == Decimal(1500)
    assert dec.read_decimal("15", COMMA) == Decimal(15)


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "inf", "-Infinity", "abc", "1 2", "1 23 456", "1.234,567.8", "12,34,56", "0x10", "1e999", "1--2",
     "1_000", "--1", "12 .5", "½", "²", "1" * 41, ".", "1\u202e2", "٠٫٠٫١", "1;5;5"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(dec.NotANumber):
        dec.read_decimal(text)


@pytest.mark.parametrize(("text", "marks"), [("1.5", COMMA), ("0.500", COMMA), ("1.500,25", POINT), ("1,5", POINT)])
def test_a_mark_that_the_source_does_not_use_so_is_refused(text, marks):
    with pytest.raises(dec.NotANumber):
        dec.read_decimal(text, marks)


def test_only_point_and_comma_are_decimal_marks():
    with pytest.raises(ValueError, match="point or a comma"):
        dec.Marks(";")
    assert (POINT.thousands, COMMA.thousands) == (",", ".")


finite = st.decimals(min_value=-(10**12), max_value=10**12, places=6, allow_nan=False, allow_infinity=False)


@given(finite)
def test_what_is_written_plainly_is_read_back(value):
    assert dec.read_decimal(dec.plain_text(value), POINT) == value


@given(st.integers(-(2**62), 2**62), st.integers(0, 6))
def test_scaling_undoes_unscaling(units, decimals):
    assert dec.scale(dec.unscale(units, decimals), decimals) == dec.Scaled(units)


@pytest.mark.parametrize(
    ("value", "units", "surplus"),
    [("1.2345", 1235, "1.2345"), ("-1.2345", -1235, "-1.2345"), ("1.2344", 1234, "1.2344"), ("1.2340", 1234, "")],
)
def test_surplus_decimals_round_half_away_from_zero_and_are_told(value, units, surplus):
    assert dec.scale(Decimal(value), 3) == dec.Scaled(units, surplus)
    assert dec.scale(Decimal(value), 3).is_exact is not bool(surplus)


def test_an_amount_beyond_64_bits_is_refused():
    assert dec.scale(Decimal(2**63 - 1), 0).units == 2**63 - 1
    for value in (Decimal(2**63), Decimal("-1E99")):
        with pytest.raises(dec.NumberTooLarge):
            dec.scale(value, 0)


def test_a_share_is_rounded_once():
    assert dec.multiply(1050, Decimal("0.19")) == 200  # 199.5
    assert dec.multiply(-1050, Decimal("0.19")) == -200
    assert dec.multiply(10**18, Decimal("0.123456789012345678")) == 123456789012345678


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(dec.NotANumber, dec.AmbiguousNumber):
        assert dec.read_decimal(text).is_finite()
