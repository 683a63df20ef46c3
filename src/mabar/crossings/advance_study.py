"""The share of advance data from the sealed journal; rows only tie trucks to the lines that told of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from mabar.base.models import JournalSeal
from mabar.crossings import queries
from mabar.crossings.queries import advance_share as asking
from mabar.crossings.rules import advance_share
from mabar.crossings.rules.advance_share import Arrival, Share
from mabar.crossings.rules.release_times import period
from mabar.crossings.rules.stays import epoch_s

AT_ONCE = 500  # subjects a question


def from_journal(place: str, first: date, last: date) -> tuple[Share, ...]:
    """Reckon the share of the trucks that arrived at a place from a first day to a last one.

    Raises:
        NoSuchRecord: the place is no crossing of this node.
    """
    since, until = period(first, last, queries.crossing_place(place).clock)
    recorded = _arrived(_subjects(place, since, until))
    arrived = {key: at_s for key, at_s in recorded if epoch_s(since) <= at_s < epoch_s(until)}
    return advance_share.shares(_told(arrived))


def _subjects(place: str, since: datetime, until: datetime) -> list[str]:
    """List the passages with an arrival recorded at a place within a period, also one that was undone later."""
    lines = JournalSeal.objects.filter(line__verb=advance_share.ARRIVAL, line__place=place)
    within = lines.filter(line__at__gte=since, line__at__lt=until)
    return sorted(set(within.values_list("line__subject", flat=True)))


def _arrived(subjects: Sequence[str]) -> Iterator[tuple[str, int]]:
    verbs = (*advance_share.STEPS, advance_share.UNDOING)
    for subject, lines in _lines(subjects, verbs).items():
        at_s = advance_share.arrived_s(lines)
        if at_s is not None:
            yield subject, at_s


def _lines(subjects: Iterable[str], verbs: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """Read verb and second of the lines of some subjects, in the order of the journal."""
    wanted, chosen = list(subjects), list(verbs)
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for first in range(0, len(wanted), AT_ONCE):
        sealed = JournalSeal.objects.filter(line__subject__in=wanted[first : first + AT_ONCE], line__verb__in=chosen)
        rows = sealed.order_by("position").values_list("line__subject", "line__verb", "line__at")
        for subject, verb, at in rows:
            found[subject].append((verb, epoch_s(at)))
    return dict(found)


def _told(arrived: dict[str, int]) -> Iterator[Arrival]:
    for trucks in asking.rows_of(sorted(arrived)):
        words = asking.words_of(trucks)
        named = {line for lines in words.values() for line in lines}
        received = _received(named)
        for truck in trucks:
            at_s = [received[line] for line in words[truck.key] if line in received]
            yield Arrival(truck.key, truck.direction, arrived[truck.key], min(at_s, default=None))


def _received(named: set[asking.Line]) -> dict[asking.Line, int]:
    lines = _lines({subject for _, subject in named}, {verb for verb, _ in named})
    return {(verb, subject): at_s for subject, told in lines.items() for verb, at_s in reversed(told)}
