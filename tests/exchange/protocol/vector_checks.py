"""How each type of vector is checked (docs/wire/mx1.md, section 11): a check gives nothing, or refuses by a code.

Another group of vectors brings its own checks: a module beside this one that puts them into `CHECKS` by `check`.
"""

from collections.abc import Callable
from typing import Any

from mabar.exchange import ceremony
from mabar.exchange.protocol import (
    batches,
    buckets,
    cbor,
    checking,
    cose,
    envelopes,
    evidence,
    fingerprints,
    greetings,
    heads,
    notices,
    objects,
    roots,
    statements,
    verdicts,
)
from mabar.exchange.protocol.descriptors import Agency
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.suites import HpkeOpener, SealingPair, SignatureChecker, ZstdPacker
from mabar.lib import merkle
from tests.exchange.protocol import certified

Check = Callable[[dict[str, Any]], None]
CHECKS: dict[str, Check] = {}
CHECKER = SignatureChecker()


def check(type_: str) -> Callable[[Check], Check]:
    """Name the type of vectors that a function checks."""

    def named(function: Check) -> Check:
        CHECKS[type_] = function
        return function

    return named


def refusal_of(vector: dict[str, Any]) -> str:
    """Give the code by which a vector is refused; nothing when it is taken."""
    try:
        CHECKS[vector["type"]](vector)
    except cbor.Malformed:
        return "malformed"
    except Refused as refused:
        return refused.code
    return ""


def raw(text: str) -> bytes:
    """Read what a vector has in hexadecimal."""
    return bytes.fromhex(text)


def require(holds: bool, code: str) -> None:
    """Refuse by a code what does not hold."""
    if not holds:
        raise Refused(code)


@check("cbor")
def cbor_of(vector):
    """The bytes are the one form of what they say."""
    value = cbor.decode(raw(vector["bytes"]))
    assert cbor.encode(value) == raw(vector["bytes"])


@check("cbor-sequence")
def sequence_of(vector):
    """The bytes are items one after the other."""
    values = list(cbor.sequence(raw(vector["bytes"])))
    assert [cbor.encode(value) for value in values] == [raw(item) for item in vector["items"]]


@check("bucket")
def bucket_of(vector):
    """A length has its bucket."""
    assert buckets.bucket(vector["length"]) == vector["bucket"]


@check("key")
def key_of(vector):
    """An Ed25519 key is none of small order."""
    require(cose.is_usable(raw(vector["key"])), "key.unusable")


@check("signature")
def signature_of(vector):
    """An object is signed as this type and in this context; its payload is not looked at."""
    type_ = Type(vector["as"])
    context = objects.context_of(type_, vector["context"])
    if "key" in vector:
        read = cose.read1(raw(vector["object"]))
        require(cose.is_signed1(read, type_, context, raw(vector["key"]), CHECKER), "signature")
    else:
        quorum = cose.Quorum(tuple(map(raw, vector["keys"])), vector["threshold"])
        cose.require_quorums(cose.read(raw(vector["object"])), type_, context, [quorum], CHECKER)


def _head_or_pq(reader):
    return lambda data: reader(data, alg=cose.read1(data).alg)


READERS = {
    Type.STATEMENT: statements.read,
    Type.HEAD: _head_or_pq(heads.read_signed_head),
    Type.RECEIPT: _head_or_pq(heads.read_receipt),
    Type.REFUSAL: notices.read_refusal,
    Type.GREETING: greetings.read,
    Type.REOPENING: notices.read_reopening,
}


@check("item")
def item_of(vector):
    """An item holds what its type may hold, and the holder of `key` has signed it."""
    item = objects.read_item(raw(vector["item"]))
    read = READERS[item.type](item.object)
    require(read.is_by(raw(vector["key"]), item.context, CHECKER), "signature")


@check("root")
def root_of(vector):
    """Entries give this root and this right edge."""
    frontier = merkle.Frontier()
    for entry in vector["entries"]:
        frontier, _ = frontier.append(merkle.leaf_hash(raw(entry)))
    require((frontier.root(), frontier.hashes) == (raw(vector["root"]), tuple(map(raw, vector["frontier"]))), "log")


