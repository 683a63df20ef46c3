"""The vectors of items: what each object may hold, and what is no object (sections 3.1, 5, 6.5, 9.3 and 10.1)."""

from collections.abc import Iterator
from typing import Any

from mabar.exchange.protocol import cbor, statements
from mabar.exchange.protocol.objects import Type
from mabar.lib.merkle import EMPTY_ROOT
from tools.vector_groups import Vector, bad, cast, good, group
from tools.vector_groups.cast import PARTS, Part, changed

_TITLES = {
    Type.STATEMENT: "statement",
    Type.HEAD: "head",
    Type.RECEIPT: "receipt",
    Type.REFUSAL: "refusal",
    Type.GREETING: "greeting",
    Type.REOPENING: "reopening",
}
# By type and key: values that the key does not take.
_FAULTS: dict[Type, dict[int, dict[str, Any]]] = {
    Type.STATEMENT: {
        1: {"of-nought": 0, "negative": -1, "true": True, "text": "1"},
        2: {"short": bytes(15), "text": "0" * 16},
        3: {
            "without-a-minor": "goods.declaration/1",
            "capital": "Goods.declaration/1.0",
            "zero-led": "goods.declaration/01.0",
            "without-a-package": "declaration/1.0",
            "with-a-line-end": "goods.declaration/1.0\n",
        },
        4: {"short": bytes(31), "null": None},
        5: {"no-bucket": 65, "nought": 0, "above-a-mebibyte": 1_081_344},
        6: {"empty": "", "capital": "Customs", "long": "c" * 33},
        7: {"with-a-blank": "dz ly"},
        8: {"negative": -1, "null": None},
        9: {"negative": -1, "text": "never"},
        10: {"of-four": 4, "true": True},
        11: {"negative": -1, "null": None},
        12: {"nobody": [], "capital": ["Customs"], "text": "customs", "null": [None]},
    },
    Type.HEAD: {1: {"negative": -1, "text": "3"}, 2: {"short": bytes(31), "null": None}},
    Type.RECEIPT: {1: {"negative": -1}, 2: {"long": bytes(33)}},
    Type.REFUSAL: {
        1: {"empty": "", "capital": "Batch.digest", "of-three-parts": "batch.digest.more"},
        2: {
            "a-map": {},
            "out-of-order": [["size", 1], ["seq", 1]],
            "twice": [["seq", 1], ["seq", 1]],
            "true": [["seq", True]],
            "null": [["seq", None]],
            "nine": [[f"fact_{number}", number] for number in range(9)],
            "long": [["fault", "x" * 201]],
            "named-in-capitals": [["SEQ", 1]],
        },
        3: {"short": bytes(31)},
        4: {"negative": -1},
        5: {"null": None},
    },
    Type.GREETING: {
        1: {"null": None},
        2: {"negative": -1},
        3: {
            "out-of-order": [[2, 1, 0], [0, 1, 7]],
            "twice": [[2, 1, 0], [2, 1, 7]],
            "class-four": [[4, 1, 0]],
            "epoch-nought": [[0, 0, 0]],
            "of-two": [[0, 1]],
        },
        4: {
            "from-nought": [[2, 1, 0, 4]],
            "backwards": [[2, 1, 5, 4]],
            "twice": [[2, 1, 1, 4], [2, 1, 1, 4]],
            "of-three": [[2, 1, 1]],
        },
        5: {"negative": -1},
    },
    Type.REOPENING: {
        1: {"nought": 0, "not-the-one-before": 2},
        2: {"negative": -1},
        3: {"short": bytes(31)},
        4: {"the-same": 1, "null": None},
    },
}


def _items() -> Iterator[Vector]:
    for type_, part in PARTS.items():
        title = _TITLES[type_]
        yield _good(title, f"a {title}", part, seed=_seed_of(part))
        for key, faults in _FAULTS[type_].items():
            for name, value in faults.items():
                yield _bad(
                    f"{title}-{key}-{name}",
                    f"key {key} of a {title} holds what it may not",
                    part,
                    payload=changed(part.payload, {key: value}),
                )
            yield _bad(
                f"{title}-without-{key}",
                f"a {title} without key {key}",
                part,
                payload=changed(part.payload, {}, without=key),
            )
        yield _bad(
            f"{title}-with-one-more",
            f"a {title} with a key that is not named",
            part,
            payload=changed(part.payload, {99: 0}),
        )
        yield _bad(f"{title}-of-an-array", f"a {title} that is no map", part, payload=cbor.encode([1]))
        yield _bad(f"{title}-of-nothing", f"a {title} without a payload", part, payload=b"")
        yield from _other_keys(title, part)
    yield from _more_statements()
    yield from _more_heads()
    yield from _no_items()


def _seed_of(part: Part) -> bytes:
    """Give the private key of a good item, so that a writer of items can make the same bytes."""
    names = [f"{cast.SENDER} agency 1", f"{cast.SENDER} node", f"{cast.RECEIVER} node"]
    return next(cast.seed(name) for name in names if cast.key(name).public == part.signer.public)


def _good(name: str, what: str, part: Part, **fields: Any) -> Vector:
    return good(name, what, "item", item=part.item().encoded(), key=part.signer.public, **fields)


def _bad(name: str, what: str, part: Part, *, code: str = "malformed", **changes: Any) -> Vector:
    signer = changes.get("signer", part.signer)
    return bad(name, what, "item", code, item=part.item(**changes).encoded(), key=signer.public)


