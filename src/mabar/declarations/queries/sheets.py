"""One declaration as its page shows it: everything that hangs on it, its record and its trucks, in eight queries.

What each desk wrote beside the declaration lies in five small tables; they are read in one query, each row as JSON,
so that a page stays within its bound however many desks have worked on it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Case, F, JSONField, Model, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import JSONObject

from mabar.base import journal
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries as crossings
from mabar.declarations import checks, sad
from mabar.declarations.formats.findings import Finding
from mabar.declarations.models import DateReading, Declaration, Inspection, LaneDraw, Query, Settlement, Version
from mabar.declarations.queries.details import Detail, line_row
from mabar.declarations.queries.rows import (
    DrawRow,
    InspectionRow,
    ItemRow,
    QueryRow,
    ReadingRow,
    SettlementRow,
    VersionRow,
    declaration_row,
)
from mabar.declarations.queries.scope import Scope
from mabar.declarations.sad import Declaration as Record
from mabar.declarations.summary import lines_of

# Table, the row that a reader gets of it, and the name of the column that says which declaration it is about.
PARTS: tuple[tuple[type[Model], type, str], ...] = (
    (LaneDraw, DrawRow, "declaration"),
    (Query, QueryRow, "declaration"),
    (Inspection, InspectionRow, "declaration"),
    (Settlement, SettlementRow, "declaration"),
    (DateReading, ReadingRow, "subject"),
)


@dataclass(frozen=True)
class Sheet:
    """A declaration with its parts, the record of its newest version, its trucks on both sides, and its place."""

    detail: Detail
    record: Record
    trucks: tuple[crossings.BothSides, ...]
    place: Any

    @property
    def scans(self) -> tuple[crossings.TruckScan, ...]:
        """The scans of its trucks here, the newest first."""
        return crossings.scans_of(each.here for each in self.trucks)

    @property
    def findings(self) -> list[Finding]:
        """What the checks remark, as of the day on which it was lodged."""
        day = self.detail.row.lodged_at.astimezone(self.place.clock).date()
        return list(checks.check(self.record, today=day.isoformat()))


def sheet(key: str, scope_at: Callable[[Any], Scope], *, reader: Actor) -> Sheet:
    """Give the page of a declaration.

    Args:
        scope_at: tells what the reader may know of; it is handed the declaration's place, which is read here with the
            place that it faces and the administrations of both.

    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
    """
    sides = ("place__administration", "place__faces__administration")
    declaration = Declaration.objects.select_related(*sides).filter(key=key).first()
    scope = scope_at(declaration.place if declaration else None)
    if declaration is None or not scope.holds(firm=declaration.firm_id, place=declaration.place_id):
        raise NoSuchRecord(key=key)
    versions, record = _versions(key)
    parts = _parts(key)
    trucks = tuple(crossings.both_sides_of(key))
    is_office = reader.kind != Actor.DECLARANT
    detail = Detail(
        row=declaration_row(declaration),
        items=tuple(
            ItemRow(**{each.name: getattr(line, each.name) for each in fields(ItemRow)}) for line in lines_of(record)
        ),
        draws=tuple(parts[LaneDraw]),
        queries=tuple(parts[Query]),
        inspections=tuple(parts[Inspection]),
        settlements=tuple(parts[Settlement]),
        versions=versions,
        readings=tuple(parts[DateReading]),
        trucks=tuple(_loaded(each.here, key) for each in trucks),
        holds=tuple(hold for each in trucks for hold in each.here.holds),
        lines=tuple(line_row(line, is_office=is_office) for line in journal.of_subject(key)),
    )
    return Sheet(detail, record, trucks, declaration.place)


def _loaded(ends: crossings.PassageEnds, key: str) -> crossings.LoadedPassage:
    share = next(link for link in ends.declarations if link.declaration == key)
    return crossings.LoadedPassage(ends.row, share)


def _versions(key: str) -> tuple[tuple[VersionRow, ...], Record]:
    """Read every version without its record, and the record of the newest, which alone is long."""
    newest = Version.objects.filter(declaration=OuterRef("declaration")).order_by("-number").values("number")[:1]
    text = Case(When(number=Subquery(newest), then=F("record")), default=Value(""), output_field=TextField())
    names = [each.name for each in fields(VersionRow)]
    found = list(
        Version.objects.filter(declaration=key).annotate(text=text).order_by("number").values_list("text", *names)
    )
    return tuple(VersionRow(*values) for _, *values in found), sad.loads(found[-1][0])


def _parts(key: str) -> dict[type[Model], list[Any]]:
    """Read what the desks wrote, by table, each in the order in which it was written."""
    first, *others = (_as_json(table, row, about, key) for table, row, about in PARTS)
    found = first.union(*others, all=True).order_by("number")
    parts: dict[type[Model], list[Any]] = {table: [] for table, _, _ in PARTS}
    for place, _, body in found:
        table, row, _ = PARTS[place]
        values = body if isinstance(body, dict) else json.loads(body)
        parts[table].append(row(**dict(_values(table, values))))
    return parts


def _as_json(table: type[Model], row: type, about: str, key: str) -> QuerySet[Any, Any]:
    place = next(number for number, (known, _, _) in enumerate(PARTS) if known is table)
    names = {each.name: F(each.name) for each in fields(row)}
    found = table._default_manager.filter(**{about: key}).order_by()
    told = found.annotate(place=Value(place), number=F("pk"), body=JSONObject(**names))
    rows: QuerySet[Any, Any] = told.values_list("place", "number", "body")
    return rows


def _values(table: type[Model], values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Turn JSON back into what the columns hold: the databases write instants and nested JSON each in its own way."""
    for name, value in values.items():
        kind = table._meta.get_field(name).get_internal_type()
        yield name, _READ[kind](value) if kind in _READ and value is not None else value


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _nested(value: Any) -> Any:
    read = json.loads(value) if isinstance(value, str) else value
    return tuple(read) if isinstance(read, list) else read


_READ = {
    "DateTimeField": _instant,
    "DateField": date.fromisoformat,
    JSONField().get_internal_type(): _nested,
}
