"""Money as an integer of minor units and its currency: LYD 1.250 is 1250, DZD 1.25 is 125."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from mabar.lib.decimals import Marks, multiply, plain_text, read_decimal, scale, unscale
from mabar.lib.refusals import Refusal


class UnknownCurrency(Refusal):
    """ISO 4217 has no such currency."""


class CurrencyWithoutMinorUnit(Refusal):
    """The code stands for gold, a test or a bond unit: nothing is priced in it."""


@dataclass(frozen=True)
class Money:
    """An exact amount; `surplus` is the text of the source when it had more decimals than the currency."""

    minor: int
    currency: str
    surplus: str = ""


@cache
def currencies() -> Mapping[str, int | None]:
    """Give the decimals of every active currency; None where ISO 4217 says that the notion does not apply."""
    source = resources.files("mabar.lib") / "data" / "currencies.csv"
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["code"]: int(row["decimals"]) if row["decimals"] else None for row in rows}


def minor_decimals(currency: str) -> int:
    """Give the number of decimals of a currency.

    Raises:
        UnknownCurrency: no such code.
        CurrencyWithoutMinorUnit: a code such as XAU.
    """
    if currency not in currencies():
        raise UnknownCurrency(given=currency)
    decimals = currencies()[currency]
    if decimals is None:
        raise CurrencyWithoutMinorUnit(given=currency)
    return decimals


def read_money(text: str, currency: str, marks: Marks | None = None) -> Money:
    """Read an amount; decimals finer than the minor unit are rounded half away from zero and told in `surplus`.

    Raises:
        UnknownCurrency, CurrencyWithoutMinorUnit, NotANumber, AmbiguousNumber.
    """
    scaled = scale(read_decimal(text, marks), minor_decimals(currency))
    return Money(scaled.units, currency, scaled.surplus)


def money_text(minor: int, currency: str) -> str:
    """Write an amount as canonical text with all its decimals: 1250 LYD is `1.250`."""
    return plain_text(unscale(minor, minor_decimals(currency)))


def share(minor: int, rate: Decimal) -> int:
    """Take a rate of an amount (0.19 for VAT of 19 %), rounded once, half away from zero."""
    return multiply(minor, rate)


def convert(minor: int, *, source: str, target: str, rate: Decimal) -> int:
    """Change an amount at `rate` units of `target` for one of `source`, rounded once.

    Raises:
        UnknownCurrency, CurrencyWithoutMinorUnit.
    """
    return multiply(minor, rate.scaleb(minor_decimals(target) - minor_decimals(source)))
