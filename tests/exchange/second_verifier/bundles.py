"""Bundles of evidence by name: those that prove their claim, and those that do not, each with its fault."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from mabar.exchange.protocol import cbor
from tests.exchange.second_verifier import made
from tests.exchange.second_verifier.made import (
    HEAD,
    RECEIPT,
    RECEIVER,
    SENDER,
    STATEMENT,
    STATEMENTS,
    Item,
    Log,
    broken_head,
    bundle,
    descriptor,
    head,
    message,
    one,
    papers,
    pq_head,
    root,
    statement,
)

OTHER = b"?" * 32
FIVE = Log.of(STATEMENTS[:5]).root()
THREE = head(3, Log.of(STATEMENTS[:3]).root())
SMALL_ORDER = bytes([1]) + bytes(31)
ALWAYS_GOOD = SMALL_ORDER + bytes(32)
"""A signature that a key of small order, unrefused, verifies over anything."""


def two(claim: int, first: Item, other: Item, **changes: Any) -> bytes:
    """Make a bundle of two objects that speak against each other."""
    return bundle(claim, [first, other], {}, **changes)


def against(other: Item, **changes: Any) -> bytes:
    """Make a bundle of claim 2: the head of five statements, and another."""
    return two(2, head(5, FIVE), other, **changes)


def reused(other: Item, **changes: Any) -> bytes:
    """Make a bundle of claim 3: statement 3, and another."""
    return two(3, STATEMENTS[2], other, **changes)


def long_statement(length: int) -> Item:
    """Make a statement 3 whose signed bytes are so many."""
    tried = (statement(3, _12=["d" * 32] * full + ["d" * last]) for full in range(16) for last in range(1, 33))
    return next(said for said in tried if len(said[2]) == length)


def two_heads(**where: Any) -> bytes:
    """Make a bundle of two heads, the second in another context where that is told."""
    return against(head(5, OTHER, **where))


def receipt(root_: bytes = OTHER) -> Item:
    """Make a receipt for five statements."""
    return head(5, root_, type_=RECEIPT)


def with_papers(*more: Item) -> bytes:
    """Make a bundle of two heads with more papers than it needs."""
    return against(head(5, OTHER), _5=[*papers(), *more])


def with_own(*own: Item) -> bytes:
    """Make a bundle of two heads with these papers."""
    return against(head(5, OTHER), _5=list(own))


def of_payload(payload: bytes, size: int = 64) -> bytes:
    """Make a bundle of claim 1 whose statement has this payload, and says this size of it."""
    said = statement(1, _4=sha256(made.SALT + payload).digest(), _5=size)
    return bundle(1, [said, head(1, Log.of([said]).root())], {1: [], 2: made.SALT, 3: payload})


def by(*officers: str) -> bytes:
    """Make a bundle whose descriptor these root keys have signed."""
    return with_own(root("dz"), descriptor(SENDER, signers=officers))


def later_keys() -> bytes:
    """Make a bundle of two heads, the first under the renewed keys of its node."""
    renewed = descriptor(SENDER, 2, 2)
    own = [renewed, root("dz", 2), descriptor(SENDER), root("dz")]
    return two(2, head(5, FIVE, descriptor=2), head(5, OTHER), _5=own)


def forged_head() -> list[Any]:
    """Make a head with a signature that anybody can make for a key of small order."""
    type_, context, object_ = head(5, OTHER)
    parts = cbor.decode(object_).item
    return [type_, context, cbor.encode(cbor.Tagged(18, [*parts[:3], ALWAYS_GOOD]))]


def stopped(*, stop_by: int = 2, number: int = 1, streams: list[list[Any]] | None = None) -> bytes:
    """Make a bundle with the stop and the settle of the key that signed the heads."""
    key_id = made.key_id(f"{SENDER} node")
    stop = cbor.encode({1: "dz", 2: key_id, 3: number})
    settle = cbor.encode({1: "dz", 2: key_id, 3: streams or [[*made.STREAM, 4]]})
    officers, context = made.officers("dz"), made.context_of_root("dz", 1)
    return with_papers(
        made.many(made.STOP, context, stop, officers[:stop_by]), made.many(made.SETTLE, context, settle, officers[:2])
    )


def backwards() -> bytes:
    """Make a bundle whose second descriptor begins before the first."""
    first = descriptor(SENDER, _11=made.FROM + 1)
    before = sha256(made.payload_of(first)).digest()
    return with_own(root("dz"), first, descriptor(SENDER, 2, _11=made.FROM, _15=before))


def small(node_key: bytes = SMALL_ORDER) -> bytes:
    """Make a bundle of two heads under a node key that verifies anything."""
    return against(forged_head(), _5=[root("dz"), descriptor(SENDER, _6=node_key)])


Make = Callable[[], bytes]

HOLD: dict[str, Make] = {
    "a message with its receipt": message,
    "a message of which only head and statement are left": lambda: message(extra=[]),
    "the only message of a stream": lambda: message(1, 1),
    "the last message of an uneven log": lambda: message(7, 7),
    "a message under post-quantum heads": lambda: message(extra=[
        receipt(FIVE), pq_head(5, FIVE), pq_head(5, FIVE, type_=RECEIPT)]),
    "a message with a post-quantum receipt alone": lambda: message(extra=[pq_head(5, FIVE, type_=RECEIPT)]),
    "an erased message": lambda: message(details={2: None, 3: None}),
    "two heads": two_heads,
    "two heads, one of them post-quantum": lambda: against(pq_head(5, OTHER)),
    "two heads under two descriptors": later_keys,
    "a reused sequence": lambda: reused(statement(3, _10=2)),
    "a reused sequence with a statement of 600 bytes": lambda: reused(long_statement(600)),
    "a reused sequence of two agencies": lambda: reused(statement(3, agency=0)),
    "a broken head": broken_head,
    "a broken head from the beginning of the stream": lambda: broken_head(0, 4),
    "a broken head after seven statements, of which one is told": lambda: broken_head(6, 7),
    "two receipts": lambda: two(5, receipt(FIVE), receipt()),
    "a stop and a settle beside it": stopped,
    "a descriptor that begins in the last instant of its root": lambda: with_own(
        root("dz"), descriptor(SENDER, _11=made.TO, _12=made.TO + 1)),
    "two descriptors that begin in one instant": lambda: with_own(
        root("dz"), descriptor(SENDER), descriptor(SENDER, 2, _11=made.FROM)),
    "records of a demonstration": lambda: with_own(
        root("dz", signers=["dz root 1 a"], _3=["DEMO ا", "DEMO", "A DEMO"], _4=[made.public("dz root 1 a")], _5=1),
        descriptor(SENDER, signers=["dz root 1 a"])),
}  # fmt: skip

FAIL: dict[str, tuple[Make, str]] = {
    "another mark": (lambda: cbor.encode(cbor.decode(message()) | {1: "mx2 evidence"}), "mark"),
    "a claim that is none": (lambda: cbor.encode(cbor.decode(message()) | {2: 6}), "bundle.claim"),
    "a further key": (lambda: cbor.encode(cbor.decode(message()) | {8: 0}), "7 keys"),
    "somebody named guilty of a message": (lambda: message(_4=SENDER), "guilty"),
    "the receiver named guilty of two heads": (lambda: against(head(5, OTHER), _4=RECEIVER), "guilty"),
    "another payload": (lambda: message(details={3: b'{"seal":"DZ-4712"}'}), "digest"),
    "a payload without salt": (lambda: message(details={2: None}), "salt"),
    "a size that is not the payload's": (lambda: of_payload(b"{}", 128), "size"),
    "a receipt of another log": (lambda: message(extra=[receipt()]), "one log"),
    "a receipt before the head": (
        lambda: message(extra=[pq_head(5, FIVE, type_=RECEIPT), receipt(FIVE)]), "order"),
    "a path of another leaf": (lambda: message(details={1: Log.of(STATEMENTS[:5]).path(1)}), "inclusion path"),
    "a path that goes on above the root": (
        lambda: message(details={1: [*Log.of(STATEMENTS[:5]).path(2), OTHER]}), "inclusion path"),
    "a statement beyond the head": (lambda: bundle(
        1, [STATEMENTS[5], head(5, FIVE)], {1: [], 2: made.SALT, 3: made.PAYLOAD}), "inclusion path"),
    "two heads that are one": (lambda: against(head(5, FIVE)), "both say the same"),
    "two heads of two sizes": (lambda: against(head(6, OTHER)), "sizes differ"),
    "two heads of two epochs": (lambda: two_heads(epoch=2), "another stream"),
    "two heads of two classes": (lambda: two_heads(grade=2), "another stream"),
    "two heads to two receivers": (lambda: two_heads(receiver="tn.dhehiba"), "another stream"),
    "a head shown as a receipt": (
        lambda: two(5, [RECEIPT, *head(5, FIVE)[1:]], receipt()), "bad signature"),
    "a receipt in place of a head": (lambda: against(receipt()), "order"),
    "a head of another stream shown on this one": (
        lambda: against([HEAD, made.context(), head(5, OTHER, epoch=2)[2]]), "bad signature"),
    "a head by another node": (lambda: against(head(5, OTHER, signer=f"{RECEIVER} node")), "bad signature"),
    "a head by an agency": (lambda: against(head(5, OTHER, signer=f"{SENDER} agency 1")), "bad signature"),
    "a post-quantum head under suite 1": (lambda: against(pq_head(5, OTHER, suite=1)), "suite 2"),
    "a suite that the descriptor does not name": (
        lambda: against(head(5, OTHER, suite=2), _5=[root("dz"), descriptor(SENDER, _5=[1])]), "does not name"),
    "a suite that nobody knows": (lambda: two_heads(suite=3), "does not know"),
    "a statement by another agency than it names": (
        lambda: reused(statement(3, agency=0, signer=f"{SENDER} agency 1")), "bad signature"),
    "a statement by an agency that is not there": (lambda: reused(statement(3, agency=2)), "no such key"),
    "a statement signed post-quantum": (
        lambda: reused(one(STATEMENT, made.context(suite=2), made.payload_of(statement(3)), SENDER, -48)), "algorithm"),
    "a reused sequence that is one statement": (lambda: reused(STATEMENTS[2]), "same statement"),
    "two statements with two numbers": (lambda: reused(STATEMENTS[3]), "numbers differ"),
    "a statement of 601 bytes": (lambda: reused(long_statement(601)), "too long"),
    "a statement to nobody": (lambda: reused(statement(3, _12=[])), "addressees"),
    "a control kind under terms": (lambda: reused(statement(3, _3="exchange.answer/1.0")), "terms"),
    "a head that the statements give": (lambda: broken_head(
        items=[THREE, *STATEMENTS[3:5], head(5, FIVE)]), "do give"),
    "a broken head without a statement in between": (lambda: broken_head(
        items=[THREE, STATEMENTS[4], head(5, OTHER)]), "statement 4 is lacking"),
    "a broken head whose statements end too early": (lambda: broken_head(
        items=[THREE, STATEMENTS[3], head(5, OTHER)]), "not of the size"),
    "a broken head without its statements": (lambda: broken_head(
        items=[THREE, head(5, OTHER)]), "order"),
    "a broken head with another frontier": (lambda: broken_head(details={1: [b"1" * 32, b"2" * 32]}), "frontier"),
    "a broken head with half a frontier": (
        lambda: broken_head(details={1: Log.of(STATEMENTS[:3]).frontier()[:1]}), "wrong number"),
    "a broken head after a head of nothing": (lambda: broken_head(
        items=[head(0, Log().root()), *STATEMENTS[:2], head(2, OTHER)], details={1: []}), "size 0"),
    "no root record": (lambda: with_own(descriptor(SENDER)), "not known"),
    "no descriptor": (lambda: with_own(root("dz")), "lacking"),
    "a descriptor by one officer alone": (
        lambda: by("dz root 1 a"), "too few"),
    "a descriptor signed twice by one officer": (
        lambda: by("dz root 1 a", "dz root 1 a"), "twice"),
    "a descriptor with a stranger among the officers": (
        lambda: by("dz root 1 a", "dz root 1 b", "ly root 1 a"), "not known"),
    "a descriptor by a neighbour's officers": (
        lambda: with_own(root("dz"), root("ly"), descriptor(SENDER, signers=made.officers("ly")[:2])), "not known"),
    "a descriptor of a neighbour's node": (
        lambda: with_own(root("dz"), descriptor(SENDER, _1="ly.debdeb")), "otherwise than its context"),
    "a descriptor that begins after its root": (
        lambda: with_own(root("dz"), descriptor(SENDER, _11=made.TO + 1, _12=made.TO + 2)), "not in force"),
    "a descriptor by a root that was followed": (
        lambda: with_own(root("dz"), root("dz", 2, _6=made.FROM), descriptor(SENDER)), "not in force"),
    "a descriptor that does not follow": (
        lambda: with_papers(descriptor(SENDER, 2, _15=OTHER)), "does not follow"),
    "a descriptor that begins before an earlier one": (backwards, "lower number"),
    "a descriptor without agency 0": (lambda: with_own(
        root("dz"), descriptor(SENDER, _7={1: ["douane", made.public("another")]})), "agency 0"),
    "a descriptor with 65 agencies": (lambda: with_own(root("dz"), descriptor(SENDER, _7={
        number: ["node" if number == 0 else f"agency-{number}", made.public(f"agency {number}")]
        for number in range(65)})), "at most 64"),
    "a descriptor with one key for node and agency": (lambda: with_own(
        root("dz"), descriptor(SENDER, _7={0: ["node", made.public(f"{SENDER} node")]})), "twice"),
    "two descriptors of one number": (lambda: with_papers(descriptor(SENDER, _17="another")), "given twice"),
    "a node key of small order": (small, "small order"),
    "a node key of small order, its y written above p": (
        lambda: small(((1 << 255) - 18).to_bytes(32, "little")), "small order"),
    "a node key of small order with the sign set": (
        lambda: small(bytes([1]) + bytes(30) + bytes([0x80])), "small order"),
    "a node key of order eight": (lambda: small(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")), "small order"),
    "a root record with one key": (
        lambda: with_own(root("dz", _4=[made.public("dz root 1 a")], _5=1, signers=["dz root 1 a"]),
                         descriptor(SENDER, signers=["dz root 1 a"])), "threshold"),
    "a root record by one of its officers": (
        lambda: with_own(root("dz", signers=["dz root 1 a"]), descriptor(SENDER)), "too few"),
    "a second root record without the first": (
        lambda: with_own(root("dz", 2), descriptor(SENDER, 1, 2)), "lacking"),
    "a second root record without the officers of the first": (
        lambda: with_own(root("dz"), root("dz", 2, made.officers("dz", 2)[:2]), descriptor(SENDER, 1, 2)), "too few"),
    "a second root record that follows another first": (
        lambda: with_own(root("dz"), root("dz", 2, _8=OTHER), descriptor(SENDER, 1, 2)), "does not follow"),
    "a second root record that turns into a demonstration": (
        lambda: with_own(root("dz"), root("dz", 2, _3=["DEMO"] * 3), descriptor(SENDER, 1, 2)), "demonstration"),
    "a stop by one officer alone": (lambda: stopped(stop_by=1), "too few"),
    "a stop of another record than its context": (lambda: stopped(number=2), "otherwise than its context"),
    "a settle of a neighbour's stream": (lambda: stopped(streams=[[RECEIVER, SENDER, 1, 1, 4]]), "foreign stream"),
    "a settle above 65,536 bytes": (
        lambda: stopped(streams=[[*made.STREAM[:3], epoch, 0] for epoch in range(1, 2501)]), "too long"),
    "a settle that names a stream twice": (
        lambda: stopped(streams=[[*made.STREAM, 4], [*made.STREAM, 5]]), "a stream twice"),
    "a statement among the papers": (lambda: with_papers(STATEMENTS[0]), "no root record"),
    "a name that turns the direction of writing": (
        lambda: with_own(root("dz", _3=["ا", "D", "C\u202e"]), descriptor(SENDER)), "names[2]"),
}  # fmt: skip
