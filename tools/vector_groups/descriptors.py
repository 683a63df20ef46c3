"""The vectors of trust: root records, descriptors, stops and settles, taken in or refused (section 4)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.descriptors import DAY_MS, HYBRID_BYTES, Agency, Descriptor, SealingKey
from mabar.exchange.protocol.fingerprints import digits_of, words_of
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.roots import Root
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.exchange.suites import sealing_public
from tools.vector_groups import Vector, bad, cast, good, group
from tools.vector_groups.cast import INSTANT_MS, PQ, RECEIVER, SENDER, STREAM
from tools.vector_groups.certified import ROOTS, YEAR_MS, certified, descriptor, holders, root_item

# Every point of small order of edwards25519 that 32 bytes name, in each way of naming it.
SMALL_ORDER = {
    "identity": "01" + "00" * 31,
    "identity-signed": "01" + "00" * 30 + "80",
    "order-2": "ec" + "ff" * 30 + "7f",
    "order-4": "00" * 32,
    "order-4-unreduced": "ed" + "ff" * 30 + "7f",
    "order-8": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "order-8-other": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}
FIRST = ROOTS["dz"]
NODE = replace(descriptor(SENDER), suites=(1,), pq_key=None)
CUSTOMS = NODE.agencies[1]
KEY_ID = cose.key_id(CUSTOMS.key)
NEW_HOLDERS: list[Signer] = [cast.key(f"dz new root {holder}") for holder in ("first", "second", "third")]
SECOND = replace(
    FIRST,
    number=2,
    keys=tuple(each.public for each in NEW_HOLDERS),
    valid_from_ms=INSTANT_MS + YEAR_MS,
    valid_to_ms=INSTANT_MS + 10 * YEAR_MS,
    before=FIRST.fingerprint,
)
DEMO = ("DEMO الجزائر", "DEMO Algérie", "DEMO Algeria")
LATER = replace(NODE, number=2, valid_from_ms=INSTANT_MS + 90 * DAY_MS, before=NODE.digest)


def _root(record: Root, signers: Sequence[Signer] | None = None, context: Context | None = None) -> Item:
    by = signers if signers is not None else holders(record.administration)[:2]
    return certified(Type.ROOT, context or record.context, record.encoded(), by)


def _second(record: Root = SECOND, *, old: int = 2, new: int = 2) -> Item:
    return _root(record, [*holders("dz")[:old], *NEW_HOLDERS[:new]])


def _node(said: Descriptor, signers: Sequence[Signer] | None = None, *, root_number: int = 1) -> Item:
    by = signers if signers is not None else holders(said.administration)[:2]
    return certified(Type.DESCRIPTOR, said.context(root_number), said.encoded(), by)


def _stop(signers: Sequence[Signer], root_number: int = 1, named: int = 1) -> Item:
    context = Context(sender="dz", descriptor=named)
    return certified(Type.STOP, context, Stop("dz", KEY_ID, root_number).encoded(), signers)


def _settle(*ends: tuple[Stream, int], signers: Sequence[Signer] = (), administration: str = "dz") -> Item:
    by = signers or holders("dz")[:2]
    return certified(
        Type.SETTLE, Context(sender="dz", descriptor=1), Settle(administration, KEY_ID, ends).encoded(), by
    )


def _taken(name: str, what: str, *items: Item) -> Vector:
    return good(name, what, "trust", items=[each.encoded() for each in items])


def _refused(name: str, what: str, code: str, *items: Item) -> Vector:
    return bad(name, what, "trust", code, items=[each.encoded() for each in items])


def _good() -> Iterator[Vector]:
    record, node = root_item("dz"), _node(NODE)
    yield _taken("root", "a first root record, signed by two of its three keys", record)
    yield _taken("root-all", "a first root record, signed by all of its keys", _root(FIRST, holders("dz")))
    shown = replace(FIRST, names=DEMO, keys=FIRST.keys[:1], threshold=1)
    yield _taken("root-demonstration", "one key, and every name says DEMO", _root(shown, holders("dz")[:1]))
    yield _taken("root-second", "a second record, signed by a quorum of both", record, _second())
    yield _taken("descriptor", "a descriptor of a node", record, node)
    yield _taken("descriptor-second", "the next descriptor", record, node, _node(LATER))
    yield _taken("descriptor-alone", "a second descriptor whose first is not known", record, _node(LATER))
    yield _taken("descriptor-late", "the descriptors in the other order", record, _node(LATER), node)
    yield _taken("descriptor-full", "a descriptor with as much as it may hold", record, _node(_full()))
    renewed = replace(LATER, valid_from_ms=SECOND.valid_from_ms, valid_to_ms=SECOND.valid_to_ms)
    by_new = _node(renewed, NEW_HOLDERS[1:], root_number=2)
    yield _taken("descriptor-by-second", "a descriptor under the second record", record, _second(), node, by_new)
    yield _taken("stop", "a stop, signed beforehand", record, _stop(holders("dz")[1:]))
    old = _stop(holders("dz")[:2])
    yield _taken("stop-by-first", "a stop by the first record when there is a second", record, _second(), old)
    yield _taken("settle", "a settle of two streams", record, _settle((STREAM, 4711), (replace(STREAM, urgency=0), 0)))
    yield _taken("settle-no-stream", "a settle that names no stream", record, _settle())


_HYBRID = {31: sealing_public(2, cast.seed("dz.debdeb hybrid"))}


def _full() -> Descriptor:
    agencies = tuple(Agency(number, f"a{number}", cast.key(f"agency {number}").public) for number in range(1, 64))
    sealing = (
        SealingKey(INSTANT_MS + n, INSTANT_MS + YEAR_MS, bytes([n]) * 32, bytes(HYBRID_BYTES)) for n in range(32)
    )
    return replace(
        NODE,
        names=("ع" * 200, "N" * 200, "\U0001f6c2" * 200),
        urls=("https://" + "~" * 192,) * 8,
        agencies=(NODE.agencies[0], *agencies),
        sealing_keys=tuple(sealing),
        pins=tuple(bytes([n]) * 32 for n in range(16)),
        largest_envelope=1 << 24,
        pq_key=PQ[SENDER].public,
    )


def _bad_roots() -> Iterator[Vector]:
    record = root_item("dz")
    one, two, three = holders("dz")
    short = "quorum.short"
    yield _refused("root-one-signature", "one signature where two are needed", short, _root(FIRST, [one]))
    yield _refused("root-twice", "two signatures by one key", "quorum.twice", _root(FIRST, [one, one]))
    stranger = _root(FIRST, [one, two, holders("ly")[0]])
    yield _refused("root-stranger", "enough signatures, and one by a stranger", "quorum.unknown-key", stranger)
    other = cose.join(FIRST.encoded(), _signatures(record, replace(FIRST, threshold=3)))
    turned = Item(Type.ROOT, FIRST.context, other)
    yield _refused("root-signature", "signatures of another payload", "quorum.signature", turned)
    yield _refused("root-second-old-short", "only one of the old keys", short, record, _second(old=1))
    yield _refused("root-second-new-short", "only one of the new keys", short, record, _second(new=1))
    yield _refused("root-second-alone", "a second record without the first", "root.unknown", _second())
    gap = _second(replace(SECOND, number=3))
    yield _refused("root-gap", "a third record that follows the first", "root.chain", record, gap)
    shown = _second(replace(SECOND, names=DEMO))
    yield _refused(
        "root-turns-demonstration", "a demonstration follows no record in earnest", "root.chain", record, shown
    )
    fork = _root(replace(FIRST, threshold=3), [one, two, three])
    yield _refused("root-other", "two first records", "root.other", record, fork)
    foreign = _root(FIRST, context=Context(sender="ly", descriptor=1))
    yield _refused("root-context", "in the context of another administration", "root.malformed", foreign)
    for name, changes in _ROOT_CHANGES.items():
        yield _refused(f"root-{name}", name, "root.malformed", _root(replace(FIRST, **changes), holders("dz")))
    for name, key in SMALL_ORDER.items():
        small = _root(replace(FIRST, keys=(*FIRST.keys, bytes.fromhex(key))))
        yield _refused(f"root-key-{name}", f"a key of small order: {name}", "key.unusable", small)


_ROOT_CHANGES: dict[str, dict[str, Any]] = {
    "one-key": {"keys": FIRST.keys[:1], "threshold": 1},
    "threshold-1": {"threshold": 1},
    "threshold-above": {"threshold": 4},
    "same-key": {"keys": (*FIRST.keys, FIRST.keys[0])},
    "no-name": {"names": ("", "Algérie", "Algeria")},
    "long-name": {"names": ("ع" * 201, "Algérie", "Algeria")},
    "turned-name": {"names": ("الجزائر", "Algérie", "Alg\u202eeria")},
    "demo-in-one-name": {"threshold": 1, "names": ("DEMO", "DEMO", "Algeria")},
    "ends-before": {"valid_to_ms": FIRST.valid_from_ms},
    "follows-nothing": {"before": bytes(32)},
    "second-follows-nothing": {"number": 2},
}


def _signatures(item: Item, other: Root) -> list[Any]:
    signed = certified(item.type, item.context, other.encoded(), holders("dz")[:2])
    return list(cbor.decode(signed.object).item[3])


def _bad_descriptors() -> Iterator[Vector]:
    record, node = root_item("dz"), _node(NODE)
    yield _refused("descriptor-no-root", "nobody certifies", "root.unknown", node)
    by_one = _node(NODE, holders("dz")[:1])
    yield _refused("descriptor-one-signature", "one signature where two are needed", "quorum.short", record, by_one)
    stranger = _node(NODE, holders("ly")[:2])
    yield _refused("descriptor-foreign-root", "by another administration", "quorum.unknown-key", record, stranger)
    foreign = descriptor(RECEIVER)
    taken = certified(Type.DESCRIPTOR, NODE.context(1), foreign.encoded(), holders("dz")[:2])
    yield _refused("descriptor-foreign-node", "of a node of another", "descriptor.malformed", record, taken)
    other = _node(replace(NODE, contact="other"))
    yield _refused("descriptor-other", "two descriptors of one number", "descriptor.other", record, node, other)
    wrong = _node(replace(LATER, before=bytes(32)))
    yield _refused("descriptor-chain", "does not follow the one before", "descriptor.chain", record, node, wrong)
    early = _node(replace(LATER, number=4, before=bytes(32), valid_from_ms=NODE.valid_from_ms - 1))
    yield _refused("descriptor-early", "begins before one with a lower number", "descriptor.chain", record, node, early)
    before = _node(replace(NODE, valid_from_ms=FIRST.valid_from_ms - 1))
    yield _refused("descriptor-before-root", "begins before its root record", "root.not-in-force", record, before)
    end_ms = FIRST.valid_to_ms
    after = _node(replace(NODE, valid_from_ms=end_ms + 1, valid_to_ms=end_ms + YEAR_MS))
    yield _refused("descriptor-after-root", "begins after its root record", "root.not-in-force", record, after)
    late = _node(replace(NODE, valid_from_ms=SECOND.valid_from_ms, valid_to_ms=end_ms))
    items = (record, _second(), late)
    yield _refused("descriptor-replaced-root", "under a record that is replaced", "root.not-in-force", *items)
    for name, changes in _DESCRIPTOR_CHANGES.items():
        changed = _node(replace(NODE, **changes))
        yield _refused(f"descriptor-{name}", name, "descriptor.malformed", record, changed)
    for name, small in SMALL_ORDER.items():
        weak = _node(replace(NODE, agencies=(NODE.agencies[0], replace(CUSTOMS, key=bytes.fromhex(small)))))
        yield _refused(f"descriptor-key-{name}", f"a key of small order: {name}", "key.unusable", record, weak)


_SEALING = NODE.sealing_keys[0]
_DESCRIPTOR_CHANGES: dict[str, dict[str, Any]] = {
    "number-0": {"number": 0},
    "plain-http": {"urls": ("http://debdeb.example",)},
    "http-to-a-name-like-loopback": {"urls": ("http://localhost.example",)},
    "url-ends-in-slash": {"urls": ("https://debdeb.example/",)},
    "nine-urls": {"urls": ("https://debdeb.example",) * 9},
    "no-suite": {"suites": ()},
    "suites-fall": {"suites": (2, 1)},
    "suite-0": {"suites": (0, 1)},
    "no-agency-0": {"agencies": (CUSTOMS,)},
    "agency-0-not-node": {"agencies": (replace(NODE.agencies[0], code="office"), CUSTOMS)},
    "agency-twice": {"agencies": (NODE.agencies[0], replace(CUSTOMS, code="node"))},
    "agency-key-twice": {"node_key": CUSTOMS.key},
    "agency-above": {"agencies": (NODE.agencies[0], replace(CUSTOMS, number=65_536))},
    "agency-in-capitals": {"agencies": (NODE.agencies[0], replace(CUSTOMS, code="Customs"))},
    "no-sealing-key": {"sealing_keys": ()},
    "sealing-key-ends-before": {"sealing_keys": (replace(_SEALING, use_to_ms=_SEALING.use_from_ms),)},
    "sealing-keys-fall": {"sealing_keys": (_SEALING, replace(_SEALING, x25519=bytes(32)))},
    "hybrid-key-short": {"sealing_keys": (replace(_SEALING, hybrid=bytes(HYBRID_BYTES - 1)),)},
    "pin-twice": {"pins": (bytes(32), bytes(32))},
    "zone-with-blank": {"zone": "Africa Algiers"},
    "ends-before": {"valid_to_ms": NODE.valid_from_ms},
    "envelope-small": {"largest_envelope": 1023},
    "envelope-large": {"largest_envelope": (1 << 24) + 1},
    "no-class": {"classes": ()},
    "class-4": {"classes": (0, 4)},
    "follows-nothing": {"before": bytes(32)},
    "second-follows-nothing": {"number": 2},
    "pq-key-short": {"pq_key": bytes(1311)},
    "no-contact": {"contact": ""},
}


def _bad_stops() -> Iterator[Vector]:
    record, dz = root_item("dz"), holders("dz")
    yield _refused("stop-one-signature", "one signature where two are needed", "quorum.short", record, _stop(dz[:1]))
    yield _refused("stop-no-root", "nobody certifies", "root.unknown", _stop(dz[:2]))
    another = _stop(dz[:2], root_number=2)
    yield _refused("stop-number", "names another record than its context", "stop.malformed", record, another)
    second = _stop(dz[:2], root_number=2, named=2)
    yield _refused("stop-second", "names a record that is not there", "root.unknown", record, second)
    as_settle = replace(_stop(dz[:2]), type=Type.SETTLE)
    yield _refused("stop-as-settle", "a stop shown as a settle", "settle.malformed", record, as_settle)
    twice = _settle((STREAM, 1), (STREAM, 2))
    yield _refused("settle-stream-twice", "one stream twice", "settle.malformed", record, twice)
    foreign = _settle((STREAM.opposite(1), 1))
    yield _refused("settle-foreign", "a stream of another administration", "settle.malformed", record, foreign)
    of_another = _settle((STREAM.opposite(1), 1), administration="ly")
    yield _refused("settle-context", "in the context of another", "settle.malformed", record, of_another)
    epoch_0 = _settle((replace(STREAM, epoch=0), 1))
    yield _refused("settle-epoch-0", "an epoch 0", "settle.malformed", record, epoch_0)
    items = (record, _settle((STREAM, 1)), _settle((STREAM, 2)))
    yield _refused("settle-other", "two settles of one key", "settle.other", *items)
    by_one = _settle((STREAM, 1), signers=dz[:1])
    yield _refused("settle-one-signature", "one signature where two are needed", "quorum.short", record, by_one)


def _fingerprints() -> Iterator[Vector]:
    words = (files("mabar.exchange") / "data" / "words-ar.txt").read_text(encoding="utf-8").split()
    for code, record in ROOTS.items():
        said = {"words": list(words_of(record.fingerprint, words)), "digits": " ".join(digits_of(record.fingerprint))}
        what = "a root record as it is read aloud"
        yield good(f"fingerprint-{code}", what, "fingerprint", payload=record.encoded(), **said)


def _vectors() -> Iterator[Vector]:
    yield from _good()
    yield from _fingerprints()
    yield from _bad_roots()
    yield from _bad_descriptors()
    yield from _bad_stops()


group(
    "descriptors",
    "root records, descriptors, stops and settles, taken in in this order, each root record confirmed when it comes;"
    " and fingerprints as they are read aloud",
    _vectors,
)