@check("inclusion")
def inclusion_of(vector):
    """A path leads from an entry to a root."""
    leaf, path = merkle.leaf_hash(raw(vector["entry"])), [raw(each) for each in vector["path"]]
    index, size, root = vector["seq"] - 1, vector["size"], raw(vector["root"])
    require(merkle.is_included(leaf, index, size=size, root=root, proof=path), "log")


@check("growth")
def growth_of(vector):
    """A right edge gives a root, and with more entries a later root."""
    try:
        frontier = merkle.Frontier(vector["size"], tuple(map(raw, vector["frontier"])))
    except ValueError:
        raise Refused("log") from None
    require(frontier.root() == raw(vector["root"]), "log")
    for entry in vector["entries"]:
        frontier, _ = frontier.append(merkle.leaf_hash(raw(entry)))
    require(frontier.root() == raw(vector["later_root"]), "log")


def _book(vector):
    """Give a book of trust with the one descriptor that the batch of a vector rests on."""
    agencies = [
        Agency(int(number), "node" if number == "0" else "customs", raw(key))
        for number, key in vector["agency_keys"].items()
    ]
    pq_key = raw(vector["pq_key"]) if "pq_key" in vector else None
    made = [
        certified.descriptor(node, vector["descriptor"], node_key=raw(vector["node_key"]), pq_key=pq_key)
        for node in (vector["sender"], vector["receiver"])
    ]
    made = [certified.replace(each, agencies=tuple(agencies)) for each in made]
    return TrustBook(descriptors={(each.node, each.number): each for each in made})


@check("batch")
def batch_of(vector):
    """A batch is of its form; its statements, bodies and heads are those of its sender."""
    try:
        batch = batches.read_batch(raw(vector["body"]))
    except cbor.Malformed:
        raise Refused("batch.malformed") from None
    stream = objects.Stream(vector["sender"], vector["receiver"], batch.urgency, batch.epoch)
    context = Context.of(stream, suite=vector["suite"], descriptor=vector["descriptor"])
    book = _book(vector)
    checking.told_in(batch, stream, book, CHECKER)
    if batch.is_returned:
        checking.receipt_in(batch, context, book, CHECKER)
    else:
        head = checking.head_in(batch, context, book, CHECKER)
        checking.pq_head_in(batch, head.head, context, book, CHECKER)
    assert len(batch.entries) == vector["statements"]


@check("evidence")
def evidence_of(vector):
    """A bundle proves its claim to who knows the fingerprints."""
    evidence.read_bundle(raw(vector["bundle"]))
    report = verdicts.verify(raw(vector["bundle"]), CHECKER)
    require(report.verdict is verdicts.Verdict.VALID, "not-valid")
    assert (report.claim, report.guilty or "") == (vector["claim"], vector["guilty"])
    assert report.fingerprints == {code: raw(seen) for code, seen in vector["fingerprints"].items()}


@check("envelope")
def envelope_of(vector):
    """An envelope is for this node, signed, whole and not too large, and opens to its body."""
    envelope = envelopes.read(objects.read_item(raw(vector["item"])))
    envelopes.require_for(envelope, vector["node"])
    envelopes.require_size(envelope, vector["largest"])
    envelopes.require_signed(envelope, raw(vector["sender_key"]), CHECKER)
    private = vector["private"]
    opener = HpkeOpener({(1, 0): SealingPair(raw(private["suite_1"]), raw(private["suite_2"]))})
    assert envelopes.open_body(envelope, opener, ZstdPacker()) == raw(vector["body"])


@check("trust")
def trust_of(vector):
    """The items are taken into a book of trust one after the other, each root record confirmed when it comes."""
    book = TrustBook()
    for each in vector["items"]:
        item = objects.read_item(raw(each))
        book = book.with_item(item, CHECKER)
        if item.type is Type.ROOT:
            book = book.with_confirmed(roots.read_root(cose.read(item.object).payload).fingerprint)


@check("fingerprint")
def fingerprint_of(vector):
    """The fingerprint of a root record is read aloud in these words and typed in these digits."""
    seen = roots.read_root(raw(vector["payload"])).fingerprint
    require(list(fingerprints.words_of(seen, ceremony.words())) == vector["words"], "fingerprint")
    require(fingerprints.differing_groups(seen, vector["digits"]) == (), "fingerprint")
