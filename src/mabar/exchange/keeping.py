"""Streams as the tables keep them, and as the protocol wants to see them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from mabar.exchange import prepared
from mabar.exchange.models import LogNode, Partner, Received, Sent, SignedHead
from mabar.exchange.models import Stream as StreamRow
from mabar.exchange.protocol import objects
from mabar.exchange.protocol.comparing import StreamView
from mabar.exchange.protocol.heads import read_receipt, read_signed_head
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44
from mabar.exchange.protocol.sending import Flight
from mabar.lib import merkle

KEPT_LEVEL = 8  # nodes of the tree below it are made from the statements again, 256 at most


def stream_of(row: StreamRow) -> Stream:
    """Give the protocol's name of a stream."""
    ends = (settings.NODE.code, row.partner_id) if row.is_outward else (row.partner_id, settings.NODE.code)
    return Stream(*ends, row.urgency, row.epoch)


def frontier_of(row: StreamRow) -> merkle.Frontier:
    """Give the right edge of a stream's log."""
    return merkle.Frontier(row.size, tuple(bytes.fromhex(each) for each in row.frontier))


def set_frontier(row: StreamRow, frontier: merkle.Frontier) -> None:
    """Note how far a stream's log reaches now."""
    row.size, row.frontier = frontier.size, [each.hex() for each in frontier.hashes]


def view_of(row: StreamRow, mark: Any) -> StreamView:
    """Give what the protocol must know of an inward stream; `mark` is its largest R1 in the file outside."""
    return StreamView(
        stream=stream_of(row),
        frontier=frontier_of(row),
        receipt=objects.read_item(bytes(row.receipt)) if row.receipt else None,
        ahead=tuple(objects.read_item(bytes.fromhex(each)) for each in row.ahead),
        descriptor=row.descriptor,
        mark=mark,
        is_open=row.closed_at is None,
    )


def set_view(row: StreamRow, view: StreamView) -> None:
    """Note what is known of an inward stream from now on."""
    set_frontier(row, view.frontier)
    row.receipt = view.receipt.encoded() if view.receipt else None
    row.told_size = read_receipt(view.receipt.object).said.size if view.receipt else 0
    row.ahead = [each.encoded().hex() for each in view.ahead]
    row.descriptor = view.descriptor


def flight_of(row: StreamRow) -> Flight:
    """Give how far an outward stream has been sent."""
    return Flight(row.settled, row.sent_up_to, tuple(row.under_way))


def set_flight(row: StreamRow, flight: Flight) -> None:
    """Note how far an outward stream has been sent."""
    row.settled, row.sent_up_to, row.under_way = flight.settled, flight.sent, list(flight.under_way)


_PRESENT = prepared.Rows(
    StreamRow, "partner_id = %s AND is_outward = %s AND urgency = %s ORDER BY epoch DESC LIMIT 1", locks=True
)
_LOCKED_PARTNER = prepared.Rows(Partner, "code = %s", names=("code",), locks=True)
_OPEN = "partner_id = %s AND closed_at IS NULL ORDER BY is_outward, urgency, epoch"
_OPEN_ROWS, _OPEN_LOCKED = prepared.Rows(StreamRow, _OPEN), prepared.Rows(StreamRow, _OPEN, locks=True)


def open_streams(partner: Partner, *, is_outward: bool, is_locked: bool = False) -> list[StreamRow]:
    """Give the streams with a partner that are not closed, by class; locked until the transaction ends, if wished."""
    rows = (_OPEN_LOCKED if is_locked else _OPEN_ROWS).all(partner.code)
    found = [each for each in rows if each.is_outward == is_outward]
    for row in found:
        row.partner = partner
    return found


def present(partner: str, *, is_outward: bool, urgency: int) -> StreamRow:
    """Give a stream in its present epoch, locked until the transaction ends; made when it is first asked for."""
    row = _PRESENT.first(partner, is_outward, urgency)
    if row is None:
        # of two who come first at once, one makes the row and the other finds it
        _LOCKED_PARTNER.all(partner)
        prepared.put(StreamRow, partner_id=partner, is_outward=is_outward, urgency=urgency, epoch=1)
        row = _PRESENT.all(partner, is_outward, urgency)[0]
    return row


