"""The days of the passes: who is overdue, what the day brought, how long which vehicle may stay."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from mabar.base.models import Place
from mabar.vehicles import rules
from mabar.vehicles.models import StayTerm, VehiclePass
from mabar.vehicles.queries.rows import DayCounts, OverdueRow, TermRow

# the columns of an overdue row, in its order, but for the days that are counted
_TOLD = ("key", "place", "kind", "plate", "plate_country", "chassis", "state", "last_on")


def places() -> dict[str, Place]:
    """Give the crossings of this node by code: a vehicle may enter and leave through each."""
    return {place.code: place for place in Place.objects.filter(crossing__isnull=False).order_by("code")}


def overdue(at: datetime, *, place: str = "") -> list[OverdueRow]:
    """List the vehicles whose stay lasted too long and is not settled, by place, the longest first.

    The days are those of the place of entry, begun since the last day of the stay.
    """
    unsettled = _unsettled().filter(place=place) if place else _unsettled()
    told = unsettled.order_by("place", "due_at", "key").values_list(*_TOLD, "exited_at", "place__zone")
    return [_overdue_row(row[:-2], until=row[-2] or at, clock=ZoneInfo(row[-1])) for row in told]


def _unsettled() -> QuerySet[VehiclePass]:
    """Give the stays that have fallen due and are not settled, as the index holds them."""
    return VehiclePass.objects.filter(overdue_at__isnull=False, ended_at__isnull=True)


def _overdue_row(told: tuple[Any, ...], *, until: datetime, clock: ZoneInfo) -> OverdueRow:
    # one that has left is no longer counted on: its days ended with its exit
    row = dict(zip(_TOLD, told, strict=True))
    return OverdueRow(**row, days_over=rules.days_over(row["last_on"], until.astimezone(clock).date()))


def day_counts(place: Place, at: datetime) -> DayCounts:
    """Count the vehicles of the day on which `at` falls at the place."""
    began_at = rules.day_began_at(at, place.clock)
    day = began_at.astimezone(place.clock).date()
    here = VehiclePass.objects.filter(place=place)
    running = ("validated", "extended")
    return DayCounts(
        day=day,
        prefilled=_since(here, "prefilled_at", began_at, at),
        entered=_since(here, "entered_at", began_at, at),
        exited=_since(VehiclePass.objects.filter(exit_place=place), "exited_at", began_at, at),
        due_today=here.filter(last_on=day, ended_at__isnull=True, state__in=running).count(),
        overdue_now=_unsettled().filter(place=place, state="overdue").count(),
    )


def _since(rows: QuerySet[VehiclePass], stamp: str, began_at: datetime, at: datetime) -> int:
    return rows.filter(**{f"{stamp}__gte": began_at, f"{stamp}__lte": at}).count()


def term_of(place: str, kind: str, purpose: str, *, on: date) -> rules.Term | None:
    """Give the term that counts at a place on a day; None where the administration has entered none."""
    stated = StayTerm.objects.filter(place=place, kind=kind, purpose=purpose, from_on__lte=on).order_by("-from_on")
    term = stated.first()
    return rules.Term(term.days, term.most_days, term.legal_basis) if term else None


def terms(codes: Iterable[str], *, today: date) -> list[TermRow]:
    """List the table of the places, each term with whether it is in force."""
    stated = StayTerm.objects.filter(place__in=list(codes)).order_by("place", "kind", "purpose", "-from_on")
    rows, counted = [], set()
    for each in stated:
        what = (each.place_id, each.kind, each.purpose)
        is_in_force = each.from_on <= today and what not in counted
        counted |= {what} if is_in_force else set()
        rows.append(_term_row(each, is_in_force=is_in_force))
    return rows


def _term_row(term: StayTerm, *, is_in_force: bool) -> TermRow:
    told = (term.place_id, term.kind, term.purpose, term.days, term.most_days, term.legal_basis, term.from_on, term.by)
    return TermRow(*told, is_in_force)
