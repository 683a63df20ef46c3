"""A greeting says how far a node has stored and what it wants back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, greetings
from mabar.exchange.protocol.greetings import Greeting, Stored, Wanted
from mabar.exchange.suites import SignatureChecker
from tests.exchange.protocol import mutants
from tools.vector_groups import cast

CONTEXT, NODE = cast.between_nodes(), cast.NODE[cast.SENDER]


def test_a_greeting_is_read_as_it_was_signed():
    read = greetings.read(greetings.sign(cast.GREETING, CONTEXT, NODE))
    assert read.said == cast.GREETING
    assert read.is_by(NODE.public, CONTEXT, SignatureChecker())


def test_a_first_greeting_knows_nothing_of_the_other():
    first = Greeting(cast.INSTANT_MS)
    assert greetings.read_greeting(first.encoded()) == first


def test_streams_are_told_in_one_order_whoever_lists_them():
    listed = (Stored(2, 1, 0), Stored(0, 2, 7), Stored(0, 1, 9))
    wanted = (Wanted(2, 1, 40, 50), Wanted(2, 1, 1, 9))
    greeting = replace(cast.GREETING, stored=listed, wanted=wanted)
    read = greetings.read_greeting(greeting.encoded())
    assert read.stored == (Stored(0, 1, 9), Stored(0, 2, 7), Stored(2, 1, 0))
    assert read.wanted == (Wanted(2, 1, 1, 9), Wanted(2, 1, 40, 50))


def test_a_stream_has_one_stored_size():
    twice = replace(cast.GREETING, stored=(Stored(2, 1, 5), Stored(2, 1, 6)))
    with pytest.raises(cbor.Malformed, match="out of order"):
        greetings.read_greeting(twice.encoded())


@given(st.data())
def test_a_changed_greeting_is_another_greeting_or_malformed(data):
    changed = data.draw(mutants.changed(cast.GREETING.encoded(), mutants.VALUES))
    try:
        read = greetings.read_greeting(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed
