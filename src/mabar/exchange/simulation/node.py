"""The layer of a node as the simulated world speaks with it: the node's own modules, and nothing else.

It does what `links` does on a real line: one contact with a partner at a time, and longer rests while none is answered.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mabar.exchange import contact, keeping, marks, numbering, opening, posting, prepared, rejoined
from mabar.exchange.models import Outgoing, Partner, Stream
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import documents, objects
from mabar.exchange.protocol.objects import BUSINESS, CLASSES, Item, administration_of
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.rejoining import may_number
from mabar.exchange.simulation import notes
from mabar.exchange.simulation.clockwork import SECOND
from mabar.exchange.simulation.drills import Drill
from mabar.exchange.simulation.nodes_in_one import Machine

DRILL = "exchange.drill/1.0"
GREET_EVERY = timedelta(seconds=100)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(seconds=60)
SECOND_BEFORE = timedelta(seconds=1)
REST, SHORT = timedelta(seconds=5), 600  # bytes; a greeting alone is shorter
UNKNOWN_HERE = b"403"  # in place of an answer, as the wire says it
OF_NOTES = ("subject-6", "subject-7")
_PARTNERS = prepared.Rows(Partner, "1 = 1 ORDER BY code")
_WAITS = (
    "SELECT 1 FROM exchange_outgoing WHERE address = %s AND done_at IS NULL UNION ALL SELECT 1 FROM exchange_stream"
    " WHERE partner_id = %s AND is_outward = %s AND closed_at IS NULL AND (settled < size OR sent_up_to < size) LIMIT 1"
)
_HAS_GONE = "SELECT 1 FROM exchange_sent WHERE message = %s UNION ALL SELECT 1 FROM exchange_outgoing WHERE key = %s"
_TOO_LATE = "SELECT key FROM exchange_outgoing WHERE code IN ('expired', 'overtaken') AND done_at IS NOT NULL"
_LET_GO = (
    "UPDATE exchange_outgoing SET done_at = NULL, code = '', facts = '{}', expires_at = NULL"
    " WHERE code IN ('expired', 'overtaken') AND done_at IS NOT NULL"
)


@dataclass
class Desk:
    """What stands outside a node and outlives it: what its clients handed in, and what officers bring on a stick."""

    handed: dict[str, Drill] = field(default_factory=dict)
    brought: list[bytes] = field(default_factory=list)
    certified: list[bytes] = field(default_factory=list)
    again: set[str] = field(default_factory=set)


@dataclass
class Line:
    """What a process remembers of its line to a partner."""

    greeted: datetime | None = None
    failures: int = 0
    is_waiting: bool = False
    rest: timedelta = timedelta(0)
    tells_descriptors: bool = True
    replies: list[Item] = field(default_factory=list)

    def may_try(self, at: datetime) -> bool:
        """Tell whether no answer is waited for, or not any more; a clock that was set back ends the waiting too."""
        if self.greeted is None:
            return True
        wait = min(FIRST_WAIT * 2 ** min(self.failures, 8), LONGEST_WAIT) if self.is_waiting else self.rest
        return abs(at - self.greeted) >= wait

    def is_silent(self, at: datetime) -> bool:
        """Tell whether it is time to greet."""
        return self.greeted is None or abs(at - self.greeted) >= GREET_EVERY


class Node:
    """A running node; what is not in its database is forgotten when it falls."""

    def __init__(self, machine: Machine, desk: Desk | None = None, strangers: Iterable[str] = ()) -> None:
        self._machine, self._desk, self._strangers = machine, desk or Desk(), tuple(strangers)
        self._lines: dict[str, Line] = defaultdict(Line)
        self._has_begun = False

    def _begin(self, at: datetime) -> None:
        """Do what a process does when it starts; a restored node asks its partners before it numbers anything."""
        if self._has_begun:
            return
        rejoined.check_marks(at)
        opening.apply_stops_again(at)
        for partner in _PARTNERS.all():
            posting.gone_silent(partner, CLASSES)
        if self._machine.is_restored:
            Partner.objects.update(restored_ms=ms_of(at), heard_ms=None)
            for item in self._desk.certified:
                contact.take(item, at)
            for drill in self._desk.handed.values():
                self._leave(drill, at - SECOND_BEFORE)  # as if the copy had it
        self._has_begun = True

    def tick(self, at: datetime) -> None:
        """Take what officers bring, and open what is stored."""
        self._begin(at)
        while self._desk.brought:
            contact.take(self._desk.brought[0], at)
            self._desk.brought.pop(0)
        while opening.open_stored(at):
            pass
        self._leave_again()
        if self._machine.is_restored and _has_rejoined(self._machine.name, self._strangers):
            self._machine.is_restored = False

    def _leave_again(self) -> None:
        """Let whoever left a letter that did not go in time leave it again without an end."""
        if late := prepared.values(_TOO_LATE):
            self._desk.again.update(key for (key,) in late)
            prepared.do(_LET_GO)

    def bodies_to_send(self, at: datetime) -> Iterable[tuple[str, bytes]]:
        """Give each partner what waits for it; where nothing does, a greeting now and then."""
        self._begin(at)
        for partner in _PARTNERS.all():
            line = self._lines[partner.code]
            if partner.code in self._strangers or not line.may_try(at):
                continue
            if line.is_waiting:
                self._give_up(partner, line)
            if line.is_silent(at) or line.replies or _has_waiting(partner):
                body = self._body(partner, line, at)
                if body:
                    yield partner.code, body

    def _give_up(self, partner: Partner, line: Line) -> None:
        line.failures, line.is_waiting = line.failures + 1, False
        posting.gone_silent(partner, CLASSES)

    def _body(self, partner: Partner, line: Line, at: datetime) -> bytes:
        try:
            body = contact.body_for(
                partner,
                at,
                replies=line.replies,
                tells_descriptors=line.tells_descriptors,
                salt=secrets.token_bytes,  # asked for now, when it is the world's
            )
        except Refused:  # by its clock no certificate of its own or of the other holds
            body = b""
        # what waits and cannot go yet, since this node was restored or has two batches under way, does not hurry
        line.rest = REST if len(body) < SHORT else timedelta(0)
        line.replies, line.tells_descriptors = [], False
        line.greeted, line.is_waiting = at, bool(body)
        return body

    def receive(self, body: bytes, at: datetime) -> bytes:
        """Take a body in, and give the answer."""
        self._begin(at)
        try:
            return contact.answer(body, at)
        except Refused:
            return UNKNOWN_HERE

    def hear(self, partner: str, answer: bytes, at: datetime) -> None:
        """Take an answer in."""
        self._begin(at)
        line = self._lines[partner]
        if answer == UNKNOWN_HERE:
            line.tells_descriptors = True
            return
        heard = contact.take(answer, at)
        if heard.partner is not None:
            line = self._lines[heard.partner.code]
            line.is_waiting, line.failures = False, 0
        line.replies += heard.replies
        line.tells_descriptors = line.tells_descriptors or heard.wants_descriptors

    def hand_in(self, drill: Drill, at: datetime) -> None:
        """Leave a drill, once however often it is asked."""
        self._begin(at)
        self._leave(drill, at)
        self._desk.handed[drill.key] = drill

    def _leave(self, drill: Drill, at: datetime) -> None:
        if not prepared.values(_HAS_GONE, drill.key, drill.key):
            prepared.put(Outgoing, key=drill.key, **_letter(drill, at))


def _letter(drill: Drill, at: datetime) -> dict[str, object]:
    is_note = goes_under_terms(drill)
    text = {"number": drill.number, "subject": drill.subject, "text": "for our own house" if is_note else ""}
    return {
        "address": drill.receiver,
        "kind": notes.Note.KIND if is_note else DRILL,
        "subject": drill.subject,
        "purpose": notes.PURPOSE if is_note else "",
        "body": documents.written(text).decode(),
        "left_at": at,
        "next_at": at,
        "urgency": drill.urgency,
        "expires_at": at + timedelta(milliseconds=60 * SECOND) if is_note and drill.number % 2 else None,
    }


def goes_under_terms(drill: Drill) -> bool:
    """Tell whether a drill goes as a note; the nodes of one administration have no terms with each other here."""
    is_abroad = administration_of(drill.sender) != administration_of(drill.receiver)
    return is_abroad and drill.urgency == BUSINESS and drill.subject in OF_NOTES


def _has_waiting(partner: Partner) -> bool:
    return bool(prepared.values(_WAITS, partner.code, partner.code, True))


def _has_rejoined(name: str, strangers: Iterable[str]) -> bool:
    """Tell whether every partner has answered, and every log is again as long as what was signed.

    A copy may be older than a stream: then only the mark beside it knows what was signed, and no row yet.
    """
    partners = Partner.objects.exclude(code__in=strangers)
    rows = list(Stream.objects.exclude(partner__in=strangers).select_related("partner"))
    here = {keeping.stream_of(row) for row in rows}
    heard = [objects.Stream(each.code, name, urgency, 1) for each in partners for urgency in CLASSES]
    is_known = all(stream in here or marks.of(stream) is None for stream in heard)
    is_answered = all(each.heard_ms is not None and each.heard_ms >= (each.restored_ms or 0) for each in partners)
    return is_known and is_answered and all(map(_stands, rows))


def _stands(row: Stream) -> bool:
    if row.is_outward:
        return row.closed_at is not None or may_number(numbering.standing_of(row))
    mark = marks.of(keeping.stream_of(row))
    return mark is None or mark.head.size <= row.size
