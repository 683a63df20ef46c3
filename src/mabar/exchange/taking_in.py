"""What a partner brings: each item is judged by itself, stored whole or not at all, and answered."""

import logging
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from mabar.base import keys
from mabar.exchange import (
    accusing,
    agreeing,
    crash_points,
    keeping,
    many_rows,
    marks,
    opening,
    prepared,
    rejoined,
    reopening,
    trusting,
)
from mabar.exchange.models import Partner, Received, Stream
from mabar.exchange.own import CHECKER, PACKER, Own
from mabar.exchange.protocol import cbor, checking, greetings, notices, rejoining, sending, taking
from mabar.exchange.protocol.batches import Batch
from mabar.exchange.protocol.checking import Told
from mabar.exchange.protocol.comparing import Fork, Taken
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.greetings import Greeting
from mabar.exchange.protocol.heads import read_receipt
from mabar.exchange.protocol.notices import Refusal
from mabar.exchange.protocol.objects import Item, Type
from mabar.exchange.protocol.ports import ED25519
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.sending import Behind, Diverged, Flight, Reaction

log = logging.getLogger(__name__)
FULL_WAIT_S = 60


def free_percent() -> float:
    """Tell how much of the disk is free, of a hundred."""
    usage = shutil.disk_usage(settings.NODE.folder)
    return 100 * usage.free / usage.total


@dataclass
class Heard:
    """What became of a body: who greeted, what is to be answered, and whether he asked for descriptors."""

    partner: Partner | None = None
    replies: list[Item] = field(default_factory=list)
    wants_descriptors: bool = False


def take_all(items: Iterable[Item], own: Own, at: datetime) -> Heard:
    """Take items in, one by one; a bad one is answered and stops none of the others."""
    heard = Heard()
    for item in items:
        try:
            heard.replies += _TAKERS.get(item.type, _nothing)(item, heard, own, at)
        except Refused as refused:
            heard.replies += _refusal(item, refused, own)
        except cbor.Malformed as fault:
            heard.replies += _refusal(item, Refused("item.malformed", fault=str(fault)), own)
    return heard


