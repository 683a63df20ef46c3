"""Root records with who has confirmed them, and the nodes that they certify."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from mabar.exchange import ceremony, trusting
from mabar.exchange.models import TrustItem
from mabar.exchange.protocol import cose, objects
from mabar.exchange.protocol.descriptors import read_descriptor
from mabar.exchange.protocol.fingerprints import digits_of, words_of
from mabar.exchange.protocol.objects import Type, administration_of
from mabar.exchange.protocol.roots import read_root


@dataclass(frozen=True)
class RootRow:
    """A root record.  Digits are given only of this side's own confirmed record: all others are heard and typed."""

    digest: str
    administration: str
    number: int
    names: Mapping[str, str]
    words: Sequence[str]
    digits: Sequence[str]
    keys: int
    threshold: int
    valid_to: datetime
    arrived_at: datetime
    confirmed_by: Sequence[str]
    confirmed_at: datetime | None
    is_own: bool
    is_demonstration: bool


@dataclass(frozen=True)
class NodeRow:
    """A certified node: its newest descriptor, and how many of its keys are stopped."""

    node: str
    number: int
    names: Mapping[str, str]
    contact: str
    urls: Sequence[str]
    valid_from: datetime
    valid_to: datetime
    suites: Sequence[int]
    stopped: int
    is_own: bool


def roots() -> list[RootRow]:
    """List the root records, by administration and number."""
    return [_root(row) for row in TrustItem.objects.filter(type=Type.ROOT).order_by("of", "number")]


def _root(row: TrustItem) -> RootRow:
    record = read_root(cose.read(objects.read_item(bytes(row.item)).object).payload)
    is_own = record.administration == administration_of(settings.NODE.code)
    return RootRow(
        digest=row.digest,
        administration=record.administration,
        number=record.number,
        names=_named(record.names),
        words=words_of(record.fingerprint, ceremony.words()),
        digits=digits_of(record.fingerprint) if is_own and row.confirmed_at else (),
        keys=len(record.keys),
        threshold=record.threshold,
        valid_to=_instant(record.valid_to_ms),
        arrived_at=row.arrived_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        is_own=is_own,
        is_demonstration=record.is_demonstration,
    )


def nodes() -> list[NodeRow]:
    """List the certified nodes, each by its newest descriptor."""
    newest: dict[str, TrustItem] = {}
    for row in TrustItem.objects.filter(type=Type.DESCRIPTOR).order_by("of", "number"):
        newest[row.of] = row
    return [_node(row) for row in newest.values()]


def _node(row: TrustItem) -> NodeRow:
    taken = read_descriptor(cose.read(objects.read_item(bytes(row.item)).object).payload)
    keys = [taken.node_key, *(agency.key for agency in taken.agencies)]
    book = trusting.book()
    return NodeRow(
        node=taken.node,
        number=taken.number,
        names=_named(taken.names),
        contact=taken.contact,
        urls=taken.urls,
        valid_from=_instant(taken.valid_from_ms),
        valid_to=_instant(taken.valid_to_ms),
        suites=taken.suites,
        stopped=sum(book.is_stopped(taken.node, key) for key in keys),
        is_own=taken.node == settings.NODE.code,
    )


def _named(names: Sequence[str]) -> Mapping[str, str]:
    return dict(zip(("ar", "fr", "en"), names, strict=True))


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)
