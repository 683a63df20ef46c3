"""The administrations of a simulated world, their nodes' keys, and what they certify and stop while a run goes on."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from mabar.exchange import node_secrets
from mabar.exchange.ceremony_making import DescriptorWish
from mabar.exchange.demonstration import DemoAdministration, terms_item
from mabar.exchange.node_secrets import DescriptorSecrets
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.descriptors import DAY_MS, Descriptor
from mabar.exchange.protocol.objects import Context, Item, Stream, Type, administration_of
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.exchange.simulation import notes
from mabar.exchange.simulation.clockwork import instant
from mabar.exchange.suites import SEED, SealingPair

SEALING_KEYS = 3


def drawn(rng: random.Random) -> DescriptorSecrets:
    """Draw the keys of a descriptor of two agencies: the node, and its customs.

    None for suite 2: ML-DSA-44 signs by chance of its own, and two runs of one seed must be the same to the byte.
    """
    pairs = {number: SealingPair(rng.randbytes(SEED)) for number in range(SEALING_KEYS)}
    agencies = {number: rng.randbytes(SEED) for number in range(2)}
    return DescriptorSecrets(rng.randbytes(SEED), rng.randbytes(SEED), agencies, pairs)


@dataclass
class Cast:
    """Who takes part: the administrations by code; of each node the latest descriptor and all its keys."""

    rng: random.Random
    start_ms: int
    administrations: dict[str, DemoAdministration] = field(default_factory=dict)
    latest: dict[str, Descriptor] = field(default_factory=dict)
    keys: dict[tuple[str, int], DescriptorSecrets] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    terms: list[Item] = field(default_factory=list)

    @staticmethod
    def made(rng: random.Random, start_ms: int, nodes: Iterable[str]) -> "Cast":
        """Make the administrations of these nodes, their first descriptors, and terms between each two."""
        cast = Cast(rng, start_ms)
        for node in nodes:
            code = administration_of(node)
            if code not in cast.administrations:
                made = DemoAdministration.made(code, (code, code, code), instant(start_ms), rng.randbytes)
                cast.administrations[code] = made
                cast.items.append(made.root_item)
            cast.items.append(cast.certify(node, start_ms - DAY_MS))
        for one, other in combinations(cast.administrations, 2):
            both = [cast.administrations[code] for code in sorted((one, other))]
            cast.terms.append(terms_item(notes.terms(one, other), both))
        return cast

    def copy(self, rng: random.Random) -> "Cast":
        """Give the same cast for a run, whose own dice draw what comes later."""
        parts = dict(self.administrations), dict(self.latest), dict(self.keys), list(self.items), list(self.terms)
        return Cast(rng, self.start_ms, *parts)

    def certify(self, node: str, valid_from_ms: int) -> Item:
        """Draw a node's next keys and sign the descriptor that names them."""
        wish = DescriptorWish(
            node, (node, node, node), (), (notes.AGENCY,), (), "Africa/Algiers", "exercise", valid_from_ms,
            before=self.latest.get(node),
        )  # fmt: skip
        keys, owner = drawn(self.rng), self.administrations[administration_of(node)]
        descriptor = wish.descriptor(keys)
        self.latest[node], self.keys[node, descriptor.number] = descriptor, keys
        return owner.signed(Type.DESCRIPTOR, descriptor.context(owner.record.number), descriptor.encoded())

    def lay_keys(self, node: str, folder: Path) -> None:
        """Lay the newest keys of a node in its folder."""
        number = self.latest[node].number
        node_secrets.write(folder, number, self.keys[node, number])

    def stops(self, descriptor: Descriptor) -> list[Item]:
        """Stop every signing key of a descriptor."""
        owner = self.administrations[descriptor.administration]
        context = Context(sender=descriptor.administration, descriptor=owner.record.number)
        return [
            owner.signed(Type.STOP, context, Stop(descriptor.administration, each, owner.record.number).encoded())
            for each in _key_ids(descriptor)
        ]

    def settles(self, descriptor: Descriptor, ends: Sequence[tuple[Stream, int]]) -> list[Item]:
        """Vouch for what a stopped descriptor's keys have signed up to these numbers."""
        owner = self.administrations[descriptor.administration]
        context = Context(sender=descriptor.administration, descriptor=owner.record.number)
        return [
            owner.signed(Type.SETTLE, context, Settle(descriptor.administration, each, tuple(ends)).encoded())
            for each in _key_ids(descriptor)
        ]


def _key_ids(descriptor: Descriptor) -> list[bytes]:
    return [key_id(key) for key in (descriptor.node_key, *(each.key for each in descriptor.agencies))]
