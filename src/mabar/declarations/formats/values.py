"""Texts of a source to values of the declaration, exactly or not at all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mabar.declarations.sad_parts import Amount
from mabar.lib.decimals import (
    LARGEST_UNITS,
    LONGEST,
    AmbiguousNumber,
    Marks,
    NotANumber,
    NumberTooLarge,
    plain_text,
    read_decimal,
    scale,
)
from mabar.lib.identifiers import BIDI_CONTROLS, western_digits
from mabar.lib.money import currencies

MASS_DECIMALS, UNKNOWN_CURRENCY_DECIMALS = 3, 2
# Two digits of a year: 00 to 69 are of this century (a fixed pivot: the same file reads the same in any year).
PIVOT = 70
EARLIEST_YEAR = 1900  # before it, four digits are a slip of the pen: 0015 for 2015
FLOWS = {
    **dict.fromkeys(("I", "IMPORT", "IMPORTATION", "استيراد", "وارد"), "import"),
    **dict.fromkeys(("E", "EXPORT", "EXPORTATION", "تصدير", "صادر"), "export"),
}
FLAGS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_TIME = r"(?:[T ]+[0-9:.]+(?: ?[AP]M)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_DAY_PARTS = re.compile(r"([0-9]{1,4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,4})" + _TIME, re.ASCII)
_NAMED_MONTH = re.compile(r"([0-9]{1,2})[ \-/]([A-Za-z]{3})[a-z]*\.?[ \-/,]+([0-9]{2}|[0-9]{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.? ([0-9]{1,2}),? ([0-9]{4})", re.ASCII)
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
# Characters that a reader does not see and that turn or split what he reads.
HIDDEN = re.compile(
    "[" + "".join(sorted(BIDI_CONTROLS)) + "\u200b-\u200d\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
# What XML cannot hold, and a sheet or a program can.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Doubt(Exception):
    """The text has no single safe value; `value` is what the record may hold all the same (mostly null)."""

    def __init__(self, code: str, value: Any = None, **details: object) -> None:
        super().__init__(code)
        self.code, self.value, self.details = code, value, details


@dataclass(frozen=True)
class Conventions:
    """How one source writes its values."""

    date_order: str | None = None
    national_currency: str | None = None
    marks: Marks | None = None
    invoice_currency: str | None = None
    charge_currencies: Mapping[str, str] = field(default_factory=dict)


Converter = Callable[[str, Conventions, Mapping[str, Any], str], Any]


def clean(text: str) -> str:
    """Take off blanks around the text, and around each of its lines."""
    if "\n" in text or "\t" in text or "\r" in text:
        return "\n".join(filter(None, (" ".join(line.split("\t")).strip() for line in text.splitlines())))
    return text


def refuse_hidden(text: str) -> None:
    """Doubt a code in which characters do not show, or turn the order in which it is read."""
    if HIDDEN.search(text):
        raise Doubt("F-0140")


def decimal_of(text: str, marks: Marks | None = None) -> Decimal:
    """Read a number that is not below zero.

    Raises:
        Doubt: not a number, below zero, or with two readings.
    """
    try:
        value = read_decimal(text, marks)
    except AmbiguousNumber:
        raise Doubt("F-0105", readings=_two_numbers(text)) from None
    except NotANumber:
        raise Doubt("F-0103") from None
    if value < 0:
        raise Doubt("F-0104")
    return value


def _two_numbers(text: str) -> str:
    bare = western_digits(text).strip()
    return f"{bare.replace(',', '').replace('.', '')} / {bare.replace(',', '.')}"


def _units(text: str, decimals: int, conventions: Conventions) -> int:
    """Count the number in units of its last place; plain texts, nearly all, go by integers only."""
    if _PLAIN.fullmatch(text):
        whole, _, fraction = text.partition(".")
        if len(fraction) <= decimals and conventions.marks is None:
            return _whole(whole + fraction.ljust(decimals, "0"))
    marks = Marks(".") if _PLAIN.fullmatch(text) and conventions.marks is None else conventions.marks
    try:
        scaled = scale(decimal_of(text, marks), decimals)
    except NumberTooLarge:
        raise Doubt("F-0109") from None
    if scaled.surplus:
        raise Doubt("F-0106", scaled.units, decimals=decimals)
    return scaled.units


def _whole(digits: str) -> int:
    """Count digits, unless they are more than any database keeps; long ones are not even tried."""
    if len(digits) > LONGEST or (number := int(digits)) > LARGEST_UNITS:
        raise Doubt("F-0109")
    return number


def mass(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> int:
    """Read kilograms into grams."""
    return _units(text, MASS_DECIMALS, conventions)


def decimals_of(currency: str | None) -> int:
    """Give the decimals of a currency; two where it is not known."""
    known = currencies().get(currency) if currency else None
    return UNKNOWN_CURRENCY_DECIMALS if known is None else known


@lru_cache(maxsize=8192)
def _plain_amount(text: str, currency: str | None) -> Amount | None:
    """Read an amount that is plainly written and no finer than its currency; most of a file, and mostly zeros."""
    whole, _, fraction = text.partition(".")
    decimals = decimals_of(currency)
    if len(fraction) > decimals or not _PLAIN.fullmatch(text):
        return None
    return Amount(_whole(whole + fraction.ljust(decimals, "0")), currency)


def _amount(text: str, currency: str | None, conventions: Conventions) -> Amount:
    plain = _plain_amount(text, currency) if conventions.marks is None else None
    if plain is not None:
        return plain
    try:
        return Amount(_units(text, decimals_of(currency), conventions), currency)
    except Doubt as doubt:
        if doubt.value is not None:
            doubt.value = Amount(doubt.value, currency)
        raise


def national(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> Amount:
    """Read money of the country."""
    return _amount(text, conventions.national_currency, conventions)


def foreign(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> Amount:
    """Read money of the charge's currency; where it names none, that of the header's charge, else of the invoice."""
    currency = bucket.get("currency") or conventions.charge_currencies.get(part.rpartition(".")[2])
    return _amount(text, currency or conventions.invoice_currency, conventions)


def count(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> int:
    """Read a whole number; `5.0` is one."""
    if text.isascii() and text.isdecimal():
        return _whole(text)
    value = decimal_of(text, Marks(".") if _PLAIN.fullmatch(text) and conventions.marks is None else conventions.marks)
    if value != value.to_integral_value():
        raise Doubt("F-0107")
    return _whole(f"{value:.0f}")


def decimal(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> str:
    """Check an exact decimal number and keep its text."""
    if conventions.marks is None and _PLAIN.fullmatch(text):
        return text
    return plain_text(decimal_of(text, conventions.marks))


def flag(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> bool:
    """Read true or false."""
    try:
        return FLAGS[text.lower()]
    except KeyError:
        raise Doubt("F-0108", allowed="true, false") from None


def flow(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> str:
    """Read the direction: I or E."""
    try:
        return FLOWS[text.upper()]
    except KeyError:
        raise Doubt("F-0108", allowed="I, E") from None


def day(text: str, conventions: Conventions, bucket: Mapping[str, Any], part: str) -> str | None:
    """Read a day, in the order of the source where the text has two readings.

    Raises:
        Doubt: no day, or two readings and no order that decides.
    """
    readings = day_readings(text)
    days = sorted(set(readings.values()))
    if len(days) == 1:
        return days[0]
    if not days:
        if not re.sub(r"[0/.\-]", "", text):
            return None  # 0/0/00: how some write "no date"
        raise Doubt("F-0102")
    if conventions.date_order and conventions.date_order in readings:
        return readings[conventions.date_order]
    raise Doubt("F-0101", first=days[0], second=days[1])


@lru_cache(maxsize=4096)
def day_readings(text: str) -> Mapping[str, str]:
    """Give the days that the text can mean, by order of its parts: ymd, mdy, dmy; `named` where it names the month."""
    plain = western_digits(text).strip()
    if len(plain) == 8 and plain.isascii() and plain.isdecimal():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    shape = _DAY_PARTS.fullmatch(plain)
    if not shape:
        return _named_day(plain)
    first, second, third = shape.groups()
    if len(first) == 4:
        candidates = {"ymd": (first, second, third)}
    elif len(first) <= 2 and len(third) in (2, 4):
        candidates = {"mdy": (third, first, second), "dmy": (third, second, first)}
    else:
        candidates = {}
    days = {order: _iso(*parts) for order, parts in candidates.items()}
    return {order: iso for order, iso in days.items() if iso}


def _named_day(text: str) -> dict[str, str]:
    shape = _NAMED_MONTH.fullmatch(_MONTH_FIRST.sub(r"\2-\1-\3", text))
    if not shape or shape.group(2).upper() not in _MONTHS:
        return {}
    iso = _iso(shape.group(3), str(_MONTHS.index(shape.group(2).upper()) + 1), shape.group(1))
    return {"named": iso} if iso else {}


def _iso(year: str, month: str, day_of_month: str) -> str | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < PIVOT else 1900
    if number < EARLIEST_YEAR:
        return None
    try:
        return date(number, int(month), int(day_of_month)).isoformat()
    except ValueError:
        return None


CONVERTERS: Mapping[str, Converter | None] = {
    "text": None,
    "code": None,
    "count": count,
    "decimal": decimal,
    "mass": mass,
    "national": national,
    "foreign": foreign,
    "date": day,
    "flag": flag,
    "flow": flow,
}
