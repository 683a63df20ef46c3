"""The vectors of evidence bundles: what proves each claim, and what proves nothing (section 9.2)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mabar.exchange.protocol import cbor, cose, evidence, heads, statements
from mabar.exchange.protocol.batches import Body
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.lib import merkle
from tools.vector_groups import Vector, bad, cast, good, group
from tools.vector_groups.cast import AGENCY, NODE, PAYLOAD, PQ, RECEIVER, SALT, SENDER, STREAM, changed
from tools.vector_groups.certified import ROOTS, certified, descriptor, descriptor_item, holders, root_item

_OTHER = Stream(SENDER, RECEIVER, 1, 1)
NOT_VALID, MALFORMED = "not-valid", "malformed"

OF_SENDER = (root_item("dz"), descriptor_item(SENDER))
OF_RECEIVER = (root_item("ly"), descriptor_item(RECEIVER))
TRUST = (*OF_SENDER, *OF_RECEIVER)

# What was said: a log of five, and the same after the second statement told otherwise

_TRUE, _FALSE = 1, 2


def _statement(seq: int, tale: int = _TRUE, *, suite: int = 1, signer: Signer = AGENCY[1], **changes: Any) -> Item:
    context = cast.context(suite, stream=changes.pop("stream", STREAM))
    said = cast.statement(seq, handling=tale if seq > 2 else _TRUE, **changes)
    return Item(Type.STATEMENT, context, statements.sign(said, context, signer))


def _log(size: int, tale: int = _TRUE) -> tuple[merkle.Frontier, dict[tuple[int, int], bytes]]:
    frontier, nodes = merkle.Frontier(), {}
    for seq in range(1, size + 1):
        frontier, completed = frontier.append(merkle.leaf_hash(_statement(seq, tale).object))
        nodes.update({(node.level, node.index): node.hash for node in completed})
    return frontier, nodes


def _head(
    size: int, tale: int = _TRUE, *, suite: int = 1, signer: Signer = NODE[SENDER], stream: Stream = STREAM
) -> Item:
    context = cast.context(suite, stream=stream)
    return Item(Type.HEAD, context, heads.sign_head(Head.of(_log(size, tale)[0]), context, signer))


def _receipt(size: int, tale: int = _TRUE, *, suite: int = 1, signer: Signer = NODE[RECEIVER]) -> Item:
    context = cast.context(suite)
    return Item(Type.RECEIPT, context, heads.sign_receipt(Head.of(_log(size, tale)[0]), context, signer))


def _pq_head(size: int, tale: int = _TRUE, suite: int = 2) -> Item:
    return _head(size, tale, suite=suite, signer=PQ[SENDER])


def _pq_receipt(size: int, tale: int = _TRUE) -> Item:
    return _receipt(size, tale, suite=2, signer=PQ[RECEIVER])


_BODY = Body(SALT, PAYLOAD)


def _message(seq: int = 3, size: int = 5, *further: Item, body: Body | None = _BODY) -> Bundle:
    _, nodes = _log(size)
    path = merkle.inclusion_proof(seq - 1, size, lambda level, index: nodes[level, index])
    return evidence.of_message(_statement(seq), (_head(size), *further), path, body).resting_on(TRUST)


def _two_heads(one: Item, other: Item, trust: tuple[Item, ...] = OF_SENDER) -> Bundle:
    return evidence.of_two_heads(one, other).resting_on(trust)


def _reused(one: Item, other: Item, trust: tuple[Item, ...] = OF_SENDER) -> Bundle:
    return evidence.of_reused_sequence(one, other).resting_on(trust)


def _broken(begin: int, end: int, later: Item | None = None, told: Sequence[Item] | None = None) -> Bundle:
    told = [_statement(seq) for seq in range(begin + 1, end + 1)] if told is None else told
    earlier = _head(begin) if begin else None
    return evidence.of_broken_head(earlier, _log(begin)[0], told, later or _head(end, _FALSE)).resting_on(OF_SENDER)


def _two_receipts(one: Item, other: Item) -> Bundle:
    return evidence.of_two_receipts(one, other).resting_on(OF_RECEIVER)


def _stopped() -> tuple[Item, ...]:
    key, context = cose.key_id(NODE[SENDER].public), Context(sender="dz", descriptor=1)
    said = ((Type.STOP, Stop("dz", key, 1).encoded()), (Type.SETTLE, Settle("dz", key, ((STREAM, 2),)).encoded()))
    return tuple(certified(type_, context, payload, holders("dz")[:2]) for type_, payload in said)


def _good() -> Iterator[tuple[str, str, Bundle]]:
    receipts = (_receipt(5), _pq_head(5), _pq_receipt(5))
    yield "message", "a message under the head and R1", _message(3, 5, _receipt(5))
    yield "message-pq", "a message under heads and receipts of both algorithms", _message(3, 5, *receipts)
    yield "message-pq-receipt", "a message under the head and a PQ R1", _message(3, 5, _pq_receipt(5))
    yield "message-head-alone", "a message that the receiver has not signed for", _message(5, 5)
    yield "message-first", "the only message of a log", _message(1, 1, _receipt(1))
    yield "message-erased", "a message whose payload and salt are erased", _message(2, 5, _receipt(5), body=None)
    yield "two-heads", "two heads of size 4", _two_heads(_head(4), _head(4, _FALSE))
    yield "two-heads-pq", "the second head is a PQ head", _two_heads(_head(4), _pq_head(4, _FALSE))
    stopped = _two_heads(_head(4), _head(4, _FALSE), (*OF_SENDER, *_stopped()))
    yield "two-heads-stopped", "with a stop and a settle of the key, which change nothing", stopped
    yield (
        "two-heads-all-trust",
        "with records and descriptors that it does not rest on",
        _two_heads(_head(4), _head(4, _FALSE), TRUST[::-1]),
    )
    yield "reused-sequence", "two statements of seq 3", _reused(_statement(3), _statement(3, _FALSE))
    by_node = _statement(3, agency=0, signer=AGENCY[0])
    yield "reused-sequence-agencies", "two agencies under one number", _reused(_statement(3), by_node)
    yield "broken-head", "heads of 2 and 5, and the three statements between", _broken(2, 5)
    yield "broken-head-one-statement", "heads of 4 and 5, and one statement", _broken(4, 5, _head(5, _FALSE))
    yield "broken-head-from-nothing", "a head of 3, and all statements", _broken(0, 3)
    yield "two-receipts", "two R1 of size 4", _two_receipts(_receipt(4), _receipt(4, _FALSE))


def _not_followed() -> Iterator[tuple[str, str, Bundle]]:
    yield "same-head-twice", "one head, twice", _two_heads(_head(4), _head(4))
    yield "heads-of-two-sizes", "heads of 4 and 5", _two_heads(_head(4), _head(5))
    yield "same-root-two-algs", "a head and its PQ head", _two_heads(_head(4), _pq_head(4))
    yield "one-head", "one head alone", replace(_two_heads(_head(4), _head(4, _FALSE)), objects=(_head(4),))
    yield (
        "receipts-as-heads",
        "R1s in the heads' places",
        replace(_two_heads(_head(4), _head(4, _FALSE), TRUST), objects=(_receipt(4), _receipt(4, _FALSE))),
    )
    yield "same-statement-twice", "one statement, twice", _reused(_statement(3), _statement(3))
    yield "two-seqs", "statements of seq 3 and 4", _reused(_statement(3), _statement(4))
    yield "same-receipt-twice", "one R1, twice", _two_receipts(_receipt(4), _receipt(4))
    yield "true-head", "the statements do give the later head", _broken(2, 5, _head(5))
    yield "statement-missing", "seq 4 is not there", _broken(2, 5, None, [_statement(3), _statement(5)])
    yield "statement-twice", "seq 3 twice", _broken(2, 4, None, [_statement(3), _statement(3)])
    yield "no-statement", "heads of 2 and 5 alone", _broken(2, 5, None, [])
    yield "statements-end-before", "a later head of a size that is not reached", _broken(2, 4, _head(5, _FALSE))
    yield "frontier-of-another", "the frontier of another log", replace(_broken(3, 5), hashes=_log(3, _FALSE)[0].hashes)
    yield "frontier-too-short", "the root in the frontier's place", replace(_broken(3, 5), hashes=(_log(3)[0].root(),))
    nothing = Item(Type.HEAD, cast.context(), heads.sign_head(heads.EMPTY, cast.context(), NODE[SENDER]))
    from_nothing = _broken(0, 3)
    yield (
        "head-of-nothing",
        "a head of size 0, which is to be left out",
        replace(from_nothing, objects=(nothing, *from_nothing.objects)),
    )


def _messages_not_followed() -> Iterator[tuple[str, str, Bundle]]:
    yield "another-payload", "a payload with another digit", _message(body=Body(SALT, PAYLOAD.replace(b"21", b"12")))
    yield "another-salt", "a salt that does not give the digest", _message(body=Body(bytes(16), PAYLOAD))
    yield "path-of-another", "the path of the message before", replace(_message(3), hashes=_message(2).hashes)
    yield "path-too-long", "a path with one hash more", replace(_message(3), hashes=(*_message(3).hashes, bytes(32)))
    yield "above-the-head", "a message above the head", replace(_message(3, 3), objects=(_statement(4), _head(3)))
    yield "receipt-of-another-size", "an R1 of size 4 beside a head of 5", _message(3, 5, _receipt(4))
    yield "receipt-of-another-root", "an R1 of another root", _message(3, 5, _receipt(5, _FALSE))
    yield "out-of-order", "the PQ head before R1", _message(3, 5, _pq_head(5), _receipt(5))
    yield "pq-head-alone", "a PQ head, and not the head", replace(_message(), objects=(_statement(3), _pq_head(5)))
    yield "guilty-of-a-message", "a message that accuses its sender", replace(_message(), guilty=SENDER)


def _not_signed() -> Iterator[tuple[str, str, Bundle]]:
    stranger = cast.key("stranger")
    lie = _head(4, _FALSE)
    yield "head-by-a-stranger", "the second head is forged", _two_heads(_head(4), _head(4, _FALSE, signer=stranger))
    yield (
        "head-by-an-agency",
        "the second head is signed by the customs",
        _two_heads(_head(4), _head(4, _FALSE, signer=AGENCY[1])),
    )
    elsewhere = _head(4, _FALSE, stream=_OTHER)
    yield "head-of-another-stream", "the second head is of another class", _two_heads(_head(4), elsewhere)
    shown = replace(elsewhere, context=cast.context())
    yield "head-moved-here", "the second head was signed on another class", _two_heads(_head(4), shown)
    yield "pq-head-under-suite-1", "ML-DSA-44 under suite 1", _two_heads(_head(4), _pq_head(4, _FALSE, suite=1))
    yield (
        "suite-not-named",
        "a suite that the descriptor does not name",
        _two_heads(_head(4), _head(4, _FALSE, suite=3)),
    )
    yield (
        "statement-by-the-node",
        "the second statement is signed by the node",
        _reused(_statement(3), _statement(3, _FALSE, signer=NODE[SENDER])),
    )
    yield (
        "agency-not-there",
        "an agency that the descriptor does not name",
        _reused(_statement(3), _statement(3, _FALSE, agency=7)),
    )
    guilty = replace(_two_heads(_head(4), lie, TRUST), guilty=RECEIVER)
    yield "another-guilty", "the receiver named for the sender's heads", guilty
    yield "nobody-guilty", "two heads that accuse nobody", replace(guilty, guilty=None)
    yield (
        "another-stream",
        "heads that are not of the stream of the bundle",
        replace(_two_heads(_head(4), lie), stream=_OTHER),
    )


def _not_certified() -> Iterator[tuple[str, str, Bundle]]:
    root, own = OF_SENDER
    one_short = descriptor_item(SENDER, 1)
    foreign = certified(Type.DESCRIPTOR, own.context, descriptor(SENDER).encoded(), holders("ly")[:2])
    small = descriptor_item(SENDER, node_key=bytes([1]) + bytes(31))
    rows: dict[str, tuple[tuple[Item, ...], str]] = {
        "no-root": ((own,), "no root record"),
        "no-descriptor": ((root,), "no descriptor"),
        "root-short": ((root_item("dz", 1), own), "a root record signed by one key of two"),
        "descriptor-short": ((root, one_short), "a descriptor signed by one key of two"),
        "descriptor-by-others": ((root, root_item("ly"), foreign), "a descriptor signed by the neighbour's root"),
        "descriptor-twice": ((root, own, descriptor_item(SENDER, 3)), "the same descriptor twice"),
        "small-order": ((root, small), "a node key of small order"),
    }
    for name, (trust, what) in rows.items():
        yield name, what, _two_heads(_head(4), _head(4, _FALSE), trust)


def _malformed() -> Iterator[Vector]:
    lie, message = _two_heads(_head(4), _head(4, _FALSE)).encoded(), _message(3, 5, _receipt(5)).encoded()
    path = cbor.decode(message)[7][1]
    rows: dict[str, tuple[bytes, str]] = {
        "another-mark": (changed(lie, {1: "mx2 evidence"}), "not the mark of a bundle"),
        "claim-of-nought": (changed(lie, {2: 0}), "claim 0"),
        "claim-of-six": (changed(lie, {2: 6}), "claim 6"),
        "stream-of-three": (changed(lie, {3: [SENDER, RECEIVER, 2]}), "a stream without epoch"),
        "guilty-administration": (changed(lie, {4: "dz"}), "a guilty administration"),
        "head-in-the-trust": (changed(lie, {5: cbor.decode(lie)[6]}), "heads where records and descriptors belong"),
        "root-in-the-objects": (changed(lie, {6: cbor.decode(lie)[5]}), "records where heads belong"),
        "details-of-a-message": (changed(lie, {7: {1: path, 2: None, 3: None}}), "details of another claim"),
        "details-without-salt": (changed(message, {7: {1: path, 2: None, 3: PAYLOAD}}), "a payload without salt"),
        "details-short-hash": (changed(message, {7: {1: [path[0][1:]], 2: None, 3: None}}), "a hash of 31 bytes"),
        "without-guilty": (changed(lie, {}, without=4), "a bundle without key 4"),
        "with-one-more": (changed(lie, {8: 0}), "a bundle with a key 8"),
        "cut-off": (lie[:-1], "a bundle without its last byte"),
        "nothing": (b"", "no bytes"),
    }
    for name, (data, what) in rows.items():
        yield bad(name, what, "evidence", MALFORMED, bundle=data)


_Rows = Callable[[], Iterator[tuple[str, str, Bundle]]]
_BAD: Sequence[_Rows] = (_not_followed, _messages_not_followed, _not_signed, _not_certified)


def _evidence() -> Iterator[Vector]:
    prints = {code: root.fingerprint for code, root in ROOTS.items()}
    for name, what, bundle in _good():
        rests_on = {node[:2]: prints[node[:2]] for node, _ in sorted(bundle.signers())}
        yield good(
            name,
            what,
            "evidence",
            bundle=bundle.encoded(),
            claim=int(bundle.claim),
            guilty=bundle.guilty or "",
            fingerprints=rests_on,
        )
    for rows in _BAD:
        for name, what, bundle in rows():
            yield bad(name, what, "evidence", NOT_VALID, bundle=bundle.encoded())
    yield from _malformed()


group("evidence", "Section 9.2: what a bundle proves to who knows only the fingerprints.", _evidence)
