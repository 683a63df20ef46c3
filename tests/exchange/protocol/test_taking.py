"""A batch is taken in whole, or not at all; what does not fit is told apart from what proves a lie."""

from dataclasses import replace

import pytest

from mabar.exchange.protocol import envelopes, taking
from mabar.exchange.protocol.batches import Batch, Body, Entry
from mabar.exchange.protocol.comparing import MOST_AHEAD, Fork, Gap, Taken
from mabar.exchange.protocol.descriptors import DAY_MS
from mabar.exchange.protocol.evidence import Claim
from mabar.exchange.protocol.heads import EMPTY, Head, read_receipt
from mabar.exchange.protocol.objects import BULK, BUSINESS, FLASH, Item, Stream, Type
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.sending import with_pq_head
from mabar.exchange.protocol.verdicts import Verdict, verify
from mabar.exchange.suites import HpkeOpener, HpkeSealer, ZstdPacker
from tests.exchange.protocol import certified
from tests.exchange.protocol.streams import (
    AT_MS,
    BOOK,
    CHECKER,
    CUSTOMS,
    DEBDEB,
    FINGERPRINTS,
    GHADAMES,
    PLANT_HEALTH,
    STREAM,
    TRUST,
    WAY,
    WAY_BACK,
    Hearer,
    Teller,
    descriptor,
    draft,
    pen,
    said_by,
    sealing_pair,
    size_of,
    trusting,
)

OPENER = HpkeOpener({(1, 0): sealing_pair(GHADAMES)})


def told_and_heard(*places):
    """Give a sender and a receiver that have both stored these messages."""
    teller, hearer = Teller(), Hearer()
    if places:
        teller.tell(*places)
        hearer.hear(teller.batch(1, len(places)))
    return teller, hearer


def refusal_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


# The envelope: rules 1 to 5


def sealed(body=None, way=WAY, sent_ms=AT_MS, signer=None, public=None):
    if body is None:
        teller = Teller()
        teller.tell(1)
        body = teller.batch(1, 1).encoded()
    public = public or descriptor(GHADAMES).sealing_keys[0].by_suite.get(way.suite) or bytes(range(32))
    suite = way if way.suite in (1, 2) else replace(way, suite=1)
    return envelopes.seal(
        body,
        suite,
        public,
        sent_ms=sent_ms,
        sealer=HpkeSealer(),
        packer=ZstdPacker(),
        signer=signer or pen(way.sender).node,
    )


def let_in(item, *, me=GHADAMES, neighbours=(DEBDEB,), floor=1, at_ms=AT_MS, book=BOOK):
    return taking.header(item, book, me=me, neighbours=neighbours, floor=floor, at_ms=at_ms, checker=CHECKER)


@pytest.mark.parametrize("suite", [1, 2])
def test_an_envelope_of_a_neighbour_is_let_in_and_opened(suite):
    teller = Teller()
    teller.tell(1, 2)
    batch = teller.batch(1, 2)
    envelope = let_in(sealed(batch.encoded(), replace(WAY, suite=suite)))
    assert taking.opened(envelope, OPENER, ZstdPacker()) == batch


def test_what_is_no_envelope_is_refused_as_malformed():
    item = sealed()
    for other in (
        replace(item, type=Type.GREETING),
        replace(item, object=b"\x00"),
        Item(item.type, WAY_BACK.context, item.object, b""),
    ):
        assert refusal_of(lambda other=other: let_in(other)).code == "envelope.malformed"


def test_an_envelope_for_another_node_is_not_for_us():
    assert refusal_of(lambda: let_in(sealed(), me=DEBDEB)).code == "envelope.not-for-us"


@pytest.mark.parametrize("way", [replace(WAY, sender_descriptor=9), replace(WAY, receiver_descriptor=9)])
def test_an_unknown_descriptor_is_asked_for_by_its_number(way):
    refused = refusal_of(lambda: let_in(sealed(way=way, signer=pen(DEBDEB).node)))
    assert (refused.code, refused.facts["number"]) == ("descriptor.unknown", 9)


