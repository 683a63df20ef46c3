"""A table as CSV, cut into lines of named cells; a fault is told with its place.  Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mabar.lib import words

LONGEST_TEXT, MOST_LINES, MOST_BYTES, MOST_FINDINGS = 200, 200_000, 64 * 1024 * 1024, 500

Row = Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """A fault of the file: its stable code, the line and column, and the text that stands there."""

    code: str
    line: int
    column: str = ""
    value: str = ""
    other_line: int = 0

    def sentence(self, language: str) -> words.Sentence:
        """Say what is wrong and what to do, in `language` (ar, fr, en)."""
        told = {"line": self.line, "column": self.column, "value": self.value, "other": self.other_line}
        return words.sentence("duties", self.code, language, told)


@dataclass(frozen=True)
class Columns:
    """The columns that a table may have, in the order in which it is written, and those that it must have."""

    known: tuple[str, ...]
    needed: tuple[str, ...]


def cut(content: bytes, columns: Columns) -> tuple[list[tuple[int, Row]], list[Finding]]:
    """Cut a file in UTF-8, with commas or semicolons, into lines of named cells.

    What is no such file gives one finding and no line; each cell is stripped, and a column left out is empty.
    """
    if len(content) > MOST_BYTES:
        return [], [Finding("too-large", 1, value=str(len(content)))]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return [], [Finding("not-utf8", content[: fault.start].count(b"\n") + 1)]
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        missing, unknown = [name for name in columns.needed if name not in names], set(names) - {*columns.known}
        if missing or unknown or len(set(names)) != len(names):
            return [], [Finding("columns", 1, value=", ".join([*missing, *sorted(unknown)]))]
        return _named(names, columns, reader)
    except csv.Error as fault:
        return [], [Finding("not-csv", reader.line_num, value=str(fault))]


def _named(names: Sequence[str], columns: Columns, reader: Any) -> tuple[list[tuple[int, Row]], list[Finding]]:
    rows: list[tuple[int, Row]] = []
    findings = []
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            findings.append(Finding("cells", line, value=str(len(cells))))
        elif len(rows) == MOST_LINES:
            return [], [Finding("too-long", line, value=str(MOST_LINES))]
        else:
            told = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
            rows.append((line, {name: told.get(name, "") for name in columns.known}))
    return rows, findings


def read_day(text: str) -> date | None:
    """Read a day written as 2026-01-31; None where it is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return None


def is_digits(text: str, longest: int) -> bool:
    """Tell whether a text is digits alone, not too many."""
    return text.isascii() and text.isdigit() and len(text) <= longest


def join(columns: Columns, rows: Sequence[Sequence[str]]) -> bytes:
    """Write lines of cells under the names of all columns."""
    written = io.StringIO(newline="")
    out = csv.writer(written, lineterminator="\n")
    out.writerow(columns.known)
    out.writerows(rows)
    return written.getvalue().encode()
