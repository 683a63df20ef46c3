"""What a message costs on the line, from the sample trade: `python -m tools.sizes`.

The seeds are others than those of the dictionary.  The sample's vocabulary is small: documents of real trade gain less
from the dictionary than these.
"""

import json
import random
from dataclasses import dataclass
from statistics import mean, median

from mabar.exchange.protocol import envelopes, heads
from mabar.exchange.protocol.batches import Batch
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.objects import Context, Stream
from mabar.exchange.suites import SUITES, Ed25519Signer, HpkeSealer, ZstdPacker, sealing_public
from tools import dictionary

SEED = 7000
KIND = "goods.declaration/1.0"


@dataclass(frozen=True)
class Cost:
    """What one envelope takes on the line; parts of it: the padding, and statements and payloads, packed alone."""

    item: int
    padding: int
    said: int
    messages: int

    @property
    def beyond(self) -> float:
        """The bytes a message beyond statement and payload."""
        return (self.item - self.said) / self.messages

    @property
    def beyond_unpadded(self) -> float:
        """The same without the padding."""
        return (self.item - self.padding - self.said) / self.messages


def payloads(seed: int, count: int, *, items: int | None = None) -> list[bytes]:
    """Draw payloads of declarations, of those only that have this many items."""
    drawn = dictionary.declaration_payloads(seed, count)
    return [payload for payload in drawn if items is None or len(json.loads(payload)["items"]) == items]


def agreed(payload: bytes) -> bytes:
    """Leave of a declaration's payload the fields that an agreement names."""
    return dictionary.document(dictionary.projected(json.loads(payload)))


def cost(said: list[bytes], *, suite: int, seed: int = SEED) -> Cost:
    """Send documents in one batch and envelope."""
    rng, packer = random.Random(f"sizes {seed}"), ZstdPacker()
    context = Context.of(Stream(*dictionary.PLACES, 2, 1), suite=suite, descriptor=3)
    entries = tuple(
        dictionary.one_message(rng, KIND, payload, seq=40_000 + place, context=context)
        for place, payload in enumerate(said)
    )
    node = Ed25519Signer(rng.randbytes(32))
    head = heads.sign_head(heads.Head(40_000 + len(said), rng.randbytes(32)), context, node)
    body = Batch(2, 1, entries, head).encoded()
    way = Way(suite, *dictionary.PLACES, 3, 3, 4)
    public = sealing_public(suite, rng.randbytes(32))
    item = envelopes.seal(body, way, public, sent_ms=1_790_000_000_000, sealer=HpkeSealer(), packer=packer, signer=node)
    form, packed = packer.pack(body)
    statements = b"".join(entry.signed for entry in entries)
    alone = packer.pack(statements + b"".join(said))[1]
    padding = len(envelopes.padded(form, packed)) - len(packed) - 5
    return Cost(len(item.encoded()), padding, len(alone), len(said))


def alone(said: list[bytes], *, suite: int) -> float:
    """Give the median bytes of an envelope with one of these documents."""
    return median(cost([payload], suite=suite, seed=place).item for place, payload in enumerate(said))


def hundreds(*, suite: int) -> list[Cost]:
    """Give the costs of some batches of 100 declarations."""
    return [cost(payloads(SEED + seed, 50), suite=suite, seed=seed) for seed in range(0, 60, 10)]


def statement() -> int:
    """Give the bytes of a signed statement."""
    context = Context.of(Stream(*dictionary.PLACES, 2, 1), suite=2, descriptor=3)
    entry = dictionary.one_message(random.Random(SEED), KIND, b"{}" * 800, seq=1_000_000, context=context)
    return len(entry.signed)


def main() -> None:
    """Print the figures."""
    print(f"signed statement: {statement()} B")
    for suite in SUITES:
        costs = hundreds(suite=suite)
        padded, unpadded = mean(each.beyond for each in costs), mean(each.beyond_unpadded for each in costs)
        print(f"suite {suite}, batch of 100: {padded:.0f} B a message beyond statement and payload, ", end="")
        print(f"{unpadded:.0f} without the padding")
        for title, said in examples().items():
            print(f"suite {suite}, {title}: {alone(said, suite=suite):.0f} B")


def examples() -> dict[str, list[bytes]]:
    """Give declarations of three sorts, to be sent each alone."""
    one_item = payloads(SEED, 30, items=1)
    return {
        "a declaration of 1 to 6 items alone": payloads(SEED, 30),
        "a declaration of 1 item alone": one_item,
        "a declaration of 1 item with the fields of an agreement alone": [agreed(payload) for payload in one_item],
    }


if __name__ == "__main__":
    main()
