"""One declaration with everything that hangs on it, in eleven queries however long it is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from django.db.models import Q

from mabar.base import journal
from mabar.base.models import Actor, JournalFacts, JournalLine
from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries as crossings
from mabar.crossings.queries.holds import open_by_passage
from mabar.declarations import checks
from mabar.declarations.formats.findings import Finding
from mabar.declarations.models import DateReading, Declaration
from mabar.declarations.queries.records import record_of
from mabar.declarations.queries.rows import (
    DeclarationRow,
    DrawRow,
    InspectionRow,
    ItemRow,
    LineRow,
    QueryRow,
    ReadingRow,
    SettlementRow,
    VersionRow,
    declaration_row,
)
from mabar.declarations.queries.scope import Scope, declarations_of
from mabar.declarations.sad import Declaration as Record

Row = TypeVar("Row")


@dataclass(frozen=True)
class Detail:
    """A declaration as its page shows it; `lines` are the newest of the journal, newest first."""

    row: DeclarationRow
    items: tuple[ItemRow, ...]
    draws: tuple[DrawRow, ...]
    queries: tuple[QueryRow, ...]
    inspections: tuple[InspectionRow, ...]
    settlements: tuple[SettlementRow, ...]
    versions: tuple[VersionRow, ...]
    readings: tuple[ReadingRow, ...]
    trucks: tuple[crossings.LoadedPassage, ...]
    holds: tuple[crossings.HoldRow, ...]
    lines: tuple[LineRow, ...]

    @property
    def open_query(self) -> QueryRow | None:
        """The question that is open, if there is one."""
        return next((query for query in self.queries if query.settled_at is None), None)

    @property
    def packages_left(self) -> int:
        """How many packages no truck carries yet."""
        return self.row.packages - sum(truck.share.packages for truck in self.trucks)

    @property
    def gross_mass_left_g(self) -> int:
        """How much of the gross mass no truck carries yet."""
        return self.row.gross_mass_g - sum(truck.share.gross_mass_g for truck in self.trucks)


def detail(scope: Scope, key: str) -> Detail:
    """Give a declaration with its parts.

    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
    """
    declaration = _found(scope, key)
    trucks = tuple(crossings.passages_of(key))
    held = open_by_passage([truck.passage.key for truck in trucks])
    is_office = scope.firm is None
    return Detail(
        row=declaration_row(declaration),
        items=_rows(ItemRow, declaration.items.order_by("number")),
        draws=_rows(DrawRow, declaration.lane_draws.order_by("pk")),
        queries=_rows(QueryRow, declaration.queries.order_by("pk")),
        inspections=_rows(InspectionRow, declaration.inspections.order_by("pk")),
        settlements=_rows(SettlementRow, declaration.settlements.order_by("pk")),
        versions=_rows(VersionRow, declaration.versions.defer("record").order_by("number")),
        readings=_rows(ReadingRow, DateReading.objects.filter(subject=key).order_by("pk")),
        trucks=trucks,
        holds=tuple(hold for holds in held.values() for hold in holds),
        lines=tuple(line_row(line, is_office=is_office) for line in journal.of_subject(key)),
    )


def row(scope: Scope, key: str) -> DeclarationRow:
    """Give the head of a declaration.  Raises: NoSuchRecord."""
    return declaration_row(_found(scope, key))


def after_act(actor: Actor, key: str) -> DeclarationRow:
    """Give the head of a declaration to whom has just acted on it, whose key may open no other reading."""
    return declaration_row(declarations_of(actor).get(key=key))


def record(scope: Scope, key: str) -> Record:
    """Give the record of a declaration's newest version.  Raises: NoSuchRecord."""
    return record_of(_found(scope, key))


def source_format(scope: Scope, key: str) -> str:
    """Give the format of the newest file that a declaration came in; empty where it came in none.

    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
    """
    newest = _found(scope, key).versions.exclude(source_format="").order_by("-number")
    return newest.values_list("source_format", flat=True).first() or ""


def key_of(scope: Scope, named: str) -> str:
    """Give the key of the declaration that bears a key, a number of ours or a national reference.

    Raises:
        NoSuchRecord: nobody within the scope bears it, or several do.
    """
    bears = Q(key=named) | Q(number=named) | Q(national_reference=named)
    found = list(Declaration.objects.filter(bears, scope.condition).values_list("key", flat=True)[:2])
    if not named or len(found) != 1:
        raise NoSuchRecord(key=named)
    return found[0]


def findings_of(scope: Scope, key: str) -> list[Finding]:
    """List what the checks remark on a declaration, as of the day on which it was lodged.  Raises: NoSuchRecord."""
    declaration = _found(scope, key)
    day = declaration.lodged_at.astimezone(declaration.place.clock).date()
    return list(checks.check(record_of(declaration), today=day.isoformat()))


def _found(scope: Scope, key: str) -> Declaration:
    declaration = Declaration.objects.select_related("place").filter(key=key).first()
    if declaration is None or not scope.holds(firm=declaration.firm_id, place=declaration.place_id):
        raise NoSuchRecord(key=key)
    return declaration


def _rows(kind: type[Row], found: Iterable[Any]) -> tuple[Row, ...]:
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    return tuple(kind(**{name: _frozen(getattr(each, name)) for name in names}) for each in found)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def line_row(line: JournalLine, *, is_office: bool) -> LineRow:
    """Make the row of a line of the journal; its facts are for the office."""
    facts: JournalFacts | None = getattr(line, "facts", None)
    seal = getattr(line, "seal", None)
    told = json.loads(facts.body) if facts and is_office else {}
    return LineRow(
        line.verb, line.actor, line.at, line.mandate, told, seal.position if seal else None, seal.leaf if seal else ""
    )
