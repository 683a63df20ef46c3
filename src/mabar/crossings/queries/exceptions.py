"""Exceptions from the order of the queue: of a truck, and counted over a day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mabar.base.models import Place
from mabar.crossings.models import ExceptionFromOrder, PassageEvent
from mabar.crossings.queries.turns import ExceptionRow, exception_row
from mabar.crossings.rules import order


@dataclass(frozen=True)
class PassedOver:
    """A truck that was let in before others that stood before it, without an exception."""

    passage: str
    plate: str
    passed: int
    by: str
    at: datetime


@dataclass(frozen=True)
class ExceptionsOfDay:
    """What departed from the order on a day of the place; `counts` by act and reason, those withdrawn apart."""

    day: date
    rows: tuple[ExceptionRow, ...]
    counts: Mapping[tuple[str, str], int]
    withdrawn: int
    passed_over: tuple[PassedOver, ...]


def exception_on(key: str) -> ExceptionRow | None:
    """Give the exception that stands for a truck."""
    found = ExceptionFromOrder.objects.filter(passage=key, withdrawn_at=None).select_related("passage").first()
    return exception_row(found) if found else None


def exceptions_on(place: str, day: date) -> ExceptionsOfDay:
    """Give the exceptions made on a day of the place, oldest first, and who was let in before his turn without one."""
    begins_at = datetime.combine(day, time.min, tzinfo=Place.objects.get(code=place).clock)
    ends_at = begins_at + timedelta(days=1)
    found = ExceptionFromOrder.objects.filter(passage__place=place, at__gte=begins_at, at__lt=ends_at)
    rows = tuple(exception_row(each) for each in found.select_related("passage").order_by("at", "pk"))
    return ExceptionsOfDay(
        day=day,
        rows=rows,
        counts=_counted(rows),
        withdrawn=sum(row.withdrawn_at is not None for row in rows),
        passed_over=tuple(_passed_over(place, begins_at, ends_at)),
    )


def _counted(rows: tuple[ExceptionRow, ...]) -> dict[tuple[str, str], int]:
    """Count by act and reason, each of the lists, those of which there were none as well."""
    every = [(act, reason) for act, reasons in order.REASONS.items() for reason in reasons]
    return dict.fromkeys(every, 0) | Counter((row.act, row.reason) for row in rows)


def _passed_over(place: str, begins_at: datetime, ends_at: datetime) -> list[PassedOver]:
    entered = PassageEvent.objects.filter(kind="note_gate_in", passage__place=place, corrected_by=None)
    # the instant is asked of the passage as well: its index by place and gate-in narrows the day
    of_day = entered.filter(passage__gate_in_at__gte=begins_at, passage__gate_in_at__lt=ends_at)
    found = of_day.filter(facts__passed__gt=0).select_related("passage").order_by("at", "pk")
    return [PassedOver(e.passage_id, e.passage.plate, e.facts["passed"], e.by, e.at) for e in found]
