"""What waits is numbered once, goes in order, and goes again until the receiver has signed for it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mabar.exchange.protocol import checking, sending
from mabar.exchange.protocol.batches import MOST_BYTES, MOST_STATEMENTS, Batch, Body, Entry, read_batch
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.descriptors import LEAST_ENVELOPE, MOST_ENVELOPE
from mabar.exchange.protocol.evidence import Claim
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Type
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.rejoining import Mark
from mabar.exchange.protocol.sending import Behind, Diverged, Flight, Reaction
from mabar.exchange.protocol.verdicts import Verdict, verify
from tests.exchange.protocol.streams import (
    AT_MS,
    BOOK,
    CHECKER,
    DEBDEB,
    GHADAMES,
    STREAM,
    TRUST,
    Teller,
    draft,
    pen,
    said_by,
)

HOUR_MS = 60 * 60 * 1000

# Numbering


def test_what_waits_is_numbered_in_the_order_of_its_ids():
    teller = Teller()
    first = teller.tell(2, 1)
    second = teller.tell(4, 3)
    assert [each.seq for each in (*first.statements, *second.statements)] == [1, 2, 3, 4]
    ids = [each.message_id for each in (*first.statements, *second.statements)]
    assert ids == [draft(place)[0].message_id for place in (1, 2, 3, 4)]
    assert teller.shelf.frontier.size == 4


def test_a_statement_says_all_that_its_draft_said():
    facts = {"agency": 2, "purpose": "seizure", "terms": "dz-ly.goods.2", "expires_ms": AT_MS + 5, "handling": 3}
    waiting, body = draft(1, b"x" * 100, addressees=("police", "node"), **facts)
    made = sending.number([waiting], Teller().standing, pen=pen(DEBDEB), suite=2, issued_ms=AT_MS)
    statement = made.statements[0]
    assert {name: getattr(statement, name) for name in facts} == facts
    assert (statement.kind, statement.digest, statement.size) == (waiting.kind, waiting.digest, 128)
    assert (statement.issued_ms, statement.addressees) == (AT_MS, ("police", "node"))
    batch = Batch(2, 1, (Entry(2, 1, made.items[0].object, body),), b"")
    assert checking.told_in(batch, STREAM, BOOK, CHECKER)[0].statement == statement


def test_the_same_message_is_not_numbered_twice_at_once():
    with pytest.raises(ValueError, match="twice"):
        Teller().tell(1, 1)


def test_nothing_is_numbered_on_a_stream_that_waits():
    with pytest.raises(ValueError, match="below-mark"):
        Teller(mark=Mark(STREAM, 5, Head(5, bytes(32)))).tell(1)
    with pytest.raises(ValueError, match="closed"):
        Teller(is_open=False).tell(1)


def test_an_agency_without_a_key_here_says_nothing():
    with pytest.raises(ValueError, match="agency 9"):
        sending.number([draft(1, agency=9)[0]], Teller().standing, pen=pen(DEBDEB), suite=2, issued_ms=AT_MS)


# What goes into a batch


def test_a_batch_holds_at_most_five_hundred():
    assert sending.room([300] * 1000) == MOST_STATEMENTS
    assert sending.room([300] * 7) == 7
    assert sending.room([]) == 0


def test_what_does_not_fit_waits_but_the_first_always_goes():
    assert sending.room([600, 600, 600], most_bytes=3 * 1024 + 2 * (600 + 48)) == 2
    assert sending.room([5000, 600], most_bytes=1024) == 1


def _entry(length):
    return Entry(255, 2**63 - 1, bytes(600), Body(bytes(16), bytes(length - 600)))


@settings(max_examples=15)
@given(st.lists(st.integers(600, 600 + 2**20), min_size=1, max_size=12))
def test_what_fits_makes_a_batch_within_the_limit(lengths):
    fitting = sending.room(lengths)
    batch = Batch(3, 2**63 - 1, tuple(map(_entry, lengths[:fitting])), bytes(160), bytes(2600))
    assert len(batch.encoded()) <= MOST_BYTES
    assert fitting == len(lengths) or sum(lengths[: fitting + 1]) > MOST_BYTES - 64 * 1024


def test_five_hundred_of_four_kib_go_in_one_batch():
    entries = tuple(_entry(300 + 4096) for _ in range(sending.room([300 + 4096] * 600)))
    assert len(entries) == MOST_STATEMENTS
    assert len(read_batch(Batch(2, 1, entries, b"").encoded()).entries) == MOST_STATEMENTS


def test_a_body_fits_the_envelope_that_the_receiver_takes():
    kem = 1120 + 16
    for largest in (4 * LEAST_ENVELOPE, 1 << 16, 1 << 20, MOST_ENVELOPE):
        body = sending.most_body(largest)
        assert bucket(5 + body) + kem <= largest
        assert body <= MOST_BYTES


def test_the_head_of_a_batch_is_that_of_its_last_statement():
    teller = Teller()
    teller.tell(1, 2, 3)
    for last in (1, 2, 3):
        assert checking.heads.read_signed_head(teller.batch(1, last).head).said == teller.head(last)


def test_a_log_was_never_larger_than_it_is():
    teller = Teller()
    teller.tell(1)
    for size in (-1, 2):
        with pytest.raises(ValueError, match="never"):
            teller.head(size)


# PQ heads and repeats


@pytest.mark.parametrize(
    ("size", "last_size", "last_ms", "is_due"),
    [
        (1, 0, None, True),
        (0, 0, None, False),
        (5, 4, AT_MS - HOUR_MS, True),
        (5, 4, AT_MS - HOUR_MS + 1, False),
        (1004, 4, AT_MS, True),
        (1003, 4, AT_MS, False),
        (4, 4, AT_MS - HOUR_MS, False),
    ],
)
def test_a_pq_head_is_due_each_hour_or_thousand_leaves(size, last_size, last_ms, is_due):
    asked = {"size": size, "last_size": last_size, "last_ms": last_ms, "at_ms": AT_MS}
    assert sending.is_pq_head_due(suite=2, **asked) is is_due
    assert sending.is_pq_head_due(suite=1, **asked) is False


def test_who_has_no_pq_key_signs_no_pq_head():
    plain = replace(pen(DEBDEB), pq=None)
    with pytest.raises(ValueError, match="no ML-DSA key"):
        plain.pq_head(Head(0, bytes(32)), STREAM, suite=2)


def test_a_silent_stream_repeats_its_head_each_minute():
    assert sending.is_repeat_due(last_ms=None, at_ms=AT_MS)
    assert sending.is_repeat_due(last_ms=AT_MS - 60_000, at_ms=AT_MS)
    assert not sending.is_repeat_due(last_ms=AT_MS - 59_999, at_ms=AT_MS)
    assert sending.is_repeat_due(last_ms=AT_MS + 60_000, at_ms=AT_MS)  # the clock was set back


# What is under way


def test_at_most_two_batches_are_under_way():
    flight = Flight()
    assert flight.may_send
    flight = flight.after_sending(10)
    assert flight.may_send
    flight = flight.after_sending(20)
    assert not flight.may_send
    assert flight == Flight(0, 20, (10, 20))


@pytest.mark.parametrize(
    ("size", "then"),
    [
        (10, Flight(10, 20, (20,))),
        (15, Flight(15, 20, (20,))),
        (20, Flight(20, 20)),
        (30, Flight(30, 30)),
        (0, Flight(0, 0)),
        (7, Flight(7, 20, (10, 20))),
    ],
)
def test_a_receipt_settles_what_it_covers_and_goes_back_where_it_covers_nothing(size, then):
    assert Flight(0, 20, (10, 20)).after_receipt(size) == then


def test_a_receipt_below_what_was_settled_is_old():
    for flight in (Flight(20, 20), Flight(20, 30, (30,)), Flight(20, 5)):
        assert flight.after_receipt(5) == flight


def test_the_greeting_and_the_receipt_of_one_answer_leave_the_next_batch_under_way():
    flight = Flight(0, 20, (10, 20)).after_greeting(10)
    assert flight.after_receipt(10) == Flight(10, 20, (20,))


def test_silence_goes_back_to_what_is_settled():
    assert Flight(10, 30, (20, 30)).after_silence() == Flight(10, 10)


@pytest.mark.parametrize(
    ("flight", "size", "then"),
    [
        (Flight(10, 10), 4, Flight(10, 4)),
        (Flight(10, 10), 14, Flight(10, 14)),
        (Flight(10, 30, (20, 30)), 12, Flight(10, 30, (20, 30))),
        (Flight(10, 30, (20, 30)), 4, Flight(10, 4)),
        (Flight(10, 30, (20, 30)), 20, Flight(10, 30, (30,))),
        (Flight(10, 30, (20, 30)), 40, Flight(10, 40)),
    ],
)
def test_a_greeting_tells_where_to_go_on_but_settles_nothing(flight, size, then):
    assert flight.after_greeting(size) == then


# Receipts


def receipt_at(teller, size, other=None, node=GHADAMES):
    return pen(node).receipt(other or teller.head(size), STREAM, suite=2)


def heard(teller, flight, item):
    receipt = checking.receipt_of(item, BOOK, CHECKER)
    return sending.hear_receipt(flight, receipt, teller.shelf.frontier, teller.shelf)


def test_a_true_receipt_lets_the_sender_go_on():
    teller = Teller()
    teller.tell(1, 2, 3)
    assert heard(teller, Flight(0, 3, (2, 3)), receipt_at(teller, 2)) == Flight(2, 3, (3,))
    assert heard(teller, Flight(0, 3, (2, 3)), receipt_at(teller, 0)) == Flight()


def test_a_pq_receipt_moves_nothing():
    teller = Teller()
    teller.tell(1, 2)
    flight = Flight(2, 2)
    assert heard(teller, flight, pen(GHADAMES).pq_receipt(teller.head(1), STREAM, suite=2)) is flight


def test_a_receipt_above_the_log_means_that_the_sender_has_lost_something():
    teller = Teller()
    teller.tell(1)
    assert heard(teller, Flight(0, 1, (1,)), receipt_at(teller, 4, Head(4, bytes(32)))) == Behind(4)


def test_a_receipt_of_another_log_closes_the_stream():
    teller = Teller()
    teller.tell(1, 2)
    assert heard(teller, Flight(0, 2, (2,)), receipt_at(teller, 2, Head(2, bytes(32)))) == Diverged(None)


def test_two_receipts_of_one_size_are_proof_against_the_receiver():
    teller = Teller()
    teller.tell(1, 2)
    teller.shelf.receipts[2] = receipt_at(teller, 2)
    result = heard(teller, Flight(2, 2), receipt_at(teller, 2, Head(2, bytes(32))))
    report = verify(result.bundle.resting_on(TRUST).encoded(), CHECKER)
    assert (report.verdict, report.claim, report.guilty) == (Verdict.VALID, Claim.TWO_RECEIPTS, GHADAMES)


def test_only_the_receiver_signs_receipts():
    teller = Teller()
    teller.tell(1)
    good = receipt_at(teller, 1)
    cases = {
        "receipt.signature": receipt_at(teller, 1, node=DEBDEB),
        "receipt.malformed": replace(good, object=b"\x00"),
        "descriptor.unknown": replace(good, context=replace(good.context, descriptor=9)),
    }
    for code, item in cases.items():
        with pytest.raises(Refused) as refused:
            checking.receipt_of(item, BOOK, CHECKER)
        assert refused.value.code == code
    others = (
        replace(good, type=Type.HEAD),
        pen(GHADAMES).receipt(teller.head(1), STREAM, suite=3),
        pen(GHADAMES).pq_receipt(teller.head(1), STREAM, suite=1),
    )
    for item in others:
        with pytest.raises(Refused) as refused:
            checking.receipt_of(item, BOOK, CHECKER)
        assert refused.value.code == "receipt.malformed"
    assert said_by(good) == teller.head(1)


# Refusals


@pytest.mark.parametrize(
    ("code", "reaction"),
    [
        ("descriptor.unknown", Reaction.TELL_DESCRIPTORS),
        ("key.stopped", Reaction.STAND),
        ("stream.closed", Reaction.CLOSE),
        ("envelope.digest", Reaction.AGAIN),
        ("node.full", Reaction.AGAIN),
        ("something.new", Reaction.AGAIN),
    ],
)
def test_a_refusal_says_what_to_do(code, reaction):
    assert sending.reaction_to(code) is reaction
