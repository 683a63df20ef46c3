"""The rates of a tariff as CSV: one a line, the first line names the columns; a fault is told with its place."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mabar.duties.rules.tariffs import HAS_AMOUNT, HAS_PERCENT, HAS_UNIT, Form, Rate, overlaps
from mabar.lib import words
from mabar.lib.decimals import POINT, read_decimal
from mabar.lib.refusals import Refusal

COLUMNS = (
    *("levy", "prefix", "form", "percent", "amount", "unit"),
    *("origins", "preference", "proof", "procedure", "from", "until", "basis"),
)
NEEDED = ("levy", "form", "from", "basis")
LONGEST_TEXT, LONGEST_PREFIX, MOST_LINES, MOST_BYTES = 200, 12, 200_000, 64 * 1024 * 1024
MOST_PERCENT, MOST_AMOUNT = Decimal(10_000), Decimal(10**12)
MOST_FINDINGS = 500


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
class Reading:
    """The rates of a file, and its faults; a file with a fault is not for use."""

    rates: tuple[Rate, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Known:
    """What the cells of a file may name: levies, groups of origins, units, papers, and which codes begin a heading."""

    levies: frozenset[str]
    origins: frozenset[str]
    units: frozenset[str]
    papers: frozenset[str]
    begins_goods: Callable[[str], bool]


def read_rates(content: bytes, known: Known) -> Reading:
    """Read the rates of a file in UTF-8, with commas or semicolons, and check each and all of them together."""
    rows, findings = _rows(content)
    rates: list[Rate] = []
    for line, row in rows:
        found = list(_faults(line, row, known))
        if not found:
            rates.append(_rate(line, row))
        findings += found
    pairs = overlaps(rates) if not findings else []
    findings += [
        Finding("rates-overlap", later.line, "from", later.from_on.isoformat(), first.line) for first, later in pairs
    ]
    return Reading(tuple(rates), tuple(sorted(findings, key=lambda each: each.line)[:MOST_FINDINGS]))


Row = Mapping[str, str]


def _rows(content: bytes) -> tuple[list[tuple[int, Row]], list[Finding]]:
    """Cut the file into lines of named cells; what is no such file gives one finding and no line."""
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
        missing, unknown = [name for name in NEEDED if name not in names], set(names) - {*COLUMNS}
        if missing or unknown or len(set(names)) != len(names):
            return [], [Finding("columns", 1, value=", ".join([*missing, *sorted(unknown)]))]
        return _named(names, reader)
    except csv.Error as fault:
        return [], [Finding("not-csv", reader.line_num, value=str(fault))]


def _named(names: Sequence[str], reader: Any) -> tuple[list[tuple[int, Row]], list[Finding]]:
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
            rows.append((line, {name: told.get(name, "") for name in COLUMNS}))
    return rows, findings


def _faults(line: int, row: Row, known: Known) -> Iterator[Finding]:
    """Find what is wrong in a line, every cell of it."""
    for column, code in _wrong(row, known):
        yield Finding(code, line, column, row[column][:LONGEST_TEXT])


def _wrong(row: Row, known: Known) -> Iterator[tuple[str, str]]:
    yield from ((column, "missing") for column in NEEDED if not row[column])
    yield from ((column, "too-long-text") for column in COLUMNS if len(row[column]) > LONGEST_TEXT)
    yield from _wrong_names(row, known)
    yield from _wrong_days(row)
    form = row["form"]
    if form and form not in list(Form):
        yield "form", "form"
    elif form:
        yield from _wrong_figures(row, Form(form), known)
    if row["proof"] and not row["preference"]:
        yield "proof", "proof-without-claim"


def _wrong_names(row: Row, known: Known) -> Iterator[tuple[str, str]]:
    listed = {"levy": known.levies, "origins": known.origins, "proof": known.papers}
    yield from ((column, "unknown") for column, names in listed.items() if row[column] and row[column] not in names)
    for column in ("prefix", "procedure"):
        if row[column] and not (row[column].isascii() and row[column].isdigit() and len(row[column]) <= LONGEST_PREFIX):
            yield column, "digits"
    prefix = row["prefix"]
    if prefix.isascii() and prefix.isdigit() and not known.begins_goods(prefix):
        yield "prefix", "no-goods"


def _wrong_days(row: Row) -> Iterator[tuple[str, str]]:
    days = {column: _day(row[column]) for column in ("from", "until")}
    yield from ((column, "day") for column, day in days.items() if row[column] and day is None)
    if days["from"] and days["until"] and days["until"] < days["from"]:
        yield "until", "ends-before"


def _wrong_figures(row: Row, form: Form, known: Known) -> Iterator[tuple[str, str]]:
    for column, forms, most in (("percent", HAS_PERCENT, MOST_PERCENT), ("amount", HAS_AMOUNT, MOST_AMOUNT)):
        if (form in forms) != bool(row[column]):
            yield column, "missing-figure" if form in forms else "figure-too-many"
        elif row[column] and not _is_figure(row[column], most):
            yield column, "figure"
    if (form in HAS_UNIT) != bool(row["unit"]):
        yield "unit", "missing-figure" if form in HAS_UNIT else "figure-too-many"
    elif row["unit"] and row["unit"] not in known.units:
        yield "unit", "unknown"


def _is_figure(text: str, most: Decimal) -> bool:
    try:
        return 0 <= read_decimal(text, POINT) <= most
    except Refusal:
        return False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def _rate(line: int, row: Row) -> Rate:
    return Rate(
        levy=row["levy"],
        prefix=row["prefix"],
        form=Form(row["form"]),
        from_on=date.fromisoformat(row["from"]),
        basis=row["basis"],
        percent=read_decimal(row["percent"], POINT) if row["percent"] else None,
        amount=read_decimal(row["amount"], POINT) if row["amount"] else None,
        unit=row["unit"],
        origins=row["origins"],
        preference=row["preference"],
        proof=row["proof"],
        procedure=row["procedure"],
        until_on=_day(row["until"]),
        line=line,
    )


def write_rates(rates: Iterable[Rate]) -> bytes:
    """Write rates as a file that reads as the same rates."""
    written = io.StringIO(newline="")
    out = csv.writer(written, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(map(_cells, rates))
    return written.getvalue().encode()


def _cells(rate: Rate) -> list[str]:
    figures = ["" if figure is None else f"{figure:f}" for figure in (rate.percent, rate.amount)]
    until = rate.until_on.isoformat() if rate.until_on else ""
    told = [rate.origins, rate.preference, rate.proof, rate.procedure, rate.from_on.isoformat(), until, rate.basis]
    return [rate.levy, rate.prefix, rate.form.value, *figures, rate.unit, *told]
