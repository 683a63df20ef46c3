"""Opening what partners have sent: in stream order, each message with its effect, its id and its answer at once."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import Q

from mabar.base.keys import new_key
from mabar.exchange import crash_points, judging, many_rows, prepared
from mabar.exchange.control import NotYet
from mabar.exchange.judging import Bench, Ruling, Stored
from mabar.exchange.models import Drill, Effect, Outgoing, Received, Stream
from mabar.exchange.own import own
from mabar.exchange.protocol.answers import ANSWER, Answer, Answers, Said, merged
from mabar.exchange.protocol.batches import MOST_STATEMENTS

log = logging.getLogger(__name__)
TRIES = 3
# what lies above the last R1 may stand under a head that is not compared yet
_TO_OPEN = (
    "SELECT id FROM exchange_stream WHERE is_outward = %s AND settled < told_size ORDER BY urgency, partner_id, epoch"
)


_OF_AN_ADMINISTRATION = prepared.Rows(Stream, "is_outward = %s AND partner_id LIKE %s ORDER BY id")
_LOCKED = prepared.Rows(Stream, "id = %s", locks=True)
_NEXT = prepared.Rows(Received, "stream_id = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s", names=Stored._fields)


def open_stored(at: datetime, *, limit: int = MOST_STATEMENTS) -> int:
    """Open what is stored and not yet opened, stream by stream, the most urgent first; return how many were judged."""
    done = sum(_open(stream, at, limit) for (stream,) in prepared.values(_TO_OPEN, False))
    for stream, places in groupby(prepared.values(_DUE_AGAIN), key=itemgetter(0)):
        with _noted(stream):
            open_again(stream, [seq for _, seq in places], at)
    return done


# the condition of the partial index stands here in full, as SQLite wants it
_DUE_AGAIN = (
    "SELECT stream_id, seq FROM exchange_received WHERE said = 'held' AND NOT (said IN ('', 'accepted'))"
    " AND next_at IS NOT NULL ORDER BY stream_id, seq"
)


@contextmanager
def _noted(stream: int) -> Iterator[None]:
    """Let one stream that cannot be opened not stop the others."""
    try:
        yield
    except Exception:
        log.exception("stream not opened", extra={"subject": str(stream)})


def _open(stream: int, at: datetime, limit: int) -> int:
    with _noted(stream):
        with transaction.atomic():
            row = _LOCKED.all(stream)[0]
            found = _NEXT.tuples(row.pk, row.settled, row.told_size, limit)
            done = Sitting(row, at).hold_court([Stored(*each) for each in found])
            crash_points.reached("opened-not-committed")
        crash_points.reached("opened-and-committed")
        return done
    return 0


def open_again(stream: int, seqs: Iterable[int], at: datetime) -> int:
    """Judge messages again that were held: a key was settled, or an engineer has mended what was broken."""
    with transaction.atomic():
        row = Stream.objects.select_for_update().get(pk=stream)
        held = Received.objects.filter(stream=row, seq__in=list(seqs), said=Said.HELD).order_by("seq")
        return Sitting(row, at).hold_court(Stored.of(held), is_again=True)


_HELD = (
    "SELECT r.stream_id, r.seq FROM exchange_received r JOIN exchange_stream s ON s.id = r.stream_id"
    " WHERE r.said = 'held' AND NOT (r.said IN ('', 'accepted')) AND r.code = %s AND s.partner_id LIKE %s"
    " ORDER BY r.stream_id, r.seq"
)


def apply_stops(administration: str, at: datetime) -> None:
    """Look again at what a stop or a settle of an administration concerns, which is what its nodes have said.

    What is vouched for is opened; the rest is refused, or disputed where it had its effect.
    """
    of_it = f"{administration}.%"
    for code in ("key.held", judging.AFTER_HELD):  # what waited behind a held message comes after it, of whatever class
        for stream, places in groupby(prepared.values(_HELD, code, of_it), key=itemgetter(0)):
            open_again(stream, [seq for _, seq in places], at)
    mine = own(at)
    for row in _OF_AN_ADMINISTRATION.all(False, of_it):
        judging.dispute(row, mine)


def apply_stops_again(at: datetime) -> None:
    """Apply every stop that this node knows: the process before this one may have fallen before it had."""
    for administration in sorted({of for of, _ in own(at).book.stops}):
        apply_stops(administration, at)


@dataclass
class Sitting:
    """One round on one stream: what was found is written down at its end."""

    row: Stream
    at: datetime
    rulings: list[tuple[Stored, Ruling]] = field(default_factory=list)

    def hold_court(self, messages: Sequence[Stored], *, is_again: bool = False) -> int:
        """Judge messages in their order and write down what became of them; stop at one that is to be tried again."""
        bench = Bench.for_stream(self.row, messages, own(self.at), self.at, is_again=is_again)
        for message in messages:
            ruling = self._rule(bench, message, is_again=is_again)
            if ruling is None:
                break
            self.rulings.append((message, ruling))
        self._write(bench, moves=not is_again)
        if is_again:
            self._look_again_at([message.seq for message in messages[len(self.rulings) :]])
        return len(self.rulings)

    def _look_again_at(self, left: Sequence[int]) -> None:
        """Have judged soon what could not be judged yet, and what waited for a message that is held no more."""
        again = Q(stream=self.row, seq__in=left)
        if any(ruling.said != Said.HELD for _, ruling in self.rulings):
            again |= Q(stream__partner_id=self.row.partner_id, said=Said.HELD, code=judging.AFTER_HELD)
        Received.objects.filter(again).update(next_at=self.at)

    def _rule(self, bench: Bench, message: Stored, *, is_again: bool) -> Ruling | None:
        try:
            return bench.rule(message)
        except NotYet:
            return None
        except Exception as fault:
            log.exception("message not opened", extra={"subject": message.message})
            failures = message.failures + 1
            Received.objects.filter(stream=self.row, seq=message.seq).update(failures=failures)
            if failures < TRIES and not is_again:
                return None
            bench.note_held(message)
            return Ruling(Said.HELD, "fault", {"fault": type(fault).__name__})

    def _write(self, bench: Bench, *, moves: bool) -> None:
        mark = {"partner": self.row.partner_id, "at": self.at}
        many_rows.insert(Effect, ("message",), ((each,) for each in bench.effects), **mark)
        many_rows.insert(Drill, ("message", "number", "subject", "text"), bench.drills, **mark)
        for key, seqs in _grouped(self.rulings).items():
            said, code, facts, subject, erase_on = key
            prepared.change(
                Received,
                f"stream_id = %s AND seq IN ({prepared.places(seqs)})",
                *(self.row.pk, *seqs),
                said=said,
                code=code,
                facts=dict(facts),
                subject=subject,
                erase_on=erase_on,
                opened_at=self.at,
                **({} if moves else {"next_at": None}),
            )
        if moves and self.rulings:
            self.row.settled = self.rulings[-1][0].seq
            prepared.save(self.row, "settled")
        self._answer()

    def _answer(self) -> None:
        answers = merged(
            Answer(message.seq, message.seq, ruling.said, ruling.code, ruling.facts)
            for message, ruling in self.rulings
            if ruling.is_answered
        )
        for begin in range(0, len(answers), MOST_STATEMENTS):
            leave_answers(self.row, answers[begin : begin + MOST_STATEMENTS], self.at)


_Key = tuple[str, str, tuple[tuple[str, Any], ...], str, date | None]


def _grouped(rulings: Iterable[tuple[Stored, Ruling]]) -> dict[_Key, list[int]]:
    """Put together what is written down in the same words."""
    found: dict[_Key, list[int]] = defaultdict(list)
    for message, ruling in rulings:
        facts = tuple(sorted(ruling.facts.items()))
        found[str(ruling.said), ruling.code, facts, ruling.subject, ruling.erase_on].append(message.seq)
    return found


def leave_answers(row: Stream, answers: Sequence[Answer], at: datetime) -> None:
    """Leave R2 for the opposite stream of the same class."""
    prepared.put(
        Outgoing,
        key=new_key(at),
        address=row.partner_id,
        kind=ANSWER,
        body=Answers(row.epoch, tuple(answers)).encoded().decode(),
        left_at=at,
        next_at=at,
        urgency=row.urgency,
    )
