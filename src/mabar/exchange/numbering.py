"""The numberer: what waits for a partner is judged by the terms in force now, numbered, signed and kept as sent."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mabar.base import keys
from mabar.exchange import agreeing, keeping, kinds, many_rows, marks, prepared
from mabar.exchange.models import Outgoing, Sent, Stream
from mabar.exchange.own import Own, ms_of
from mabar.exchange.protocol import documents, policy, sending
from mabar.exchange.protocol.batches import MOST_STATEMENTS
from mabar.exchange.protocol.kind_table import is_control
from mabar.exchange.protocol.objects import FLASH
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.rejoining import Standing, has_no_way_on, may_number
from mabar.exchange.protocol.sending import Draft
from mabar.exchange.protocol.stated import Stated
from mabar.exchange.protocol.statements import SALT, digest

NODE_AGENCY = "node"
AT_ONCE = sending.MOST_UNDER_WAY * MOST_STATEMENTS
Salt = Callable[[int], bytes]


@dataclass(frozen=True)
class Ready:
    """A letter that may go: its draft, what its digest stands for, and how long it is kept."""

    letter: Outgoing
    draft: Draft
    salt: bytes
    payload: bytes
    erase_on: date | None


@dataclass(frozen=True)
class Desk:
    """What the numberer looks up once for all letters of a stream."""

    own: Own
    row: Stream
    at: datetime
    suite: int
    agreements: Mapping[str, policy.Agreement]
    suspensions: Sequence[policy.Suspension]
    salt: Salt

    @staticmethod
    def at_stream(own: Own, row: Stream, at: datetime, salt: Salt) -> "Desk":
        """Set the desk up for one stream."""
        partner = row.partner_id
        agreements, suspended = agreeing.with_partner(partner), agreeing.suspensions(partner)
        return Desk(own, row, at, own.suite(partner), agreements, suspended, salt)


def standing_of(row: Stream) -> Standing:
    """Give what decides whether this node may number on an outward stream."""
    partner = row.partner
    return Standing(
        stream=keeping.stream_of(row),
        frontier=keeping.frontier_of(row),
        mark=marks.of(keeping.stream_of(row)),
        peer_size=row.told_size,
        restored_ms=partner.restored_ms,
        heard_ms=partner.heard_ms,
        is_open=row.closed_at is None,
    )


def is_stuck(row: Stream) -> bool:
    """Tell whether an outward stream can number nothing any more, though its partner has answered."""
    return row.is_outward and has_no_way_on(standing_of(row))


def number_waiting(
    row: Stream, own: Own, at: datetime, *, limit: int = AT_ONCE, salt: Salt = secrets.token_bytes
) -> int:
    """Number what waits on an outward stream that is locked; what may not go is kept for its author to see.

    Return how many were numbered.
    """
    waiting = _WAITING.all(row.partner_id, row.urgency, limit)
    if not waiting or not may_number(standing := standing_of(row)):
        return 0
    desk = Desk.at_stream(own, row, at, salt)
    ready = [each for each in (_prepared(letter, desk) for letter in waiting) if each is not None]
    if ready:
        _number(desk, standing, ready)
    return len(ready)


_WAITING = prepared.Rows(Outgoing, "address = %s AND urgency = %s AND done_at IS NULL ORDER BY key LIMIT %s")


def _prepared(letter: Outgoing, desk: Desk) -> Ready | None:
    """Make a letter ready; None when it may not go, or goes in another class."""
    try:
        if letter.expires_at is not None and letter.expires_at <= desk.at and not _has_left(letter):
            raise Refused("expired", at=letter.expires_at.isoformat())
        return _control(letter, desk) if is_control(letter.kind) else _under_terms(letter, desk)
    except Refused as refused:
        letter.code, letter.facts, letter.done_at = refused.code, dict(refused.facts), desk.at
        letter.save(update_fields=["code", "facts", "done_at"])
        return None


def _has_left(letter: Outgoing) -> bool:
    """Tell whether a letter goes again under another number: then it left in time, and is shown there with its age."""
    return Sent.objects.filter(message=letter.key).exists()


def _control(letter: Outgoing, desk: Desk) -> Ready:
    payload, salt = letter.body.encode(), desk.salt(SALT)
    draft = Draft(
        message_id=keys.raw_of(letter.key),
        kind=letter.kind,
        digest=digest(salt, payload),
        length=len(payload),
        addressees=(NODE_AGENCY,),
    )
    return Ready(letter, draft, salt, payload, erase_on=None)


def _under_terms(letter: Outgoing, desk: Desk) -> Ready | None:
    kind = kinds.for_partners(letter.kind)
    if kind is None:
        raise Refused("kind.unknown", kind=letter.kind)
    leaving = policy.leaving(
        desk.agreements, kind.row, _stated(letter, kind, desk), json.loads(letter.body), suspensions=desk.suspensions
    )
    agreement = desk.agreements[leaving.stated.terms or ""]
    if _is_over_the_cap(letter, agreement, desk):
        return None
    payload, salt = documents.written(leaving.payload), desk.salt(SALT)
    draft = Draft(
        message_id=keys.raw_of(letter.key),
        kind=leaving.stated.kind,
        digest=digest(salt, payload),
        length=len(payload),
        addressees=leaving.stated.addressees,
        agency=_agency_number(kind.agency, desk),
        purpose=leaving.stated.purpose,
        terms=leaving.stated.terms,
        expires_ms=ms_of(letter.expires_at) if letter.expires_at else None,
        handling=kind.handling,
    )
    return Ready(letter, draft, salt, payload, policy.erase_on(agreement, leaving.stated, at_ms=desk.own.at_ms))


def _stated(letter: Outgoing, kind: kinds.PartnerKind, desk: Desk) -> Stated:
    return Stated(
        sender=desk.own.code,
        receiver=desk.row.partner_id,
        suite=desk.suite,
        kind=kind.row.kind,
        purpose=letter.purpose or None,
        issued_ms=desk.own.at_ms,
        agency=kind.agency,
        addressees=kind.to_agencies,
        originators=(),
    )


def _agency_number(code: str, desk: Desk) -> int:
    number = desk.own.book.agency_number(desk.own.code, desk.own.pen.descriptor, code)
    if number is None:
        raise Refused("policy.agency", agency=code)
    return number


def _is_over_the_cap(letter: Outgoing, agreement: policy.Agreement, desk: Desk) -> bool:
    """Carry flash beyond what the terms allow an hour as operational; its author sees that."""
    if letter.urgency != FLASH:
        return False
    hour = (desk.at - timedelta(hours=1), desk.at)  # what a clock that ran ahead numbered later does not count
    lately = Sent.objects.filter(stream=desk.row, numbered_at__range=hour).exclude(terms="")
    urgency = policy.carried_as(agreement, FLASH, flash_last_hour=lately.count())
    if urgency == FLASH:
        return False
    letter.urgency, letter.code = urgency, "flash.over-cap"
    letter.save(update_fields=["urgency", "code"])
    return True


def _number(desk: Desk, standing: Standing, ready: Sequence[Ready]) -> None:
    numbered = sending.number(
        [each.draft for each in ready], standing, pen=desk.own.pen, suite=desk.suite, issued_ms=desk.own.at_ms
    )
    by_id = {each.draft.message_id: each for each in ready}
    many_rows.insert(
        Sent,
        _NAMES,
        (
            _values(by_id[statement.message_id], statement.seq, item.object)
            for statement, item in zip(numbered.statements, numbered.items, strict=True)
        ),
        stream_id=desk.row.pk,
        suite=desk.suite,
        descriptor=desk.own.pen.descriptor,
        numbered_at=desk.at,
    )
    gone = [each.letter.key for each in ready]
    prepared.do(f"DELETE FROM exchange_outgoing WHERE key IN ({prepared.places(gone)})", *gone)  # noqa: S608
    keeping.keep_nodes(desk.row, numbered.nodes)
    keeping.set_frontier(desk.row, numbered.frontier)
    prepared.save(desk.row, "size", "frontier")


_NAMES = (
    *("seq", "message", "kind", "subject", "statement", "salt", "payload"),
    *("purpose", "terms", "author", "left_at", "code", "erase_on"),
)


def _values(ready: Ready, seq: int, statement: bytes) -> tuple[Any, ...]:
    letter, draft = ready.letter, ready.draft
    told = (seq, letter.key, draft.kind, letter.subject, statement, ready.salt, ready.payload)
    return *told, letter.purpose, draft.terms or "", letter.author, letter.left_at, letter.code, ready.erase_on
