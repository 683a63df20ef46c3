"""Administrations for showing, testing and measuring: roots that say DEMO, made and confirmed without a ceremony.

A real administration's keys never come near this: a root record made here names itself DEMO in each language.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mabar.exchange import ceremony_making, node_secrets, proposing, trusting
from mabar.exchange.ceremony_making import DescriptorWish, RootWish
from mabar.exchange.models import Partner, TrustItem
from mabar.exchange.own import ms_of, own
from mabar.exchange.protocol import cose
from mabar.exchange.protocol.descriptors import DAY_MS, Descriptor
from mabar.exchange.protocol.objects import Context, Item, Type
from mabar.exchange.protocol.roots import Root
from mabar.exchange.suites import SEED, Ed25519Signer

HOLDERS, THRESHOLD, SEALING_KEYS = 3, 2, 13
YEARS_MS = 4 * 365 * DAY_MS
Draw = Callable[[int], bytes]


@dataclass(frozen=True)
class DemoAdministration:
    """An administration with its root keys at hand."""

    record: Root
    signers: tuple[Ed25519Signer, ...]

    @staticmethod
    def made(code: str, names: tuple[str, str, str], at: datetime, draw: Draw) -> "DemoAdministration":
        """Make root keys and the record that names them."""
        signers = tuple(Ed25519Signer(draw(SEED)) for _ in range(HOLDERS))
        begins_ms = ms_of(at) - DAY_MS
        shown = ceremony_making.demonstration_names(names)
        wish = RootWish(code, shown, THRESHOLD, begins_ms, begins_ms + YEARS_MS)
        return DemoAdministration(wish.record([each.public for each in signers]), signers)

    @property
    def root_item(self) -> Item:
        """The signed root record."""
        return self.signed(Type.ROOT, self.record.context, self.record.encoded())

    def signed(self, type_: Type, context: Context, payload: bytes) -> Item:
        """Sign a payload by as many holders as it takes."""
        return Item(type_, context, cose.sign(payload, type_, context, self.signers[:THRESHOLD]))

    def certify(self, folder: Path, wish: DescriptorWish) -> Item:
        """Make a node's keys in its folder and sign the descriptor that names them."""
        keys = node_secrets.drawn(wish.agency_numbers.values(), SEALING_KEYS)
        descriptor: Descriptor = wish.descriptor(keys)
        node_secrets.write(folder, descriptor.number, keys)
        context = descriptor.context(self.record.number)
        return self.signed(Type.DESCRIPTOR, context, descriptor.encoded())


def introduce(items: Iterable[Item], partners: Iterable[str], at: datetime) -> None:
    """Let the node at work trust these root records and descriptors, and know its partners."""
    for item in sorted(items, key=lambda each: each.type):
        trusting.take(item, at=at)
        if item.type is Type.ROOT:
            TrustItem.objects.filter(digest=trusting.digest_of(item)).update(
                confirmed_at=at, confirmed_by=["DEMO", "DEMO"]
            )
    for code in partners:
        Partner.objects.get_or_create(code=code, defaults={"since_at": at})


def terms_item(document: bytes, administrations: Sequence[DemoAdministration]) -> Item:
    """Sign terms by a quorum of each party."""
    terms = proposing.read_terms(document)
    type_, context = proposing.context_of(terms)
    signers = [signer for each in administrations for signer in each.signers[:THRESHOLD]]
    return Item(type_, context, cose.sign(document, type_, context, signers))


def bring_into_force(item: Item, at: datetime) -> None:
    """Let the node at work keep terms that all have signed."""
    proposing.take_signed(item, own(at), by="DEMO", at=at)
