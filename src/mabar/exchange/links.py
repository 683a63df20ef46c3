"""The lines to the partners: three threads for flash and two for the rest, each with a connection of its own.

Another speaks while the first waits for its answer, so that the line never rests and what comes does not wait for the
answer to what went before.  They take turns: one body lies in the line whole before the next is made, so that batches
arrive in their order.  An alert that is not answered soon goes again by the next connection, and once more.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.db import close_old_connections

from mabar.exchange import contact, due, posting
from mabar.exchange.line import Line, LineFault
from mabar.exchange.models import Partner
from mabar.exchange.own import Own, own
from mabar.exchange.pacing import Pace
from mabar.exchange.protocol.objects import BULK, BUSINESS, FLASH, OPERATIONAL, Item
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.sending import MOST_UNDER_WAY
from mabar.exchange.turns import Saying, Turn

log = logging.getLogger(__name__)
FIRST = 0
# For each group of classes how long it takes, by each of its connections, until what has no answer goes again by it.
GROUPS: dict[tuple[int, ...], tuple[timedelta | None, ...]] = {
    (FLASH,): (None, timedelta(seconds=0.3), timedelta(seconds=1.2)),
    (OPERATIONAL, BUSINESS, BULK): (None, None),
}
UNKNOWN_HERE = 403
GREET_S = 20.0  # a silent line greets, so that both sides know that it carries
POLL_S = {FLASH: 1.0, OPERATIONAL: 3.0}  # how often a node without a door asks what waits for it
LOOK_S = {FLASH: 0.1, OPERATIONAL: 0.25}
LONGEST_REST_S = 60.0
STALLED_S = {FLASH: 1.0, OPERATIONAL: 5.0}  # how long it rests when letters wait and a contact moved nothing
SHORT = 8 * 1024  # a contact with little in it is quick, and only a quick one tells how the clocks differ
# Of a body before it is packed, in bytes; how long a contact may take before the next body is made smaller; and what
# share of its budget a body has at least, packed, when more was waiting than went.
LEAST_BODY, FIRST_BODY, CARRIED_S, PACKED = 16 * 1024, 128 * 1024, 5.0, 1 / 16
LONG_BODY_S = 1.0  # what takes longer to say is waited for from its end


@dataclass
class Link:
    """What a thread remembers of its line between two contacts."""

    partner: str
    urgencies: Sequence[int]
    rank: int = FIRST
    overdue: timedelta | None = None
    turn: Turn = field(default_factory=lambda: Turn(FIRST_BODY))
    pace: Pace | None = None
    line: Line | None = None
    replies: list[Item] = field(default_factory=list)
    tells_descriptors: bool = field(init=False)
    failures: int = 0
    greeted: float = 0.0
    stood: tuple[object, ...] | None = None  # where all stood after a contact that moved nothing
    has_begun: bool = False

    def __post_init__(self) -> None:
        self.tells_descriptors = self.rank == FIRST  # who we are is long; the others tell it where it is not known

    def look(self) -> bool:
        """Contact the partner if anything is due; tell whether it was."""
        if self._rests:
            return False
        partner = Partner.objects.filter(code=self.partner, is_cut=False).first()
        if partner is None or not self._is_due(partner):
            return False
        if self.rank == FIRST and not self.has_begun:
            # nobody answers any more what was on its way when the process before this one fell
            posting.gone_silent(partner, self.urgencies)
            self.has_begun = True
        try:
            line = self._line_to(own(datetime.now(UTC)))
            if line is None:
                return False
            self._contact(partner, line)
        except (LineFault, Refused) as fault:
            self.tells_descriptors = getattr(fault, "status", 0) == UNKNOWN_HERE
            self._note_fault(partner, str(fault), datetime.now(UTC))
            raise
        return True

    def _is_due(self, partner: Partner) -> bool:
        if self.replies or self._is_to_greet:
            return True
        if self.rank != FIRST:
            goes_again = self.overdue and due.goes_again(partner, self.urgencies, self.overdue)
            return goes_again or (due.goes_behind(partner, self.urgencies) and not self._is_stalled(partner))
        if due.has_waiting(partner, self.urgencies) and not self._is_stalled(partner):
            return True
        since = time.monotonic() - self.greeted
        return since >= POLL_S[self.urgencies[0]] and not _has_door(partner)

    @property
    def _rests(self) -> bool:
        """Whether it has nothing to do, so that the database need not be asked: no other waits long for an answer."""
        is_needed = self.turn.is_waiting and not self._is_wide
        return self.rank != FIRST and not (is_needed or self._is_to_greet or self.replies)

    @property
    def _is_wide(self) -> bool:
        """Whether one connection is enough for the line; never for alerts."""
        return FLASH not in self.urgencies and self.turn.budget >= posting.MOST_BODY

    @property
    def _is_to_greet(self) -> bool:
        return self._is_kept_open and time.monotonic() - self.greeted >= GREET_S

    @property
    def _is_kept_open(self) -> bool:
        """Whether the connection stands while there is nothing to say."""
        return self.rank == FIRST or FLASH in self.urgencies

    def _is_stalled(self, partner: Partner) -> bool:
        """Tell whether the last contact moved nothing of what waits, a short while ago, and nothing has come since."""
        if self.stood is None or time.monotonic() - self.greeted >= STALLED_S[self.urgencies[0]]:
            return False
        return self.stood == due.standing(partner, self.urgencies)

    def _line_to(self, mine: Own) -> Line | None:
        """Give the line to the door that the partner's descriptor names; None where it has none."""
        descriptor = mine.book.current(self.partner, mine.at_ms)
        if not descriptor.urls:
            return None
        if self.line is None or self.line.url != descriptor.urls[0]:
            self.line = Line(descriptor.urls[0], frozenset(descriptor.pins), pace=self.pace)
        elif not self._is_kept_open and time.monotonic() - self.greeted >= GREET_S:
            self.line.close()  # the other end has closed it
        return self.line

    def _contact(self, partner: Partner, line: Line) -> None:
        line.open()
        with self.turn.taken() as saying:
            at, began = datetime.now(UTC), time.monotonic()
            body = self._body_for(partner, at)
            before = due.standing(partner, self.urgencies)
            answer = self._said(body, partner, line, saying)
            took_s = time.monotonic() - began
            if FLASH not in self.urgencies:
                saying.wait_for_those_before(line.timeout_s)
            heard = contact.take(answer, datetime.now(UTC))
        self._note_rate(len(body), took_s)
        self.replies, self.tells_descriptors = heard.replies, heard.wants_descriptors
        after = due.standing(partner, self.urgencies)
        self.stood = after if after == before else None
        self.greeted, self.failures = time.monotonic(), 0
        is_short = len(body) + len(answer) < SHORT
        _note_contact(partner, heard.partner if is_short else None, at, took_s)

    def _said(self, body: bytes, partner: Partner, line: Line, saying: Saying) -> bytes:
        """Say a body in its turn and give the answer.

        On a line that has shown itself wide the next is numbered meanwhile; on a narrow one what waits is judged when
        it goes: terms may be suspended before that.
        """
        classes = ",".join(map(str, self.urgencies))
        if self._is_wide:
            return self._posted(body, partner, line, classes)
        began = time.monotonic()

        def is_said() -> None:
            if time.monotonic() - began > LONG_BODY_S:
                posting.said(partner, self.urgencies)
            saying.is_said()

        return line.post(body, classes=classes, when_said=is_said)

    def _posted(self, body: bytes, partner: Partner, line: Line, classes: str) -> bytes:
        answer: Future[bytes] = Future()
        threading.Thread(target=_fulfil, args=(answer, line, body, classes), daemon=True).start()
        try:
            at = datetime.now(UTC)
            posting.number_ahead(partner, self.urgencies, own(at), at)
        finally:
            said = answer.result()  # nobody else may speak on the line before it has answered
        return said

    def _body_for(self, partner: Partner, at: datetime) -> bytes:
        """Make a body; one with alerts has all that are not answered, so that none waits for one that was lost."""
        if FLASH in self.urgencies:
            posting.gone_silent(partner, self.urgencies)
        return contact.body_for(
            partner,
            at,
            urgencies=self.urgencies,
            replies=self.replies,
            tells_descriptors=self.tells_descriptors,
            budget=self.turn.budget,
            batches=MOST_UNDER_WAY if self._is_wide else 1,  # on a narrow line the other connection has the next
        )

    def _note_rate(self, carried: int, took_s: float) -> None:
        """Make the next body so large that it takes the line a few seconds; a small one tells nothing of that."""
        budget = self.turn.budget
        if took_s > 2 * CARRIED_S:
            self.turn.budget = max(int(budget * CARRIED_S / took_s), LEAST_BODY)
        elif took_s < CARRIED_S and carried > budget * PACKED:
            self.turn.budget = min(budget * 2, posting.MOST_BODY)

    def _note_fault(self, partner: Partner, said: str, at: datetime) -> None:
        self.failures += 1
        posting.gone_silent(partner, self.urgencies)
        Partner.objects.filter(code=partner.code).update(tried_at=at, failures=self.failures, fault=said[:200])

    def rest_s(self) -> float:
        """Give how long to wait after a fault: longer each time, and not in step with others."""
        longest = min(2.0 ** min(self.failures, 6), LONGEST_REST_S)
        return random.uniform(longest / 2, longest)  # noqa: S311  # nobody gains by guessing it


