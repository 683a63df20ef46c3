"""A stream that was closed goes on in a new epoch, once both sides have signed that (mx1.md, 9.3)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from mabar.exchange import keeping, prepared, resending
from mabar.exchange.models import Reopening, Sent, SignedHead, Stream
from mabar.exchange.own import CHECKER, Own
from mabar.exchange.protocol import objects, reopenings
from mabar.exchange.protocol.heads import EMPTY, Head
from mabar.exchange.protocol.objects import Item
from mabar.exchange.protocol.refused import Refused

log = logging.getLogger(__name__)
BY_OFFICERS = "officers"  # why a stream is closed that nobody had closed before its reopening


def last_signed(row: Stream) -> Head:
    """Give the last head of a stream that both sides have signed, as far as this node knows."""
    both = SignedHead.objects.filter(stream=row, head__isnull=False, receipt__isnull=False).order_by("-size").first()
    return Head(both.size, bytes(both.root)) if both else EMPTY


@dataclass(frozen=True)
class Sides:
    """What each side has signed of a stream's reopening; `at` is the head at which they let the epoch end."""

    own: Reopening | None
    theirs: Reopening | None
    at: Head | None

    @property
    def is_agreed(self) -> bool:
        """Whether both have signed, and of one history."""
        return self.at is not None

    @property
    def is_at_odds(self) -> bool:
        """Whether both have signed, but of two histories."""
        return self.at is None and _is_signed(self.own) and _is_signed(self.theirs)


def _is_signed(record: Reopening | None) -> bool:
    return record is not None and record.item is not None


def sides_of(row: Stream) -> Sides:
    """Give what each side has signed of the reopening of a stream."""
    found = {each.is_own: each for each in Reopening.objects.filter(stream=row)}
    own, theirs = found.get(True), found.get(False)
    if own is None or own.item is None or theirs is None:
        return Sides(own, theirs, None)
    return Sides(
        own, theirs, reopenings.closing(_head(own), _head(theirs), keeping.frontier_of(row), keeping.Kept(row))
    )


def _head(record: Reopening) -> Head:
    return Head(record.size, bytes(record.root))


def closing_head(row: Stream) -> Head:
    """Give the head that this side signs: the last that both have signed.

    Where the other side has signed one of another history, it is that of the empty log, which is part of every log:
    then all goes again that is still here.
    """
    last, theirs = last_signed(row), sides_of(row).theirs
    if theirs is None:
        return last
    agreed = reopenings.closing(last, _head(theirs), keeping.frontier_of(row), keeping.Kept(row))
    return EMPTY if agreed is None else last


def sign(row: Stream, record: Reopening, own: Own, at: datetime) -> bool:
    """Sign for this side that a stream, which is locked, opens again; tell whether it has, with the other side's."""
    head = closing_head(row)
    item = reopenings.sign(keeping.stream_of(row), head, pen=own.pen, suite=own.suite(row.partner_id))
    record.size, record.root, record.item = head.size, head.root, item.encoded()
    record.save()
    close(row, at)
    return open_next(row, at)


def close(row: Stream, at: datetime) -> None:
    """Let nothing more be said on a stream that is to open again."""
    if row.closed_at is None:
        row.closed_at, row.closed_code = at, BY_OFFICERS
        row.save(update_fields=["closed_at", "closed_code"])


def take(item: Item, own: Own, at: datetime) -> None:
    """Keep what either side has signed; with both the stream opens again.  What is known already changes nothing.

    This side's own comes back to a node that was restored to a time before it.

    Raises:
        Refused: `reopening.malformed`, `reopening.signature` or `key.stopped`.
    """
    said, signer = reopenings.signed_by(item, own.book, CHECKER)
    stream = item.context.stream
    if own.code not in (stream.sender, stream.receiver):
        raise Refused("reopening.malformed", fault="of a stream that is not ours")
    partner = stream.receiver if stream.sender == own.code else stream.sender
    with transaction.atomic():
        present = keeping.present(partner, is_outward=stream.sender == own.code, urgency=stream.urgency)
        row = _epoch(present, said.closed_epoch)
        if row is not None and _keep(row, item, said.head, at, is_own=signer == own.code):
            open_next(row, at)


