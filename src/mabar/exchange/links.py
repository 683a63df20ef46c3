"""The lines to the partners: two threads for flash and one for the rest, each with a connection of its own.

The second for flash speaks while the first waits: an alert does not wait for the answer to the one before it, and goes
again by the other connection when the answer to it is overdue.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import close_old_connections

from mabar.exchange import contact, posting
from mabar.exchange.line import Line, LineFault
from mabar.exchange.models import Outgoing, Partner, Stream
from mabar.exchange.own import Own, own
from mabar.exchange.pacing import Pace
from mabar.exchange.protocol.objects import BULK, BUSINESS, FLASH, OPERATIONAL, Item
from mabar.exchange.protocol.refused import Refused

log = logging.getLogger(__name__)
FIRST, SECOND = "first", "second"
GROUPS = (((FLASH,), FIRST), ((FLASH,), SECOND), ((OPERATIONAL, BUSINESS, BULK), FIRST))
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
OVERDUE = timedelta(seconds=3)  # by then the kernel has sent again what was lost once


@dataclass
class Link:
    """What a thread remembers of its line between two contacts."""

    partner: str
    urgencies: Sequence[int]
    rank: str = FIRST
    line: Line | None = None
    replies: list[Item] = field(default_factory=list)
    tells_descriptors: bool = True
    failures: int = 0
    greeted: float = 0.0
    stood: tuple[object, ...] | None = None  # where all stood after a contact that moved nothing
    budget: int = FIRST_BODY
    has_begun: bool = False

    def look(self) -> bool:
        """Contact the partner if anything is due; tell whether it was."""
        partner = Partner.objects.filter(code=self.partner, is_cut=False).first()
        if partner is None or not self._is_due(partner):
            return False
        if self.rank == FIRST and not self.has_begun:
            # nobody answers any more what was on its way when the process before this one fell
            posting.gone_silent(partner, self.urgencies)
            self.has_begun = True
        at = datetime.now(UTC)
        try:
            mine = own(at)
            line = self._line_to(mine)
            if line is None:
                return False
            self._contact(partner, line, at)
        except (LineFault, Refused) as fault:
            # who we are is long; it goes again only where it is not known
            self.tells_descriptors = getattr(fault, "status", 0) == UNKNOWN_HERE
            self._note_fault(partner, str(fault), at)
            raise
        return True

    def _is_due(self, partner: Partner) -> bool:
        since = time.monotonic() - self.greeted
        if self.replies or since >= GREET_S:
            return True
        if self.rank == SECOND:
            return _waits_behind(partner, self.urgencies)
        if _has_waiting(partner, self.urgencies) and not self._is_stalled(partner):
            return True
        return since >= POLL_S[self.urgencies[0]] and not _has_door(partner)

    def _is_stalled(self, partner: Partner) -> bool:
        """Tell whether the last contact moved nothing of what waits, a short while ago, and nothing has come since."""
        if self.stood is None or time.monotonic() - self.greeted >= STALLED_S[self.urgencies[0]]:
            return False
        return self.stood == _standing(partner, self.urgencies)

    def _line_to(self, mine: Own) -> Line | None:
        """Give the line to the door that the partner's descriptor names; None where it has none."""
        descriptor = mine.book.current(self.partner, mine.at_ms)
        if not descriptor.urls:
            return None
        if self.line is None or self.line.url != descriptor.urls[0]:
            pace = None if FLASH in self.urgencies else Pace()
            self.line = Line(descriptor.urls[0], frozenset(descriptor.pins), pace=pace)
        return self.line

    def _contact(self, partner: Partner, line: Line, at: datetime) -> None:
        body = contact.body_for(
            partner,
            at,
            urgencies=self.urgencies,
            replies=self.replies,
            tells_descriptors=self.tells_descriptors,
            budget=self.budget,
        )
        before, began = _standing(partner, self.urgencies), time.monotonic()
        answer = self._posted(line, body, partner, at)
        took_s = time.monotonic() - began
        self._note_rate(len(body), took_s)
        heard = contact.take(answer, datetime.now(UTC))
        self.replies, self.tells_descriptors = heard.replies, heard.wants_descriptors
        after = _standing(partner, self.urgencies)
        self.stood = after if after == before else None
        self.greeted, self.failures = time.monotonic(), 0
        is_short = len(body) + len(answer) < SHORT
        _note_contact(partner, heard.partner if is_short else None, at, took_s)

    def _posted(self, line: Line, body: bytes, partner: Partner, at: datetime) -> bytes:
        """Send a body and give its answer; on a line that has shown itself wide, the next is numbered meanwhile.

        On a narrow one what waits is judged when it goes: terms may be suspended before that.
        """
        classes = ",".join(map(str, self.urgencies))
        if self.budget < posting.MOST_BODY:
            return line.post(body, classes=classes)
        answer: Future[bytes] = Future()
        threading.Thread(target=_fulfil, args=(answer, line, body, classes), daemon=True).start()
        try:
            posting.number_ahead(partner, self.urgencies, own(at), at)
        finally:
            said = answer.result()  # nobody else may speak on the line before it has answered
        return said

    def _note_rate(self, carried: int, took_s: float) -> None:
        """Make the next body so large that it takes the line a few seconds; a small one tells nothing of that."""
        if took_s > 2 * CARRIED_S:
            self.budget = max(int(self.budget * CARRIED_S / took_s), LEAST_BODY)
        elif took_s < CARRIED_S and carried > self.budget * PACKED:
            self.budget = min(self.budget * 2, posting.MOST_BODY)

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


