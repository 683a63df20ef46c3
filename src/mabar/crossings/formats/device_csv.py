"""What the CSV files of devices share: lines of named cells, and the faults that any such file can have.

The first line names the columns.  Commas or semicolons part the cells; the file is UTF-8.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from mabar.lib import words
from mabar.lib.identifiers import plate_key
from mabar.lib.refusals import Refusal

YES, NO = "yes", "no"
EXAMPLE = "2026-11-22T09:30:00+01:00"  # of an instant; told as a detail, so that it is read in its own direction
MOST_LINES, MOST_BYTES, MOST_FINDINGS = 20_000, 5 * 1024 * 1024, 200
LONGEST_KEY, LONGEST_PLATE, LONGEST_SHOWN = 64, 32, 60
EARLIEST_YEAR, LATEST_YEAR = 2000, 2999  # beyond these the calendar of a place has no days
Row = Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """A fault of the file: its stable code, its line and column, and the text that stands there."""

    code: str
    line: int
    column: str = ""
    value: str = ""

    def sentence(self, language: str) -> words.Sentence:
        """Say what is wrong and what to do, in `language` (ar, fr, en)."""
        shown = {"line": self.line, "column": self.column, "value": self.value, "example": EXAMPLE}
        return words.sentence("crossings", self.code, language, shown)


class Record(Protocol):
    """What a line tells, under the device's own key."""

    @property
    def event_key(self) -> str:
        """The device's key of it."""


Told = TypeVar("Told", bound=Record)


@dataclass(frozen=True)
class Reading(Generic[Told]):
    """The records of a file, the line of each by its key, and the faults; of a file with a fault nothing is taken."""

    records: tuple[Told, ...]
    lines: Mapping[str, int]
    findings: tuple[Finding, ...]


def read_records(
    content: bytes,
    *,
    needed: Sequence[str],
    columns: Sequence[str],
    faults: Callable[[Row], Iterable[tuple[str, str]]],
    record: Callable[[Row], Told],
) -> Reading[Told]:
    """Read the records of a file, and check each; a line that stands in it twice is one record.

    Args:
        needed: the columns that the first line must name.
        columns: all that it may name; a cell of a column that is not there is empty.
        faults: names the columns of a line that are wrong, each with the code of its fault.
        record: makes the record of a line without a fault.
    """
    rows, findings = _rows_of(content, needed=needed, columns=columns)
    taken: dict[str, Told] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        wrong = [Finding(code, line, column, row[column][:LONGEST_SHOWN]) for column, code in faults(row)]
        if not wrong:
            told = record(row)
            lines.setdefault(told.event_key, line)
            if taken.setdefault(told.event_key, told) != told:
                wrong = [Finding("W-0112", line, "event_key", told.event_key)]
        findings += wrong
    return Reading(() if findings else tuple(taken.values()), lines, tuple(findings[:MOST_FINDINGS]))


def _rows_of(
    content: bytes, *, needed: Sequence[str], columns: Sequence[str]
) -> tuple[list[tuple[int, Row]], list[Finding]]:
    """Cut a file into lines of named cells; what is no such file gives one finding and no line."""
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
        strange = [*(name for name in needed if name not in names), *sorted(set(names) - set(columns))]
        if strange or len(set(names)) != len(names):
            return [], [Finding("W-0103", 1, value=", ".join(strange)[:LONGEST_SHOWN])]
        return _named(names, columns, reader)
    except csv.Error as fault:
        return [], [Finding("W-0104", reader.line_num, value=str(fault))]


def _named(names: Sequence[str], columns: Sequence[str], reader: Any) -> tuple[list[tuple[int, Row]], list[Finding]]:
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
            rows.append((reader.line_num, {name: told.get(name, "") for name in columns}))
    return rows, findings


def faults_of(row: Row, *, needed: Sequence[str], hour: str) -> Iterator[tuple[str, str]]:
    """Name the columns of a line that are wrong in what every device tells, each with the code of its fault."""
    missing = [column for column in needed if not row[column]]
    yield from ((column, "W-0106") for column in missing)
    if "event_key" not in missing and not _is_key(row["event_key"]):
        yield "event_key", "W-0107"
    if "plate" not in missing and not is_plate(row["plate"]):
        yield "plate", "W-0108"
    if hour not in missing and not _is_instant(row[hour]):
        yield hour, "W-0109"


def _is_key(text: str) -> bool:
    return len(text) <= LONGEST_KEY and all("!" <= sign <= "~" for sign in text)


def is_plate(text: str) -> bool:
    """Tell whether a text can be a plate."""
    try:
        return len(text) <= LONGEST_PLATE and text.isprintable() and bool(plate_key(text))
    except Refusal:
        return False


def instant(text: str) -> datetime:
    """Read a date with hour and offset.

    Raises:
        ValueError: it is no such, or of a year that no calendar here has.
    """
    read = datetime.fromisoformat(text)
    if read.tzinfo is None or not EARLIEST_YEAR < read.year < LATEST_YEAR:
        raise ValueError(f"no instant of this calendar: {text}")
    return read


def _is_instant(text: str) -> bool:
    try:
        return bool(instant(text))
    except ValueError:
        return False
