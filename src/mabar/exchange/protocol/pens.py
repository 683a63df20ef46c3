"""By which keys a node signs what it says on its streams (sections 3.1 and 5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mabar.exchange.protocol import heads, statements
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.statements import Statement


@dataclass(frozen=True)
class Pen:
    """The private keys of a node and the number of the descriptor that names their public ones.

    Attributes:
        node: signs heads and receipts.
        agencies: sign statements, by their numbers in the descriptor.
        pq: signs PQ heads and PQ receipts; None where the node has no such key.
    """

    descriptor: int
    node: Signer
    agencies: Mapping[int, Signer] = field(default_factory=dict)
    pq: Signer | None = None

    def statement(self, statement: Statement, stream: Stream, *, suite: int) -> Item:
        """Sign a statement by the key of its agency.

        Raises:
            ValueError: there is no such key here, or it would be longer than 600 bytes.
        """
        if statement.agency not in self.agencies:
            raise ValueError(f"no key of agency {statement.agency}")
        context = Context.of(stream, suite=suite, descriptor=self.descriptor)
        return Item(Type.STATEMENT, context, statements.sign(statement, context, self.agencies[statement.agency]))

    def head(self, head: Head, stream: Stream, *, suite: int) -> Item:
        """Sign the head of what the node sends."""
        context = Context.of(stream, suite=suite, descriptor=self.descriptor)
        return Item(Type.HEAD, context, heads.sign_head(head, context, self.node))

    def pq_head(self, head: Head, stream: Stream, *, suite: int) -> Item:
        """Sign a head a second time.

        Raises:
            ValueError: the node has no ML-DSA key.
        """
        context = Context.of(stream, suite=suite, descriptor=self.descriptor)
        return Item(Type.HEAD, context, heads.sign_head(head, context, self._pq()))

    def receipt(self, head: Head, stream: Stream, *, suite: int) -> Item:
        """Sign the receipt R1 of what the node has stored."""
        context = Context.of(stream, suite=suite, descriptor=self.descriptor)
        return Item(Type.RECEIPT, context, heads.sign_receipt(head, context, self.node))

    def pq_receipt(self, head: Head, stream: Stream, *, suite: int) -> Item:
        """Sign a receipt a second time.

        Raises:
            ValueError: the node has no ML-DSA key.
        """
        context = Context.of(stream, suite=suite, descriptor=self.descriptor)
        return Item(Type.RECEIPT, context, heads.sign_receipt(head, context, self._pq()))

    def _pq(self) -> Signer:
        if self.pq is None:
            raise ValueError("no ML-DSA key here")
        return self.pq
