"""Who certifies whom in the vectors: the root records and descriptors of two administrations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mabar.exchange.protocol import cose
from mabar.exchange.protocol.descriptors import Agency, Descriptor, SealingKey
from mabar.exchange.protocol.objects import Context, Item, Type
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.roots import Root
from mabar.exchange.suites import sealing_public
from tools.vector_groups import cast
from tools.vector_groups.cast import AGENCY, INSTANT_MS, NODE, PQ

YEAR_MS = 365 * 24 * 60 * 60 * 1000


def holders(code: str) -> list[Signer]:
    """Give the three keys of an administration."""
    return [cast.key(f"{code} root {holder}") for holder in ("first", "second", "third")]


def _root(code: str) -> Root:
    names = (f"الإدارة {code}", f"Administration {code}", f"Administration {code}")
    keys = tuple(each.public for each in holders(code))
    return Root(code, 1, names, keys, 2, INSTANT_MS - YEAR_MS, INSTANT_MS + 9 * YEAR_MS)


ROOTS = {code: _root(code) for code in ("dz", "ly")}


def certified(type_: Type, context: Context, payload: bytes, signers: Sequence[Signer]) -> Item:
    """Sign what an administration says."""
    return Item(type_, context, cose.sign(payload, type_, context, signers))


def root_item(code: str, count: int = 2) -> Item:
    """Sign the root record of an administration, by so many of its keys."""
    return certified(Type.ROOT, ROOTS[code].context, ROOTS[code].encoded(), holders(code)[:count])


def descriptor(node: str) -> Descriptor:
    """Give the descriptor of a node."""
    sealing = SealingKey(INSTANT_MS, INSTANT_MS + YEAR_MS, sealing_public(1, cast.seed(f"{node} x25519")))
    agencies = tuple(Agency(number, code, AGENCY[number].public) for number, code in ((0, "node"), (1, "customs")))
    return Descriptor(
        node=node,
        number=1,
        names=("عقدة", "Nœud", "Node"),
        urls=(),
        suites=(1, 2),
        node_key=NODE[node].public,
        agencies=agencies,
        sealing_keys=(sealing,),
        pins=(),
        zone="Africa/Algiers",
        valid_from_ms=INSTANT_MS,
        valid_to_ms=INSTANT_MS + YEAR_MS,
        largest_envelope=8 * 1024 * 1024,
        classes=(0, 1, 2, 3),
        before=None,
        pq_key=PQ[node].public,
        contact="+213 00 00 00 00",
    )


def descriptor_item(node: str, count: int = 2, **changes: Any) -> Item:
    """Sign the descriptor of a node, with changes, by so many keys of its administration."""
    said = replace(descriptor(node), **changes)
    return certified(Type.DESCRIPTOR, said.context(1), said.encoded(), holders(said.administration)[:count])
