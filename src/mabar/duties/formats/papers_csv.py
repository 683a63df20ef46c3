"""Papers that goods must come with, as CSV."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mabar.declarations import reference
from mabar.duties.formats.table_csv import LONGEST_TEXT, Columns, Finding, Row, cut, is_digits, join, read_day
from mabar.duties.rules.papers import Requirement
from mabar.duties.rules.tariffs import FLOWS

PAPERS = Columns(
    ("paper", "prefix", "flow", "procedure", "origin", "from", "until", "basis"), ("paper", "from", "basis")
)
LONGEST_PREFIX = 12


@dataclass(frozen=True)
class Requirements:
    """The requirements of a file, and its faults."""

    requirements: tuple[Requirement, ...]
    findings: tuple[Finding, ...]


def read_requirements(content: bytes) -> Requirements:
    """Read a table of papers that goods must come with."""
    rows, findings = cut(content, PAPERS)
    read: list[Requirement] = []
    for line, row in rows:
        found = [Finding(code, line, column, row[column][:LONGEST_TEXT]) for column, code in _wrong(row)]
        if not found:
            read.append(_requirement(row))
        findings += found
    if not rows and not findings:
        findings.append(Finding("empty", 1))
    return Requirements(tuple(read), tuple(findings))


def _wrong(row: Row) -> Iterator[tuple[str, str]]:
    yield from ((column, "missing") for column in PAPERS.needed if not row[column])
    yield from ((column, "too-long-text") for column in PAPERS.known if len(row[column]) > LONGEST_TEXT)
    if row["paper"] and not reference.document_type(row["paper"]):
        yield "paper", "unknown"
    if row["origin"] and not reference.country(row["origin"]):
        yield "origin", "unknown"
    if row["flow"] not in FLOWS:
        yield "flow", "word"
    for column in ("prefix", "procedure"):
        if row[column] and not is_digits(row[column], LONGEST_PREFIX):
            yield column, "digits"
    days = {column: read_day(row[column]) for column in ("from", "until")}
    yield from ((column, "day") for column, day in days.items() if row[column] and day is None)
    if days["from"] and days["until"] and days["until"] < days["from"]:
        yield "until", "ends-before"


def _requirement(row: Row) -> Requirement:
    return Requirement(
        row["paper"],
        row["basis"],
        date.fromisoformat(row["from"]),
        row["prefix"],
        row["flow"],
        row["procedure"],
        row["origin"],
        read_day(row["until"]),
    )


def write_requirements(requirements: Iterable[Requirement]) -> bytes:
    """Write requirements as a file that reads as the same requirements."""
    return join(PAPERS, [_cells(each) for each in requirements])


def _cells(each: Requirement) -> list[str]:
    until = each.until_on.isoformat() if each.until_on else ""
    told = [each.paper, each.prefix, each.flow, each.procedure, each.origin]
    return [*told, each.from_on.isoformat(), until, each.basis]