@pytest.mark.parametrize("days", [-3, 400])
def test_a_descriptor_out_of_force_is_refused_with_both_clocks(days):
    at_ms = AT_MS + days * DAY_MS
    refused = refusal_of(lambda: let_in(sealed(sent_ms=AT_MS), at_ms=at_ms))
    assert refused.code == "descriptor.not-in-force"
    assert (refused.facts["clock"], refused.facts["sent"]) == (at_ms, AT_MS)


def test_a_node_that_is_no_neighbour_is_refused():
    assert refusal_of(lambda: let_in(sealed(), neighbours=("tn.dhehiba",))).code == "sender.unknown"


def test_an_envelope_by_a_stopped_key_is_refused():
    book = BOOK.with_item(certified.stop_item(pen(DEBDEB).node.public), CHECKER)
    assert refusal_of(lambda: let_in(sealed(), book=book)).code == "key.stopped"
    by_next = sealed(way=replace(WAY, sender_descriptor=2), signer=pen(DEBDEB, 2).node)
    assert let_in(by_next, book=book, at_ms=AT_MS + 91 * DAY_MS)


def test_a_suite_that_one_descriptor_does_not_name_is_refused():
    poor = descriptor(GHADAMES, 1, suites=(1,), pq_key=None)
    items = [item for item in TRUST if item.type is Type.ROOT or b"dz.debdeb" in item.object]
    book = trusting([*items, certified.descriptor_item(poor)])
    assert refusal_of(lambda: let_in(sealed(), book=book)).code == "suite.unknown"
    assert let_in(sealed(way=replace(WAY, suite=1)), book=book)


def test_a_suite_below_the_floor_is_refused():
    assert refusal_of(lambda: let_in(sealed(way=replace(WAY, suite=1)), floor=2)).code == "suite.too-low"


def test_an_envelope_larger_than_the_descriptor_takes_is_refused():
    small = descriptor(GHADAMES, 1, largest_envelope=1024)
    items = [item for item in TRUST if item.type is Type.ROOT or b"dz.debdeb" in item.object]
    book = trusting([*items, certified.descriptor_item(small)])
    assert refusal_of(lambda: let_in(sealed(), book=book)).code == "envelope.oversize"


def test_an_envelope_signed_by_somebody_else_is_refused():
    assert refusal_of(lambda: let_in(sealed(signer=pen(GHADAMES).node))).code == "envelope.signature"


def test_a_changed_ciphertext_is_refused():
    item = sealed()
    changed = replace(item, ciphertext=item.ciphertext[:-1] + bytes([item.ciphertext[-1] ^ 1]))
    assert refusal_of(lambda: let_in(changed)).code == "envelope.digest"


def test_an_envelope_sealed_for_another_key_does_not_open():
    envelope = let_in(sealed(public=descriptor(GHADAMES, 2).sealing_keys[0].hybrid))
    assert refusal_of(lambda: taking.opened(envelope, OPENER, ZstdPacker())).code == "envelope.not-opened"


def test_a_body_that_is_no_batch_is_refused():
    envelope = let_in(sealed(b"\xa0"))
    assert refusal_of(lambda: taking.opened(envelope, OPENER, ZstdPacker())).code == "batch.malformed"


def test_a_returned_batch_is_of_the_stream_of_its_receiver():
    batch = Batch(BUSINESS, 1, (), b"")
    assert taking.stream_of(batch, WAY) == STREAM
    assert taking.stream_of(replace(batch, is_returned=True), WAY_BACK) == STREAM


def test_the_last_room_is_for_flash():
    for urgency in (FLASH, BUSINESS, BULK):
        taking.require_room(urgency, free_percent=50)
    taking.require_room(FLASH, free_percent=0.5)
    assert refusal_of(lambda: taking.require_room(BULK, free_percent=8)).code == "node.full"
    taking.require_room(BUSINESS, free_percent=8)
    assert refusal_of(lambda: taking.require_room(BUSINESS, free_percent=4)).code == "node.full"


# The batch: rules 6 to 10


