"""The vectors of batches: their form, and what rules 5 and 7 of section 6.5 find in them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mabar.exchange.protocol import cbor, heads, statements
from mabar.exchange.protocol.batches import Batch, Body, Entry
from mabar.exchange.protocol.objects import Context, Stream
from mabar.exchange.protocol.ports import Signer
from mabar.lib import merkle
from tools.vector_groups import Vector, bad, cast, good, group
from tools.vector_groups.cast import AGENCY, NODE, PAYLOAD, PQ, RECEIVER, SALT, SENDER, STREAM, changed

_BODY = Body(SALT, PAYLOAD)


def entry(
    seq: int,
    *,
    signer: Signer = AGENCY[1],
    context: Context | None = None,
    suite: int = 1,
    body: Body | None = _BODY,
    **changes: Any,
) -> Entry:
    """Say one message, signed by the customs of the sender unless another is named."""
    shown = context or cast.context(suite)
    return Entry(suite, 1, statements.sign(cast.statement(seq, **changes), shown, signer), body)


def head_over(entries: tuple[Entry, ...]) -> heads.Head:
    """Give the head of the log that begins with these entries."""
    frontier = merkle.Frontier()
    for each in entries:
        frontier, _ = frontier.append(merkle.leaf_hash(each.signed))
    return heads.Head.of(frontier)


def batch(*entries: Entry, suite: int = 1, **changes: Any) -> Batch:
    """Put entries under a head that covers them."""
    head = heads.sign_head(head_over(entries), cast.context(suite), NODE[SENDER])
    return replace(Batch(STREAM.urgency, STREAM.epoch, entries, head), **changes)


_THREE = tuple(entry(seq) for seq in (1, 2, 3))
_KEYS = {"agency_keys": {str(number): key.public for number, key in AGENCY.items()}}


def _shown(body: bytes, suite: int = 1, **changes: Any) -> dict[str, Any]:
    """Give what a reader needs beside the body: who sends it, under which suite and descriptor, and the keys."""
    fields = {"body": body, "sender": SENDER, "receiver": RECEIVER, "suite": suite, "descriptor": 1, **_KEYS}
    pq_key = {"pq_key": PQ[SENDER].public} if suite == 2 else {}
    return {**fields, "node_key": NODE[SENDER].public, **pq_key, **changes}


def _good_batches() -> Iterator[Vector]:
    withheld = (_THREE[0], entry(2, body=None), _THREE[2])
    pq_entries = tuple(entry(seq, suite=2) for seq in (1, 2))
    pq_head = heads.sign_head(head_over(pq_entries), cast.context(2), PQ[SENDER])
    receipt = heads.sign_receipt(head_over(_THREE), cast.context(), NODE[RECEIVER])
    rows: dict[str, tuple[Batch, dict[str, Any], str]] = {
        "three": (batch(*_THREE), {}, "three messages and the head over them"),
        "one": (batch(_THREE[0]), {}, "one message"),
        "withheld": (batch(*withheld), {}, "the payload of the second is withheld"),
        "head-alone": (batch(), {}, "no message: the head of an empty log"),
        "pq-head": (batch(*pq_entries, suite=2, pq_head=pq_head), {"suite": 2}, "two messages and both heads, suite 2"),
        "by-agency-nought": (
            batch(entry(1, signer=AGENCY[0], agency=0)),
            {},
            "a message of the node itself, which is agency 0",
        ),
        "returned": (
            batch(*_THREE, head=receipt, is_returned=True),
            {"node_key": NODE[RECEIVER].public},
            "given back by the receiver of the stream, whose last R1 stands for the head",
        ),
    }
    for name, (made, changes, what) in rows.items():
        yield good(name, what, "batch", **_shown(made.encoded(), **changes), statements=len(made.entries))


def _malformed() -> Iterator[Vector]:
    body = batch(*_THREE).encoded()
    said = cbor.decode(body)
    rows: dict[str, dict[int, Any]] = {
        "class-of-four": {1: 4},
        "class-of-truth": {1: True},
        "epoch-of-nought": {2: 0},
        "returned-of-nought": {3: 0},
        "statements-of-null": {4: None},
        "statement-of-two-parts": {4: [each[:2] for each in said[4]]},
        "statement-of-text": {4: [[1, 1, "statement"], *said[4][1:]]},
        "statement-of-no-suite": {4: [[None, *each[1:]] for each in said[4]]},
        "a-payload-less": {8: said[8][:2]},
        "a-payload-more": {8: [*said[8], None]},
        "a-statement-less": {4: said[4][:2]},
        "a-salt-less": {5: said[5][16:]},
        "a-salt-more": {5: said[5] + SALT},
        "a-salt-for-what-is-withheld": {8: [*said[8][:2], None]},
        "short-salt": {5: said[5][1:]},
        "salts-in-a-list": {5: [SALT] * 3},
        "payload-of-false": {8: [False, *said[8][1:]]},
        "payload-of-text": {8: ["payload", *said[8][1:]]},
        "head-of-null": {6: None},
        "pq-head-of-null": {7: None},
        "with-one-more": {9: 0},
        "501-statements": {4: [[1, 1, b""]] * 501, 5: b"", 8: [None] * 501},
    }
    for name, change in rows.items():
        yield _bad(name, "a batch in which this is not of its form", changed(body, change))
    for key in (1, 2, 3, 4, 5, 6, 8):
        yield _bad(f"without-{key}", f"a batch without key {key}", changed(body, {}, without=key))
    yield _bad("array", "a batch that is no map", cbor.encode([0]))
    yield _bad("nothing", "a body of no bytes", b"")


def _bad(name: str, what: str, body: bytes, code: str = "batch.malformed", **changes: Any) -> Vector:
    return bad(name, what, "batch", code, **_shown(body, **changes))


def _statements() -> Iterator[Vector]:
    elsewhere = cast.context(stream=Stream(SENDER, "ly.tripoli", 2, 1))
    stranger = cast.key("stranger")
    long = Entry(1, 1, _THREE[0].signed + bytes(400), None)
    noted = Entry(1, 1, b"not a statement", None)
    rows: dict[str, tuple[Batch, str, str]] = {
        "gap": (batch(_THREE[0], _THREE[2]), "batch.malformed", "seq 2 is not there"),
        "backwards": (batch(_THREE[1], _THREE[0]), "batch.malformed", "seq 2 before seq 1"),
        "seq-twice": (batch(_THREE[0], _THREE[0]), "batch.malformed", "seq 1 twice"),
        "no-statement": (batch(noted), "batch.malformed", "bytes that are no signed statement"),
        "statement-too-large": (batch(long), "batch.malformed", "a signed statement of more than 600 bytes"),
        "by-a-stranger": (batch(entry(1, signer=stranger)), "batch.statement-signature", "signed by an unknown key"),
        "by-the-node": (
            batch(entry(1, signer=NODE[SENDER])),
            "batch.statement-signature",
            "signed by the node, not the agency",
        ),
        "by-another-agency": (
            batch(entry(1, agency=0)),
            "batch.statement-signature",
            "names agency 0, signed by agency 1",
        ),
        "by-no-agency": (batch(entry(1, agency=7)), "batch.statement-signature", "names an agency that is not there"),
        "of-another-stream": (
            batch(entry(1, context=elsewhere)),
            "batch.statement-signature",
            "said on another stream",
        ),
        "under-another-suite": (
            batch(replace(_THREE[0], suite=2)),
            "batch.statement-signature",
            "signed under another suite",
        ),
        "another-salt": (
            batch(entry(1, body=Body(bytes(16), PAYLOAD))),
            "batch.digest",
            "a salt that does not give the digest",
        ),
        "another-payload": (
            batch(entry(1, body=Body(SALT, PAYLOAD.replace(b"21", b"12")))),
            "batch.digest",
            "a payload with another digit",
        ),
        "another-size": (batch(entry(1, size=64 * 5)), "batch.digest", "the digest of the payload, but not its size"),
        "salt-and-payload-shifted": (
            batch(entry(1, digest=statements.digest(SALT, PAYLOAD[:-1]))),
            "batch.digest",
            "a digest of less",
        ),
    }
    for name, (made, code, what) in rows.items():
        yield _bad(name, what, made.encoded(), code)


def _heads() -> Iterator[Vector]:
    head, context = head_over(_THREE), cast.context()
    pq = batch(suite=2).encoded()
    rows: dict[str, tuple[bytes, str, str]] = {
        "head-by-an-agency": (
            heads.sign_head(head, context, AGENCY[1]),
            "batch.head-signature",
            "signed by the customs, not the node",
        ),
        "head-of-another-class": (
            heads.sign_head(head, replace(context, urgency=1), NODE[SENDER]),
            "batch.head-signature",
            "another stream's",
        ),
        "head-that-is-a-receipt": (
            heads.sign_receipt(head, context, NODE[SENDER]),
            "batch.head-signature",
            "signed as an R1",
        ),
        "head-that-is-a-statement": (_THREE[0].signed, "batch.malformed", "a statement in the head's place"),
        "head-by-ml-dsa-44": (
            heads.sign_head(head, context, PQ[SENDER]),
            "batch.malformed",
            "an ML-DSA-44 signature in the head's place",
        ),
    }
    for name, (signed, code, what) in rows.items():
        yield _bad(name, what, batch(*_THREE, head=signed).encoded(), code)
    other = heads.sign_head(cast.HEAD, cast.context(2), PQ[SENDER])
    yield _bad("pq-head-of-another-head", "a PQ head of another head", changed(pq, {7: other}), suite=2)
    under_one = heads.sign_head(head, context, PQ[SENDER])
    yield _bad(
        "pq-head-under-suite-1",
        "a PQ head under suite 1",
        batch(*_THREE, pq_head=under_one).encoded(),
        pq_key=PQ[SENDER].public,
    )
    again = cbor.decode(pq)[6]
    yield _bad("pq-head-by-ed25519", "the head again in the PQ head's place", changed(pq, {7: again}), suite=2)
    by_receiver = heads.sign_head(heads.EMPTY, cast.context(2), PQ[RECEIVER])
    yield _bad(
        "pq-head-by-the-receiver",
        "a PQ head by another key",
        changed(pq, {7: by_receiver}),
        "batch.head-signature",
        suite=2,
    )
    mine = batch(*_THREE, is_returned=True).encoded()
    yield _bad("returned-under-a-head", "given back under a head, where an R1 belongs", mine, "batch.head-signature")


def _batches() -> Iterator[Vector]:
    yield from _good_batches()
    yield from _malformed()
    yield from _statements()
    yield from _heads()


group(
    "batches",
    "Sections 6.4 and 6.5, rules 5 and 7: the body of an envelope, its statements, bodies and head.",
    _batches,
)
