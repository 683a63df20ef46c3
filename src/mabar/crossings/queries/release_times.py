"""The stays of trucks as the rows tell them, for the release times of a period; and the hours a crossing works."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from mabar.base import clocks
from mabar.base.models import Agency
from mabar.crossings.models import Hold, Passage, PassageDeclaration, QueueTerms
from mabar.crossings.queries.told_papers import EpochSeconds, PaperStamps, stamps_of
from mabar.crossings.rules import working_hours
from mabar.crossings.rules.stays import Held, Paper, Stay
from mabar.crossings.rules.working_hours import Calendar

STAMPS = ("queued_at", "gate_in_at", "weighed_at", "presented_at", "gate_out_at")


def gone(place: str, since: datetime, until: datetime) -> QuerySet[Passage]:
    """Choose the trucks that left a place from one instant to before another; a gate-out undone is no gate-out."""
    return Passage.objects.filter(place=place, gate_out_at__gte=since, gate_out_at__lt=until)


def stays(place: str, since: datetime, until: datetime) -> list[Stay]:
    """Give the stays of the trucks that left a place from one instant to before another, with their papers and holds.

    Six questions, however many trucks there are.
    """
    trucks = gone(place, since, until)
    papers, holds = _papers(trucks), _holds(trucks)
    rows = trucks.order_by("gate_out_at", "key").values_list("key", "direction", *map(EpochSeconds, STAMPS))
    return [_stay(row, papers[row[0]], holds[row[0]]) for row in rows]


def _stay(row: tuple[Any, ...], papers: Sequence[Paper], holds: Sequence[Held]) -> Stay:
    key, direction, arrived_s, gate_in_s, weighed_s, presented_s, gate_out_s = row
    stamps = (arrived_s, gate_in_s, weighed_s, presented_s, gate_out_s)
    return Stay(key, direction, *stamps, papers=tuple(papers), holds=tuple(holds))


def _papers(trucks: QuerySet[Passage]) -> defaultdict[str, list[Paper]]:
    links = PassageDeclaration.objects.filter(passage__in=trucks)
    told = stamps_of(links.values_list("declaration", flat=True))
    found: defaultdict[str, list[Paper]] = defaultdict(list)
    rows = links.values_list("passage", "declaration", "lane", EpochSeconds("cleared_at"))
    for passage, declaration, lane, cleared_s in rows:
        found[passage].append(_paper(told.get(declaration), lane, cleared_s))
    return found


def _paper(told: PaperStamps | None, lane: str, cleared_s: int | None) -> Paper:
    if told is None:
        return Paper(None, None, None, lane, "")
    released_s = _released_s(told, cleared_s)
    return Paper(told.lodged_s, told.lane_s, released_s, lane, told.regime, told.queried_s)


def _released_s(told: PaperStamps, cleared_s: int | None) -> int | None:
    """Give the release as the journal's keys and instants can show it.

    What the national system released is told there by the clearing of the truck in the same second; where the truck
    came to the declaration later, no line without its facts says when that was.
    """
    return None if told.is_national and told.released_s != cleared_s else told.released_s


def _holds(trucks: QuerySet[Passage]) -> defaultdict[str, list[Held]]:
    found: defaultdict[str, list[Held]] = defaultdict(list)
    rows = Hold.objects.filter(passage__in=trucks, lifted_at__isnull=False)
    stamps = map(EpochSeconds, ("placed_at", "lifted_at"))
    for passage, agency, placed_s, lifted_s in rows.values_list("passage", "agency", *stamps):
        found[passage].append(Held(agency, placed_s, lifted_s))
    return found


def hours_stated(place: str, zone: ZoneInfo) -> list[working_hours.WorkingHours]:
    """List what was stated of a crossing's hours, the oldest first; each counts from the day on which it was stated."""
    return [
        working_hours.WorkingHours(clocks.day_of(each.at, zone), tuple(each.days), each.opens_min, each.closes_min)
        for each in QueueTerms.objects.filter(crossing=place).order_by("at", "pk")
    ]


def calendar_of(stated: Sequence[working_hours.WorkingHours], zone: ZoneInfo, trucks: Iterable[Stay]) -> Calendar:
    """Lay out the working hours over all instants of some stays."""
    spans = [(_earliest_s(stay), stay.gate_out_s) for stay in trucks]
    if not spans:
        return working_hours.ALL_HOURS
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    days = [datetime.fromtimestamp(at, zone).date() for at in (first, last)]
    return working_hours.calendar(stated, zone, first=days[0], last=days[1] + timedelta(days=1))


def _earliest_s(stay: Stay) -> int:
    lodged = [paper.lodged_s for paper in stay.papers if paper.lodged_s is not None]
    return min([stay.arrived_s, *lodged])


def agencies_at(place: str) -> list[tuple[str, str]]:
    """List the agencies of a place's administration, with their names in the reader's language."""
    found = Agency.objects.filter(administration__place=place).order_by("code")
    return [(agency.code, agency.name) for agency in found]
