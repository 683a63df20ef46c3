"""The trucks of a declaration with everything that hangs on them, and those across, in four queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from mabar.crossings import rules
from mabar.crossings.models import Hold, Passage, PassageDeclaration, PassageEvent
from mabar.crossings.queries.passages import PassageEnds
from mabar.crossings.queries.rows import event_rows, hold_row, link_row, passage_row


@dataclass(frozen=True)
class BothSides:
    """A passage, and the one on the other side where that is this node's too."""

    here: PassageEnds
    across: PassageEnds | None


def both_sides_of(declaration: str) -> list[BothSides]:
    """Give the trucks of a declaration with what hangs on them and with the passages across, as they were announced.

    No number of a lane is given: that is the yard's.
    """
    keys = PassageDeclaration.objects.filter(declaration=declaration).values("passage")
    ends = _ends(keys)
    carriers = [each for each in ends.values() if any(link.declaration == declaration for link in each.declarations)]
    tied = {each.row.origin: each for each in ends.values() if each.row.origin}
    return [BothSides(each, _across(each, ends, tied)) for each in sorted(carriers, key=lambda each: each.row.key)]


def _across(here: PassageEnds, ends: dict[str, PassageEnds], tied: Mapping[str, PassageEnds]) -> PassageEnds | None:
    return ends.get(here.row.origin or "") if here.row.direction == "entry" else tied.get(here.row.key)


def _ends(keys: Any) -> dict[str, PassageEnds]:
    origins = Passage.objects.filter(key__in=keys, origin__isnull=False).values("origin")
    # three index look-ups in one query: an OR over the two columns would read the whole table
    ways = (Q(key__in=keys), Q(origin__in=keys), Q(key__in=origins))
    one, *others = (Passage.objects.filter(way) for way in ways)
    passages = list(one.union(*others))
    every = [each.key for each in passages]
    events = _by_passage(PassageEvent.objects.filter(passage__in=every).order_by("pk"))
    links = _by_passage(PassageDeclaration.objects.filter(passage__in=every).order_by("reference"))
    of_agencies = Hold.objects.filter(passage__in=every).select_related("passage", "agency")
    holds = _by_passage(of_agencies.order_by("placed_at", "pk"))
    return {
        each.key: PassageEnds(
            row=passage_row(each),
            events=event_rows(events[each.key]),
            declarations=tuple(map(link_row, links[each.key])),
            holds=tuple(map(hold_row, holds[each.key])),
            lane=rules.lane_of(link.lane for link in links[each.key]),
            lane_number=None,
        )
        for each in passages
    }


def _by_passage(found: Iterable[Any]) -> defaultdict[str, list[Any]]:
    sorted_out: defaultdict[str, list[Any]] = defaultdict(list)
    for each in found:
        sorted_out[each.passage_id].append(each)
    return sorted_out
