"""What becomes of one stored message: its key, its payload, the terms, and then the desk that it is for (mx1.md, 7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from mabar.exchange import agreeing, control, keeping, kinds, messages, prepared
from mabar.exchange.kinds import Letter, PartnerKind
from mabar.exchange.models import Received, Stream
from mabar.exchange.own import Own
from mabar.exchange.protocol import documents, policy, statements
from mabar.exchange.protocol.answers import ACTED, ANSWER, Said
from mabar.exchange.protocol.kind_table import is_control
from mabar.exchange.protocol.objects import Context
from mabar.exchange.protocol.refused import Fact, Refused
from mabar.exchange.protocol.stated import Stated
from mabar.exchange.protocol.statements import Statement
from mabar.lib.refusals import Refusal

MOST_FACTS, LONGEST_FACT = 8, 200
# SQLite takes a partial index only where the question itself repeats its condition, not where values are bound to it;
# by the stream it would read all that was ever received.
_HELD = (
    "SELECT message, subject, code, stream_id, seq FROM exchange_received"
    " WHERE said = 'held' AND NOT (said IN ('', 'accepted')) AND subject <> ''"
    " AND stream_id IN (SELECT id FROM exchange_stream WHERE partner_id = %s)"
)
_KNOWN = "SELECT message FROM exchange_effect WHERE partner = %s AND message IN ({})"
AFTER_HELD = "after-held"


class Stored(NamedTuple):
    """What is judged of a stored message: columns of `Received`, without the object, which costs more than the row."""

    seq: int
    message: str
    kind: str
    subject: str
    suite: int
    descriptor: int
    statement: bytes | memoryview
    payload: bytes | memoryview | None
    stored_at: datetime
    failures: int

    @staticmethod
    def of(found: QuerySet[Received]) -> "list[Stored]":
        """Read what was found, in its order."""
        return list(map(Stored._make, found.values_list(*Stored._fields)))


@dataclass(frozen=True)
class Ruling:
    """What is said of a message, and what is written down beside it."""

    said: Said
    code: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    subject: str = ""
    erase_on: date | None = None
    is_answered: bool = True


@dataclass
class Bench:
    """What is looked up once for a round on a stream, and what the round brings about."""

    row: Stream
    own: Own
    at: datetime
    known: set[str]
    held_from: dict[str, int]  # from which seq on messages about a subject wait
    agreements: Mapping[str, policy.Agreement]
    suspensions: Sequence[policy.Suspension]
    effects: list[str] = field(default_factory=list)
    drills: list[tuple[str, int, str, str]] = field(default_factory=list)

    @staticmethod
    def for_stream(row: Stream, stored: Sequence[Stored], own: Own, at: datetime, *, is_again: bool) -> "Bench":
        """Look up what a round on these messages needs.

        In one on messages that were held, those that only wait themselves hold up nothing but what comes after them.
        """
        partner = row.partner_id
        ids = {each.message for each in stored}
        known = prepared.values(_KNOWN.format(prepared.places(ids)), partner, *ids) if ids else []
        held = prepared.values(_HELD, partner)
        return Bench(
            row=row,
            own=own,
            at=at,
            known={message for (message,) in known},
            held_from=_held_from((each[1:] for each in held if each[0] not in ids), row.pk, is_again=is_again),
            agreements=agreeing.with_partner(partner),
            suspensions=agreeing.suspensions(partner),
        )

    def rule(self, message: Stored) -> Ruling:
        """Judge one message, and let it take effect where nothing stands against that."""
        statement = statements.read(bytes(message.statement)).said
        try:
            return self._of_key(message, statement) or self._opened(message, statement)
        except Refused as refused:
            return _refused(refused.code, refused.facts, is_answered=not _is_answer(statement.kind))

    def note_held(self, message: Stored) -> None:
        """Let later messages on the same subject wait for this one."""
        subject = _subject(message)
        if subject:
            self.held_from[subject] = 0

    def _waits(self, subject: str, message: Stored) -> bool:
        return bool(subject) and self.held_from.get(subject, message.seq) < message.seq

    def _of_key(self, message: Stored, statement: Statement) -> Ruling | None:
        """Judge by the key that signed the statement; None when nothing stands against it."""
        verdict = _vouched(self.row, message, statement, self.own)
        if verdict is None:
            return None
        self.note_held(message)
        return Ruling(verdict, "key.held" if verdict is Said.HELD else "key.stopped", subject=_subject(message))

    def _opened(self, message: Stored, statement: Statement) -> Ruling:
        is_answered = not _is_answer(statement.kind)
        if message.message in self.known:
            return Ruling(Said.ACCEPTED, is_answered=is_answered)
        if message.payload is None:
            raise Refused("payload.withheld")
        document = documents.read(bytes(message.payload))
        if is_control(statement.kind):
            self._require_permitted(message, statement, None, document)
            if self._waits(subject := _subject(message, document), message):
                return Ruling(Said.HELD, AFTER_HELD, subject=subject)
            control.take_effect(self, message, statement, document)
            self._note_effect(message)
            return Ruling(Said.ACCEPTED, is_answered=is_answered)
        return self._by_desk(message, statement, document)

    def _by_desk(self, message: Stored, statement: Statement, document: Any) -> Ruling:
        kind = kinds.for_partners(statement.kind)
        if kind is None:
            raise Refused("kind.unknown", kind=statement.kind)
        stated = self._require_permitted(message, statement, kind, document)
        subject = kinds.subject_of(statement.kind, document)
        if self._waits(subject, message):
            return Ruling(Said.HELD, AFTER_HELD, subject=subject)
        is_late = self._is_late(statement)
        letter = self._letter(message, statement, document, is_late=is_late)
        try:
            with transaction.atomic():
                kind.opener(messages.taken(kind.message, document), letter)
        except Refusal as refusal:
            facts = {name: str(value) for name, value in refusal.details.items()}
            return _refused(f"rule.{_dashed(refusal.code)}", facts, subject=subject)
        self._note_effect(message)
        erase_on = policy.erase_on(self.agreements[stated.terms or ""], stated, at_ms=self.own.at_ms)
        said = Said.LATE if is_late else Said.ACCEPTED
        return Ruling(said, "late" if is_late else "", subject=subject, erase_on=erase_on)

    def _require_permitted(
        self, message: Stored, statement: Statement, kind: PartnerKind | None, document: Any
    ) -> Stated:
        context = Context.of(keeping.stream_of(self.row), suite=message.suite, descriptor=message.descriptor)
        agency = self.own.book.descriptor(self.row.partner_id, message.descriptor).agency_by_number[statement.agency]
        stated = Stated.of(statement, context, agency=agency.code)
        policy.require_permitted(
            self.agreements.get(stated.terms or ""),
            stated,
            document,
            row=kind.row if kind else None,
            suspensions=self.suspensions,
            at_ms=self.own.at_ms,
        )
        return stated

    def _letter(self, message: Stored, statement: Statement, document: Any, *, is_late: bool) -> Letter:
        age_ms = self.own.at_ms + (self.row.partner.offset_ms or 0) - statement.issued_ms
        return Letter(
            partner=self.row.partner_id,
            key=message.message,
            kind=statement.kind,
            document=document,
            purpose=statement.purpose or "",
            terms=statement.terms or "",
            age_s=max(age_ms, 0) / 1000,
            is_late=is_late,
            at=self.at,
        )

    def _is_late(self, statement: Statement) -> bool:
        return (
            statement.expires_ms is not None
            and self.own.at_ms + (self.row.partner.offset_ms or 0) > statement.expires_ms
        )

    def _note_effect(self, message: Stored) -> None:
        self.known.add(message.message)
        self.effects.append(message.message)


def _held_from(held: Iterable[tuple[str, str, int, int]], stream: int, *, is_again: bool) -> dict[str, int]:
    """Give from which seq of a stream on messages about a subject wait, by what is held of all its partner's."""
    found: dict[str, int] = {}
    for subject, code, of, seq in held:
        if not is_again or code != AFTER_HELD:
            found[subject] = 0
        elif of == stream:
            found[subject] = min(seq, found.get(subject, seq))
    return found


