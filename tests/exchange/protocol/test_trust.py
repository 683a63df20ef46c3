"""The book of trust takes in what an administration has certified, and answers for every batch which keys count."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.descriptors import DAY_MS
from mabar.exchange.protocol.known_keys import SealTo
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.trust import TrustBook
from tests.exchange.protocol.certified import (
    CHECKER,
    START_MS,
    YEAR_MS,
    Ed25519Checker,
    book,
    descriptor,
    descriptor_item,
    holders,
    item,
    key,
    root,
    root_item,
    settle_item,
    stop_item,
)
from tests.exchange.protocol.mutants import VALUES, changed

DEMO = ("DEMO الجزائر", "DEMO Algérie", "DEMO Algeria")
DEBDEB = descriptor()
OUT = Stream("dz.debdeb", "ly.ghadames", 2, 1)


def code_of(act, *args):
    """Give the code with which an act on the book is refused."""
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value.code


# Root records


def test_a_record_is_trusted_when_the_ceremony_has_confirmed_it_and_not_before():
    taken = TrustBook().with_item(root_item(root()), CHECKER)
    assert code_of(taken.root, "dz", 1) == "root.unconfirmed"
    assert code_of(taken.with_item, descriptor_item(DEBDEB), CHECKER) == "root.unconfirmed"
    confirmed = taken.with_confirmed(root().fingerprint)
    assert confirmed.root("dz", 1) == root()
    assert confirmed.with_item(descriptor_item(DEBDEB), CHECKER).descriptor("dz.debdeb", 1) == DEBDEB


def test_the_book_before_is_what_it_was():
    before = book()
    before.with_item(descriptor_item(DEBDEB), CHECKER)
    assert before == book()
    assert not before.knows("dz.debdeb", 1)


@pytest.mark.parametrize(
    ("signers", "code"),
    [
        (holders("dz")[:1], "quorum.short"),
        (holders("ly")[:2], "quorum.unknown-key"),
        ([holders("dz")[0]] * 2, "quorum.twice"),
    ],
)
def test_a_record_is_signed_by_a_quorum_of_its_own_keys(signers, code):
    assert code_of(TrustBook().with_root, root_item(root(), *signers), CHECKER) == code


def test_a_signature_that_was_turned_is_refused():
    record = root_item(root())
    turned = Item(record.type, record.context, record.object[:-1] + bytes([record.object[-1] ^ 1]))
    assert code_of(TrustBook().with_root, turned, CHECKER) == "quorum.signature"


def test_a_later_record_is_signed_by_the_keys_before_it_too_and_confirmed_by_a_ceremony_of_its_own():
    first, second = root(), root(number=2)
    assert code_of(TrustBook().with_root, root_item(second), CHECKER) == "root.unknown"
    assert code_of(book().with_root, root_item(second, *holders("dz", 2)), CHECKER) == "quorum.short"
    assert code_of(book().with_root, root_item(second, *holders("dz", 1)), CHECKER) == "quorum.short"
    taken = book().with_root(root_item(second), CHECKER)
    assert code_of(taken.root, "dz", 2) == "root.unconfirmed"
    assert taken.with_confirmed(second.fingerprint).root("dz", 2) == second
    assert taken.root("dz", 1) == first


def test_a_record_follows_the_one_that_it_names():
    for wrong in (root(number=3, before=root().fingerprint), root("ly", 2, before=root().fingerprint)):
        assert code_of(book().with_root, root_item(wrong), CHECKER) == "root.chain"
    shown = root(number=2, names=DEMO)
    assert code_of(book().with_root, root_item(shown), CHECKER) == "root.chain"


def test_two_records_of_one_number_wait_beside_each_other_until_one_is_confirmed():
    forged = root(keys=tuple(each.public for each in holders("xx")))
    both = TrustBook().with_root(root_item(forged, *holders("xx")), CHECKER).with_root(root_item(root()), CHECKER)
    confirmed = both.with_confirmed(root().fingerprint)
    assert confirmed.root("dz", 1) == root()
    assert code_of(confirmed.with_confirmed, forged.fingerprint) == "root.other"


def test_records_are_confirmed_one_after_the_other():
    second, third = root(number=2), root(number=3)
    waiting = book().with_root(root_item(second), CHECKER).with_root(root_item(third), CHECKER)
    assert code_of(waiting.with_confirmed, third.fingerprint) == "root.unconfirmed"
    both = waiting.with_confirmed(second.fingerprint).with_confirmed(third.fingerprint)
    assert both.root("dz", 3) == third


def test_a_second_record_of_another_line_is_not_confirmed():
    other = root(valid_to_ms=START_MS + 1)
    fork = root(number=2, before=other.fingerprint)
    waiting = book().with_root(root_item(other), CHECKER).with_root(root_item(fork), CHECKER)
    assert code_of(waiting.with_confirmed, fork.fingerprint) == "root.other"


def test_what_nobody_has_shown_cannot_be_confirmed():
    assert code_of(TrustBook().with_confirmed, bytes(32)) == "root.unknown"
    assert code_of(book().root, "ly", 1) == "root.unknown"
    assert code_of(book().root, "dz", 0) == "root.unknown"


def test_what_is_there_already_changes_nothing():
    key_ = DEBDEB.agencies[1].key
    items = [root_item(root()), descriptor_item(DEBDEB), stop_item(key_), settle_item(key_, {OUT: 5})]
    full = book()
    for each in items:
        full = full.with_item(each, CHECKER)
    for each in items:
        assert full.with_item(each, CHECKER) == full
    assert full.with_confirmed(root().fingerprint) is full


# Descriptors


def test_a_descriptor_is_signed_by_a_quorum_of_the_root_record_that_it_names():
    assert code_of(book().with_item, descriptor_item(DEBDEB, *holders("dz")[:1]), CHECKER) == "quorum.short"
    assert code_of(book().with_item, descriptor_item(DEBDEB, *holders("ly")[:2]), CHECKER) == "quorum.unknown-key"
    assert code_of(book().with_item, descriptor_item(DEBDEB, root_number=2), CHECKER) == "root.unknown"


def test_no_administration_certifies_the_node_of_another():
    ghadames = descriptor("ly.ghadames")
    both = book(root(), root("ly"))
    of_the_neighbour = item(Type.DESCRIPTOR, Context(sender="dz", descriptor=1), ghadames.encoded(), *holders("dz")[:2])
    assert code_of(both.with_item, of_the_neighbour, CHECKER) == "descriptor.malformed"
    assert code_of(both.with_item, descriptor_item(ghadames, *holders("dz")[:2]), CHECKER) == "quorum.unknown-key"


def test_descriptors_may_come_in_any_order_and_with_gaps():
    line = [descriptor(number=number) for number in (1, 2, 3, 5)]
    for order in permutations(line):
        taken = book()
        for each in order:
            taken = taken.with_item(descriptor_item(each), CHECKER)
        assert taken.numbers["dz.debdeb"] == (1, 2, 3, 5)
        assert taken.latest("dz.debdeb") == line[-1]


def test_a_descriptor_names_the_one_before_it_rightly_whichever_comes_first():
    wrong = descriptor(number=2, before=bytes(32))
    assert code_of(book().with_item(descriptor_item(DEBDEB), CHECKER).with_item, descriptor_item(wrong), CHECKER) == (
        "descriptor.chain"
    )
    assert code_of(book().with_item(descriptor_item(wrong), CHECKER).with_item, descriptor_item(DEBDEB), CHECKER) == (
        "descriptor.chain"
    )


def test_none_begins_before_one_with_a_lower_number():
    early = descriptor(number=4, valid_from_ms=START_MS + DAY_MS, valid_to_ms=START_MS + YEAR_MS)
    taken = book().with_item(descriptor_item(descriptor(number=2)), CHECKER)
    assert code_of(taken.with_item, descriptor_item(early), CHECKER) == "descriptor.chain"


def test_a_second_descriptor_of_one_number_is_refused_and_only_once_it_is_signed():
    other = replace(DEBDEB, contact="another")
    taken = book().with_item(descriptor_item(DEBDEB), CHECKER)
    assert code_of(taken.with_item, descriptor_item(other), CHECKER) == "descriptor.other"
    assert code_of(taken.with_item, descriptor_item(other, *holders("dz")[:1]), CHECKER) == "quorum.short"


@pytest.mark.parametrize("begin_ms", [START_MS - 1, root().valid_to_ms + 1])
def test_a_descriptor_begins_while_its_root_record_is_in_force(begin_ms):
    outside = replace(DEBDEB, valid_from_ms=begin_ms, valid_to_ms=begin_ms + YEAR_MS)
    assert code_of(book().with_item, descriptor_item(outside), CHECKER) == "root.not-in-force"


def test_from_the_next_root_record_on_the_one_before_certifies_nothing():
    both = book(root(), root(number=2))
    begin_ms = root(number=2).valid_from_ms
    late = replace(DEBDEB, valid_from_ms=begin_ms, valid_to_ms=begin_ms + YEAR_MS)
    assert code_of(both.with_item, descriptor_item(late), CHECKER) == "root.not-in-force"
    assert both.with_item(descriptor_item(late, root_number=2), CHECKER).knows("dz.debdeb", 1)
    just_before = replace(DEBDEB, valid_from_ms=begin_ms - 1, valid_to_ms=begin_ms + YEAR_MS)
    assert both.with_item(descriptor_item(just_before), CHECKER).knows("dz.debdeb", 1)


def test_descriptors_that_the_next_root_record_puts_out_of_force_are_known_no_more_whatever_came_first():
    second = root(number=2)
    late = replace(descriptor(number=2), valid_from_ms=second.valid_from_ms, valid_to_ms=second.valid_to_ms)
    items = [root_item(root()), root_item(second), root_item(root("ly"))]
    items += [descriptor_item(each) for each in (DEBDEB, late, descriptor("ly.ghadames"))]
    before = book(root(), root("ly"))
    for each in items[1:]:
        before = before.with_item(each, CHECKER)
    assert before.latest("dz.debdeb") == late
    after = before.with_confirmed(second.fingerprint)
    assert after.latest("dz.debdeb") == DEBDEB
    assert after.latest("ly.ghadames") == descriptor("ly.ghadames")
    assert code_of(after.with_item, descriptor_item(late), CHECKER) == "root.not-in-force"
    confirmed = {each.fingerprint for each in (root(), second, root("ly"))}
    assert TrustBook.made(reversed(items), confirmed, CHECKER) == after
    renewed = after.with_item(descriptor_item(late, root_number=2), CHECKER)
    assert renewed.latest("dz.debdeb") == late


def test_a_node_whose_every_descriptor_is_out_of_force_is_not_known():
    second = root(number=2)
    late = replace(DEBDEB, valid_from_ms=second.valid_from_ms, valid_to_ms=second.valid_to_ms)
    taken = book().with_item(descriptor_item(late), CHECKER).with_item(root_item(second), CHECKER)
    after = taken.with_confirmed(second.fingerprint)
    assert code_of(after.latest, "dz.debdeb") == code_of(after.current, "dz.debdeb", START_MS) == "descriptor.unknown"


def test_a_book_is_not_made_again_of_what_no_book_would_have_taken():
    short = descriptor_item(DEBDEB, *holders("dz")[:1])
    assert code_of(TrustBook.made, [root_item(root()), short], {root().fingerprint}, CHECKER) == "quorum.short"
    assert code_of(TrustBook.made, [root_item(root()), descriptor_item(DEBDEB)], set(), CHECKER) == "root.unconfirmed"


def full_book():
    """Give a book with two nodes and two descriptors of one of them."""
    taken = book(root(), root("ly"))
    for each in (DEBDEB, descriptor(number=2), descriptor("ly.ghadames", suites=(1,))):
        taken = taken.with_item(descriptor_item(each), CHECKER)
    return taken


def test_the_book_answers_by_node_and_number():
    taken = full_book()
    second = descriptor(number=2)
    assert taken.latest("dz.debdeb") == taken.descriptor("dz.debdeb", 2) == second
    assert taken.node_key("dz.debdeb", 1) == key("dz.debdeb 1 node").public
    assert taken.pq_key("dz.debdeb", 1) == bytes(1312)
    assert taken.agency_key("dz.debdeb", 2, 1) == key("dz.debdeb 2 customs").public
    assert taken.agency_key("dz.debdeb", 2, 9) is None
    assert taken.agency_number("dz.debdeb", 2, "plant_health") == 2
    assert taken.agency_number("dz.debdeb", 2, "police") is None


def test_of_a_node_or_number_that_it_does_not_know_the_book_says_so():
    taken = full_book()
    assert taken.knows("dz.debdeb", 2)
    assert not taken.knows("dz.debdeb", 3)
    for act, args in (
        (taken.descriptor, ("dz.debdeb", 3)),
        (taken.latest, ("dz.hq",)),
        (taken.current, ("dz.hq", START_MS)),
        (taken.node_key, ("dz.hq", 1)),
        (taken.in_force, ("dz.hq", 1, START_MS)),
        (taken.sealing_key, ("dz.hq", START_MS)),
        (taken.common_suite, ("dz.debdeb", "dz.hq", START_MS)),
    ):
        assert code_of(act, *args) == "descriptor.unknown"


@pytest.mark.parametrize(("days", "number"), [(-400, 1), (0, 1), (89.9, 1), (90, 2), (4000, 2)])
def test_the_current_descriptor_is_the_newest_that_has_begun(days, number):
    assert full_book().current("dz.debdeb", START_MS + int(days * DAY_MS)).number == number


def test_a_descriptor_is_in_force_with_a_day_of_grace():
    taken = full_book()
    assert taken.in_force("dz.debdeb", 1, START_MS - DAY_MS)
    assert not taken.in_force("dz.debdeb", 1, START_MS - DAY_MS - 1)


def test_one_seals_to_the_key_in_use_of_the_current_descriptor():
    taken = full_book()
    first, second = DEBDEB.sealing_keys[1], descriptor(number=2).sealing_keys[0]
    assert taken.sealing_key("dz.debdeb", START_MS + 29 * DAY_MS) == SealTo(1, 1, first.by_suite)
    assert taken.sealing_key("dz.debdeb", START_MS + 90 * DAY_MS) == SealTo(2, 0, second.by_suite)
    assert code_of(taken.sealing_key, "dz.debdeb", START_MS - 2 * DAY_MS) == "descriptor.not-in-force"


def test_two_nodes_speak_in_the_highest_suite_of_their_current_descriptors():
    taken = full_book()
    assert taken.common_suite("dz.debdeb", "ly.ghadames", START_MS) == 1
    assert taken.common_suite("dz.debdeb", "dz.debdeb", START_MS) == 2


# Stops and settles


def test_a_stop_stops_the_key_and_no_other():
    node, customs = DEBDEB.node_key, DEBDEB.agencies[1].key
    taken = full_book().with_item(stop_item(customs), CHECKER)
    assert taken.is_stopped("dz.debdeb", customs)
    assert not taken.is_stopped("dz.debdeb", node)
    assert not full_book().is_stopped("dz.debdeb", customs)


def test_a_stop_stands_alone():
    taken = book().with_item(stop_item(DEBDEB.node_key), CHECKER)
    assert taken.with_item(descriptor_item(DEBDEB), CHECKER).is_stopped("dz.debdeb", DEBDEB.node_key)


def test_no_administration_stops_or_settles_a_key_of_another():
    customs = DEBDEB.agencies[1].key
    by_libya = full_book().with_item(stop_item(customs, "ly"), CHECKER)
    by_libya = by_libya.with_item(settle_item(customs, {}, "ly"), CHECKER)
    assert not by_libya.is_stopped("dz.debdeb", customs)
    assert not by_libya.is_settled("dz.debdeb", customs)


@pytest.mark.parametrize(
    ("stop", "code"),
    [
        (stop_item(DEBDEB.node_key, "dz", 1, *holders("dz")[:1]), "quorum.short"),
        (stop_item(DEBDEB.node_key, "dz", 1, *holders("ly")[:2]), "quorum.unknown-key"),
        (stop_item(DEBDEB.node_key, "dz", 2), "root.unknown"),
        (stop_item(DEBDEB.node_key, "tn"), "root.unknown"),
    ],
)
def test_a_stop_is_signed_by_a_quorum_of_a_confirmed_record(stop, code):
    assert code_of(full_book().with_item, stop, CHECKER) == code


def test_a_stop_that_was_signed_under_an_older_record_still_stops():
    taken = book(root(), root(number=2)).with_item(stop_item(DEBDEB.node_key, "dz", 1), CHECKER)
    assert taken.is_stopped("dz.debdeb", DEBDEB.node_key)


def test_a_settle_says_up_to_where_each_stream_is_vouched_for():
    customs = DEBDEB.agencies[1].key
    taken = full_book().with_item(settle_item(customs, {OUT: 4711}), CHECKER)
    assert taken.is_settled("dz.debdeb", customs)
    assert taken.settled_seq(customs, OUT) == 4711
    assert taken.settled_seq(customs, replace(OUT, epoch=2)) is None
    assert taken.settled_seq(DEBDEB.node_key, OUT) is None
    assert not taken.is_settled("dz.debdeb", DEBDEB.node_key)


def test_a_key_has_one_settle():
    customs = DEBDEB.agencies[1].key
    taken = full_book().with_item(settle_item(customs, {OUT: 4711}), CHECKER)
    assert code_of(taken.with_item, settle_item(customs, {OUT: 4712}), CHECKER) == "settle.other"


def test_a_settle_is_signed_by_a_quorum_of_the_record_that_its_context_names():
    assert code_of(full_book().with_item, settle_item(bytes(32), {OUT: 1}, "dz", 2), CHECKER) == "root.unknown"


# What belongs to no place


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (root_item(root()), "root.malformed"),
        (descriptor_item(DEBDEB), "descriptor.malformed"),
        (stop_item(DEBDEB.node_key), "stop.malformed"),
        (settle_item(DEBDEB.node_key, {}), "settle.malformed"),
    ],
)
def test_what_is_not_in_form_or_in_another_context_is_refused_by_its_name(whole, code):
    for broken in (
        replace(whole, object=whole.object[:-1]),
        replace(whole, object=cose.join(b"\x00", [])),
        replace(whole, context=Context(sender="ly", descriptor=1)),
        replace(whole, context=Context(sender="dz", descriptor=1, epoch=1)),
    ):
        assert code_of(full_book().with_item, broken, CHECKER) == code


def test_an_object_of_one_type_shown_as_another_is_refused():
    stop, settle = stop_item(DEBDEB.node_key), settle_item(DEBDEB.node_key, {})
    assert code_of(full_book().with_item, replace(stop, type=Type.SETTLE), CHECKER) == "settle.malformed"
    record = item(Type.SETTLE, settle.context, cbor.encode({1: "dz", 2: bytes(8), 3: 1}), *holders("dz")[:2])
    assert code_of(full_book().with_item, replace(record, type=Type.STOP), CHECKER) == "quorum.signature"


def test_other_items_have_no_place_in_the_book():
    with pytest.raises(ValueError, match="no item of the book"):
        book().with_item(Item(Type.TERMS, Context(sender="dz", receiver="ly"), b""), CHECKER)


# Terms and standing orders


def signed_terms(*signers):
    """Sign terms between Algeria and Libya."""
    return item(Type.TERMS, Context(sender="dz", receiver="ly"), b"{}", *signers)


def test_terms_are_signed_by_a_quorum_of_both_sides():
    both = book(root(), root("ly"))
    whole = signed_terms(*holders("dz")[:2], *holders("ly")[1:])
    assert both.require_signed(whole, ("dz", "ly"), CHECKER) == b"{}"
    one_side = signed_terms(*holders("dz")[:2], holders("ly")[0])
    assert code_of(both.require_signed, one_side, ("dz", "ly"), CHECKER) == "quorum.short"
    assert code_of(book().require_signed, whole, ("dz", "ly"), CHECKER) == "root.unknown"


def test_terms_outlive_the_record_by_whose_keys_they_were_signed():
    later = book(root(), root(number=2), root("ly"), root("ly", 2))
    for dz, ly in ((1, 1), (2, 1), (1, 2), (2, 2)):
        whole = signed_terms(*holders("dz", dz)[:2], *holders("ly", ly)[:2])
        assert later.require_signed(whole, ("dz", "ly"), CHECKER) == b"{}"
    mixed = signed_terms(holders("dz", 1)[0], holders("dz", 2)[0], *holders("ly")[:2])
    assert code_of(later.require_signed, mixed, ("dz", "ly"), CHECKER) == "quorum.unknown-key"


# Laws


def test_no_question_reads_a_signature():
    counting = Ed25519Checker()
    taken = book().with_item(descriptor_item(DEBDEB), counting)
    spent = counting.checked
    taken.sealing_key("dz.debdeb", START_MS)
    taken.is_stopped("dz.debdeb", DEBDEB.node_key)
    assert counting.checked == spent == 2


@given(
    st.sampled_from([Type.ROOT, Type.DESCRIPTOR, Type.STOP, Type.SETTLE]),
    changed(cbor.encode([root_item(root()).object, descriptor_item(DEBDEB).object]), VALUES) | st.binary(max_size=64),
    st.sampled_from([root_item(root()), descriptor_item(DEBDEB), stop_item(bytes(32)), settle_item(bytes(32), {})]),
)
def test_whatever_comes_is_refused_with_a_code_or_taken(type_, noise, whole):
    parts = cbor.decode(whole.object).item
    for object_ in (noise, whole.object, cose.join(noise, parts[3])):
        try:
            taken = book().with_item(Item(type_, whole.context, object_), CHECKER)
        except Refused:
            continue
        assert (type_, object_) == (whole.type, whole.object)
        assert taken.with_item(whole, CHECKER) == taken


@given(st.data())
def test_a_payload_with_something_else_in_one_place_is_never_taken_under_the_old_signatures(data):
    whole = data.draw(
        st.sampled_from(
            [root_item(root()), descriptor_item(DEBDEB), stop_item(bytes(32)), settle_item(bytes(32), {OUT: 9})]
        )
    )
    parts = cbor.decode(whole.object).item
    payload = data.draw(changed(parts[2], VALUES))
    if payload != parts[2]:
        with pytest.raises(Refused):
            (TrustBook() if whole.type is Type.ROOT else book()).with_item(
                replace(whole, object=cose.join(payload, parts[3])), CHECKER
            )
