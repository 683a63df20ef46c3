"""Whether a batch is what its sender signed: rule 7 of section 6.5, and what follows from it for each statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from mabar.exchange.protocol import cbor, cose, heads, statements
from mabar.exchange.protocol.batches import Batch, Entry
from mabar.exchange.protocol.descriptors import CLASSICAL, HYBRID
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44, Checker
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.signed import Signed
from mabar.exchange.protocol.statements import Statement
from mabar.exchange.protocol.trust import TrustBook
from mabar.lib import merkle

SUITES = CLASSICAL, HYBRID


@dataclass(frozen=True)
class Told:
    """A statement that has been checked, as it came; its entry has the signed bytes and the body, or None: withheld."""

    statement: Statement
    entry: Entry

    @property
    def leaf(self) -> bytes:
        """Its leaf in the log."""
        return merkle.leaf_hash(self.entry.signed)

    def item(self, stream: Stream) -> Item:
        """Give the statement as an item."""
        return Item(Type.STATEMENT, _context(stream, self.entry), self.entry.signed)


@dataclass(frozen=True)
class Signing:
    """A signed head or receipt that has been checked."""

    head: Head
    item: Item
    alg: int = ED25519


def names_suite(book: TrustBook, node: str, context: Context) -> bool:
    """Tell whether the suite of a context is one of this text and of the descriptor that the context names.

    Raises:
        Refused: `descriptor.unknown`.
    """
    return context.suite in SUITES and context.suite in book.descriptor(node, context.descriptor or 0).suites


def _context(stream: Stream, entry: Entry) -> Context:
    return Context.of(stream, suite=entry.suite, descriptor=entry.descriptor)


def told_in(batch: Batch, stream: Stream, book: TrustBook, checker: Checker) -> tuple[Told, ...]:
    """Check the statements of a batch and their bodies.

    Raises:
        Refused: `batch.malformed`, `descriptor.unknown`, `suite.unknown`, `batch.statement-signature`, `batch.digest`.
    """
    told = tuple(_told(entry, stream, book, checker) for entry in batch.entries)
    for each in told:
        body = each.entry.body
        if body is not None and not statements.matches(each.statement, body.salt, body.payload):
            raise Refused("batch.digest", seq=each.statement.seq)
    _require_row(told)
    return told


def _told(entry: Entry, stream: Stream, book: TrustBook, checker: Checker) -> Told:
    try:
        signed = statements.read(entry.signed)
    except cbor.Malformed as fault:
        raise Refused("batch.malformed", fault=str(fault)) from None
    statement, context = signed.said, _context(stream, entry)
    if not names_suite(book, stream.sender, context):
        raise Refused("suite.unknown", suite=entry.suite, node=stream.sender, number=entry.descriptor)
    key = book.agency_key(stream.sender, entry.descriptor, statement.agency)
    if key is None or not signed.is_by(key, context, checker):
        raise Refused("batch.statement-signature", seq=statement.seq)
    return Told(statement, entry)


def _require_row(told: Sequence[Told]) -> None:
    for place, each in enumerate(told):
        if each.statement.seq != told[0].statement.seq + place:
            raise Refused("batch.malformed", fault="seqs that do not follow each other", seq=each.statement.seq)


def head_in(batch: Batch, context: Context, book: TrustBook, checker: Checker) -> Signing:
    """Check the sender's head of a batch, whose context names the descriptor of the envelope.

    Raises:
        Refused: `batch.malformed` or `batch.head-signature`.
    """
    head = _read(batch.head, heads.read_signed_head)
    key = book.node_key(context.stream.sender, context.descriptor or 0)
    _require(head.is_by(key, context, checker))
    return Signing(head.said, Item(Type.HEAD, context, batch.head))


def pq_head_in(batch: Batch, head: Head, context: Context, book: TrustBook, checker: Checker) -> Signing | None:
    """Check the PQ head of a batch against its head; None where there is none.

    Raises:
        Refused: `batch.malformed` or `batch.head-signature`.
    """
    if batch.pq_head is None:
        return None
    pq_head = _read(batch.pq_head, partial(heads.read_signed_head, alg=MLDSA44))
    if pq_head.said != head or context.suite != HYBRID:
        raise Refused("batch.malformed", fault="a PQ head of another head, or under another suite")
    key = book.pq_key(context.stream.sender, context.descriptor or 0)
    _require(key is not None and pq_head.is_by(key, context, checker))
    return Signing(head, Item(Type.HEAD, context, batch.pq_head), MLDSA44)


def receipt_in(batch: Batch, context: Context, book: TrustBook, checker: Checker) -> Signing:
    """Check the R1 that stands for the head in a returned batch.

    Raises:
        Refused: `batch.malformed` or `batch.head-signature`.
    """
    receipt = _read(batch.head, heads.read_receipt)
    key = book.node_key(context.stream.receiver, context.descriptor or 0)
    _require(receipt.is_by(key, context, checker))
    return Signing(receipt.said, Item(Type.RECEIPT, context, batch.head))


def _read(data: bytes, reader: Callable[[bytes], Signed[Head]]) -> Signed[Head]:
    try:
        return reader(data)
    except cbor.Malformed as fault:
        raise Refused("batch.malformed", fault=str(fault)) from None


def _require(is_signed: bool) -> None:
    if not is_signed:
        raise Refused("batch.head-signature")


def receipt_of(item: Item, book: TrustBook, checker: Checker) -> Signing:
    """Check an R1, or a PQ R1, that came as an item.

    Raises:
        Refused: `receipt.malformed`, `receipt.signature` or `descriptor.unknown`.
    """
    try:
        if item.type is not Type.RECEIPT:
            raise cbor.Malformed("not a receipt")
        alg = cose.read1(item.object).alg
        receipt = heads.read_receipt(item.object, alg=alg)
    except cbor.Malformed as fault:
        raise Refused("receipt.malformed", fault=str(fault)) from None
    node, context = item.context.stream.receiver, item.context
    if not names_suite(book, node, context) or (alg == MLDSA44 and context.suite != HYBRID):
        raise Refused("receipt.malformed", fault="under a suite that is not for it")
    find = book.pq_key if alg == MLDSA44 else book.node_key
    key = find(node, context.descriptor or 0)
    if key is None or not receipt.is_by(key, context, checker):
        raise Refused("receipt.signature")
    return Signing(receipt.said, item, alg)
