"""Weighings as a weighbridge writes them to a file: CSV, one a line; a fault is told with its line and column.

| column | what it holds |
|---|---|
| `event_key` | the device's own key of the weighing: up to 64 signs of ASCII without blanks, never used twice |
| `plate` | the plate, as it was read |
| `weighed_at` | date, hour and offset: 2026-11-22T09:30:00+01:00 |
| `gross_kg` | kilograms, at most three decimals, after a point |
| `tare_kg` | the truck without its load; may be empty |
| `is_empty` | yes where the truck carries nothing; no or empty otherwise |
| `axles_kg` | the axles from the front, with blanks between; may be empty |

The last three columns may be missing.  Commas or semicolons part the cells; the file is UTF-8.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.lib import words
from mabar.lib.decimals import POINT, read_decimal, scale
from mabar.lib.identifiers import plate_key
from mabar.lib.refusals import Refusal

NEEDED = ("event_key", "plate", "weighed_at", "gross_kg")
COLUMNS = (*NEEDED, "tare_kg", "is_empty", "axles_kg")
YES, NO = "yes", "no"
MOST_LINES, MOST_BYTES, MOST_FINDINGS = 20_000, 5 * 1024 * 1024, 200
LONGEST_KEY, LONGEST_PLATE, LONGEST_SHOWN, MOST_AXLES = 64, 32, 60, 12
LARGEST_G = 10**9  # a thousand tonnes
MASS_DECIMALS = 3


@dataclass(frozen=True)
class Weighing:
    """One weighing of a truck, as the device tells it."""

    event_key: str
    plate: str
    weighed_at: datetime
    gross_mass_g: int
    tare_mass_g: int | None = None
    is_empty: bool = False
    axle_masses_g: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A fault of the file: its stable code, its line and column, and the text that stands there."""

    code: str
    line: int
    column: str = ""
    value: str = ""

    def sentence(self, language: str) -> words.Sentence:
        """Say what is wrong and what to do, in `language` (ar, fr, en)."""
        return words.sentence(
            "crossings", self.code, language, {"line": self.line, "column": self.column, "value": self.value}
        )


@dataclass(frozen=True)
class Reading:
    """The weighings of a file, and its faults; of a file with a fault nothing is taken."""

    weighings: tuple[Weighing, ...]
    findings: tuple[Finding, ...]


Row = Mapping[str, str]


def read_weighings(content: bytes) -> Reading:
    """Read the weighings of a file, and check each; a line that stands in it twice is one weighing."""
    rows, findings = _rows(content)
    taken: dict[str, Weighing] = {}
    for line, row in rows:
        faults = [Finding(code, line, column, row[column][:LONGEST_SHOWN]) for column, code in _faults(row)]
        weighing = None if faults else _weighing(row)
        if weighing and taken.setdefault(weighing.event_key, weighing) != weighing:
            faults = [Finding("W-0112", line, "event_key", weighing.event_key)]
        findings += faults
    return Reading(() if findings else tuple(taken.values()), tuple(findings[:MOST_FINDINGS]))


def _rows(content: bytes) -> tuple[list[tuple[int, Row]], list[Finding]]:
    """Cut the file into lines of named cells; what is no such file gives one finding and no line."""
    if len(content) > MOST_BYTES:
        return [], [Finding("W-0101", 1, value=f"{len(content) / 1e6:.1f}")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return [], [Finding("W-0102", content[: fault.start].count(b"\n") + 1)]
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        strange = [*(name for name in NEEDED if name not in names), *sorted(set(names) - set(COLUMNS))]
        if strange or len(set(names)) != len(names):
            return [], [Finding("W-0103", 1, value=", ".join(strange)[:LONGEST_SHOWN])]
        return _named(names, reader)
    except csv.Error as fault:
        return [], [Finding("W-0104", reader.line_num, value=str(fault))]


def _named(names: Sequence[str], reader: Any) -> tuple[list[tuple[int, Row]], list[Finding]]:
    rows: list[tuple[int, Row]] = []
    findings = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            findings.append(Finding("W-0105", reader.line_num, value=str(len(cells))))
        elif len(rows) == MOST_LINES:
            return [], [Finding("W-0101", reader.line_num, value=str(MOST_LINES))]
        else:
            told = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
            rows.append((reader.line_num, {name: told.get(name, "") for name in COLUMNS}))
    return rows, findings


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    """Name the columns of a line that are wrong, each with the code of its fault."""
    missing = [column for column in NEEDED if not row[column]]
    yield from ((column, "W-0106") for column in missing)
    if "event_key" not in missing and not _is_key(row["event_key"]):
        yield "event_key", "W-0107"
    if "plate" not in missing and not _is_plate(row["plate"]):
        yield "plate", "W-0108"
    if "weighed_at" not in missing and _instant(row["weighed_at"]) is None:
        yield "weighed_at", "W-0109"
    if row["is_empty"].lower() not in ("", YES, NO):
        yield "is_empty", "W-0111"
    yield from _wrong_masses(row)


def _wrong_masses(row: Row) -> Iterator[tuple[str, str]]:
    gross, tare = _grams(row["gross_kg"]), _grams(row["tare_kg"])
    if row["gross_kg"] and not gross:
        yield "gross_kg", "W-0110"
    if row["tare_kg"] and (tare is None or (gross and tare > gross)):
        yield "tare_kg", "W-0110"
    axles = row["axles_kg"].split()
    if len(axles) > MOST_AXLES or not all(_grams(axle) for axle in axles):
        yield "axles_kg", "W-0110"


def _is_key(text: str) -> bool:
    return len(text) <= LONGEST_KEY and all("!" <= sign <= "~" for sign in text)


def _is_plate(text: str) -> bool:
    try:
        return len(text) <= LONGEST_PLATE and text.isprintable() and bool(plate_key(text))
    except Refusal:
        return False


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else None


def _grams(text: str) -> int | None:
    """Give the grams of a figure in kilograms; none where it is no mass, or finer than a gram."""
    try:
        scaled = scale(read_decimal(text, POINT), MASS_DECIMALS) if text else None
    except Refusal:
        return None
    return scaled.units if scaled and scaled.is_exact and 0 <= scaled.units <= LARGEST_G else None


def _weighing(row: Row) -> Weighing | None:
    weighed_at, gross = _instant(row["weighed_at"]), _grams(row["gross_kg"])
    if weighed_at is None or gross is None:
        return None
    return Weighing(
        event_key=row["event_key"],
        plate=row["plate"],
        weighed_at=weighed_at,
        gross_mass_g=gross,
        tare_mass_g=_grams(row["tare_kg"]),
        is_empty=row["is_empty"].lower() == YES,
        axle_masses_g=tuple(grams for axle in row["axles_kg"].split() if (grams := _grams(axle))),
    )
