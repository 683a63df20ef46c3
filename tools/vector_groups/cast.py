"""Who speaks in the vectors: two nodes, their keys drawn from names, and one object of each type."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from mabar.exchange.protocol import buckets, cbor, cose, heads, statements
from mabar.exchange.protocol.greetings import Greeting, Stored, Wanted
from mabar.exchange.protocol.notices import Refusal, Reopening
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import MLDSA44, Signer
from mabar.exchange.suites import Ed25519Signer, HpkeSealer, MLDSA44Signer, SealingPair, ZstdPacker
from tools.vector_groups import drawn

SENDER, RECEIVER = "dz.debdeb", "ly.ghadames"
STREAM = Stream(SENDER, RECEIVER, 2, 1)
INSTANT_MS = 1_795_000_000_000
PAYLOAD = '{"hs":"080410","net_mass_g":21000000,"words":"تمور دقلة نور"}'.encode()
SALT = sha256(b"mx1 vectors: salt").digest()[:16]


def seed(name: str) -> bytes:
    """Give the 32 private bytes of a name."""
    return sha256(f"mx1 vectors: {name}".encode()).digest()


def key(name: str) -> Ed25519Signer:
    """Give the Ed25519 key of a name."""
    return Ed25519Signer(seed(name))


class KeptMLDSA44Signer:
    """The ML-DSA-44 key of a name; what it has signed once it gives again."""

    alg = MLDSA44

    def __init__(self, name: str) -> None:
        self._signer = MLDSA44Signer(seed(name))
        self.public = self._signer.public

    def sign(self, said: bytes) -> bytes:
        """Sign bytes."""
        return drawn((b"ml-dsa-44", self.public, said), lambda: self._signer.sign(said))


class KeptSealer:
    """Seals; what it has sealed once it gives again."""

    def seal(self, suite: int, public: bytes, plain: bytes, info: bytes) -> bytes:
        """Give enc and ct, joined."""
        asked = (b"hpke", bytes([suite]), public, plain, info)
        return drawn(asked, lambda: HpkeSealer().seal(suite, public, plain, info))


DICTIONARY = files("mabar.exchange").joinpath("data/mx1-dictionary-1.zstd").read_bytes()


class KeptPacker(ZstdPacker):
    """Packs; what it has packed once it gives again, whatever a later library would make of it."""

    def pack(self, body: bytes, *, text_at: int = 0) -> tuple[int, bytes]:
        """Give the form and the packed body."""
        packed = drawn((b"zstd", DICTIONARY, body), lambda: self._packed(body, text_at))
        return packed[0], packed[1:]

    def _packed(self, body: bytes, text_at: int) -> bytes:
        form, packed = super().pack(body, text_at=text_at)
        return bytes([form]) + packed


NODE = {name: key(f"{name} node") for name in (SENDER, RECEIVER)}
AGENCY = {number: key(f"{SENDER} agency {number}") for number in (0, 1)}
PQ = {name: KeptMLDSA44Signer(f"{name} pq") for name in (SENDER, RECEIVER)}
SEALING = SealingPair(seed(f"{RECEIVER} x25519"), seed(f"{RECEIVER} hybrid"))


def context(suite: int = 1, descriptor: int = 1, stream: Stream = STREAM) -> Context:
    """Give the context of an object of the stream."""
    return Context.of(stream, suite=suite, descriptor=descriptor)


def between_nodes(suite: int = 1, sender: str = SENDER, receiver: str = RECEIVER) -> Context:
    """Give the context of an object between two nodes."""
    return Context(suite, sender, receiver, descriptor=1)


def statement(seq: int = 1, **changes: Any) -> statements.Statement:
    """Give a statement of the customs of the sender about `PAYLOAD`."""
    fields: dict[str, Any] = {
        "seq": seq,
        "message_id": (INSTANT_MS + seq).to_bytes(6, "big") + sha256(str(seq).encode()).digest()[:10],
        "kind": "goods.declaration/1.0",
        "digest": statements.digest(SALT, PAYLOAD),
        "size": buckets.bucket(len(PAYLOAD)),
        "purpose": "customs-control",
        "terms": "dz-ly.goods.1",
        "issued_ms": INSTANT_MS + seq,
        "expires_ms": INSTANT_MS + 86_400_000,
        "handling": 1,
        "agency": 1,
        "addressees": ("customs",),
    }
    return statements.Statement(**{**fields, **changes})


HEAD = heads.Head(3, sha256(b"mx1 vectors: root").digest())
REFUSAL = Refusal("batch.digest", {"seq": 3}, sha256(b"mx1 vectors: item").digest(), None, INSTANT_MS)
GREETING = Greeting(INSTANT_MS, INSTANT_MS - 60_000, (Stored(0, 1, 7), Stored(2, 1, 0)), (Wanted(2, 1, 1, 40),), 25_000)
REOPENING = Reopening(1, HEAD, 2)


@dataclass(frozen=True)
class Part:
    """An object of one type: its payload, context and signer."""

    type: Type
    payload: bytes
    context: Context
    signer: Signer

    def item(self, **changes: Any) -> Item:
        """Give the object as an item; `changes` are made before it is signed."""
        part = Part(**{**self.__dict__, **changes})
        object_ = cose.sign1(part.payload, part.type, part.context, part.signer)
        return Item(part.type, part.context, object_, b"\x00" if part.type is Type.ENVELOPE else None)


def changed(payload: bytes, changes: Mapping[int, Any], *, without: int | None = None) -> bytes:
    """Give a payload with other values under some of its keys, and without one."""
    values = {**cbor.decode(payload), **changes}
    return cbor.encode({name: value for name, value in values.items() if name != without})


_NEXT = context(stream=Stream(SENDER, RECEIVER, 2, 2))
PARTS = {
    Type.STATEMENT: Part(Type.STATEMENT, statement().encoded(), context(), AGENCY[1]),
    Type.HEAD: Part(Type.HEAD, HEAD.encoded(), context(), NODE[SENDER]),
    Type.RECEIPT: Part(Type.RECEIPT, HEAD.encoded(), context(), NODE[RECEIVER]),
    Type.REFUSAL: Part(Type.REFUSAL, REFUSAL.encoded(), between_nodes(1, RECEIVER, SENDER), NODE[RECEIVER]),
    Type.GREETING: Part(Type.GREETING, GREETING.encoded(), between_nodes(), NODE[SENDER]),
    Type.REOPENING: Part(Type.REOPENING, REOPENING.encoded(), _NEXT, NODE[SENDER]),
}
