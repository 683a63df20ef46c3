"""A node tells what it does not take, and when a stream opens again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, notices
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.notices import Refusal, Reopening
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.suites import SignatureChecker
from tests.exchange.protocol import mutants
from tools.vector_groups import cast

CONTEXT, NODE, CHECKER = cast.between_nodes(), cast.NODE[cast.SENDER], SignatureChecker()


def test_the_sender_learns_what_was_refused_why_and_when_to_try_again():
    refused = Refused("node.full", urgency=3, node="ly.ghadames")
    refusal = Refusal.of(refused, b"item", instant_ms=cast.INSTANT_MS, wait_s=600)
    read = notices.read_refusal(notices.sign_refusal(refusal, CONTEXT, NODE))
    assert read.said == refusal
    assert read.said.facts == {"node": "ly.ghadames", "urgency": 3}
    assert read.said.wait_s == 600
    assert read.is_by(NODE.public, CONTEXT, CHECKER)


def test_a_refusal_of_nothing_names_no_item():
    refusal = Refusal.of(Refused("envelope.malformed"), None, instant_ms=cast.INSTANT_MS)
    assert notices.read_refusal_payload(refusal.encoded()).item_digest is None


def test_facts_too_long_or_too_many_are_cut_before_they_are_sent():
    facts = {f"fact_{number}": "x" * 500 for number in range(12)}
    refusal = Refusal.of(Refused("envelope.malformed", **facts), b"item", instant_ms=0)
    read = notices.read_refusal_payload(refusal.encoded())
    assert len(read.facts) == notices.MOST_FACTS
    assert {len(str(fact)) for fact in read.facts.values()} == {notices.LONGEST_FACT}


@given(st.data())
def test_a_changed_refusal_is_another_refusal_or_malformed(data):
    changed = data.draw(mutants.changed(cast.REFUSAL.encoded(), mutants.VALUES))
    try:
        read = notices.read_refusal_payload(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed


def test_a_closed_stream_goes_on_in_its_next_epoch():
    read = notices.read_reopening(notices.sign_reopening(cast.REOPENING, cast.context(), NODE))
    assert read.said == cast.REOPENING
    assert read.is_by(NODE.public, cast.context(), CHECKER)
    for closed, epoch in ((1, 3), (2, 2), (2, 1), (0, 1)):
        with pytest.raises(cbor.Malformed, match="epochs"):
            notices.read_reopening_payload(Reopening(closed, cast.HEAD, epoch).encoded())
    with pytest.raises(cbor.Malformed, match="another root of nothing"):
        notices.read_reopening_payload(Reopening(1, Head(0, bytes(32)), 2).encoded())


@given(st.data())
def test_a_changed_reopening_is_another_reopening_or_malformed(data):
    changed = data.draw(mutants.changed(cast.REOPENING.encoded(), mutants.VALUES))
    try:
        read = notices.read_reopening_payload(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed
