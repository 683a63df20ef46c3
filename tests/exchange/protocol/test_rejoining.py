"""A node that has lost something says nothing new before it knows what it has said."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, rejoining
from mabar.exchange.protocol.comparing import Fork, Gap
from mabar.exchange.protocol.evidence import Claim
from mabar.exchange.protocol.greetings import Greeting, Stored, Wanted
from mabar.exchange.protocol.heads import EMPTY, Head
from mabar.exchange.protocol.objects import BULK, BUSINESS, FLASH, Stream
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.rejoining import WITHOUT_END, Mark, Returned, Standing, Waiting
from mabar.exchange.protocol.verdicts import Verdict, verify
from tests.exchange.protocol.streams import (
    AT_MS,
    BOOK,
    CHECKER,
    DEBDEB,
    GHADAMES,
    STREAM,
    TRUST,
    WAY_BACK,
    Hearer,
    Teller,
    draft,
    pen,
    said_by,
)

# The high-water mark

ROOT = bytes(range(32))
LINE = b"dz.debdeb ly.ghadames 2 1 7 5 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00000000\n"
MARK = Mark(STREAM, 7, Head(5, ROOT))


def test_a_mark_is_a_line_that_a_person_can_read():
    said, _, _ = LINE.decode().rpartition(" ")
    assert MARK.line().decode().rpartition(" ")[0] == said
    assert rejoining.read_marks(MARK.line()) == {STREAM: MARK}


_MARKS = st.builds(
    Mark,
    st.builds(Stream, st.just(DEBDEB), st.sampled_from([GHADAMES, "tn.dhehiba"]), st.integers(0, 3), st.integers(1, 9)),
    st.integers(0, 2**63 - 1),
    st.builds(Head, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32)),
)


@given(st.lists(_MARKS, unique_by=lambda mark: mark.stream))
def test_marks_are_read_as_they_were_written(marks):
    assert rejoining.read_marks(rejoining.write_marks(marks)) == {mark.stream: mark for mark in marks}


def test_lines_may_be_added_and_the_largest_counts():
    later = Mark(STREAM, 9, Head(9, bytes(32)))
    for lines in ((MARK, later), (later, MARK)):
        assert rejoining.read_marks(b"".join(each.line() for each in lines)) == {STREAM: later}
    seq_only = Mark(STREAM, 12, EMPTY)
    assert rejoining.read_marks(seq_only.line() + MARK.line()) == {STREAM: Mark(STREAM, 12, MARK.head)}


def test_a_last_line_that_was_torn_does_not_count():
    whole = MARK.line()
    for end in range(len(whole)):
        assert rejoining.read_marks(whole + whole[:end]) == {STREAM: MARK}
    assert rejoining.read_marks(b"") == {}


@given(st.data())
def test_any_other_damage_is_noticed(data):
    line = MARK.line() + Mark(replace(STREAM, epoch=2), 1, EMPTY).line()
    place = data.draw(st.integers(0, len(line) - 2))
    damaged = bytearray(line)
    damaged[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(cbor.Malformed):
        rejoining.read_marks(bytes(damaged))


@given(st.binary(max_size=200).map(lambda data: data + b"\n"))
def test_no_bytes_break_the_reader(data):
    with suppress(cbor.Malformed):
        rejoining.read_marks(data)


# May it number?


def teller_with(*places, **standing):
    teller = Teller()
    teller.tell(*places)
    teller.standing = replace(teller.standing, **standing)
    return teller


def test_a_node_that_has_lost_nothing_numbers():
    teller = teller_with(1, 2)
    mark = Mark(STREAM, 2, teller.head(2))
    standing = replace(teller.standing, mark=mark, peer_size=2)
    assert rejoining.why_not_number(standing) is None
    assert rejoining.may_number(standing)
    assert rejoining.wanted(standing) is None
    assert rejoining.may_number(Standing(STREAM))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_open": False}, Waiting.CLOSED),
        ({"mark": Mark(STREAM, 3, EMPTY)}, Waiting.BELOW_MARK),
        ({"mark": Mark(STREAM, 0, Head(3, ROOT))}, Waiting.BELOW_MARK),
        ({"mark": Mark(STREAM, 2, Head(2, ROOT))}, Waiting.OTHER_THAN_MARK),
        ({"peer_size": 3}, Waiting.BELOW_PEER),
        ({"restored_ms": 100}, Waiting.NOT_ANSWERED),
        ({"restored_ms": 100, "heard_ms": 99}, Waiting.NOT_ANSWERED),
    ],
)
def test_each_reason_to_wait(facts, reason):
    standing = replace(teller_with(1, 2).standing, **facts)
    assert rejoining.why_not_number(standing) is reason
    assert not rejoining.may_number(standing)
    asks = reason in (Waiting.BELOW_MARK, Waiting.BELOW_PEER, Waiting.NOT_ANSWERED)
    assert rejoining.wanted(standing) == (Wanted(BUSINESS, 1, 3, WITHOUT_END) if asks else None)


def test_a_backup_of_an_undone_time_does_not_fit_the_mark():
    undone, said = teller_with(1, 2, 3), teller_with(1, 2)
    said.tell(9)
    for size, fits in ((0, True), (2, True), (3, False)):
        standing = replace(undone.standing, mark=Mark(STREAM, size, said.head(size)))
        assert rejoining.fits_mark(standing, undone.shelf) is fits
    assert rejoining.fits_mark(replace(undone.standing, mark=Mark(STREAM, 4, Head(4, ROOT))), undone.shelf)
    assert rejoining.fits_mark(undone.standing, undone.shelf)


def test_a_restored_node_is_answered_by_a_greeting_that_has_heard_it():
    standing = replace(teller_with(1, 2).standing, restored_ms=100)
    replay = Greeting(50, heard_ms=40, stored=(Stored(BUSINESS, 1, 2),))
    assert rejoining.why_not_number(rejoining.after_greeting(standing, replay)) is Waiting.NOT_ANSWERED
    fresh = Greeting(150, heard_ms=100, stored=(Stored(FLASH, 1, 9), Stored(BUSINESS, 1, 2), Stored(BULK, 1, 9)))
    answered = rejoining.after_greeting(standing, fresh)
    assert rejoining.may_number(answered)
    assert rejoining.after_greeting(answered, replay) == answered


def test_a_greeting_tells_a_node_that_it_has_lost_something():
    standing = replace(teller_with(1, 2).standing, restored_ms=100)
    after = rejoining.after_greeting(standing, Greeting(150, heard_ms=120, stored=(Stored(BUSINESS, 1, 5),)))
    assert (after.peer_size, rejoining.why_not_number(after)) == (5, Waiting.BELOW_PEER)


def test_a_peer_that_never_greeted_has_stored_nothing():
    assert rejoining.stored_size(STREAM, Greeting(1)) == 0
    assert rejoining.after_greeting(Standing(STREAM), Greeting(1)).heard_ms is None


# What comes back


def restored_after(lost, kept):
    """Give a sender that has only its first `kept` messages left, and the receiver that has stored `lost` more."""
    teller, hearer = Teller(), Hearer()
    if kept:
        teller.tell(*range(kept))
    old = Teller()
    old.shelf = teller.shelf.copy()
    old.standing = replace(teller.standing, restored_ms=AT_MS, heard_ms=AT_MS, peer_size=kept + lost)
    teller.tell(*range(kept, kept + lost))
    hearer.hear(teller.batch(1, kept + lost))
    return old, hearer, teller


def given_back(hearer, first, last, receipt=None, signer=None):
    receipt = receipt or said_by(hearer.view.receipt)
    entries = hearer.shelf.entries(first, last)
    return rejoining.give_back(STREAM, entries, receipt, pen=signer or hearer.pen, suite=2)


def take_back(teller, batch, way=WAY_BACK):
    result = rejoining.take_back(teller.standing, batch, way, BOOK, teller.shelf, checker=CHECKER)
    if isinstance(result, Returned):
        items = [each.item(STREAM) for each in result.told]
        teller.shelf.add(items, [each.entry.body for each in result.told], result.frontier, result.nodes)
        teller.standing = replace(teller.standing, frontier=result.frontier)
    return result


def test_what_a_node_has_lost_comes_back_and_it_goes_on():
    old, hearer, lost = restored_after(lost=3, kept=2)
    assert rejoining.why_not_number(old.standing) is Waiting.BELOW_PEER
    returned = take_back(old, given_back(hearer, 3, 4))
    assert [each.statement.seq for each in returned.told] == [3, 4]
    assert not rejoining.may_number(old.standing)
    take_back(old, given_back(hearer, 5, 5))
    assert rejoining.may_number(old.standing)
    assert old.head(5) == lost.head(5)
    assert old.shelf.bodies == lost.shelf.bodies
    assert old.tell(7).statements[0].seq == 6


def test_all_comes_back_where_nothing_was_left():
    old, hearer, lost = restored_after(lost=4, kept=0)
    take_back(old, given_back(hearer, 1, 4))
    assert old.head(4) == lost.head(4)


def test_what_comes_back_twice_changes_nothing():
    old, hearer, _ = restored_after(lost=2, kept=2)
    take_back(old, given_back(hearer, 3, 4))
    again = take_back(old, given_back(hearer, 1, 4))
    assert (again.told, again.nodes) == ((), ())
    assert said_by(again.receipt.item) == old.head(4)


def test_a_message_that_waits_is_matched_by_its_id_and_not_numbered_again():
    old, hearer, _ = restored_after(lost=2, kept=1)
    waiting = {draft(place)[0].message_id for place in (1, 2, 8)}
    returned = take_back(old, given_back(hearer, 2, 3))
    before = rejoining.numbered_before(returned.told, waiting)
    assert before == {draft(1)[0].message_id: 2, draft(2)[0].message_id: 3}
    assert old.tell(8).statements[0].seq == 4


def test_an_answer_without_statements_says_that_there_are_no_more():
    old, hearer, _ = restored_after(lost=0, kept=2)
    assert take_back(old, given_back(hearer, 3, 2)).told == ()


def test_what_does_not_follow_on_waits_for_what_comes_before():
    old, hearer, _ = restored_after(lost=3, kept=1)
    assert take_back(old, given_back(hearer, 3, 4)) == Gap(None)
    assert old.shelf.frontier.size == 1


def test_only_ones_own_signatures_come_back():
    old, hearer, _ = restored_after(lost=1, kept=1)
    batch = given_back(hearer, 2, 2)
    by_other = replace(pen(DEBDEB), agencies=pen(GHADAMES).agencies)
    forged = by_other.statement(draft(9)[0].numbered(2, AT_MS), STREAM, suite=2).object
    entry = replace(batch.entries[0], signed=forged, body=None)
    with pytest.raises(Refused) as refused:
        take_back(old, replace(batch, entries=(entry,)))
    assert refused.value.code == "batch.statement-signature"


def test_the_receipt_of_a_returned_batch_is_the_givers():
    old, hearer, _ = restored_after(lost=1, kept=1)
    with pytest.raises(Refused) as refused:
        take_back(old, given_back(hearer, 2, 2, signer=pen(DEBDEB)))
    assert refused.value.code == "batch.head-signature"
    with pytest.raises(Refused) as refused:
        take_back(old, replace(given_back(hearer, 2, 2), head=b"\x00"))
    assert refused.value.code == "batch.malformed"


@pytest.mark.parametrize(
    ("facts", "code"), [({"is_open": False}, "stream.closed"), ({"stream": replace(STREAM, epoch=2)}, "stream.epoch")]
)
def test_nothing_comes_back_on_a_stream_that_is_closed(facts, code):
    old, hearer, _ = restored_after(lost=1, kept=0)
    old.standing = replace(old.standing, **facts)
    with pytest.raises(Refused) as refused:
        take_back(old, given_back(hearer, 1, 1))
    assert refused.value.code == code


def test_a_number_used_twice_by_oneself_closes_the_stream():
    old, hearer, _ = restored_after(lost=2, kept=1)
    old.standing = replace(old.standing, restored_ms=None, peer_size=0)
    old.tell(77)
    assert take_back(old, given_back(hearer, 2, 3)) == Fork(None)


def test_a_receipt_of_another_log_closes_the_stream():
    for size in (1, 3):
        old, hearer, _ = restored_after(lost=2, kept=1)
        assert take_back(old, given_back(hearer, 2, 3, Head(size, ROOT))) == Fork(None)


def test_two_receipts_of_one_size_are_proof_against_the_giver():
    old, hearer, _ = restored_after(lost=2, kept=1)
    old.shelf.receipts[3] = hearer.view.receipt
    fork = take_back(old, given_back(hearer, 2, 3, Head(3, ROOT)))
    report = verify(fork.bundle.resting_on(TRUST).encoded(), CHECKER)
    assert (report.verdict, report.claim, report.guilty) == (Verdict.VALID, Claim.TWO_RECEIPTS, GHADAMES)


def test_what_comes_back_must_lead_to_the_mark():
    old, hearer, lost = restored_after(lost=3, kept=1)
    old.standing = replace(old.standing, mark=Mark(STREAM, 3, Head(3, ROOT)))
    assert take_back(old, given_back(hearer, 2, 4)) == Fork(None)
    old.standing = replace(old.standing, mark=Mark(STREAM, 3, lost.head(3)))
    assert isinstance(take_back(old, given_back(hearer, 2, 2)), Returned)
    assert isinstance(take_back(old, given_back(hearer, 3, 4)), Returned)
