"""Values of a record as they stand in a box, in the way of the reader."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mabar.declarations.checks_parts import value_at
from mabar.declarations.formats.values import decimals_of
from mabar.declarations.forms.boxes import Box
from mabar.lib import numbers_text
from mabar.lib.decimals import unscale
from mabar.lib.identifiers import dotted_tariff_code

WAYS = ("ar", "en")  # Arabic and French write numbers alike


def shown(record: Any, verbatim: Mapping[str, str], box: Box, language: str) -> str:
    """Give the text of a box: its value, else what was typed and could not be read."""
    value = value_at(record, box.path)
    if value is None:
        return verbatim.get(box.path, "")
    if box.kind == "tariff":
        return _tariff(record, str(value))
    if box.kind == "mass":
        return numbers_text.mass_kg(value, language)
    if box.kind == "foreign":
        return numbers_text.number(unscale(value.minor, decimals_of(value.currency)), language)
    if box.kind == "count":
        return numbers_text.number(value, language)
    if box.kind == "decimal":
        return numbers_text.number(Decimal(value), language)
    return str(value)


def _tariff(item: Any, code: str) -> str:
    more = item.precision_1 or ""
    whole = code + more if len(code) == 8 and more.isdecimal() else code
    return dotted_tariff_code(whole) if whole.isdecimal() and len(whole) > 4 else code


def shown_in_any(record: Any, verbatim: Mapping[str, str], box: Box) -> set[str]:
    """Give every text under which the box may have been shown, so that reading it again changes nothing."""
    return {shown(record, verbatim, box, language) for language in WAYS}