def _epoch(present: Stream, epoch: int) -> Stream | None:
    """Give the present epoch of a stream, or the one before it; of others nothing is to be told any more."""
    if present.epoch - epoch not in (0, 1):
        return None
    return Stream.objects.filter(
        partner=present.partner_id, is_outward=present.is_outward, urgency=present.urgency, epoch=epoch
    ).first()


def _keep(row: Stream, item: Item, head: Head, at: datetime, *, is_own: bool) -> bool:
    """Keep one side's reopening, and tell whether it is new; of two of one side the smaller head counts."""
    record = Reopening.objects.filter(stream=row, is_own=is_own).first() or Reopening(stream=row, is_own=is_own)
    if record.item is not None and record.size <= head.size:
        return False
    record.size, record.root, record.item, record.at = head.size, head.root, item.encoded(), at
    record.save()
    return True


def open_next(row: Stream, at: datetime) -> bool:
    """Begin the next epoch of a stream where both sides have signed of one history; tell whether they have.

    What went above the head at which the old one ends waits for a number again, under its old id: what had its effect
    there has no second one.
    """
    sides = sides_of(row)
    if sides.at is None:
        if sides.is_at_odds:
            log.error("reopening of two histories", extra={"subject": str(row)})
        return False
    close(row, at)
    _, is_new = Stream.objects.get_or_create(
        partner=row.partner, is_outward=row.is_outward, urgency=row.urgency, epoch=row.epoch + 1
    )
    if row.is_outward:
        resending.send_above(row, sides.at.size, at)
    if is_new:
        log.warning("stream opened again", extra={"subject": str(row), "size": sides.at.size})
    return True


_ANY = "SELECT 1 FROM exchange_reopening WHERE item IS NOT NULL LIMIT 1"


def to_tell(partner: str) -> list[Item]:
    """Give what this side has signed and the partner may not have: nothing of the new epoch has come or gone yet."""
    if not prepared.values(_ANY):  # as it nearly always is
        return []
    found = Reopening.objects.filter(stream__partner=partner, is_own=True, item__isnull=False)
    return [_item(each) for each in found.select_related("stream").order_by("pk") if not _is_under_way(each.stream)]


def _is_under_way(row: Stream) -> bool:
    after = Stream.objects.filter(
        partner=row.partner_id, is_outward=row.is_outward, urgency=row.urgency, epoch=row.epoch + 1
    ).first()
    return after is not None and (after.settled if row.is_outward else after.size) > 0


def for_one_behind(partner: str, code: str, facts: Mapping[str, object], own: Own) -> list[Item]:
    """Give what both sides have signed of a stream, epoch by epoch, where one has refused what the other said on it.

    Of the two one was restored to a time before the stream was opened again; it believes both signatures.
    """
    urgency, is_outward = facts.get("urgency"), facts.get("sender") == own.code
    told = [each for each in (facts.get("epoch"), facts.get("present")) if isinstance(each, int)]
    if code not in ("stream.epoch", "stream.closed") or not isinstance(urgency, int) or not told:
        return []
    stream = Q(stream__partner=partner, stream__is_outward=is_outward, stream__urgency=urgency)
    found = Reopening.objects.filter(stream, stream__epoch__gte=min(told))
    return [_item(each) for each in found.filter(item__isnull=False).order_by("stream__epoch", "is_own")]


def _item(record: Reopening) -> Item:
    return objects.read_item(bytes(record.item or b""))


def above(row: Stream, size: int) -> int:
    """Count the messages of this node above a head, which go again when the stream opens."""
    return Sent.objects.filter(stream=row, seq__gt=size, payload__isnull=False).count() if row.is_outward else 0
