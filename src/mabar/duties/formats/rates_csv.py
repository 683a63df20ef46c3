"""The rates of a tariff as CSV: one a line, the first line names the columns; a fault is told with its place."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mabar.duties.formats.table_csv import (
    LONGEST_TEXT,
    MOST_FINDINGS,
    Columns,
    Finding,
    Row,
    cut,
    is_digits,
    join,
    read_day,
)
from mabar.duties.rules.tariffs import HAS_AMOUNT, HAS_PERCENT, HAS_UNIT, Form, Rate, overlaps
from mabar.lib.decimals import POINT, read_decimal
from mabar.lib.refusals import Refusal

COLUMNS = (
    *("levy", "prefix", "form", "percent", "amount", "unit"),
    *("origins", "preference", "proof", "procedure", "from", "until", "basis"),
)
NEEDED = ("levy", "form", "from", "basis")
LONGEST_PREFIX = 12
MOST_PERCENT, MOST_AMOUNT = Decimal(10_000), Decimal(10**12)


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
    rows, findings = cut(content, Columns(COLUMNS, NEEDED))
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
        if row[column] and not is_digits(row[column], LONGEST_PREFIX):
            yield column, "digits"
    prefix = row["prefix"]
    if prefix.isascii() and prefix.isdigit() and not known.begins_goods(prefix):
        yield "prefix", "no-goods"


def _wrong_days(row: Row) -> Iterator[tuple[str, str]]:
    days = {column: read_day(row[column]) for column in ("from", "until")}
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
        until_on=read_day(row["until"]),
        line=line,
    )


def write_rates(rates: Iterable[Rate]) -> bytes:
    """Write rates as a file that reads as the same rates."""
    return join(Columns(COLUMNS, NEEDED), [_cells(rate) for rate in rates])


def _cells(rate: Rate) -> list[str]:
    figures = ["" if figure is None else f"{figure:f}" for figure in (rate.percent, rate.amount)]
    until = rate.until_on.isoformat() if rate.until_on else ""
    told = [rate.origins, rate.preference, rate.proof, rate.procedure, rate.from_on.isoformat(), until, rate.basis]
    return [rate.levy, rate.prefix, rate.form.value, *figures, rate.unit, *told]