def save_flight(row: StreamRow, flight: Flight) -> None:
    """Write down how far an outward stream has been sent, if that is anything new."""
    if flight != flight_of(row):
        set_flight(row, flight)
        prepared.save(row, "settled", "sent_up_to", "under_way")


class Kept:
    """What is stored of one stream, as the protocol reads it (`frontiers.Log`)."""

    def __init__(self, row: StreamRow) -> None:
        self.row = row
        self.stream = stream_of(row)
        self._of = Sent.objects.filter(stream=row) if row.is_outward else Received.objects.filter(stream=row)

    def statements(self, first: int, last: int) -> Sequence[Item]:
        """Give the statements from seq `first` to `last`, those that are stored, in order."""
        rows = self._of.filter(seq__gte=first, seq__lte=last).order_by("seq")
        return [self.item(*each) for each in rows.values_list("suite", "descriptor", "statement")]

    def item(self, suite: int, descriptor: int, statement: bytes | memoryview) -> Item:
        """Give a stored statement as an item."""
        context = Context.of(self.stream, suite=suite, descriptor=descriptor)
        return Item(Type.STATEMENT, context, bytes(statement))

    def node(self, level: int, index: int) -> bytes:
        """Give the hash of a complete node of the tree."""
        if level >= KEPT_LEVEL:
            found = LogNode.objects.filter(stream=self.row, level=level, index=index).values_list("hash", flat=True)
            return bytes(found.get())
        begin = index << level
        rows = self._of.filter(seq__gt=begin, seq__lte=begin + (1 << level)).order_by("seq")
        frontier = merkle.Frontier()
        for statement in rows.values_list("statement", flat=True):
            frontier, _ = frontier.append(merkle.leaf_hash(bytes(statement)))
        return frontier.root()

    def head_up_to(self, size: int) -> Item | None:
        """Give the writer's head with the largest size not above `size`, that of size 0 left out."""
        rows = SignedHead.objects.filter(stream=self.row, size__gt=0, size__lte=size, head__isnull=False)
        found = rows.order_by("-size").values_list("head", flat=True).first()
        return objects.read_item(bytes(found)) if found is not None else None

    def receipt_of(self, size: int) -> Item | None:
        """Give the reader's R1 of just this size, if there is one."""
        rows = SignedHead.objects.filter(stream=self.row, size=size, receipt__isnull=False)
        found = rows.values_list("receipt", flat=True).first()
        return objects.read_item(bytes(found)) if found is not None else None


def keep_nodes(row: StreamRow, nodes: Iterable[merkle.Node]) -> None:
    """Store the completed nodes that cannot be made quickly from the statements."""
    LogNode.objects.bulk_create(
        LogNode(stream=row, level=each.level, index=each.index, hash=each.hash)
        for each in nodes
        if each.level >= KEPT_LEVEL
    )


_KEEP = (
    "INSERT INTO exchange_signedhead (stream_id, size, root, {name}, signed_at) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (stream_id, size) DO UPDATE SET {name} = excluded.{name} WHERE exchange_signedhead.{name} IS NULL"
)


def keep_head(row: StreamRow, item: Item, *, at: datetime, is_pq: bool = False) -> None:
    """Store a head or an R1 beside what is there of the same size; one of size 0 proves nothing and is not kept."""
    reader = read_receipt if item.type is Type.RECEIPT else read_signed_head
    head = reader(item.object, alg=MLDSA44 if is_pq else ED25519).said
    if head.size == 0:
        return
    part = "receipt" if item.type is Type.RECEIPT else "head"
    name = f"pq_{part}" if is_pq else part
    signed_at = connection.ops.adapt_datetimefield_value(at)
    prepared.do(_KEEP.format(name=name), row.pk, head.size, head.root, item.encoded(), signed_at)
