"""Numbers as a reader of Arabic, French or English writes them: Western digits, always; see also `dates_text`."""

from decimal import Decimal

from mabar.lib.decimals import unscale
from mabar.lib.money import minor_decimals
from mabar.lib.quantities import MASS_UNITS

NARROW_NO_BREAK_SPACE = "\u202f"  # between thousands
UNIT_SPACE = "\u00a0"  # before a unit: the narrow one is so thin that the unit would seem a figure
MINUS = "\u2212"

# No mark parts thousands: "1.500" and "1,500" have two readings between readers of two languages.
DECIMAL_MARKS = {"ar": ",", "fr": ",", "en": "."}
KILOGRAM = {"ar": "كغ", "fr": "kg", "en": "kg"}


def number(value: int | Decimal, language: str) -> str:
    """Write a number with all the decimals that it has: -1466.5 is `−1 466,5` in Arabic and French."""
    sign, digits, exponent = Decimal(value).as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"not a finite number: {value}")
    whole, _, fraction = f"{abs(Decimal(value)):f}".partition(".")
    written = _grouped(whole) + (DECIMAL_MARKS[language] + fraction if fraction else "")
    return MINUS + written if sign and any(digits) else written


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", NARROW_NO_BREAK_SPACE)


def mass_kg(mass_g: int, language: str) -> str:
    """Write grams as kilograms with three places, without the unit: 1466000 is `1 466,000`."""
    return number(unscale(mass_g, MASS_UNITS["kg"]), language)


def mass_kg_with_unit(mass_g: int, language: str) -> str:
    """Write grams as kilograms with three places and the unit."""
    return mass_kg(mass_g, language) + UNIT_SPACE + KILOGRAM[language]


def money(minor: int, currency: str, language: str) -> str:
    """Write an amount with all decimals of its currency and its code: `1 250,500 LYD`.

    Raises:
        UnknownCurrency, CurrencyWithoutMinorUnit: see `money.minor_decimals`.
    """
    return number(unscale(minor, minor_decimals(currency)), language) + UNIT_SPACE + currency


def percent(ratio: Decimal, language: str, *, places: int = 1) -> str:
    """Write a ratio as a percentage: 0.029 is `2,9 %`; half a unit of the last place rounds to the even one."""
    hundredths = (ratio * 100).quantize(Decimal(1).scaleb(-places))
    return number(hundredths, language) + UNIT_SPACE + "%"
