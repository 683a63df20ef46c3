"""The stays of trucks as the rows tell them, for the release times of a period; and the hours a crossing works."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from mabar.base.models import Agency
from mabar.crossings.models import Hold, Passage, PassageDeclaration, WorkingHours
from mabar.crossings.queries.told_papers import PaperStamps, stamps_of
from mabar.crossings.rules import working_hours
from mabar.crossings.rules.stays import Held, Paper, Stay, epoch_s
from mabar.crossings.rules.working_hours import Calendar

STAMPS = ("queued_at", "gate_in_at", "weighed_at", "presented_at", "gate_out_at")


def gone(place: str, since: datetime, until: datetime) -> QuerySet[Passage]:
    """Choose the trucks that left a place from one instant to before another; a gate-out undone is no gate-out."""
    return Passage.objects.filter(place=place, gate_out_at__gte=since, gate_out_at__lt=until)


def stays(place: str, since: datetime, until: datetime) -> list[Stay]:
    """Give the stays of the trucks that left a place from one instant to before another, with their papers and holds.

    Four questions, however many trucks there are.
    """
    trucks = gone(place, since, until)
    papers, holds = _papers(trucks), _holds(trucks)
    rows = trucks.order_by("gate_out_at", "key").values_list("key", "direction", *STAMPS)
    return [
        Stay(
            key,
            direction,
            arrived_s=epoch_s(stamps[0]),
            gate_in_s=epoch_s(stamps[1]),
            weighed_s=epoch_s(stamps[2]),
            presented_s=epoch_s(stamps[3]),
            gate_out_s=epoch_s(stamps[4]),
            papers=tuple(papers[key]),
            holds=tuple(holds[key]),
        )
        for key, direction, *stamps in rows
    ]


def _papers(trucks: QuerySet[Passage]) -> defaultdict[str, list[Paper]]:
    links = PassageDeclaration.objects.filter(passage__in=trucks)
    told = stamps_of(links.values_list("declaration", flat=True))
    found: defaultdict[str, list[Paper]] = defaultdict(list)
    for passage, declaration, lane, cleared_at in links.values_list("passage", "declaration", "lane", "cleared_at"):
        found[passage].append(_paper(told.get(declaration), lane, cleared_at))
    return found


def _paper(told: PaperStamps | None, lane: str, cleared_at: datetime | None) -> Paper:
    if told is None:
        return Paper(None, None, None, lane, "")
    return Paper(
        lodged_s=epoch_s(told.lodged_at),
        lane_s=epoch_s(told.lane_at) if told.lane_at else None,
        released_s=_released_s(told, cleared_at),
        lane=lane,
        regime=told.regime,
        queried_s=tuple((epoch_s(asked_at), epoch_s(settled_at)) for asked_at, settled_at in told.queried),
    )


def _released_s(told: PaperStamps, cleared_at: datetime | None) -> int | None:
    """Give the release as the journal's keys and instants can show it.

    What the national system released is told there by the clearing of the truck in the same act; where the truck came
    to the declaration later, no line without its facts says when that was.
    """
    if told.released_at is None or (told.is_national and told.released_at != cleared_at):
        return None
    return epoch_s(told.released_at)


def _holds(trucks: QuerySet[Passage]) -> defaultdict[str, list[Held]]:
    found: defaultdict[str, list[Held]] = defaultdict(list)
    rows = Hold.objects.filter(passage__in=trucks, lifted_at__isnull=False)
    for passage, agency, placed_at, lifted_at in rows.values_list("passage", "agency", "placed_at", "lifted_at"):
        if lifted_at is not None:
            found[passage].append(Held(agency, epoch_s(placed_at), epoch_s(lifted_at)))
    return found


def hours_stated(place: str) -> list[working_hours.WorkingHours]:
    """List what was stated of a crossing's working hours, the oldest first."""
    return [
        working_hours.WorkingHours(each.from_on, tuple(each.weekdays), each.opens_minute, each.closes_minute)
        for each in WorkingHours.objects.filter(crossing=place).order_by("from_on")
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
