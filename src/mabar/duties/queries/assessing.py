"""What a declaration owes by the tariff in use, and what it was assessed to owe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from mabar.base.rules import NoSuchRecord
from mabar.declarations import queries as declarations
from mabar.declarations.queries import DeclarationRow
from mabar.duties import rules
from mabar.duties.lines import line_of
from mabar.duties.models import Assessment
from mabar.duties.queries import tables
from mabar.duties.queries.tables import TableRow
from mabar.duties.rules import Found, Item, Line
from mabar.lib.money import minor_decimals


@dataclass(frozen=True)
class Reckoning:
    """What items owe by a tariff on a day; nothing of it is stored."""

    table: TableRow
    day: date
    items: tuple[Item, ...]
    found: tuple[Found, ...]
    result: rules.Assessment


@dataclass(frozen=True)
class AssessmentRow:
    """An assessment as it was stored."""

    declaration: str
    number: int
    table: TableRow
    day: date
    total_minor: int
    before_minor: int | None
    totals: Mapping[str, int]
    found: Sequence[Mapping[str, Any]]
    lines: tuple[Line, ...]
    reason: str
    by: str
    at: datetime

    @property
    def difference_minor(self) -> int:
        """What is owed more than before; below zero: less."""
        return self.total_minor - (self.before_minor or 0)


def day_of(row: DeclarationRow, clock: tzinfo) -> date:
    """Give the day whose rates a declaration bears: that of its registration, on the clock of its place."""
    return (row.registered_at or row.lodged_at).astimezone(clock).date()


def reckon(row: DeclarationRow, scope: declarations.Scope, day: date, found: Iterable[Found] = ()) -> Reckoning:
    """Work out what a declaration owes by the tariff in use at its place, with what was found of its items.

    Raises:
        NoSuchRecord: not within the scope.
        NoTariff, NoRate, ValueMissing, QuantityMissing, FoundUnfit, NoSuchItem.
    """
    table = tables.in_use(row.place.partition(".")[0])
    told = rules.check_found(found)
    items = rules.items_of(declarations.record(scope, row.key), told, currency=table.currency)
    tariff = table.tariff(tables.rates_for(table.key, {item.claim.code for item in items}))
    result = rules.assess(items, tariff, day, decimals=minor_decimals(table.currency), flow=row.flow)
    rules.check_rated(result, items, day)
    return Reckoning(table, day, items, told, result)


def assessments(key: str) -> list[AssessmentRow]:
    """List the assessments of a declaration by a tariff, the newest first."""
    found = Assessment.objects.filter(declaration=key).select_related("table").order_by("-number")
    return [assessment_row(each) for each in found]


def newest_assessment(key: str) -> AssessmentRow | None:
    """Give the newest assessment of a declaration by a tariff; None where there is none."""
    found = Assessment.objects.filter(declaration=key).select_related("table").order_by("-number").first()
    return None if found is None else assessment_row(found)


def assessment(key: str, number: int) -> AssessmentRow:
    """Give an assessment of a declaration.

    Raises:
        NoSuchRecord: there is none of that number.
    """
    found = Assessment.objects.filter(declaration=key, number=number).select_related("table").first()
    if found is None:
        raise NoSuchRecord(key=f"{key}/{number}")
    return assessment_row(found)


def assessment_row(each: Assessment) -> AssessmentRow:
    """Make the row of an assessment."""
    table = tables.table_row(each.table)
    levies = {levy.code: levy for levy in table.levies}
    return AssessmentRow(
        each.declaration_id,
        each.number,
        table,
        each.day,
        each.total_minor,
        each.before_minor,
        each.totals,
        each.found,
        tuple(line_of(told, levies) for told in each.lines),
        each.reason,
        each.by,
        each.at,
    )
