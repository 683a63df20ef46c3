"""The engine of MX/1 on one core: messages of 4 KiB numbered, signed, put into batches, and taken in."""

import random
import sys
import time
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from mabar.exchange.protocol import documents, envelopes, rejoining, sending, taking
from mabar.exchange.protocol.batches import Batch, Body, Entry
from mabar.exchange.protocol.comparing import StreamView, Taken
from mabar.exchange.protocol.descriptors import DAY_MS, Agency, Descriptor, SealingKey
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.frontiers import Log
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import BUSINESS, Item, Stream, read_item
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.sending import Draft
from mabar.exchange.protocol.statements import digest
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.suites import (
    Ed25519Signer,
    HpkeOpener,
    HpkeSealer,
    MLDSA44Signer,
    SealingPair,
    SignatureChecker,
    ZstdPacker,
    sealing_public,
)

MESSAGES, PAYLOAD, BATCHES, ROUNDS = 3_000, 4 * 1024, (100, 500), 3
LIMIT = 2_500
SENDER, RECEIVER = "dz.debdeb", "ly.ghadames"
STREAM = Stream(SENDER, RECEIVER, BUSINESS, 1)
NOW = 1_795_348_800_000  # 2026-11-22
WAY = Way(2, SENDER, RECEIVER, 1, 1, 0)
SEALING = SealingPair(sha256(b"classical").digest(), sha256(b"hybrid").digest())
CHECKER, PACKER, SEALER = SignatureChecker(), ZstdPacker(), HpkeSealer()
OPENER = HpkeOpener({(1, 0): SEALING})


class Nothing(Log):
    """A log that is never asked: everything comes once, in order, under true heads."""


class Spent(NamedTuple):
    """Seconds of processor: numbering and signing, sealing, opening, taking in."""

    sign: float = 0.0
    seal: float = 0.0
    open: float = 0.0
    take: float = 0.0

    def plus(self, *more: float) -> "Spent":
        """Add the seconds of a batch."""
        return Spent(*(one + other for one, other in zip(self, more, strict=True)))


def main() -> None:
    """Print each rate against its limit; exit 1 when one is missed."""
    messages = drawn(random.Random(1))
    is_kept = True
    for size in BATCHES:
        best = min((run(messages, size) for _ in range(ROUNDS)), key=sum)
        plain, sealed = MESSAGES / (best.sign + best.take), MESSAGES / sum(best)
        steps = ", ".join(f"{name} {seconds / MESSAGES * 1e6:.0f}" for name, seconds in best._asdict().items())
        print(f"batches of {size}: {plain:,.0f} messages/s, {plain / LIMIT:.2f} of the limit of {LIMIT:,}")
        print(f"batches of {size}, sealed: {sealed:,.0f} messages/s, {sealed / LIMIT:.2f} of it ({steps} us a message)")
        is_kept = is_kept and min(plain, sealed) >= LIMIT
    sys.exit(0 if is_kept else 1)


def drawn(rng: random.Random) -> list[tuple[Draft, Body]]:
    """Draw messages of 4 KiB, written as declarations are: the same names, other goods and numbers."""
    words = ["".join(rng.choices("ابتجحدرسعقلمنهوي", k=rng.randint(3, 9))) for _ in range(500)]
    return [_message(number, rng, words) for number in range(MESSAGES)]


