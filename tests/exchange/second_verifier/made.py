"""Two administrations with their keys, and the bundles they would leave behind, made by the written protocol alone.

Only the CBOR of the product is used: what signs and joins here is a second hand, as the second verifier is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from mabar.exchange.protocol import cbor

ED25519, ML_DSA_44 = -19, -48
ROOT, DESCRIPTOR, STATEMENT, HEAD, RECEIPT, STOP, SETTLE = 1, 2, 3, 4, 5, 11, 12
SENDER, RECEIVER = "dz.debdeb", "ly.ghadames"
STREAM = [SENDER, RECEIVER, 1, 1]
DAY_MS = 86_400_000
FROM, TO, RENEWED = 20_000 * DAY_MS, 21_000 * DAY_MS, 100 * DAY_MS
SALT, PAYLOAD = b"s" * 16, b'{"seal":"DZ-4711"}'

Item = list[Any]


@cache
def key(name: str) -> Ed25519PrivateKey:
    """Give the one Ed25519 key of this name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


@cache
def pq_key(name: str) -> MLDSA44PrivateKey:
    """Give the one ML-DSA-44 key of this name."""
    return MLDSA44PrivateKey.from_seed_bytes(sha256(name.encode()).digest())


def public(name: str) -> bytes:
    """Give the public half of the Ed25519 key of this name."""
    return key(name).public_key().public_bytes_raw()


def key_id(name: str) -> bytes:
    """Give the first 8 bytes of the hash of a key."""
    return sha256(public(name)).digest()[:8]


def aad(type_: int, context: list[Any]) -> bytes:
    """Give what a signature covers besides the payload: type and context."""
    return cbor.encode(["mx1", type_, *context])


def one(type_: int, context: list[Any], payload: bytes, signer: str, alg: int = ED25519) -> Item:
    """Sign a COSE_Sign1 and give the item."""
    protected = cbor.encode({1: alg})
    covered = cbor.encode(["Signature1", protected, aad(type_, context), payload])
    signature = (key if alg == ED25519 else pq_key)(signer).sign(covered)
    return [type_, context, cbor.encode(cbor.Tagged(18, [protected, {}, payload, signature]))]


def many(type_: int, context: list[Any], payload: bytes, signers: Iterable[str]) -> Item:
    """Sign a COSE_Sign with the keys of these names and give the item."""
    signatures = []
    for name in signers:
        protected = cbor.encode({1: ED25519, 4: key_id(name)})
        covered = cbor.encode(["Signature", b"", protected, aad(type_, context), payload])
        signatures.append([protected, {}, key(name).sign(covered)])
    return [type_, context, cbor.encode(cbor.Tagged(98, [b"", {}, payload, signatures]))]


def payload_of(item: Item) -> bytes:
    """Give the payload of an item."""
    payload: bytes = cbor.decode(item[2]).item[2]
    return payload


def digits(record: Item) -> str:
    """Give the fingerprint of a root record as it is read aloud."""
    half = sha256(payload_of(record)).digest()[12:28]
    return " ".join(f"{int.from_bytes(half[at : at + 2], 'big'):05}" for at in range(0, 16, 2))


def officers(administration: str, number: int = 1) -> list[str]:
    """Name the root keys of a record."""
    return [f"{administration} root {number} {officer}" for officer in "abc"]


def root(administration: str, number: int = 1, signers: Sequence[str] | None = None, **changes: Any) -> Item:
    """Make a root record, signed by two of its three keys and two of those of the record before."""
    first = number == 1
    before = None if first else sha256(payload_of(root(administration, number - 1))).digest()
    keys = [public(name) for name in officers(administration, number)]
    begins = FROM + (number - 1) * RENEWED
    fields = {
        1: administration,
        2: number,
        3: ["جمارك", "Douanes", "Customs"],
        4: keys,
        5: 2,
        6: begins,
        7: TO,
        8: before,
    }
    own = officers(administration, number)[:2] + ([] if first else officers(administration, number - 1)[1:])
    payload = cbor.encode(changed(fields, changes))
    return many(ROOT, context_of_root(administration, number), payload, own if signers is None else signers)


def context_of_root(administration: str, number: int) -> list[Any]:
    """Give the context of what a root signs."""
    return [None, administration, None, None, None, number]


def descriptor(
    node: str, number: int = 1, record: int = 1, signers: Sequence[str] | None = None, **changes: Any
) -> Item:
    """Make a node descriptor, signed by two root keys."""
    before = None if number == 1 else sha256(payload_of(descriptor(node, number - 1))).digest()
    agencies = {0: ["node", public(f"{node} agency 0")], 1: ["douane", public(f"{node} agency 1")]}
    fields = {
        1: node, 2: number, 3: ["معبر", "Poste", "Crossing"], 4: [f"https://{node}.example"], 5: [1, 2],
        6: public(f"{node} node"), 7: agencies, 8: [[FROM, TO, b"x" * 32, b"h" * 1216]], 9: [b"p" * 32],
        10: "Africa/Algiers", 11: FROM + (number - 1) * RENEWED, 12: TO, 13: 2**23, 14: [0, 1, 2, 3], 15: before,
        16: pq_key(node).public_key().public_bytes_raw(), 17: "+213 000",
    }  # fmt: skip
    own = officers(node[:2], record)[:2] if signers is None else signers
    return many(DESCRIPTOR, context_of_root(node[:2], record), cbor.encode(changed(fields, changes)), own)