def _is_answer(kind: str) -> bool:
    return kind in (ANSWER, ACTED)


def _refused(code: str, facts: Mapping[str, Fact], *, subject: str = "", is_answered: bool = True) -> Ruling:
    told = dict(list(facts.items())[:MOST_FACTS])
    cut = {name: each[:LONGEST_FACT] if isinstance(each, str) else each for name, each in told.items()}
    return Ruling(Said.REFUSED, code, cut, subject=subject, is_answered=is_answered)


def _dashed(name: str) -> str:
    """Write `OutOfTurn` as `out-of-turn`, as codes on the wire are written."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _subject(message: Stored, document: Any = None) -> str:
    """Read what a message is about before it is judged; empty where that cannot be told."""
    if message.subject or message.payload is None:
        return message.subject
    if document is None:
        return kinds.subject_in(message.kind, bytes(message.payload))
    return kinds.subject_of(message.kind, document)


def _vouched(row: Stream, message: Stored | Received, statement: Statement, own: Own) -> Said | None:
    """Tell what a stop and a settle make of a message: held, refused, or None where its key speaks for it."""
    key = own.book.agency_key(row.partner_id, message.descriptor, statement.agency) or b""
    if not own.book.is_stopped(row.partner_id, key):
        return None
    if not own.book.is_settled(row.partner_id, key):
        return Said.HELD
    return None if message.seq <= _settled_seq(row, key, own) else Said.REFUSED


_DOUBLY_SIGNED = (
    "SELECT MAX(size) FROM exchange_signedhead WHERE stream_id = %s AND head IS NOT NULL AND receipt IS NOT NULL"
)


def _settled_seq(row: Stream, key: bytes, own: Own) -> int:
    """Give the last seq that the owner of a stopped key vouches for; never below a head that both have signed."""
    told = own.book.settled_seq(key, keeping.stream_of(row))
    return max(told or 0, prepared.values(_DOUBLY_SIGNED, row.pk)[0][0] or 0)


def dispute(row: Stream, own: Own) -> int:
    """Mark what was opened above what the owner of a stopped key vouches for; nothing is undone silently."""
    ended = _ended_keys(row, own)
    if not ended:
        return 0
    vouched = {key: _settled_seq(row, key, own) for keys in ended.values() for key in keys}
    suspect = prepared.values(_SUSPECT.format(prepared.places(ended)), row.pk, min(vouched.values()), False, *ended)
    disputed = []
    for seq, descriptor, signed in suspect:
        agency = statements.read(bytes(signed)).said.agency
        key = own.book.agency_key(row.partner_id, descriptor, agency) or b""
        if seq > vouched.get(key, seq):
            disputed.append(seq)
    return Received.objects.filter(stream=row, seq__in=disputed).update(is_disputed=True) if disputed else 0


_SUSPECT = (
    "SELECT seq, descriptor, statement FROM exchange_received WHERE stream_id = %s AND seq > %s"
    " AND said IN ('accepted', 'late') AND is_disputed = %s AND descriptor IN ({}) ORDER BY seq"
)


def _ended_keys(row: Stream, own: Own) -> dict[int, set[bytes]]:
    """Give the keys of a stream's writer that are stopped and settled, by descriptor."""
    node, found = row.partner_id, {}
    for number in own.book.numbers.get(node, ()):
        keys = {each.key for each in own.book.descriptor(node, number).agencies}
        ended = {each for each in keys if own.book.is_stopped(node, each) and own.book.is_settled(node, each)}
        found.update({number: ended} if ended else {})
    return found
