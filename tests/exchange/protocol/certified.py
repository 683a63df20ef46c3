"""The administrations and nodes of the tests of trust, with real keys that are the same in every run."""

from dataclasses import replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mabar.exchange.protocol import cose
from mabar.exchange.protocol.descriptors import DAY_MS, Agency, Descriptor, SealingKey
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import ED25519
from mabar.exchange.protocol.roots import Root
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.exchange.protocol.trust import TrustBook

START_MS = 1_795_000_000_000
YEAR_MS = 365 * DAY_MS
HOLDERS = ("first", "second", "third")


class Key:
    """An Ed25519 key drawn from the name of its holder."""

    alg = ED25519

    def __init__(self, holder: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(sha256(holder.encode()).digest())
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, said: bytes) -> bytes:
        """Sign bytes."""
        return self._private.sign(said)


class Ed25519Checker:
    """Checks Ed25519 signatures and counts how many."""

    def __init__(self) -> None:
        self.checked = 0

    def is_signed(self, alg: int, public: bytes, said: bytes, signature: bytes) -> bool:
        """Tell whether the holder of `public` signed `said`."""
        self.checked += 1
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
        except InvalidSignature:
            return False
        return True


CHECKER = Ed25519Checker()


def key(holder: str) -> Key:
    """Give the key of a holder."""
    return Key(holder)


def holders(administration: str, number: int = 1) -> list[Key]:
    """Give the three keys of a root record."""
    return [key(f"{administration} root {number} {holder}") for holder in HOLDERS]


def root(administration: str = "dz", number: int = 1, **changes: object) -> Root:
    """Give an administration's root record; a later one names the usual one before it."""
    made = Root(
        administration,
        number,
        (f"الإدارة {administration}", f"Administration {administration}", f"Administration {administration}"),
        tuple(each.public for each in holders(administration, number)),
        2,
        START_MS + (number - 1) * YEAR_MS,
        START_MS + (number + 9) * YEAR_MS,
        root(administration, number - 1).fingerprint if number > 1 else None,
    )
    return replace(made, **changes)


def root_item(record: Root, *signers: Key) -> Item:
    """Sign a root record; by two of its own holders and two of the record before when nobody is named."""
    names = [*holders(record.administration, record.number)[:2]]
    if record.number > 1:
        names += holders(record.administration, record.number - 1)[:2]
    return item(Type.ROOT, record.context, record.encoded(), *(signers or names))


def item(type_: Type, context: Context, payload: bytes, *signers: Key) -> Item:
    """Sign any payload in any context."""
    return Item(type_, context, cose.sign(payload, type_, context, list(signers)))


def descriptor(node: str = "dz.debdeb", number: int = 1, **changes: object) -> Descriptor:
    """Give a node's descriptor with three agencies and thirteen sealing keys; a later one names the one before it."""
    begin_ms = START_MS + (number - 1) * 90 * DAY_MS
    made = Descriptor(
        node=node,
        number=number,
        names=("الدبداب", "Debdeb", "Debdeb"),
        urls=("https://debdeb.example",),
        suites=(1, 2),
        node_key=key(f"{node} {number} node").public,
        agencies=tuple(
            Agency(place, code, key(f"{node} {number} {code}").public if place else key(f"{node} {number} 0").public)
            for place, code in enumerate(("node", "customs", "plant_health"))
        ),
        sealing_keys=tuple(_sealing_key(node, number, place, begin_ms) for place in range(13)),
        pins=(sha256(node.encode()).digest(),),
        zone="Africa/Algiers",
        valid_from_ms=begin_ms,
        valid_to_ms=begin_ms + YEAR_MS,
        largest_envelope=8 * 1024 * 1024,
        classes=(0, 1, 2, 3),
        before=descriptor(node, number - 1).digest if number > 1 else None,
        pq_key=bytes(1312),
        contact="+213 00 00 00 00",
    )
    return replace(made, **changes)


def _sealing_key(node: str, number: int, place: int, begin_ms: int) -> SealingKey:
    use_from_ms = begin_ms + (30 * place - 1) * DAY_MS
    public = sha256(f"{node} {number} sealing {place}".encode()).digest()
    return SealingKey(use_from_ms, use_from_ms + 30 * DAY_MS, public, public * 38)


def descriptor_item(taken: Descriptor, *signers: Key, root_number: int = 1) -> Item:
    """Sign a descriptor by a root record; by its first two holders when nobody is named."""
    by = signers or holders(taken.administration, root_number)[:2]
    return item(Type.DESCRIPTOR, taken.context(root_number), taken.encoded(), *by)


def stop_item(public: bytes, administration: str = "dz", root_number: int = 1, *signers: Key) -> Item:
    """Sign a stop of a key."""
    stop = Stop(administration, cose.key_id(public), root_number)
    context = Context(sender=administration, descriptor=root_number)
    return item(Type.STOP, context, stop.encoded(), *(signers or holders(administration, root_number)[:2]))


def settle_item(public: bytes, ends: dict[Stream, int], administration: str = "dz", root_number: int = 1) -> Item:
    """Sign a settle of a key."""
    settle = Settle(administration, cose.key_id(public), tuple(ends.items()))
    context = Context(sender=administration, descriptor=root_number)
    return item(Type.SETTLE, context, settle.encoded(), *holders(administration, root_number)[:2])


def book(*records: Root) -> TrustBook:
    """Give a book in which these records, or Algeria's first, are confirmed."""
    made = TrustBook()
    for each in records or (root(),):
        made = made.with_root(root_item(each), CHECKER).with_confirmed(each.fingerprint)
    return made