def _other_keys(title: str, part: Part) -> Iterator[Vector]:
    item = part.item().encoded()
    yield bad(
        f"{title}-by-another",
        f"a {title} that another key has signed",
        "item",
        "signature",
        item=item,
        key=cast.key("stranger").public,
    )
    turned = bytearray(item)
    turned[-1] ^= 1
    yield bad(
        f"{title}-turned",
        f"a {title} with one bit of its signature turned",
        "item",
        "signature",
        item=bytes(turned),
        key=part.signer.public,
    )


def _more_statements() -> Iterator[Vector]:
    part = PARTS[Type.STATEMENT]
    control = {3: "exchange.answer/1.0", 6: None, 7: None, 9: None, 10: 0, 11: 0, 12: ["node"]}
    yield _good(
        "statement-of-a-control-kind",
        "a control kind: no purpose, no terms",
        Part(Type.STATEMENT, changed(part.payload, control), part.context, cast.AGENCY[0]),
    )
    yield _bad(
        "control-kind-under-terms",
        "a control kind that names terms",
        part,
        payload=changed(part.payload, {**control, 7: "dz-ly.goods.1"}),
    )
    many = [f"agency-{number}" for number in range(40)]
    largest = next(n for n in range(40, 0, -1) if _length(part, many[:n]) <= statements.MOST_SIGNED)
    yield _good(
        "largest-statement",
        "a signed statement of almost 600 bytes",
        Part(Type.STATEMENT, changed(part.payload, {12: many[:largest]}), part.context, part.signer),
    )
    yield _bad(
        "statement-too-large",
        "a signed statement of more than 600 bytes",
        part,
        payload=changed(part.payload, {12: many[: largest + 1]}),
    )
    yield _bad(
        "statement-by-ml-dsa-44",
        "a statement signed with ML-DSA-44, which is for heads",
        part,
        signer=cast.PQ[cast.SENDER],
    )


def _length(part: Part, addressees: list[str]) -> int:
    return len(part.item(payload=changed(part.payload, {12: addressees})).object)


def _more_heads() -> Iterator[Vector]:
    for type_, node in ((Type.HEAD, cast.SENDER), (Type.RECEIPT, cast.RECEIVER)):
        part, title = PARTS[type_], _TITLES[type_]
        yield _good(
            f"pq-{title}",
            f"a {title} signed with ML-DSA-44 under suite 2",
            Part(type_, part.payload, cast.context(suite=2), cast.PQ[node]),
        )
        empty = cbor.encode({1: 0, 2: EMPTY_ROOT})
        yield _good(f"empty-{title}", f"a {title} of size 0", Part(type_, empty, part.context, part.signer))
        other = cbor.encode({1: 0, 2: bytes(32)})
        yield _bad(
            f"empty-{title}-of-another-root", f"a {title} of size 0 whose root is not H of nothing", part, payload=other
        )


def _no_items() -> Iterator[Vector]:
    part = PARTS[Type.STATEMENT]
    item = part.item()
    type_, context, object_ = int(item.type), item.context.parts(), item.object
    rows: dict[str, tuple[Any, str]] = {
        "type-nought": ([0, context, object_], "an item of type 0"),
        "type-14": ([14, context, object_], "an item of a type that is not named"),
        "type-true": ([True, context, object_], "a type that is no number"),
        "two-parts": ([type_, context], "an item without its object"),
        "ciphertext": ([type_, context, object_, b"\x00"], "a statement with a ciphertext"),
        "ciphertext-of-null": ([type_, context, object_, None], "a statement with null where a ciphertext could be"),
        "envelope-without-ciphertext": ([6, cast.between_nodes().parts(), object_], "an envelope of three parts"),
        "object-of-text": ([type_, context, "object"], "an object that is no byte string"),
        "a-map": ({0: type_}, "an item that is no array"),
        "context-of-five": ([type_, context[:5], object_], "a context of five parts"),
        "context-without-an-epoch": ([type_, [*context[:4], None, 1], object_], "a statement without an epoch"),
        "context-of-class-four": ([type_, [1, *context[1:3], 4, 1, 1], object_], "a class that is not named"),
        "context-of-epoch-nought": ([type_, [*context[:4], 0, 1], object_], "epoch 0"),
        "context-of-descriptor-nought": ([type_, [*context[:5], 0], object_], "descriptor 0"),
        "context-of-suite-nought": ([type_, [0, *context[1:]], object_], "suite 0"),
        "context-of-suite-256": ([type_, [256, *context[1:]], object_], "suite 256"),
        "context-of-an-administration": ([type_, [1, "dz", *context[2:]], object_], "a stream from an administration"),
        "context-of-capitals": ([type_, [1, "DZ.debdeb", *context[2:]], object_], "a node's code in capitals"),
        "context-of-a-long-name": ([type_, [1, "dz." + "a" * 25, *context[2:]], object_], "a name of 25 characters"),
        "context-of-a-hyphen": ([type_, [1, "dz.hq-", *context[2:]], object_], "a name that ends with a hyphen"),
        "greeting-on-a-stream": ([8, context, object_], "a greeting whose context names a stream"),
    }
    for name, (value, what) in rows.items():
        yield bad(name, what, "item", "malformed", item=cbor.encode(value), key=part.signer.public)


group("items", "Sections 3.1, 5, 6.5, 9.3 and 10.1: each object as it is written, and what it may not hold.", _items)
