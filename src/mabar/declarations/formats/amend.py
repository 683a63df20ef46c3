"""Amend a declaration by paths as its JSON shows them, and carry the change into the totals that follow.

A path is `office.code`, `items[0].net_mass_g` (places from 0), `items[0].invoice.foreign`; `items.0.net_mass_g` is the
same.
A mass may be given in grams, or with its unit (`12.5kg`); money in minor units, or as an amount with its currency
(`1250.50 EUR`); `null` empties a field.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_origin, get_type_hints

from mabar.declarations import record_json
from mabar.declarations.formats.refusals import PathUnknown, ValueUnfit
from mabar.declarations.formats.sheet_profiles import kinds
from mabar.declarations.formats.totals import followed
from mabar.declarations.formats.values import HIDDEN, NOT_IN_XML, decimals_of
from mabar.declarations.sad import Declaration
from mabar.declarations.sad_parts import Amount, Charge
from mabar.lib.decimals import NotANumber, scale, unscale

_STEP = re.compile(r"[^.\[\]]+")
_MASS = re.compile(r"\s*(-?[0-9.]+)\s*(g|kg|t)\s*", re.IGNORECASE)
_MASS_DECIMALS = {"g": 0, "kg": 3, "t": 6}
# Not declared, but kept about the source: an amendment of these would make the record contradict its file.
_OF_THE_SOURCE = frozenset(("kept", "verbatim", "source", "form"))


def amend(declaration: Declaration, changes: Iterable[tuple[str, str]]) -> Declaration:
    """Set the fields at the paths, then let the totals follow that were not set themselves.

    Raises:
        PathUnknown: a path leads to no field.
        ValueUnfit: a text is no value of its field.
    """
    amended = declaration
    paths = set()
    for path, text in changes:
        steps = tuple(_STEP.findall(path))
        amended = _with(amended, steps, text, path)
        paths.add(".".join(steps))
    return followed(declaration, amended, paths)


def _with(record: Any, steps: tuple[str, ...], text: str, path: str) -> Any:
    name = steps[0] if steps else ""
    hints = get_type_hints(type(record))
    if name not in hints or name in _OF_THE_SOURCE:
        raise PathUnknown(given=path, step=name or "–")
    hint = record_json.inner(hints[name])
    value = getattr(record, name)
    if get_origin(hint) is tuple:
        return replace(record, **{name: _with_member(value, steps[1:], text, path)})
    if is_dataclass(hint) and not (hint is Amount and len(steps) == 1):
        if hint is Amount and value is None:
            value = Amount(0)
        if len(steps) == 1:
            raise PathUnknown(given=path, step=f"{name}.{fields(hint)[0].name}…")
        return _in_one_currency(record, replace(record, **{name: _with(value, steps[1:], text, path)}), text, path)
    if len(steps) > 1:
        raise PathUnknown(given=path, step=steps[1])
    return _in_one_currency(record, replace(record, **{name: _value(text, hint, name, record, path)}), text, path)


def _in_one_currency(before: Any, after: Any, text: str, path: str) -> Any:
    """Keep the foreign amount of a charge in the currency that the charge names, whichever of the two was set."""
    if not isinstance(after, Charge) or after.foreign is None:
        return after
    if after.foreign != before.foreign:
        old = before.foreign.currency if before.foreign else before.currency
        return replace(after, currency=after.foreign.currency) if after.foreign.currency != old else after
    if after.currency in (before.currency, after.foreign.currency):
        return after
    exact = unscale(after.foreign.minor, decimals_of(after.foreign.currency))
    scaled = scale(exact, decimals_of(after.currency))
    if scaled.surplus:
        raise ValueUnfit(given=text, path=path, expected=str(before.currency))
    return replace(after, foreign=Amount(scaled.units, after.currency))


def _with_member(members: tuple[Any, ...], steps: tuple[str, ...], text: str, path: str) -> tuple[Any, ...]:
    if len(steps) < 2 or not steps[0].isdecimal() or int(steps[0]) >= len(members):
        raise PathUnknown(given=path, step=steps[0] if steps else "[]")
    place = int(steps[0])
    return (*members[:place], _with(members[place], steps[1:], text, path), *members[place + 1 :])


def _value(text: str, hint: Any, name: str, record: Any, path: str) -> Any:
    if text == "null":
        return None
    if hint is Amount:
        amount = _amount(text, getattr(record, name), getattr(record, "currency", None), path)
        old = getattr(record, name)
        if (
            old
            and old.currency not in (None, amount.currency)
            and not (isinstance(record, Charge) and name == "foreign")
        ):
            raise ValueUnfit(given=text, path=path, expected=f"1250.50 {old.currency}")
        return amount
    if hint is int and name.endswith("_g"):
        return _mass(text, path)
    readers: Mapping[Any, tuple[Callable[[str], Any], str]] = {
        int: (_whole, "0, 1, 2…"),
        bool: ({"true": True, "false": False}.__getitem__, "true, false"),
        str: _TEXTS.get(kinds().get(_template(path), "text"), (_text, "A-Z, 0-9…")),
    }
    reader, expected = readers[hint]
    try:
        return reader(text)
    except (ValueError, KeyError):
        raise ValueUnfit(given=text, path=path, expected=expected) from None


def _template(path: str) -> str:
    """Give a path as the table of fields names it: items.0.net_mass_g is items[].net_mass_g."""
    steps = ("[]" if step.isdecimal() else f".{step}" for step in _STEP.findall(path))
    return "".join(steps).removeprefix(".")


def _text(text: str) -> str:
    if NOT_IN_XML.search(text):
        raise ValueError(text)
    return text


def _code(text: str) -> str:
    if HIDDEN.search(text):
        raise ValueError(text)
    return text


def _decimal(text: str) -> str:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text, re.ASCII):
        raise ValueError(text)
    return text


def _flow(text: str) -> str:
    if text not in ("import", "export"):
        raise ValueError(text)
    return text


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text)


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


_TEXTS: Mapping[str, tuple[Callable[[str], str], str]] = {
    "date": (_day, "YYYY-MM-DD"),
    "decimal": (_decimal, "0.19, 1250.5"),
    "code": (_code, "A-Z, 0-9"),
    "flow": (_flow, "import, export"),
}


def _mass(text: str, path: str) -> int:
    shape = _MASS.fullmatch(text)
    number, unit = (shape.group(1), shape.group(2).lower()) if shape else (text, "g")
    return _units(number, _MASS_DECIMALS[unit], path, "12500, 12.5kg")


def _amount(text: str, old: Amount | None, currency: str | None, path: str) -> Amount:
    """Read minor units, or an amount with its currency; the currency stays where none is given."""
    number, _, given = text.strip().partition(" ")
    currency = given or (old.currency if old else None) or currency
    if given or "." in number:
        return Amount(_units(number, decimals_of(currency), path, "125050, 1250.50 EUR"), currency)
    return Amount(_units(number, 0, path, "125050, 1250.50 EUR"), currency)


def _units(number: str, decimals: int, path: str, expected: str) -> int:
    try:
        scaled = scale(_exact(number), decimals)
    except NotANumber:
        raise ValueUnfit(given=number, path=path, expected=expected) from None
    if scaled.surplus or scaled.units < 0:
        raise ValueUnfit(given=number, path=path, expected=expected)
    return scaled.units


def _exact(number: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", number, re.ASCII):
        raise NotANumber(given=number)
    return Decimal(number)
