"""What a page says of a declaration whose exporter or importer is a trusted operator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from mabar.base import doors
from mabar.declarations import sad
from mabar.declarations.queries.operators import OperatorRow, operators_named
from mabar.declarations.queries.rows import DeclarationRow


@dataclass(frozen=True)
class Mark:
    """The status of a firm, and whether it counts on the day."""

    row: OperatorRow
    is_in_force: bool


@dataclass(frozen=True)
class OperatorNote:
    """The marks of the firms of a declaration."""

    marks: tuple[Mark, ...]
    at: datetime
    template: str = "declarations/_operator_note.html"


def marks_of(firms: Iterable[str], today: date) -> tuple[Mark, ...]:
    """Give the marks of firms by their codes."""
    return tuple(Mark(row, row.is_in_force(today)) for row in operators_named(firms))


def note_on(row: DeclarationRow, record: sad.Declaration, zone: tzinfo) -> OperatorNote | None:
    """Give what a declaration's page says of its exporter and consignee; nothing where neither has a status."""
    at = doors.now()
    marks = marks_of((record.exporter.code or "", record.consignee.code or ""), at.astimezone(zone).date())
    return OperatorNote(marks, at) if marks else None
