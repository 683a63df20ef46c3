"""What a broker typed, put into the record: read exactly, or left open with its text kept beside the record."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mabar.declarations import rules
from mabar.declarations.checks_parts import CheckFinding, found, value_at
from mabar.declarations.formats.values import (
    Conventions,
    Converter,
    Doubt,
    count,
    day,
    decimal,
    decimal_of,
    foreign,
    mass,
    refuse_hidden,
)
from mabar.declarations.forms.boxes import Box
from mabar.declarations.forms.showing import shown_in_any
from mabar.lib.decimals import POINT, plain_text
from mabar.lib.identifiers import western_digits

Record = TypeVar("Record")
TARIFF_DIGITS = 8  # what the record's commodity code holds; further digits stand in its precision

# A doubt of the reader -> the code under which the form says it.
CODES: Mapping[str, str] = {
    "F-0101": "G-0601",
    "F-0102": "G-0602",
    "F-0103": "G-0652",
    "F-0104": "G-0653",
    "F-0105": "G-0651",
    "F-0106": "G-0655",
    "F-0107": "G-0654",
    "F-0109": "G-0656",
    "F-0140": "G-0204",
}
NUMBERS: Mapping[str, Converter] = {"count": count, "mass": mass, "foreign": foreign, "decimal": decimal}
_LOOSE, _EXACT = Conventions(), Conventions(marks=POINT)


@dataclass(frozen=True)
class Filled:
    """A record (or a row of one) after typing, and the texts that gave no value, by path."""

    record: Any
    verbatim: Mapping[str, str] = field(default_factory=dict)


def fill(
    record: Any, verbatim: Mapping[str, str], boxes: Iterable[Box], typed: Mapping[str, str], *, currency: str | None
) -> Filled:
    """Put typed texts into a record; a box whose text is what was shown keeps its value, however that was rounded.

    Args:
        typed: texts by path of the box; a box that is not among them stays as it is.
        currency: of the invoice, in which amounts are typed.
    Raises:
        LongerThanAllowed: a text is longer than its box.
    """
    open_texts = dict(verbatim)
    for box in boxes:
        if box.path not in typed:
            continue
        text = _tidy(box, typed[box.path])
        if text in shown_in_any(record, open_texts, box):
            continue
        if len(text) > box.longest:
            raise rules.LongerThanAllowed(what=str(box.label), length=len(text), longest=box.longest)
        record = _written(record, box, text, open_texts, currency)
    return Filled(record, open_texts)


def _tidy(box: Box, text: str) -> str:
    if box.kind == "long":
        return text.replace("\r\n", "\n").strip()
    return " ".join(text.split()) if box.kind == "text" else text.strip()


def _written(record: Any, box: Box, text: str, open_texts: dict[str, str], currency: str | None) -> Any:
    open_texts.pop(box.path, None)
    try:
        value = read(box, text, currency=currency) if text else None
    except Doubt:
        value, open_texts[box.path] = None, text
    if box.kind == "tariff" and isinstance(value, str):
        record = placed(record, "precision_1", value[TARIFF_DIGITS:] or _precision(record, value))
        value = value[:TARIFF_DIGITS]
    return placed(record, box.path, value)


def _precision(item: Any, code: str) -> str | None:
    """Keep the national digits of the old code where the new one has all eight of the tariff's."""
    return item.precision_1 if len(code) == TARIFF_DIGITS else None


def read(box: Box, text: str, *, currency: str | None, conventions: Conventions = _LOOSE) -> Any:
    """Read a text as the box wants it.

    Raises:
        Doubt: it has no single safe value.
    """
    if box.kind in ("text", "long", "choice"):
        return text
    if box.kind in ("code", "tariff"):
        refuse_hidden(text)
        code = western_digits(text).upper()
        return re.sub(r"[\s.]", "", code) if box.kind == "tariff" else code
    bucket = {"currency": currency}
    if box.kind == "day":
        return day(text, conventions, bucket, box.path)
    # what a person types may part thousands with a point: unlike a file's, "1.500" has two readings here
    exact = plain_text(decimal_of(text, conventions.marks))
    return NUMBERS[box.kind](exact, _EXACT, bucket, box.path)


def accept(record: Any, verbatim: Mapping[str, str], box: Box, text: str, *, currency: str | None) -> Filled:
    """Put a value that the page proposed into its box; it is written in the canonical way, with a point."""
    rest = {path: kept for path, kept in verbatim.items() if path != box.path}
    try:
        value = read(box, text, currency=currency, conventions=_EXACT)
    except Doubt:
        return Filled(record, verbatim)
    if box.kind == "tariff":
        return Filled(placed(placed(record, "precision_1", None), box.path, value[:TARIFF_DIGITS]), rest)
    return Filled(placed(record, box.path, value), rest)


def placed(record: Record, path: str, value: Any) -> Record:
    """Give the record with a value at a path such as `transport.border.mode`."""
    name, _, rest = path.partition(".")
    inner = placed(getattr(record, name), rest, value) if rest else value
    return replace(record, **{name: inner})  # type: ignore[type-var]  # every record is a frozen dataclass


def doubts(
    record: Any, verbatim: Mapping[str, str], boxes: Iterable[Box], *, prefix: str = "", currency: str | None
) -> list[CheckFinding]:
    """Say of each text that gave no value why it gave none."""
    found_here = []
    for box in boxes:
        text = verbatim.get(box.path)
        if text is None or value_at(record, box.path) is not None:
            continue
        try:
            read(box, text, currency=currency)
        except Doubt as doubt:
            field_path = prefix + box.path
            found_here.append(found(CODES.get(doubt.code, "G-0603"), field_path, text, **_told(doubt)))
    return found_here


def _told(doubt: Doubt) -> dict[str, object]:
    return {"character": "–", **doubt.details} if doubt.code == "F-0140" else dict(doubt.details)