def changed(fields: dict[int, Any], changes: dict[str, Any]) -> dict[int, Any]:
    """Give the fields with some put otherwise: `_5=1` puts key 5."""
    return fields | {int(name[1:]): value for name, value in changes.items()}


def context(**changes: Any) -> list[Any]:
    """Give the context of the stream, with some parts put otherwise."""
    parts = {"suite": 1, "sender": SENDER, "receiver": RECEIVER, "grade": 1, "epoch": 1, "descriptor": 1}
    return list((parts | changes).values())


def statement(
    seq: int, *, agency: int = 1, signer: str = "", where: dict[str, Any] | None = None, **changes: Any
) -> Item:
    """Make a statement of the stream."""
    fields = {
        1: seq, 2: seq.to_bytes(16, "big"), 3: "crossings.truck/1.0", 4: sha256(SALT + PAYLOAD).digest(), 5: 64,
        6: "transit", 7: "dz-ly.goods.1", 8: FROM, 9: None, 10: 1, 11: agency, 12: ["douane"],
    }  # fmt: skip
    signer = signer or f"{SENDER} agency {agency}"
    return one(STATEMENT, context(), cbor.encode(changed(fields, changes)), signer)


@dataclass(frozen=True)
class Log:
    """The log of a stream, by the recursive words of RFC 6962."""

    leaves: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Log":
        """Give the log of these statements."""
        return cls([sha256(b"\0" + item[2]).digest() for item in items])

    def root(self) -> bytes:
        """Give the root."""
        if len(self.leaves) < 2:
            return self.leaves[0] if self.leaves else sha256().digest()
        left, right = self.halves()
        return sha256(b"\1" + left.root() + right.root()).digest()

    def halves(self) -> tuple["Log", "Log"]:
        """Give the largest complete subtree that is not the whole, and the rest."""
        middle = 1 << (len(self.leaves) - 1).bit_length() - 1
        return Log(self.leaves[:middle]), Log(self.leaves[middle:])

    def path(self, index: int) -> list[bytes]:
        """Give the inclusion path of a leaf."""
        if len(self.leaves) < 2:
            return []
        left, right = self.halves()
        cut = len(left.leaves)
        return [*left.path(index), right.root()] if index < cut else [*right.path(index - cut), left.root()]

    def frontier(self) -> list[bytes]:
        """Give the roots of the complete subtrees, the largest first."""
        size = len(self.leaves)
        if size & (size - 1) == 0:
            return [self.root()] if size else []
        left, right = self.halves()
        return [left.root(), *right.frontier()]


def head(size: int, root_: bytes, *, type_: int = HEAD, signer: str = "", **where: Any) -> Item:
    """Make a head of the sender, or with `type_` a receipt of the receiver."""
    by = SENDER if type_ == HEAD else RECEIVER
    return one(type_, context(**where), cbor.encode({1: size, 2: root_}), signer or f"{by} node")


def pq_head(size: int, root_: bytes, *, type_: int = HEAD, **where: Any) -> Item:
    """Make a head or receipt signed with ML-DSA-44."""
    by = SENDER if type_ == HEAD else RECEIVER
    return one(type_, context(**({"suite": 2} | where)), cbor.encode({1: size, 2: root_}), by, ML_DSA_44)


def papers() -> list[Item]:
    """Give what tells who holds which key."""
    return [root("dz"), root("ly"), descriptor(SENDER), descriptor(RECEIVER)]


def bundle(claim: int, items: list[Item], details: dict[int, Any], **changes: Any) -> bytes:
    """Make an evidence bundle."""
    guilty = {1: None, 5: RECEIVER}.get(claim, SENDER)
    fields = {1: "mx1 evidence", 2: claim, 3: STREAM, 4: guilty, 5: papers(), 6: items, 7: details}
    return cbor.encode(changed(fields, changes))


STATEMENTS = [statement(seq) for seq in range(1, 8)]


def message(seq: int = 3, size: int = 5, extra: Sequence[Item] | None = None, **changes: Any) -> bytes:
    """Make a bundle of claim 1: statement, head and receipt, unless `extra` stands for the receipt."""
    log = Log.of(STATEMENTS[:size])
    rest = [head(size, log.root(), type_=RECEIPT)] if extra is None else list(extra)
    items = [STATEMENTS[seq - 1], head(size, log.root()), *rest]
    return bundle(1, items, {1: log.path(seq - 1), 2: SALT, 3: PAYLOAD} | changes.pop("details", {}), **changes)


def broken_head(earlier: int = 3, later: int = 5, **changes: Any) -> bytes:
    """Make a bundle of claim 4: the later head is not that of the statements."""
    before = Log.of(STATEMENTS[:earlier])
    first = [head(earlier, before.root())] if earlier else []
    items = [*first, *STATEMENTS[earlier:later], head(later, b"?" * 32)]
    return bundle(4, changes.pop("items", items), {1: before.frontier()} | changes.pop("details", {}), **changes)


def two_receipts() -> bytes:
    """Make a bundle of claim 5."""
    root_ = Log.of(STATEMENTS[:5]).root()
    return bundle(5, [head(5, root_, type_=RECEIPT), head(5, b"?" * 32, type_=RECEIPT)], {})