def _nothing(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    return []


def _refusal(item: Item, refused: Refused, own: Own) -> list[Item]:
    """Answer what is not taken; what is no refusable thing, or comes from nobody known, is only written down."""
    log.warning("item refused", extra={"code": refused.code, "subject": item.context.sender or ""})
    sender = item.context.sender or ""
    if item.type is not Type.ENVELOPE or not prepared.values(_IS_KNOWN, sender):
        return []
    wait_s = FULL_WAIT_S if refused.code == "node.full" else None
    said = Refusal.of(refused, item.encoded(), instant_ms=own.at_ms, wait_s=wait_s)
    context = own.context(sender, own.suite(sender))
    answer = Item(Type.REFUSAL, context, notices.sign_refusal(said, context, own.pen.node))
    return [answer, *reopening.for_one_behind(sender, refused.code, refused.facts, own)]


def _take_trust(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    if trusting.take(item, at=at) and item.type in (Type.STOP, Type.SETTLE):
        opening.apply_stops(item.context.sender or "", at)
    return []


_IS_KNOWN = "SELECT 1 FROM exchange_partner WHERE code = %s"
_NAMED = prepared.Rows(Partner, "code = %s")
_LOCKED = prepared.Rows(Partner, "code = %s", locks=True)


def _partner(code: str | None) -> Partner:
    found = _NAMED.first(code or "")
    if found is None:
        raise Refused("sender.unknown", node=code or "")
    if found.is_cut:
        raise Refused("line.cut", node=found.code)
    return found


def _require_node(item: Item, own: Own, is_by: Callable[[bytes], bool]) -> None:
    sender, number = item.context.sender or "", item.context.descriptor or 0
    key = own.book.node_key(sender, number)
    if not own.book.in_force(sender, number, own.at_ms):
        raise Refused("descriptor.not-in-force", node=sender, number=number, clock=own.at_ms)
    if own.book.is_stopped(sender, key):
        raise Refused("key.stopped", node=sender, number=number)
    if item.context.receiver != own.code or not is_by(key):
        raise Refused("greeting.signature", node=sender)


def _take_greeting(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    signed = greetings.read(item.object)
    partner = _partner(item.context.sender)
    _require_node(item, own, lambda key: signed.is_by(key, item.context, CHECKER))
    said = signed.said
    with transaction.atomic():
        partner = _LOCKED.first(partner.code) or partner
        is_old = _is_old(said, partner, own)
        partner.heard_at = at
        partner.greeted_ms = said.instant_ms  # the last, not the latest: a clock that was ahead is set right again
        # a greeting of ours that lies ahead of our clock is one of a time when that was wrong: it may be a replay
        heard_ms = said.heard_ms if (said.heard_ms or 0) <= own.at_ms else None
        partner.heard_ms = max(heard_ms or 0, partner.heard_ms or 0) or None
        partner.wanted = [[each.urgency, each.epoch, each.first, each.last] for each in said.wanted]
        prepared.save(partner, "heard_at", "greeted_ms", "heard_ms", "wanted")
        _note_sizes(partner, said, is_old=is_old)
    heard.partner = partner
    return []


def _is_old(said: Greeting, partner: Partner, own: Own) -> bool:
    """Tell whether a greeting was made before another that has come, or before its maker heard what that one had."""
    if partner.greeted_ms is not None and said.instant_ms < partner.greeted_ms:
        return True
    known_ms = partner.heard_ms or 0
    return (said.heard_ms or 0) < known_ms <= own.at_ms


def _note_sizes(partner: Partner, said: Greeting, *, is_old: bool) -> None:
    # a greeting of before our restoration may be a replay; it may raise what we know, never lower it
    for row in keeping.open_streams(partner, is_outward=True, is_locked=True):
        size = rejoining.stored_size(keeping.stream_of(row), said)
        if size > row.told_size:
            row.told_size = size
            prepared.save(row, "told_size")
        # what was stored since an old one was made is stored all the same
        if size <= row.size and not (is_old and size < row.settled):
            keeping.save_flight(row, keeping.flight_of(row).after_greeting(size))


_NEIGHBOURS = "SELECT code FROM exchange_partner WHERE is_cut = %s"


def _take_envelope(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    neighbours = {code for (code,) in prepared.values(_NEIGHBOURS, False)}
    sender = item.context.sender or ""
    floor = agreeing.floor(sender, at)
    envelope = taking.header(
        item, own.book, me=own.code, neighbours=neighbours, floor=floor, at_ms=own.at_ms, checker=CHECKER
    )
    batch = taking.opened(envelope, own.secrets.opener, PACKER)
    if batch.is_returned:
        rejoined.take_back(batch, envelope.way, own, at)
        return []
    taking.require_room(batch.urgency, free_percent=free_percent())
    return _take_batch(batch, envelope.way, own, at)


def _take_batch(batch: Batch, way: Way, own: Own, at: datetime) -> list[Item]:
    with transaction.atomic():
        row = keeping.present(way.sender, is_outward=False, urgency=batch.urgency)
        mark = marks.of(keeping.stream_of(row))
        view = keeping.view_of(row, mark.head if mark else None)
        taken = taking.take(view, batch, way, own.book, keeping.Kept(row), pen=own.pen, checker=CHECKER)
        if isinstance(taken, Taken):
            _store(row, taken, at)
        elif isinstance(taken, Fork):
            accusing.close(row, taken.bundle, own, at)
    if isinstance(taken, Fork):
        raise Refused("stream.closed", sender=way.sender, urgency=batch.urgency, epoch=batch.epoch)
    crash_points.reached("stored-not-marked")
    if taken.receipt is not None:
        head = read_receipt(taken.receipt.object).said
        marks.note(keeping.stream_of(row), seq=head.size, head=head)
    crash_points.reached("marked-not-answered")
    pq_receipt = taken.pq_receipt if isinstance(taken, Taken) else None
    return [each for each in (taken.receipt, pq_receipt) if each is not None]


def _store(row: Stream, taken: Taken, at: datetime) -> None:
    """Store a batch whole: messages, leaves, heads and the R1 that will answer it."""
    many_rows.insert(Received, _NAMES, map(_values, taken.told), stream_id=row.pk, stored_at=at)
    keeping.keep_nodes(row, taken.nodes)
    for head in taken.heads:
        keeping.keep_head(row, head, at=at)
    for item, is_pq in ((taken.receipt, False), (taken.pq_head, True), (taken.pq_receipt, True)):
        if item is not None:
            keeping.keep_head(row, item, at=at, is_pq=is_pq)
    keeping.set_view(row, taken.view)
    row.moved_at = at
    prepared.save(row)


_NAMES = ("seq", "message", "kind", "suite", "descriptor", "statement", "salt", "payload", "purpose", "terms")


def _values(told: Told) -> tuple[Any, ...]:
    statement, entry = told.statement, told.entry
    salt, payload = (entry.body.salt, entry.body.payload) if entry.body else (None, None)
    message, why = keys.of_raw(statement.message_id), (statement.purpose or "", statement.terms or "")
    return statement.seq, message, statement.kind, entry.suite, entry.descriptor, entry.signed, salt, payload, *why


def _take_receipt(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    stream = item.context.stream
    if stream.sender != own.code:
        raise Refused("receipt.malformed", fault="of a stream that is not ours")
    _partner(stream.receiver)
    receipt = checking.receipt_of(item, own.book, CHECKER)
    with transaction.atomic():
        row = keeping.present(stream.receiver, is_outward=True, urgency=stream.urgency)
        if row.epoch == stream.epoch and row.closed_at is None:
            _hear_receipt(row, receipt, own, at)
    return []


def _hear_receipt(row: Stream, receipt: checking.Signing, own: Own, at: datetime) -> None:
    is_pq = receipt.alg != ED25519
    found = sending.hear_receipt(keeping.flight_of(row), receipt, keeping.frontier_of(row), keeping.Kept(row))
    if isinstance(found, Diverged):
        accusing.close(row, found.bundle, own, at)
        return
    row.told_size = max(row.told_size, receipt.head.size)
    if isinstance(found, Flight):
        keeping.keep_head(row, receipt.item, at=at, is_pq=is_pq)
        keeping.set_flight(row, found)
    elif isinstance(found, Behind):
        log.warning("a partner has stored more than this node knows", extra={"subject": str(row)})
    prepared.save(row, "told_size", "settled", "sent_up_to", "under_way")


def _take_reopening(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    stream = item.context.stream
    _partner(stream.receiver if stream.sender == own.code else stream.sender)
    reopening.take(item, own, at)
    return []


def _take_refusal(item: Item, heard: Heard, own: Own, at: datetime) -> list[Item]:
    signed = notices.read_refusal(item.object)
    partner = _partner(item.context.sender)
    _require_node(item, own, lambda key: signed.is_by(key, item.context, CHECKER))
    reaction = sending.reaction_to(signed.said.code)
    heard.wants_descriptors = heard.wants_descriptors or reaction is Reaction.TELL_DESCRIPTORS
    with transaction.atomic():
        for row in keeping.open_streams(partner, is_outward=True, is_locked=True):
            keeping.save_flight(row, keeping.flight_of(row).after_silence())
        partner.fault = f"{signed.said.code} {dict(signed.said.facts)}"[:200]
        partner.save(update_fields=["fault"])
        if reaction is Reaction.CLOSE:
            accusing.note_closed_there(partner, signed.said.facts, own, at)
    return reopening.for_one_behind(partner.code, signed.said.code, signed.said.facts, own)


_Taker = Callable[[Item, Heard, Own, datetime], list[Item]]
_TAKERS: Mapping[Type, _Taker] = {
    Type.ROOT: _take_trust,
    Type.DESCRIPTOR: _take_trust,
    Type.STOP: _take_trust,
    Type.SETTLE: _take_trust,
    Type.GREETING: _take_greeting,
    Type.ENVELOPE: _take_envelope,
    Type.RECEIPT: _take_receipt,
    Type.REFUSAL: _take_refusal,
    Type.REOPENING: _take_reopening,
}