def test_what_is_told_is_stored_in_order_and_signed_for():
    teller, hearer = Teller(), Hearer()
    teller.tell(3, 1, 2)
    taken = hearer.hear(teller.batch(1, 3))
    assert isinstance(taken, Taken)
    assert [each.statement.seq for each in taken.told] == [1, 2, 3]
    assert [each.entry.body for each in taken.told] == [draft(place)[1] for place in (1, 2, 3)]
    assert said_by(taken.receipt) == teller.head(3) == Head.of(hearer.shelf.frontier)
    assert [size_of(item) for item in taken.heads] == [3]
    key = descriptor(GHADAMES).node_key
    assert read_receipt(taken.receipt.object).is_by(key, taken.receipt.context, CHECKER)


def test_the_nodes_given_are_all_that_the_tree_needs():
    teller, hearer = told_and_heard(1, 2, 3)
    teller.tell(4, 5, 6, 7)
    hearer.hear(teller.batch(4, 7))
    for size in range(8):
        assert teller.head(size).root == taking.comparing.head_at(size, hearer.shelf.frontier, hearer.shelf).root


def test_a_batch_that_comes_twice_changes_nothing_and_gets_the_same_receipt():
    teller, hearer = told_and_heard(1, 2)
    batch = teller.batch(1, 2)
    before = hearer.view
    again = hearer.hear(batch)
    assert (again.told, again.nodes, again.heads) == ((), (), ())
    assert again.receipt == before.receipt
    assert again.view == before


def test_a_batch_that_overlaps_brings_only_what_is_new():
    teller, hearer = told_and_heard(1, 2)
    teller.tell(3, 4)
    assert [each.statement.seq for each in hearer.hear(teller.batch(2, 4)).told] == [3, 4]


def test_a_withheld_payload_leaves_its_statement():
    teller, hearer = Teller(), Hearer()
    teller.tell(1, 2)
    teller.shelf.bodies[0] = None
    taken = hearer.hear(teller.batch(1, 2))
    assert [each.entry.body is None for each in taken.told] == [True, False]
    assert said_by(taken.receipt).size == 2


def test_a_closed_stream_takes_nothing():
    teller, hearer = Teller(), Hearer(is_open=False)
    teller.tell(1)
    assert refusal_of(lambda: hearer.hear(teller.batch(1, 1))).code == "stream.closed"


def test_another_epoch_than_the_present_is_refused():
    teller, hearer = Teller(Stream(DEBDEB, GHADAMES, BUSINESS, 2)), Hearer()
    teller.tell(1)
    refused = refusal_of(lambda: hearer.hear(teller.batch(1, 1)))
    assert (refused.code, refused.facts["present"]) == ("stream.epoch", 1)


def test_the_number_of_the_descriptor_never_falls_on_a_stream():
    teller, hearer = told_and_heard(1)
    hearer.view = replace(hearer.view, descriptor=2)
    assert refusal_of(lambda: hearer.hear(teller.batch(1, 1))).code == "descriptor.fell"


def test_old_statements_go_under_their_old_descriptor_in_a_new_envelope():
    teller, hearer = Teller(), Hearer()
    teller.tell(1)
    teller.pen = pen(DEBDEB, 2)
    teller.tell(2)
    taken = hearer.hear(teller.batch(1, 2), replace(WAY, sender_descriptor=2))
    assert [each.entry.descriptor for each in taken.told] == [1, 2]
    assert taken.view.descriptor == 2


def changed_entry(batch, place=0, **changes):
    entries = list(batch.entries)
    entries[place] = replace(entries[place], **changes)
    return replace(batch, entries=tuple(entries))


def as_statement(teller, statement, signer=None):
    signer = signer or teller.pen.agencies[CUSTOMS]
    item = replace(teller.pen, agencies=dict.fromkeys(range(4), signer)).statement(statement, STREAM, suite=2)
    return Entry(2, 1, item.object, None)


def told_otherwise(teller, seq, **changes):
    """Sign what was said under a number once more, in other words."""
    statement = draft(seq, b"{}")[0].numbered(seq, AT_MS)
    return as_statement(teller, replace(statement, **changes))


def test_bytes_that_are_no_statement_make_the_batch_malformed():
    teller, hearer = told_and_heard()
    teller.tell(1)
    assert refusal_of(lambda: hearer.hear(changed_entry(teller.batch(1, 1), signed=b"\x01"))).code == "batch.malformed"


