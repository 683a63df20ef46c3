"""Money and mass are whole numbers of their smallest unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import money, quantities
from mabar.lib.decimals import COMMA, POINT, NegativeNumber, Scaled


@pytest.mark.parametrize(("currency", "decimals"), [("DZD", 2), ("LYD", 3), ("TND", 3), ("JPY", 0), ("CLF", 4)])
def test_each_currency_has_its_own_decimals(currency, decimals):
    assert money.minor_decimals(currency) == decimals


def test_the_list_of_currencies_agrees_with_the_standard_where_it_departs_from_two_decimals():
    by_decimals = {}
    for code, decimals in money.currencies().items():
        by_decimals.setdefault(decimals, set()).add(code)
    # Source: ISO 4217, list one.
    assert by_decimals[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert " ".join(sorted(by_decimals[0])) == ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
    assert by_decimals[4] == {"CLF", "UYW"}
    assert {"XAU", "XXX", "XTS", "XDR"} <= by_decimals[None]
    assert len(by_decimals[2]) > 120


@pytest.mark.parametrize(
    ("text", "currency", "read"),
    [
        ("1.250", "LYD", money.Money(1250, "LYD")),
        ("1.25", "DZD", money.Money(125, "DZD")),
        ("12500", "DZD", money.Money(1250000, "DZD")),
        ("0.125", "DZD", money.Money(13, "DZD", "0.125")),
        ("0.120", "DZD", money.Money(12, "DZD")),
        ("-3.5", "TND", money.Money(-3500, "TND")),
    ],
)
def test_an_amount_is_read_into_minor_units(text, currency, read):
    assert money.read_money(text, currency, POINT) == read


def test_codes_that_price_nothing_are_refused():
    with pytest.raises(money.UnknownCurrency):
        money.read_money("1", "DZZ")
    with pytest.raises(money.CurrencyWithoutMinorUnit):
        money.read_money("1", "XAU")


@given(st.integers(-(10**15), 10**15), st.sampled_from(["DZD", "LYD", "TND", "EUR", "JPY"]))
def test_canonical_text_reads_back_to_the_same_amount(minor, currency):
    assert money.read_money(money.money_text(minor, currency), currency, POINT) == money.Money(minor, currency)


def test_a_rate_is_taken_once_and_a_change_of_currency_knows_both_decimals():
    assert money.share(100_00, Decimal("0.19")) == 19_00
    # 1 LYD = 27.5 DZD: 1.250 LYD = 34.375 DZD, 34.38 rounded
    assert money.convert(1250, source="LYD", target="DZD", rate=Decimal("27.5")) == 3438


@pytest.mark.parametrize(
    ("text", "unit", "grams"), [("1510", "kg", 1510000), ("1,5", "t", 1500000), ("2", "q", 200000), ("7", "g", 7)]
)
def test_mass_is_kept_in_grams(text, unit, grams):
    assert quantities.read_mass_g(text, unit, COMMA) == Scaled(grams)


def test_what_is_finer_than_a_gram_is_told():
    assert quantities.read_mass_g("0.0005", "kg", POINT) == Scaled(1, "0.0005")


def test_volume_is_kept_in_millilitres():
    assert quantities.read_volume_ml("33.5", "l") == Scaled(33500)
    assert quantities.volume_l_text(33500) == "33.500"


def test_no_mass_is_below_zero():
    with pytest.raises(NegativeNumber):
        quantities.read_mass_g("-1")


@given(st.integers(0, 10**12))
def test_kilograms_read_back_to_the_same_grams(grams):
    assert quantities.read_mass_g(quantities.mass_kg_text(grams), "kg", POINT) == Scaled(grams)