def _fulfil(answer: Future[bytes], line: Line, body: bytes, classes: str) -> None:
    try:
        answer.set_result(line.post(body, classes=classes))
    except BaseException as fault:  # whoever waits for it raises it
        answer.set_exception(fault)


def _note_contact(partner: Partner, greeted: Partner | None, at: datetime, took_s: float) -> None:
    changed: dict[str, object] = {"tried_at": at, "failures": 0, "fault": ""}
    if greeted is not None and greeted.greeted_ms is not None:
        middle_ms = int(at.timestamp() * 1000 + took_s * 500)
        changed["offset_ms"] = greeted.greeted_ms - middle_ms
    Partner.objects.filter(code=partner.code).update(**changed)


def _has_door(partner: Partner) -> bool:
    """Tell whether the partner can reach this node by itself."""
    mine = own(datetime.now(UTC))
    return bool(mine.book.current(mine.code, mine.at_ms).urls)


def links_to(partner: str) -> list[Link]:
    """Make the links to a partner; those of a group share their turn and their pace, which alerts do not keep."""
    made = []
    for group, overdue in GROUPS.items():
        turn, pace = Turn(FIRST_BODY), None if FLASH in group else Pace()
        made += [Link(partner, group, rank, each, turn, pace) for rank, each in enumerate(overdue)]
    return made


def keep(stop: threading.Event) -> None:
    """Run five threads for each partner until told to stop; partners that come later get theirs."""
    running: dict[str, list[threading.Thread]] = {}
    while not stop.is_set():
        for code in Partner.objects.values_list("code", flat=True):
            if code not in running:
                running[code] = [
                    threading.Thread(target=_run, args=(link, stop), daemon=True) for link in links_to(code)
                ]
                for thread in running[code]:
                    thread.start()
        close_old_connections()
        stop.wait(2)
    for thread in chain.from_iterable(running.values()):
        thread.join(timeout=5)


def _run(link: Link, stop: threading.Event) -> None:
    while not stop.is_set():
        rest_s = LOOK_S[link.urgencies[0]]
        try:
            rest_s = 0.0 if link.look() else rest_s
        except (LineFault, Refused) as fault:
            rest_s = max(link.rest_s(), getattr(fault, "retry_after_s", 0))
        except Exception:
            log.exception("contact failed", extra={"subject": link.partner})
            link.failures += 1
            rest_s = link.rest_s()
        close_old_connections()
        stop.wait(rest_s)
    if link.line is not None:
        link.line.close()