def test_a_statement_under_an_unknown_descriptor_asks_for_it():
    teller, hearer = told_and_heard()
    teller.tell(1)
    refused = refusal_of(lambda: hearer.hear(changed_entry(teller.batch(1, 1), descriptor=7)))
    assert (refused.code, refused.facts) == ("descriptor.unknown", {"node": DEBDEB, "number": 7})


def test_a_statement_under_a_suite_that_its_descriptor_does_not_name_is_refused():
    teller, hearer = told_and_heard()
    teller.tell(1)
    assert refusal_of(lambda: hearer.hear(changed_entry(teller.batch(1, 1), suite=3))).code == "suite.unknown"


def test_a_statement_counts_only_by_the_key_of_the_agency_that_it_names():
    teller, hearer = told_and_heard()
    teller.tell(1)
    statement = draft(1)[0].numbered(1, AT_MS)
    for signer, agency in ((pen(DEBDEB).agencies[PLANT_HEALTH], CUSTOMS), (pen(DEBDEB).agencies[CUSTOMS], 3)):
        entry = as_statement(teller, replace(statement, agency=agency), signer)
        batch = replace(teller.batch(1, 1), entries=(entry,))
        assert refusal_of(lambda batch=batch: hearer.hear(batch)).code == "batch.statement-signature"


def test_a_statement_of_another_stream_does_not_verify_here():
    other = Teller(Stream(DEBDEB, GHADAMES, BULK, 1))
    other.tell(1)
    batch = replace(other.batch(1, 1), urgency=BUSINESS)
    assert refusal_of(lambda: Hearer().hear(batch)).code == "batch.statement-signature"


@pytest.mark.parametrize("body", [Body(bytes(16), b'{"truck":1}'), Body(draft(1)[1].salt, b'{"truck":2}')])
def test_a_body_that_is_not_the_one_signed_for_is_refused(body):
    teller, hearer = told_and_heard()
    teller.tell(1)
    assert refusal_of(lambda: hearer.hear(changed_entry(teller.batch(1, 1), body=body))).code == "batch.digest"


@pytest.mark.parametrize("order", [(2, 1), (1, 3), (1, 1)])
def test_numbers_that_do_not_follow_each_other_are_malformed(order):
    teller, hearer = told_and_heard()
    teller.tell(1, 2, 3)
    batch = teller.batch(1, 3)
    batch = replace(batch, entries=tuple(batch.entries[seq - 1] for seq in order))
    assert refusal_of(lambda: hearer.hear(batch)).code == "batch.malformed"


def test_a_head_of_somebody_else_is_refused():
    teller, hearer = told_and_heard()
    teller.tell(1)
    forged = pen(GHADAMES).head(teller.head(1), STREAM, suite=2)
    assert (
        refusal_of(lambda: hearer.hear(replace(teller.batch(1, 1), head=forged.object))).code == "batch.head-signature"
    )
    receipt = teller.pen.receipt(teller.head(1), STREAM, suite=2)
    assert (
        refusal_of(lambda: hearer.hear(replace(teller.batch(1, 1), head=receipt.object))).code == "batch.head-signature"
    )
    assert refusal_of(lambda: hearer.hear(replace(teller.batch(1, 1), head=b""))).code == "batch.malformed"


def test_a_pq_head_is_answered_by_a_pq_receipt():
    teller, hearer = told_and_heard()
    teller.tell(1)
    batch = with_pq_head(teller.batch(1, 1), STREAM, teller.head(1), pen=teller.pen, suite=2)
    taken = hearer.hear(batch)
    assert said_by(taken.pq_head) == said_by(taken.pq_receipt) == said_by(taken.receipt)
    receipt = taking.checking.receipt_of(taken.pq_receipt, BOOK, CHECKER)
    assert receipt.alg == taking.checking.MLDSA44


def test_a_node_without_a_pq_key_answers_a_pq_head_by_the_plain_receipt():
    teller, hearer = told_and_heard()
    teller.tell(1)
    hearer.pen = replace(hearer.pen, pq=None)
    taken = hearer.hear(with_pq_head(teller.batch(1, 1), STREAM, teller.head(1), pen=teller.pen, suite=2))
    assert taken.pq_head is not None
    assert taken.pq_receipt is None
    assert said_by(taken.receipt).size == 1


