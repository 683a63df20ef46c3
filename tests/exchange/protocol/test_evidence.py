"""A stranger with a bundle and two fingerprints can tell who said what, and who said two things."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, evidence, statements
from mabar.exchange.protocol.batches import Body
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.evidence import Bundle, Claim
from mabar.exchange.protocol.frontiers import frontier_at
from mabar.exchange.protocol.heads import EMPTY
from mabar.exchange.protocol.objects import BULK, Stream, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44
from mabar.exchange.protocol.verdicts import Checked, Verdict, accuses, verify
from mabar.lib.merkle import inclusion_proof
from tests.exchange.protocol import certified
from tests.exchange.protocol.mutants import VALUES, changed
from tests.exchange.protocol.streams import (
    CHECKER,
    DEBDEB,
    FINGERPRINTS,
    GHADAMES,
    STREAM,
    TRUST,
    Teller,
    descriptor,
    pen,
)


def two_selves():
    """Give a sender of five messages, and its second self, which tells other things after the second."""
    one, other = Teller(), Teller()
    one.tell(1, 2)
    other.shelf, other.standing = one.shelf.copy(), one.standing
    one.tell(3, 4, 5)
    other.tell(13, 14, 15)
    return one, other


ONE, OTHER = two_selves()
SENDER, RECEIVER = pen(DEBDEB), pen(GHADAMES)


def head(size, teller=ONE):
    return SENDER.head(teller.head(size), STREAM, suite=2)


def receipt(size, teller=ONE):
    return RECEIVER.receipt(teller.head(size), STREAM, suite=2)


def statement(seq, teller=ONE):
    return teller.shelf.items[seq - 1]


def message(seq=3, size=5, *, heads=None, body="kept"):
    said = ONE.head(size)
    signed = [
        head(size),
        receipt(size),
        SENDER.pq_head(said, STREAM, suite=2),
        RECEIVER.pq_receipt(said, STREAM, suite=2),
    ]
    path = inclusion_proof(seq - 1, size, ONE.shelf.node)
    body = ONE.shelf.bodies[seq - 1] if body == "kept" else body
    return evidence.of_message(
        statement(seq), signed if heads is None else [signed[place] for place in heads], path, body
    )


def broken(begin=2, end=5):
    earlier = head(begin) if begin else None
    frontier = frontier_at(begin, ONE.shelf.frontier, ONE.shelf)
    return evidence.of_broken_head(earlier, frontier, ONE.shelf.statements(begin + 1, end), head(end, OTHER))


LIES = {
    Claim.TWO_HEADS: lambda: evidence.of_two_heads(head(4), head(4, OTHER)),
    Claim.REUSED_SEQUENCE: lambda: evidence.of_reused_sequence(statement(3), statement(3, OTHER)),
    Claim.BROKEN_HEAD: broken,
    Claim.TWO_RECEIPTS: lambda: evidence.of_two_receipts(receipt(4), receipt(4, OTHER)),
}
ALL = {Claim.MESSAGE: message, **LIES}


def judged(bundle, trust=TRUST, **options):
    return verify(bundle.resting_on(trust).encoded(), CHECKER, **options)


def not_valid(bundle, fault=None, trust=TRUST):
    report = judged(bundle, trust)
    assert report.verdict is Verdict.NOT_VALID
    if fault is not None:
        assert fault in report.fault
    return report


# What holds


@pytest.mark.parametrize("claim", Claim)
def test_a_true_bundle_is_valid(claim):
    bundle = ALL[claim]().resting_on(TRUST)
    assert evidence.read_bundle(bundle.encoded()) == bundle
    report = verify(bundle.encoded(), CHECKER)
    assert (report.verdict, report.follows, report.fault) == (Verdict.VALID, True, "")
    assert (report.claim, report.stream) == (claim, STREAM)
    guilty = {Claim.MESSAGE: None, Claim.TWO_RECEIPTS: GHADAMES}.get(claim, DEBDEB)
    assert report.guilty == guilty
    assert {each.checked for each in report.signatures} == {Checked.GOOD}
    assert len(report.signatures) == len(bundle.objects) + 2 * len(TRUST)


@pytest.mark.parametrize("claim", LIES)
def test_a_lie_is_laid_to_who_signed_it(claim):
    data = LIES[claim]().resting_on(TRUST).encoded()
    assert accuses(data, CHECKER, FINGERPRINTS) == (GHADAMES if claim is Claim.TWO_RECEIPTS else DEBDEB)
    assert accuses(data, CHECKER, {"dz": bytes(32), "ly": bytes(32)}) is None
    assert accuses(data, CHECKER, {}) is None


def test_a_message_accuses_nobody():
    assert accuses(message().resting_on(TRUST).encoded(), CHECKER, FINGERPRINTS) is None


def test_a_verdict_rests_on_those_who_signed_the_claim():
    assert judged(LIES[Claim.TWO_HEADS]()).fingerprints == {"dz": FINGERPRINTS["dz"]}
    assert judged(LIES[Claim.TWO_RECEIPTS]()).fingerprints == {"ly": FINGERPRINTS["ly"]}
    assert judged(message()).fingerprints == FINGERPRINTS
    bundle = LIES[Claim.TWO_HEADS]()
    assert bundle.signers() == {(DEBDEB, 1)}
    mine = [item for item in TRUST if item.context.sender == "dz"]
    assert judged(bundle, mine).verdict is Verdict.VALID


@pytest.mark.parametrize(("begin", "end"), [(0, 3), (1, 3), (2, 3), (2, 5)])
def test_a_broken_head_is_proven_from_any_true_one(begin, end):
    assert judged(broken(begin, end)).verdict is Verdict.VALID


@pytest.mark.parametrize("heads", [(0,), (0, 1), (0, 2), (0, 3), (0, 1, 2), (0, 2, 3), (0, 1, 2, 3)])
def test_a_message_is_proven_by_the_head_and_whatever_else_was_signed_of_it(heads):
    assert judged(message(heads=heads)).verdict is Verdict.VALID


@pytest.mark.parametrize("seq", range(1, 6))
def test_every_message_has_its_path(seq):
    for size in range(seq, 6):
        assert judged(message(seq, size)).verdict is Verdict.VALID


def test_an_erased_message_is_still_proven():
    report = judged(message(body=None))
    assert (report.verdict, report.is_erased) == (Verdict.VALID, True)
    assert not judged(message()).is_erased
    assert not judged(LIES[Claim.TWO_HEADS]()).is_erased


def test_what_nobody_could_check_is_said():
    bundle = message()
    report = judged(bundle, algs=(ED25519,))
    assert report.verdict is Verdict.UNCHECKED
    unchecked = [each for each in report.signatures if each.checked is Checked.UNCHECKED]
    assert [(each.type, each.alg) for each in unchecked] == [(Type.HEAD, MLDSA44), (Type.RECEIPT, MLDSA44)]
    assert accuses(bundle.resting_on(TRUST).encoded(), CHECKER, FINGERPRINTS) is None


def test_a_pq_head_may_stand_for_a_head():
    pq_heads = [SENDER.pq_head(teller.head(4), STREAM, suite=2) for teller in (ONE, OTHER)]
    assert judged(evidence.of_two_heads(*pq_heads)).verdict is Verdict.VALID


def test_two_selves_may_hold_different_descriptors():
    by_next = pen(DEBDEB, 2).head(OTHER.head(4), STREAM, suite=1)
    assert judged(evidence.of_two_heads(head(4), by_next)).verdict is Verdict.VALID


def test_stops_and_settles_are_checked_and_shown_and_change_nothing():
    key = SENDER.node.public
    trust = (*TRUST, certified.stop_item(key), certified.settle_item(key, {STREAM: 2}))
    report = judged(LIES[Claim.TWO_HEADS](), trust)
    assert (report.verdict, report.stopped) == (Verdict.VALID, {key_id(key)})
    other = (*TRUST, certified.stop_item(RECEIVER.node.public, "ly"))
    assert judged(LIES[Claim.TWO_HEADS](), other).stopped == frozenset()
    forged = certified.stop_item(key, "dz", 1, *certified.holders("ly")[:2])
    not_valid(LIES[Claim.TWO_HEADS](), "quorum.unknown-key", (*TRUST, forged))


def test_later_root_records_rest_on_the_first():
    second = certified.root("dz", 2)
    begins_ms = second.valid_from_ms + certified.DAY_MS
    later = replace(
        descriptor(DEBDEB),
        number=3,
        valid_from_ms=begins_ms,
        valid_to_ms=begins_ms + 1,
        before=descriptor(DEBDEB, 2).digest,
    )
    item = certified.descriptor_item(later, *certified.holders("dz", 2)[:2], root_number=2)
    trust = (item, certified.root_item(second), *TRUST)
    heads = [replace(SENDER, descriptor=3).head(teller.head(4), STREAM, suite=2) for teller in (ONE, OTHER)]
    report = judged(evidence.of_two_heads(*heads), trust)
    assert (report.verdict, report.fingerprints) == (Verdict.VALID, {"dz": FINGERPRINTS["dz"]})
    without_first = [each for each in trust if each != certified.root_item(certified.root("dz"))]
    not_valid(evidence.of_two_heads(*heads), "root.unknown", without_first)


# What does not hold


HONEST = [
    lambda: evidence.of_two_heads(head(4), head(4)),
    lambda: evidence.of_two_heads(head(4), head(5)),
    lambda: evidence.of_two_heads(head(4), SENDER.pq_head(ONE.head(4), STREAM, suite=2)),
    lambda: evidence.of_two_heads(head(4), pen(DEBDEB, 2).head(ONE.head(4), STREAM, suite=2)),
    lambda: evidence.of_reused_sequence(statement(3), statement(3)),
    lambda: evidence.of_reused_sequence(statement(3), statement(4)),
    lambda: evidence.of_two_receipts(receipt(4), receipt(4)),
    lambda: evidence.of_two_receipts(receipt(4), receipt(3)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), ONE.shelf.statements(3, 5), head(5)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), ONE.shelf.statements(3, 4), head(5)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), ONE.shelf.statements(4, 5), head(5)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), [], head(5)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), [statement(3), statement(3)], head(4)),
    lambda: evidence.of_broken_head(head(2), _frontier(3), ONE.shelf.statements(3, 5), head(5)),
    lambda: evidence.of_broken_head(head(2), _frontier(4), ONE.shelf.statements(3, 5), head(5)),
    lambda: evidence.of_broken_head(None, _frontier(0), ONE.shelf.statements(2, 5), head(5)),
    lambda: evidence.of_broken_head(None, _frontier(2), ONE.shelf.statements(3, 5), head(5)),
    lambda: evidence.of_broken_head(
        SENDER.head(EMPTY, STREAM, suite=2), _frontier(0), ONE.shelf.statements(1, 2), head(2)
    ),
    lambda: evidence.of_broken_head(receipt(2), _frontier(2), ONE.shelf.statements(3, 5), head(5, OTHER)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), [head(3), *ONE.shelf.statements(4, 5)], head(5, OTHER)),
    lambda: evidence.of_broken_head(head(2), _frontier(2), ONE.shelf.statements(3, 4), statement(5)),
]


def _frontier(size):
    return frontier_at(size, ONE.shelf.frontier, ONE.shelf)


@pytest.mark.parametrize("place", range(len(HONEST)))
def test_what_an_honest_node_signs_accuses_nobody(place):
    bundle = HONEST[place]()
    report = not_valid(bundle)
    assert report.fault != ""
    assert not report.follows
    assert accuses(bundle.resting_on(TRUST).encoded(), CHECKER, FINGERPRINTS) is None


@settings(max_examples=60)
@given(st.data())
def test_nothing_put_together_from_one_log_accuses_its_nodes(data):
    signed = [*ONE.shelf.items, *map(head, range(6)), *map(receipt, range(6))]
    objects = data.draw(st.lists(st.sampled_from(signed), min_size=1, max_size=7))
    claim = data.draw(st.sampled_from(list(LIES)))
    hashes = _frontier(data.draw(st.integers(0, 5))).hashes if claim is Claim.BROKEN_HEAD else ()
    bundle = Bundle(claim, STREAM, evidence.guilty_of(claim, STREAM), tuple(objects), hashes, trust=TRUST)
    assert accuses(bundle.encoded(), CHECKER, FINGERPRINTS) is None


@pytest.mark.parametrize("claim", Claim)
def test_another_claim_does_not_follow_from_the_same_objects(claim):
    for other in Claim:
        if other is not claim:
            bundle = replace(ALL[claim](), claim=other, guilty=evidence.guilty_of(other, STREAM), body=None)
            hashes = bundle.hashes if other in (Claim.MESSAGE, Claim.BROKEN_HEAD) else ()
            not_valid(replace(bundle, hashes=hashes))


@pytest.mark.parametrize("claim", Claim)
def test_one_object_fewer_or_twice_proves_nothing(claim):
    bundle = ALL[claim]()
    for place in range(len(bundle.objects)):
        if claim is Claim.MESSAGE and place > 1:
            continue  # receipts and PQ heads may be missing
        not_valid(replace(bundle, objects=bundle.objects[:place] + bundle.objects[place + 1 :]))
    for place in range(len(bundle.objects)):
        not_valid(
            replace(
                bundle, objects=(*bundle.objects[:place], *bundle.objects[place:][:1] * 2, *bundle.objects[place + 1 :])
            )
        )


@pytest.mark.parametrize("claim", Claim)
def test_nobody_else_is_guilty(claim):
    bundle = ALL[claim]()
    for node in {None, DEBDEB, GHADAMES, "tn.dhehiba"} - {bundle.guilty}:
        not_valid(replace(bundle, guilty=node), "another is guilty")


@pytest.mark.parametrize("claim", Claim)
def test_every_signature_counts(claim):
    bundle = ALL[claim]()
    for place, item in enumerate(bundle.objects):
        bad = replace(item, object=item.object[:-1] + bytes([item.object[-1] ^ 1]))
        objects = (*bundle.objects[:place], bad, *bundle.objects[place + 1 :])
        report = not_valid(replace(bundle, objects=objects))
        assert [each.checked for each in report.signatures[2 * len(TRUST) :]].count(Checked.BAD) == 1


def test_a_signature_of_the_trust_that_is_bad_spoils_the_bundle():
    for place, item in enumerate(TRUST):
        bad = replace(item, object=item.object[:-1] + bytes([item.object[-1] ^ 1]))
        report = not_valid(message(), "quorum.signature", (*TRUST[:place], bad, *TRUST[place + 1 :]))
        assert Checked.BAD in {each.checked for each in report.signatures}


def test_a_bundle_without_its_descriptors_or_records_is_not_valid():
    for type_, fault in ((Type.ROOT, "root.unknown"), (Type.DESCRIPTOR, "descriptor.unknown")):
        report = not_valid(message(), fault, [item for item in TRUST if item.type is not type_])
        assert report.fingerprints == ({} if type_ is Type.ROOT else FINGERPRINTS)
    not_valid(message(), "descriptor.unknown", ())


def test_nothing_stands_twice_in_the_trust():
    not_valid(message(), "twice", (*TRUST, TRUST[-1]))
    again = certified.descriptor_item(descriptor(DEBDEB), *certified.holders("dz")[1:])
    not_valid(message(), "twice", (*TRUST, again))


def test_an_object_of_another_stream_proves_nothing_here():
    other = Teller(Stream(DEBDEB, GHADAMES, BULK, 1))
    other.tell(21)
    not_valid(evidence.of_reused_sequence(statement(1), other.shelf.items[0]), "another stream")


def test_a_statement_of_an_agency_that_is_not_there_is_bad():
    strange = replace(SENDER, agencies={5: SENDER.agencies[1]})
    said = statements.read(statement(3).object).said
    item = strange.statement(replace(said, agency=5), STREAM, suite=2)
    report = not_valid(evidence.of_reused_sequence(statement(3), item))
    assert report.signatures[-1].checked is Checked.BAD
    assert report.fault == ""


def test_a_node_without_a_pq_key_signs_no_pq_head():
    plain = replace(descriptor(DEBDEB), pq_key=None)
    trust = [certified.root_item(certified.root("dz")), certified.descriptor_item(plain)]
    pq_heads = [SENDER.pq_head(teller.head(4), STREAM, suite=2) for teller in (ONE, OTHER)]
    report = not_valid(evidence.of_two_heads(*pq_heads), trust=trust)
    assert [each.checked for each in report.signatures[-2:]] == [Checked.BAD, Checked.BAD]


def test_a_suite_stands_in_the_descriptor_and_ml_dsa_signs_under_the_second():
    for suite in (1, 3):
        pq_heads = [SENDER.pq_head(teller.head(4), STREAM, suite=suite) for teller in (ONE, OTHER)]
        not_valid(evidence.of_two_heads(*pq_heads), "suite")
    heads = [SENDER.head(teller.head(4), STREAM, suite=3) for teller in (ONE, OTHER)]
    wide = [certified.root_item(certified.root("dz")), certified.descriptor_item(descriptor(DEBDEB, suites=(1, 2, 3)))]
    for trust in (TRUST, wide):
        not_valid(evidence.of_two_heads(*heads), "suite", trust)
    narrow = [wide[0], certified.descriptor_item(descriptor(DEBDEB, suites=(1,)))]
    not_valid(LIES[Claim.REUSED_SEQUENCE](), "suite", narrow)


def test_another_payload_or_path_does_not_belong_to_the_message():
    body = ONE.shelf.bodies[2]
    not_valid(message(body=Body(body.salt, body.payload + b" ")), "another payload")
    not_valid(message(body=Body(bytes(16), body.payload)), "another payload")
    for hashes in ((), (bytes(32),), message().hashes[::-1], (*message().hashes, bytes(32))):
        not_valid(replace(message(), hashes=hashes), "path")
    not_valid(replace(message(4), hashes=message(3).hashes), "path")


def test_what_is_signed_beside_the_head_is_of_the_same_head():
    for place, other in ((2, receipt(4)), (3, SENDER.pq_head(ONE.head(4), STREAM, suite=2))):
        objects = list(message().objects)
        objects[place] = other
        not_valid(replace(message(), objects=tuple(objects)), "different logs")


def test_the_objects_of_a_message_stand_in_their_order():
    objects = message().objects
    for order in ((1, 0, 2, 3, 4), (0, 2, 1, 3, 4), (0, 1, 3, 2, 4), (0, 1, 2, 4, 3), (0, 3)):
        not_valid(replace(message(), objects=tuple(objects[place] for place in order)))


# Whatever the bytes are


@pytest.mark.parametrize("claim", Claim)
@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_bundle_is_never_valid_for_another_truth(claim, data):
    whole = ALL[claim]().resting_on(TRUST)
    other = data.draw(changed(whole.encoded(), VALUES))
    report = verify(other, CHECKER)
    if report.verdict is Verdict.VALID:
        said = evidence.read_bundle(other)
        assert said.guilty == whole.guilty
        assert report.fingerprints.items() <= FINGERPRINTS.items()
        assert said.body in (None, whole.body)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_verifier(data):
    assert verify(data, CHECKER).verdict is Verdict.NOT_VALID


def test_a_bundle_that_is_too_large_is_not_read():
    assert "16 MiB" in verify(bytes(evidence.MOST_BYTES + 1), CHECKER).fault


def rewritten(bundle, key, value):
    return cbor.encode({**cbor.decode(bundle.encoded()), key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (1, "mx2 evidence"),
        (2, 0),
        (2, 6),
        (2, "2"),
        (3, [DEBDEB, GHADAMES, 2]),
        (3, [DEBDEB, GHADAMES, 2, 0]),
        (3, [DEBDEB, GHADAMES, 4, 1]),
        (3, [DEBDEB, "Ghadames", 2, 1]),
        (3, "stream"),
        (4, "dz"),
        (5, None),
        (6, {}),
        (6, [1]),
        (7, {1: []}),
        (7, []),
        (8, 0),
    ],
)
def test_bytes_of_another_form_are_no_bundle(key, value):
    data = rewritten(LIES[Claim.TWO_HEADS](), key, value)
    assert verify(data, CHECKER).claim is None


@pytest.mark.parametrize(
    "details",
    [
        {1: [], 2: None},
        {1: None, 2: None, 3: None},
        {1: [bytes(31)], 2: None, 3: None},
        {1: [bytes(32)] * 65, 2: None, 3: None},
        {1: [], 2: bytes(16), 3: None},
        {1: [], 2: None, 3: b""},
        {1: [], 2: bytes(15), 3: b""},
        {1: [], 2: bytes(16), 3: bytes(2**20 + 1)},
    ],
)
def test_details_of_another_form_are_no_bundle(details):
    assert verify(rewritten(message(), 7, details), CHECKER).claim is None


def test_items_have_their_places():
    trust, objects = TRUST, message().objects
    for bundle in (message().resting_on(objects), replace(message(), objects=trust)):
        assert verify(bundle.encoded(), CHECKER).fault == "an item that has no place there"


def test_a_head_that_says_nothing_readable_spoils_the_bundle():
    bad = replace(head(4), object=b"\x00")
    assert judged(evidence.of_two_heads(head(4), bad)).fault != ""
