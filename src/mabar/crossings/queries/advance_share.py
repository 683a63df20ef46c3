"""The trucks that arrived in a period, and when the first word of each had been received, as the rows tell it.

What came ahead of trucks to the packages above, they tell themselves; each names its teller when the node starts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from mabar.crossings.models import DivertedTruck, Passage
from mabar.crossings.queries.rows import PassageRow, passage_row
from mabar.crossings.rules.advance_share import Arrival
from mabar.crossings.rules.stays import epoch_s

AT_ONCE = 500  # trucks a question

# Which line of the journal received a word: its verb and its subject; and when, as the rows have it.
Line = tuple[str, str]
Words = Mapping[Line, datetime]
Teller = Callable[[Sequence[PassageRow]], Mapping[str, Words]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Name who tells of what came ahead: given trucks, it answers by the key of the passage."""
    if teller not in _tellers:
        _tellers.append(teller)


def arrivals(place: str, since: datetime, until: datetime, *, direction: str = "") -> list[Arrival]:
    """Give the trucks that arrived at a place from one instant to before another, with the first word of each."""
    asked = {"direction": direction} if direction else {}
    trucks = Passage.objects.filter(place=place, queued_at__gte=since, queued_at__lt=until, **asked).order_by("key")
    found = []
    for chunk in _chunks(trucks):
        words = words_of(chunk)
        for truck in chunk:
            if truck.queued_at is not None:
                told_s = min(map(epoch_s, words[truck.key].values()))
                found.append(Arrival(truck.key, truck.direction, epoch_s(truck.queued_at), told_s))
    return found


def rows_of(keys: Sequence[str]) -> Iterator[list[PassageRow]]:
    """Read passages by their keys, some at once."""
    for first in range(0, len(keys), AT_ONCE):
        yield from _chunks(Passage.objects.filter(key__in=keys[first : first + AT_ONCE]).order_by("key"))


def _chunks(trucks: QuerySet[Passage]) -> Iterator[list[PassageRow]]:
    chunk: list[PassageRow] = []
    for truck in trucks.iterator(chunk_size=AT_ONCE):
        chunk.append(passage_row(truck))
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def words_of(trucks: Sequence[PassageRow]) -> dict[str, dict[Line, datetime]]:
    """Give which lines received a word of each truck, and when: its announcement, and what came ahead of it."""
    left = _came_from([truck.key for truck in trucks])
    found = {truck.key: {_announcement(truck.key, left): truck.announced_at} for truck in trucks}
    for teller in _tellers:
        for key, words in teller(trucks).items():
            found[key] |= words
    return found


def _came_from(keys: Sequence[str]) -> dict[str, str]:
    """Tell which of the trucks came from a crossing that was closed, and under which key they were there."""
    kept = DivertedTruck.objects.filter(successor__in=keys, passage__isnull=False)
    return {str(successor): str(passage) for successor, passage in kept.values_list("successor", "passage")}


def _announcement(key: str, left: Mapping[str, str]) -> Line:
    # a truck that keeps another crossing's hour is announced there by the line of where it was
    return ("crossings.keep_diversion", left[key]) if key in left else ("crossings.announce", key)