def test_a_pq_head_of_another_head_or_key_is_refused():
    teller, hearer = told_and_heard()
    teller.tell(1, 2)
    batch = teller.batch(1, 2)
    other = with_pq_head(batch, STREAM, teller.head(1), pen=teller.pen, suite=2)
    assert refusal_of(lambda: hearer.hear(other)).code == "batch.malformed"
    forged = with_pq_head(batch, STREAM, teller.head(2), pen=pen(GHADAMES), suite=2)
    assert refusal_of(lambda: hearer.hear(forged)).code == "batch.head-signature"


def test_a_pq_head_has_no_place_under_suite_1():
    teller, hearer = told_and_heard()
    teller.tell(1)
    head = teller.pen.head(teller.head(1), STREAM, suite=1)
    pq_head = teller.pen.pq_head(teller.head(1), STREAM, suite=1)
    batch = replace(teller.batch(1, 1), head=head.object, pq_head=pq_head.object)
    assert refusal_of(lambda: hearer.hear(batch, replace(WAY, suite=1))).code == "batch.malformed"


def test_a_gap_is_answered_by_the_last_receipt_and_nothing_is_stored():
    teller, hearer = told_and_heard(1)
    teller.tell(2, 3)
    before = hearer.view
    gap = hearer.hear(teller.batch(3, 3))
    assert gap == Gap(before.receipt)
    assert hearer.view == before


def test_the_first_gap_is_answered_by_the_receipt_of_nothing():
    teller, hearer = told_and_heard()
    teller.tell(1, 2)
    assert said_by(hearer.hear(teller.batch(2, 2)).receipt) == EMPTY


# Heads


def test_a_head_alone_is_a_batch_and_shows_what_is_missing():
    teller, hearer = told_and_heard(1)
    teller.tell(2)
    taken = hearer.hear(teller.batch(3, 2, teller.head(2)))
    assert (taken.told, said_by(taken.receipt).size) == ((), 1)
    assert [size_of(item) for item in taken.view.ahead] == [2]
    assert hearer.hear(teller.batch(3, 2, teller.head(2))).view.ahead == taken.view.ahead


def test_a_head_alone_of_nothing_is_receipted():
    taken = Hearer().hear(Teller().batch(1, 0))
    assert said_by(taken.receipt) == EMPTY


def test_a_head_that_was_ahead_is_receipted_when_the_rest_has_come():
    teller, hearer = told_and_heard()
    teller.tell(1, 2, 3)
    first = hearer.hear(teller.batch(1, 2, teller.head(3)))
    assert [size_of(item) for item in first.view.ahead] == [3]
    assert said_by(first.receipt) == EMPTY
    rest = hearer.hear(teller.batch(3, 3, teller.head(2)))
    assert said_by(rest.receipt) == teller.head(3)
    assert [size_of(item) for item in rest.heads] == [2, 3]
    assert rest.view.ahead == ()


def test_an_old_head_that_is_still_true_is_answered_by_the_last_receipt():
    teller, hearer = told_and_heard(1, 2, 3)
    taken = hearer.hear(teller.batch(4, 3, teller.head(2)))
    assert said_by(taken.receipt).size == 3


def test_a_pq_head_ahead_of_the_log_is_not_receipted():
    teller, hearer = told_and_heard()
    teller.tell(1, 2)
    batch = with_pq_head(teller.batch(1, 1, teller.head(2)), STREAM, teller.head(2), pen=teller.pen, suite=2)
    taken = hearer.hear(batch)
    assert (taken.pq_head, taken.pq_receipt) == (None, None)


def test_only_so_many_heads_wait():
    teller, hearer = Teller(), Hearer()
    for size in range(1, MOST_AHEAD + 4):
        teller.tell(size)
        hearer.hear(teller.batch(size + 1, size, teller.head(size)))
    assert [size_of(item) for item in hearer.view.ahead] == list(range(1, MOST_AHEAD + 1))


# Lies


