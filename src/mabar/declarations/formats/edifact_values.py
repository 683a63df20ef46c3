"""Texts of UN/EDIFACT to values, by what stands beside them: the format of a date, the unit of a mass, a currency."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from mabar.declarations.formats.edifact_directory import PARTY
from mabar.declarations.formats.values import CONVERTERS, PIVOT, Conventions, Doubt, clean, day, refuse_hidden

# A number of ISO 9735: digits and one decimal mark, point or comma; nothing parts the thousands.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)", re.ASCII)
JOINED = frozenset(("lines", PARTY))
_NUMERIC = frozenset(("mass", "national", "foreign", "count", "decimal"))
# Units of mass as powers of ten of a kilogram; a total without one is in kilograms.
KILOGRAMS = {"": 0, "KGM": 0, "KG": 0, "KGS": 0, "TNE": 3, "GRM": -3}
# Formats of dates (2379) that begin with a day: where year, month and day stand.
DAYS = {
    "2": ((4, 6), (2, 4), (0, 2)), "3": ((4, 6), (0, 2), (2, 4)), "101": ((0, 2), (2, 4), (4, 6)),
    "102": ((0, 4), (4, 6), (6, 8)), "201": ((0, 2), (2, 4), (4, 6)), "203": ((0, 4), (4, 6), (6, 8)),
    "204": ((0, 4), (4, 6), (6, 8)), "205": ((0, 4), (4, 6), (6, 8)), "303": ((0, 4), (4, 6), (6, 8)),
    "304": ((0, 4), (4, 6), (6, 8)),
}  # fmt: skip
DAY_DIGITS = {"2": 6, "3": 6, "101": 6, "102": 8, "201": 10, "203": 12, "204": 14}


def joined(texts: Sequence[str], longest: int) -> str:
    """Join the lines of a text; a full one goes on in the next without a break."""
    whole = ""
    for number, text in enumerate(texts):
        if text:
            is_going_on = number and whole and len(texts[number - 1]) >= longest > 0
            whole += text if not whole or is_going_on else f"\n{text}"
    return whole


def value_of(kind: str, text: str, beside: str, bucket: dict[str, Any], path: str, money: Conventions) -> Any:
    """Read a text into its value.

    Raises:
        Doubt: the text has no single safe value.
    """
    if kind == "code":
        refuse_hidden(text)
        return clean(text)
    if kind == "text" or kind in JOINED:
        return clean(text)
    if kind == "date":
        return _day(text, beside)
    if kind in _NUMERIC:
        text = _plain(text)
    if kind == "mass":
        return _mass(text, beside, money)
    if kind in ("national", "foreign") and beside:
        money = _in_currency(beside.upper())
        kind = "national"
    converter = CONVERTERS[kind]
    return converter(text, money, bucket, path) if converter else text


@lru_cache(maxsize=512)
def _in_currency(currency: str) -> Conventions:
    return Conventions(national_currency=currency)


def _plain(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise Doubt("F-0103")
    return text.replace(",", ".").lstrip("+")


def _mass(text: str, unit: str, money: Conventions) -> Any:
    if unit.upper() not in KILOGRAMS:
        raise Doubt("F-0313", unit=unit)
    shift = KILOGRAMS[unit.upper()]
    converter = CONVERTERS["mass"]
    assert converter is not None  # noqa: S101  # every kind of number has one
    return converter(_shifted(text, shift), money, {}, "")


def _shifted(text: str, places: int) -> str:
    """Move the decimal mark of a plain number."""
    if not places or text.startswith("-"):
        return text
    whole, _, fraction = text.partition(".")
    if places > 0:
        fraction = fraction.ljust(places, "0")
        return f"{whole}{fraction[:places]}.{fraction[places:]}".rstrip(".")
    whole = whole.rjust(1 - places, "0")
    return f"{whole[:places]}.{whole[places:]}{fraction}"


def _day(text: str, form: str) -> str | None:
    """Read the day of a date by its format (2379)."""
    form = form or ("102" if len(text) == 8 else "")
    if form not in DAYS:
        raise Doubt("F-0312", form=form)
    digits = DAY_DIGITS.get(form)
    if not (text[:6].isascii() and text[:6].isdecimal()) or (digits and len(text) != digits):
        raise Doubt("F-0102")
    year, month, of_month = (text[start:end] for start, end in DAYS[form])
    century = "" if len(year) == 4 else "20" if int(year) < PIVOT else "19"
    return day(f"{century}{year}-{month}-{of_month}", Conventions(), {}, "")