def _message(number: int, rng: random.Random, words: list[str]) -> tuple[Draft, Body]:
    items = [
        {
            "description": " ".join(rng.choices(words, k=4)),
            "gross_mass_g": rng.randrange(10**7),
            "hs": f"{rng.randrange(10**6):06}",
            "net_mass_g": rng.randrange(10**7),
            "origin": rng.choice(("DZ", "LY", "TN", "IT")),
            "value": {"currency": "DZD", "minor_units": rng.randrange(10**9)},
        }
        for _ in range(PAYLOAD // 100)
    ]
    payload = documents.written({"items": items})[:PAYLOAD]
    body = Body(rng.randbytes(16), payload)
    message_id = (NOW + number).to_bytes(6, "big") + rng.randbytes(10)
    facts = {"agency": 1, "purpose": "clearance", "terms": "dz-ly.goods.1"}
    return Draft(message_id, "goods.declaration/1.0", digest(body.salt, payload), PAYLOAD, ("customs",), **facts), body


def pen(node: str) -> Pen:
    """Give the keys of a node."""
    keys = [Ed25519Signer(sha256(f"{node} {name}".encode()).digest()) for name in ("node", "0", "1")]
    return Pen(1, keys[0], {0: keys[1], 1: keys[2]}, MLDSA44Signer(sha256(node.encode()).digest()))


def descriptor(node: str) -> Descriptor:
    """Give the descriptor of a node."""
    keys, sealing = pen(node), (sealing_public(1, SEALING.classical), sealing_public(2, SEALING.hybrid or b""))
    agencies = tuple(Agency(number, str(number), key.public) for number, key in keys.agencies.items())
    return Descriptor(
        node=node,
        number=1,
        names=(node, node, node),
        urls=(),
        suites=(1, 2),
        node_key=keys.node.public,
        agencies=agencies,
        sealing_keys=(SealingKey(NOW, NOW + DAY_MS, *sealing),),
        pins=(),
        zone="Africa/Algiers",
        valid_from_ms=NOW,
        valid_to_ms=NOW + DAY_MS,
        largest_envelope=8 * 1024 * 1024,
        classes=(0, 1, 2, 3),
        before=None,
        pq_key=MLDSA44Signer(sha256(node.encode()).digest()).public,
        contact=node,
    )


NODES = (SENDER, RECEIVER)
BOOK = TrustBook(descriptors={(node, 1): descriptor(node) for node in NODES}, numbers=dict.fromkeys(NODES, (1,)))


def run(messages: list[tuple[Draft, Body]], size: int) -> Spent:
    """Send all messages in batches of `size`; give the seconds of each step."""
    standing, view, spent = rejoining.Standing(STREAM), StreamView(STREAM), Spent()
    sender, receiver = pen(SENDER), pen(RECEIVER)
    for start in range(0, MESSAGES, size):
        clock = [time.process_time()]
        standing, batch = told(messages[start : start + size], standing, sender)
        clock.append(time.process_time())
        item = sealed(batch, sender)
        clock.append(time.process_time())
        came = opened(item)
        clock.append(time.process_time())
        taken = taking.take(view, came, WAY, BOOK, Nothing(), pen=receiver, checker=CHECKER)
        clock.append(time.process_time())
        assert isinstance(taken, Taken)
        view = taken.view
        spent = spent.plus(*(after - before for before, after in pairwise(clock)))
    assert view.frontier == standing.frontier
    assert view.frontier.size == MESSAGES
    return spent


def told(
    messages: list[tuple[Draft, Body]], standing: rejoining.Standing, sender: Pen
) -> tuple[rejoining.Standing, Batch]:
    """Number and sign messages, and put them into a batch."""
    made = sending.number([draft for draft, _ in messages], standing, pen=sender, suite=2, issued_ms=NOW)
    entries = [Entry(2, 1, item.object, body) for item, (_, body) in zip(made.items, messages, strict=True)]
    batch = sending.batch(STREAM, entries, Head.of(made.frontier), pen=sender, suite=2)
    return replace(standing, frontier=made.frontier), batch


def sealed(batch: Batch, sender: Pen) -> bytes:
    """Pack and seal a batch for the receiver, by the hybrid suite."""
    public = BOOK.sealing_key(RECEIVER, NOW).by_suite[2]
    item: Item = envelopes.seal(
        batch.encoded(), WAY, public, sent_ms=NOW, sealer=SEALER, packer=PACKER, signer=sender.node
    )
    return item.encoded()


def opened(data: bytes) -> Batch:
    """Check, open and unpack an envelope."""
    envelope = taking.header(
        read_item(data), BOOK, me=RECEIVER, neighbours={SENDER}, floor=2, at_ms=NOW, checker=CHECKER
    )
    return taking.opened(envelope, OPENER, PACKER)


if __name__ == "__main__":
    main()
