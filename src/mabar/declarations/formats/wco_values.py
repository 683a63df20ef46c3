"""Texts of WCO elements to values of the declaration and back."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mabar.declarations.formats.values import (
    CONVERTERS,
    Conventions,
    Doubt,
    clean,
    day,
    decimal_of,
    decimals_of,
    foreign,
    refuse_hidden,
)
from mabar.declarations.sad_parts import Amount
from mabar.lib.decimals import POINT, NumberTooLarge, plain_text, scale, unscale

# Grams are counted in units of the last place that remains: a tonne has a million of them (Recommendation 20).
MASS_UNITS: Mapping[str, int] = {"": 3, "KGM": 3, "GRM": 0, "TNE": 6}
PLAIN = Conventions()
_INSTANT = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[0-9T].*)?", re.ASCII)
_TYPE_LENGTH, _LETTERS = 3, 2
STANDARD = "A"  # the kind of declaration where none is said: a standard one


def read_text(kind: str, text: str, *, unit: str = "", is_whole: bool = True) -> Any:
    """Read the text of an element, or of an attribute.

    Args:
        unit: the unit of a mass, or the currency of an amount, that the element names.
        is_whole: whether the message is a declaration, so that its type tells the kind of declaration too.
    Raises:
        Doubt: the text has no safe value.
    """
    stripped = text.strip()
    if kind == "type":
        return stripped[:_LETTERS] if is_whole and len(stripped) == _TYPE_LENGTH else stripped
    if kind == "mass":
        return _mass(stripped, unit)
    if kind == "money":
        return foreign(stripped, PLAIN, {"currency": unit or None}, "")
    if kind == "instant":
        return _instant(stripped)
    converter = CONVERTERS[kind]
    if converter:
        return converter(stripped, PLAIN, {}, "")
    if kind == "code":
        refuse_hidden(stripped)
    return clean(stripped)


def _mass(text: str, unit: str) -> int:
    if unit not in MASS_UNITS:
        raise Doubt("F-0108", allowed="KGM, GRM, TNE")
    try:
        scaled = scale(decimal_of(text, POINT), MASS_UNITS[unit])
    except NumberTooLarge:
        raise Doubt("F-0109") from None
    if scaled.surplus:
        raise Doubt("F-0106", scaled.units, decimals=MASS_UNITS[unit], count=1)
    return scaled.units


def _instant(text: str) -> str | None:
    shape = _INSTANT.fullmatch(text)
    if not shape:
        raise Doubt("F-0102")
    return day("-".join(shape.groups()), PLAIN, {}, "")


def write_text(kind: str, value: Any, *, unit: str = "") -> str:
    """Write a value as an element that has no text of its own yet."""
    if kind == "type":
        return f"{value}{STANDARD}" if len(value) == _LETTERS else str(value)
    if kind == "mass":
        return _shortest(unscale(value, MASS_UNITS.get(unit, MASS_UNITS["KGM"])))
    if isinstance(value, Amount):
        return plain_text(unscale(value.minor, decimals_of(value.currency)))
    if kind == "instant":
        return str(value).replace("-", "")
    if kind == "flag":
        return "1" if value else "0"
    return str(value)


def _shortest(value: Decimal) -> str:
    text = plain_text(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_same(value: Any, read: Any) -> bool:
    """Tell whether a value still is what its text says."""
    return type(value) is type(read) and bool(value == read)