def proven(result, claim):
    """Let a stranger judge the bundle of a fork."""
    assert isinstance(result, Fork)
    report = verify(result.bundle.resting_on(TRUST).encoded(), CHECKER)
    assert (report.verdict, report.fault) == (Verdict.VALID, "")
    assert (report.claim, report.guilty) == (claim, DEBDEB)
    assert report.fingerprints == {"dz": FINGERPRINTS["dz"]}
    return report


def forked(*common):
    """Give a sender's second self, which shares only what was told so far."""
    teller, hearer = told_and_heard(*common)
    other = Teller()
    other.shelf, other.standing = teller.shelf.copy(), teller.standing
    return teller, other, hearer


def test_another_statement_under_a_used_number_is_proof_of_a_reused_sequence():
    teller, hearer = told_and_heard(1, 2)
    batch = replace(teller.batch(2, 2), entries=(told_otherwise(teller, 2),))
    proven(hearer.hear(batch), Claim.REUSED_SEQUENCE)


@pytest.mark.parametrize("common", [(), (1,), (1, 2, 3)])
def test_a_head_that_its_statements_do_not_give_is_proof(common):
    teller, other, hearer = forked(*common)
    teller.tell(11, 12)
    other.tell(21, 22)
    size = len(common)
    proven(hearer.hear(teller.batch(size + 1, size + 2, other.head(size + 2))), Claim.BROKEN_HEAD)
    assert hearer.view.frontier.size == size


def test_two_heads_of_one_size_are_proof():
    teller, other, hearer = forked()
    teller.tell(11, 12)
    other.tell(21, 22)
    hearer.hear(teller.batch(1, 2))
    proven(hearer.hear(other.batch(3, 2, other.head(2))), Claim.TWO_HEADS)


def test_two_heads_that_both_lie_ahead_are_proof():
    teller, other, hearer = forked()
    teller.tell(11, 12)
    other.tell(21, 22)
    hearer.hear(teller.batch(3, 2, teller.head(2)))
    proven(hearer.hear(other.batch(3, 2, other.head(2))), Claim.TWO_HEADS)


def test_an_old_head_that_was_never_true_is_proof():
    teller, other, hearer = forked(1)
    teller.tell(11, 12, 13)
    other.tell(21, 22)
    hearer.hear(teller.batch(2, 4))
    proven(hearer.hear(other.batch(4, 3, other.head(2))), Claim.BROKEN_HEAD)


def test_a_head_ahead_that_turns_out_to_be_false_is_proof():
    teller, other, hearer = forked(1)
    teller.tell(11, 12, 13)
    other.tell(21, 22)
    hearer.hear(other.batch(4, 3, other.head(3)))
    proven(hearer.hear(teller.batch(2, 4)), Claim.BROKEN_HEAD)


def test_a_head_ahead_is_false_also_when_part_of_the_log_came_before():
    teller, other, hearer = forked(1)
    teller.tell(11, 12, 13)
    other.tell(21, 22, 23)
    assert isinstance(hearer.hear(teller.batch(2, 3, other.head(4))), Taken)
    report = proven(hearer.hear(teller.batch(4, 4, teller.head(3))), Claim.BROKEN_HEAD)
    assert len(report.signatures) == len(TRUST) * 2 + 1 + 3 + 1


def test_a_restored_node_signs_nothing_until_it_is_where_it_was():
    teller, _ = told_and_heard(1, 2, 3)
    mark = teller.head(3)
    teller.tell(4)
    restored = Hearer(mark=mark)
    taken = restored.hear(teller.batch(1, 2))
    assert (taken.receipt, taken.pq_receipt) == (None, None)
    assert restored.hear(teller.batch(4, 4)) == Gap(None)
    assert said_by(restored.hear(teller.batch(3, 4)).receipt) == teller.head(4)


def test_a_restored_node_is_not_told_another_story():
    teller, other, _ = forked()
    teller.tell(11, 12, 13)
    other.tell(21, 22, 23, 24)
    restored = Hearer(mark=teller.head(3))
    assert isinstance(restored.hear(other.batch(1, 2)), Taken)
    assert restored.hear(other.batch(3, 4)) == Fork(None)
    assert restored.view.receipt is None
