"""What this node is to its partners: its keys, and the book by which it judges theirs."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from mabar.exchange import node_secrets, trusting
from mabar.exchange.node_secrets import NodeSecrets
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.objects import Context
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.suites import HpkeSealer, SignatureChecker, ZstdPacker

CHECKER, SEALER, PACKER = SignatureChecker(), HpkeSealer(), ZstdPacker()


@dataclass(frozen=True)
class Own:
    """This node at an instant."""

    code: str
    at_ms: int
    book: TrustBook
    secrets: NodeSecrets

    @property
    def pen(self) -> Pen:
        """The keys by which it signs now.

        Raises:
            Refused: `descriptor.unknown`: the node has no certified descriptor yet.
        """
        return self.secrets.pen(self.book.current(self.code, self.at_ms))

    def context(self, partner: str, suite: int) -> Context:
        """Give the context of what is said to a partner outside streams."""
        return Context(suite, self.code, partner, descriptor=self.pen.descriptor)

    def suite(self, partner: str) -> int:
        """Give the highest suite that this node and a partner can use."""
        return self.book.common_suite(self.code, partner, self.at_ms)

    def way(self, partner: str) -> tuple[Way, bytes]:
        """Give how an envelope goes to a partner now, and the key to which it is sealed."""
        suite, to = self.suite(partner), self.book.sealing_key(partner, self.at_ms)
        way = Way(suite, self.code, partner, self.pen.descriptor, to.descriptor, to.number)
        return way, to.by_suite[suite]


def own(at: datetime) -> Own:
    """Give this node at an instant."""
    return Own(settings.NODE.code, ms_of(at), trusting.book(), _secrets(Path(settings.NODE.folder)))


@lru_cache(maxsize=16)
def _held(folder: Path, stamp: int) -> NodeSecrets:
    return node_secrets.load(folder)


def _secrets(folder: Path) -> NodeSecrets:
    # read again when a rotation has changed them
    keys = node_secrets.folder_of(folder)
    return _held(folder, keys.stat().st_mtime_ns if keys.exists() else 0)


def ms_of(at: datetime) -> int:
    """Write an instant as the protocol does."""
    return int(at.timestamp() * 1000)