def _standing(partner: Partner, urgencies: Sequence[int]) -> tuple[object, ...]:
    """Give where the streams of a line and what waits for it stand: a contact that moves anything changes it."""
    names = ("pk", "size", "settled", "sent_up_to", "told_size", "under_way")
    rows = Stream.objects.filter(partner=partner, urgency__in=urgencies).order_by("pk").values_list(*names)
    waiting = Outgoing.objects.filter(address=partner.code, urgency__in=urgencies, done_at=None).order_by("-key")
    known = Partner.objects.get(pk=partner.pk)
    is_answered = (known.heard_ms or 0) >= (known.restored_ms or 0)
    return *rows, waiting.values_list("key", flat=True).first(), is_answered, *map(tuple, known.wanted)


def _has_waiting(partner: Partner, urgencies: Sequence[int]) -> bool:
    if Outgoing.objects.filter(address=partner.code, urgency__in=urgencies, done_at=None).exists():
        return True
    return any(posting.is_due(row, datetime.now(UTC)) for row in _open_rows(partner, urgencies))


def _waits_behind(partner: Partner, urgencies: Sequence[int]) -> bool:
    """Tell whether something waits behind what is under way, or what is under way is not answered in time."""
    busy = [row for row in _open_rows(partner, urgencies) if row.under_way]
    if not busy:
        return False
    if any(row.moved_at is not None and datetime.now(UTC) - row.moved_at >= OVERDUE for row in busy):
        posting.gone_silent(partner, urgencies)
        return True
    waiting = Outgoing.objects.filter(address=partner.code, urgency__in=urgencies, done_at=None)
    return any(row.sent_up_to < row.size for row in busy) or waiting.exists()


def _open_rows(partner: Partner, urgencies: Sequence[int]) -> list[Stream]:
    return list(Stream.objects.filter(partner=partner, is_outward=True, urgency__in=urgencies, closed_at=None))


def _has_door(partner: Partner) -> bool:
    """Tell whether the partner can reach this node by itself."""
    mine = own(datetime.now(UTC))
    return bool(mine.book.current(mine.code, mine.at_ms).urls)


def keep(stop: threading.Event) -> None:
    """Run three threads for each partner until told to stop; partners that come later get theirs."""
    running: dict[tuple[str, tuple[Sequence[int], str]], threading.Thread] = {}
    while not stop.is_set():
        for code in Partner.objects.values_list("code", flat=True):
            for group in GROUPS:
                if (code, group) not in running:
                    thread = threading.Thread(target=_run, args=(Link(code, *group), stop), daemon=True)
                    running[code, group] = thread
                    thread.start()
        close_old_connections()
        stop.wait(2)
    for thread in running.values():
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
