"""The verdict on an evidence bundle: each signature, whether the claim follows, and on whose word (section 9.2)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mabar.exchange.protocol import cbor, cose, evidence, heads, statements
from mabar.exchange.protocol.checking import names_suite
from mabar.exchange.protocol.cose import Quorum, Sign, key_id
from mabar.exchange.protocol.descriptors import HYBRID
from mabar.exchange.protocol.evidence import Bundle, Claim
from mabar.exchange.protocol.frontiers import grow
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Item, Stream, Type, administration_of
from mabar.exchange.protocol.ports import ED25519, MLDSA44, Checker
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import Root, read_root
from mabar.exchange.protocol.signed import Signed
from mabar.exchange.protocol.statements import Statement
from mabar.exchange.protocol.trust import TrustBook
from mabar.lib import merkle


class Checked(StrEnum):
    """What became of a signature."""

    GOOD = "good"
    BAD = "bad"
    UNCHECKED = "unchecked"


class Verdict(StrEnum):
    """What became of a bundle."""

    VALID = "valid"
    NOT_VALID = "not valid"
    UNCHECKED = "valid but for what is unchecked"


@dataclass(frozen=True)
class Signature:
    """One signature of a bundle: of what, by whom, by which key and algorithm, and what became of it."""

    type: Type
    signer: str
    key: bytes
    alg: int
    checked: Checked


@dataclass(frozen=True)
class Report:
    """The verdict and its reasons.

    Attributes:
        fault: why the bundle is not valid, for a specialist; empty when only signatures speak against it.
        follows: the objects, if their signatures are good, prove the claim.
        fingerprints: of the administrations on which the verdict rests.
        stopped: keys of this bundle's signatures that a stop in it names.
        is_erased: salt and payload of the message are not given.
    """

    verdict: Verdict = Verdict.NOT_VALID
    claim: Claim | None = None
    stream: Stream | None = None
    guilty: str | None = None
    follows: bool = False
    fault: str = ""
    signatures: tuple[Signature, ...] = ()
    fingerprints: Mapping[str, bytes] = field(default_factory=dict)
    stopped: frozenset[bytes] = frozenset()
    is_erased: bool = False


def verify(data: bytes, checker: Checker, *, algs: Collection[int] = (ED25519, MLDSA44)) -> Report:
    """Judge a bundle, whatever the bytes are.

    Args:
        data: the bundle.
        checker: checks signatures by the algorithms of `algs`; those of others stay unchecked.
        algs: COSE numbers.
    """
    try:
        bundle = evidence.read_bundle(data)
    except cbor.Malformed as fault:
        return Report(fault=str(fault))
    return _Court(bundle, checker, frozenset(algs)).report()


def accuses(data: bytes, checker: Checker, fingerprints: Mapping[str, bytes]) -> str | None:
    """Name the node that a bundle proves guilty to one who knows the fingerprints of the administrations; else None."""
    report = verify(data, checker)
    rests_on_known = all(fingerprints.get(code) == seen for code, seen in report.fingerprints.items())
    return report.guilty if report.verdict is Verdict.VALID and rests_on_known else None


class _Court:
    """Hears one bundle; what it has found stays with it, also when it must stop halfway."""

    def __init__(self, bundle: Bundle, checker: Checker, algs: frozenset[int]) -> None:
        self.bundle, self.checker, self.algs = bundle, checker, algs
        self.book = TrustBook()
        self.signatures: list[Signature] = []
        self.follows = False

    def report(self) -> Report:
        """Hear the bundle and say what was found."""
        bundle, fault = self.bundle, self.hear()
        seen = {each.checked for each in self.signatures}
        verdict = Verdict.UNCHECKED if Checked.UNCHECKED in seen else Verdict.VALID
        if fault or Checked.BAD in seen:
            verdict = Verdict.NOT_VALID
        return Report(
            verdict=verdict,
            claim=bundle.claim,
            stream=bundle.stream,
            guilty=bundle.guilty,
            follows=self.follows,
            fault=fault,
            signatures=tuple(self.signatures),
            fingerprints=self.fingerprints(),
            stopped=self.stopped(),
            is_erased=bundle.claim is Claim.MESSAGE and bundle.body is None,
        )

    def hear(self) -> str:
        """Hear the whole bundle; say what is wrong with it beside its signatures."""
        try:
            self._hear_trust()
            said = [self._hear_object(item) for item in self.bundle.objects]
            _require(
                self.bundle.guilty == evidence.guilty_of(self.bundle.claim, self.bundle.stream), "another is guilty"
            )
            _CLAIMS[self.bundle.claim](self.bundle, said)
            self.follows = True
        except (cbor.Malformed, Refused) as fault:
            return str(fault)
        return ""

    def _hear_trust(self) -> None:
        items = self.bundle.trust
        payloads = [(item.type, cose.read(item.object).payload) for item in items]
        _require(len(set(payloads)) == len(payloads), "the same root record, descriptor, stop or settle twice")
        ordered = sorted(items, key=lambda item: (item.type, item.context.descriptor or 0))
        for item in ordered:
            self._hear_trusted(item, cose.read(item.object))

    def _hear_trusted(self, item: Item, read: Sign) -> None:
        signer = item.context.sender or ""
        self.signatures += [
            Signature(item.type, signer, kid, alg, self._checked(item, read, number))
            for number, (_, alg, kid, _) in enumerate(read.signatures)
        ]
        self.book = self.book.with_item(item, self.checker)
        if item.type is Type.ROOT:
            self.book = self.book.with_confirmed(read_root(read.payload).fingerprint)

    def _checked(self, item: Item, read: Sign, number: int) -> Checked:
        """Check one signature alone, by any key that may have made it."""
        keys = [key for root in self._roots(item, read) for key in root.keys]
        one = Sign(read.payload, (read.signatures[number],))
        try:
            cose.require_quorums(one, item.type, item.context, [Quorum(tuple(keys), 0)], self.checker)
        except Refused:
            return Checked.BAD
        return Checked.GOOD

    def _roots(self, item: Item, read: Sign) -> list[Root]:
        held = self.book.confirmed.get(item.context.sender or "", ())
        number = item.context.descriptor or 0
        if item.type is Type.ROOT:
            return [read_root(read.payload), *held[-1:]]
        return list(held[number - 1 : number]) if number else []

    def _hear_object(self, item: Item) -> Signed[Statement] | Signed[Head]:
        _require(item.context.stream == self.bundle.stream, "an object of another stream")
        if item.type is Type.STATEMENT:
            statement = statements.read(item.object)
            self._hear_signature(item, statement, self._agency_key(item, statement.said.agency))
            self._require_suite(item, ED25519)
            return statement
        alg = cose.read1(item.object).alg
        reader = heads.read_signed_head if item.type is Type.HEAD else heads.read_receipt
        head = reader(item.object, alg=alg)
        self._hear_signature(item, head, self._node_key(item, alg))
        self._require_suite(item, alg)
        return head

    def _require_suite(self, item: Item, alg: int) -> None:
        is_named = names_suite(self.book, evidence.signer_of(item), item.context)
        _require(is_named, "a suite that the descriptor does not name")
        _require(alg == ED25519 or item.context.suite == HYBRID, "ML-DSA-44 under another suite than 2")

    def _agency_key(self, item: Item, agency: int) -> bytes | None:
        return self.book.agency_key(evidence.signer_of(item), item.context.descriptor or 0, agency)

    def _node_key(self, item: Item, alg: int) -> bytes | None:
        find = self.book.node_key if alg == ED25519 else self.book.pq_key
        return find(evidence.signer_of(item), item.context.descriptor or 0)

    def _hear_signature(self, item: Item, said: Signed[Statement] | Signed[Head], key: bytes | None) -> None:
        alg = said.sign1.alg
        if key is None:
            checked = Checked.BAD
        elif alg not in self.algs:
            checked = Checked.UNCHECKED
        else:
            checked = Checked.GOOD if said.is_by(key, item.context, self.checker) else Checked.BAD
        self.signatures.append(Signature(item.type, evidence.signer_of(item), key_id(key or b""), alg, checked))

    def fingerprints(self) -> dict[str, bytes]:
        """Give the fingerprints of the administrations whose nodes have signed the claim."""
        codes = {administration_of(evidence.signer_of(item)) for item in self.bundle.objects}
        return {code: self.book.confirmed[code][0].fingerprint for code in sorted(codes) if code in self.book.confirmed}

    def stopped(self) -> frozenset[bytes]:
        """Give the ids of the keys that signed here and that their administration has stopped."""
        signed = {(administration_of(each.signer), each.key) for each in self.signatures}
        return frozenset(key for _, key in signed & self.book.stops)


def _require(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise cbor.Malformed(otherwise)


_Said = Sequence[Signed[Statement] | Signed[Head]]
# After statement and head: R1, PQ head and PQ R1, each of which may be missing.
_FURTHER = ((Type.RECEIPT, ED25519), (Type.HEAD, MLDSA44), (Type.RECEIPT, MLDSA44))


def _message(bundle: Bundle, said: _Said) -> None:
    """Follow the statement to the head, and require all that is signed beside it to be of the same head."""
    shape = [(each.type, each.sign1.alg) for each in said]
    places = iter(_FURTHER)
    is_message = shape[:2] == [(Type.STATEMENT, ED25519), (Type.HEAD, ED25519)]
    _require(is_message and all(each in places for each in shape[2:]), "not the objects of a message")
    statement, head = _statement(said[0]), _head(said[1], Type.HEAD)
    _require(all(each.said == head for each in said[2:]), "heads and receipts of different logs")
    leaf = merkle.leaf_hash(said[0].data)
    is_in = merkle.is_included(leaf, statement.seq - 1, size=head.size, root=head.root, proof=bundle.hashes)
    _require(is_in, "the path does not lead to the head")
    body = bundle.body
    _require(body is None or statements.matches(statement, body.salt, body.payload), "another payload")


def _two(type_: Type) -> Callable[[Bundle, _Said], None]:
    def two(_: Bundle, said: _Said) -> None:
        _require(len(said) == 2, "not two objects")
        one, other = _head(said[0], type_), _head(said[1], type_)
        _require(one.size == other.size and one.root != other.root, "they do not contradict each other")

    return two


def _reused_sequence(_: Bundle, said: _Said) -> None:
    _require(len(said) == 2, "not two objects")
    is_reused = _statement(said[0]).seq == _statement(said[1]).seq and said[0].data != said[1].data
    _require(is_reused, "they do not contradict each other")


def _broken_head(bundle: Bundle, said: _Said) -> None:
    """Grow the earlier log by the statements, and require another root than that of the later head."""
    starts = 1 if bundle.hashes else 0
    told = said[starts:-1]
    _require(len(told) > 0, "no statement that leads to the head")
    earlier = _head(said[0], Type.HEAD) if starts else heads.EMPTY
    later = _head(said[-1], Type.HEAD)
    _require(earlier.size.bit_count() == len(bundle.hashes), "another number of hashes than the earlier log has")
    frontier = merkle.Frontier(earlier.size, bundle.hashes)
    _require(frontier.root() == earlier.root, "the hashes do not give the earlier head")
    seqs = [_statement(each).seq for each in told]
    is_led_to = seqs == list(range(earlier.size + 1, earlier.size + 1 + len(seqs))) and seqs[-1] == later.size
    _require(is_led_to, "not the statements that lead to the later head")
    grown = grow(frontier, (merkle.leaf_hash(each.data) for each in told))
    _require(grown.head != later, "the statements give the later head")


def _statement(signed: Signed[Statement] | Signed[Head]) -> Statement:
    if not isinstance(signed.said, Statement):
        raise cbor.Malformed("no statement in its place")
    return signed.said


def _head(signed: Signed[Statement] | Signed[Head], type_: Type) -> Head:
    if not isinstance(signed.said, Head) or signed.type is not type_:
        raise cbor.Malformed("no head or receipt in its place")
    return signed.said


_CLAIMS: Mapping[Claim, Callable[[Bundle, _Said], None]] = {
    Claim.MESSAGE: _message,
    Claim.TWO_HEADS: _two(Type.HEAD),
    Claim.REUSED_SEQUENCE: _reused_sequence,
    Claim.BROKEN_HEAD: _broken_head,
    Claim.TWO_RECEIPTS: _two(Type.RECEIPT),
}
