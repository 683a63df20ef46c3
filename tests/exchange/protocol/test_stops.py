"""A stop names a key that counts no more; a settle says up to where it counted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.objects import Stream
from mabar.exchange.protocol.stops import Settle, Stop, read_settle, read_stop
from tests.exchange.protocol.mutants import VALUES, changed, cut

OUT = Stream("dz.debdeb", "ly.ghadames", 2, 1)
STOP = Stop("dz", b"\x01" * 8, 1)
SETTLE = Settle("dz", b"\x01" * 8, ((OUT, 4711), (replace(OUT, urgency=0), 0)))


def test_a_stop_that_is_read_is_the_one_that_was_written():
    assert read_stop(STOP.encoded()) == STOP


@pytest.mark.parametrize("settle", [SETTLE, replace(SETTLE, ends=())])
def test_a_settle_that_is_read_is_the_one_that_was_written(settle):
    assert read_settle(settle.encoded()) == settle


def test_a_settle_says_the_last_seq_of_each_stream_that_it_names():
    assert SETTLE.last_seqs == {OUT: 4711, replace(OUT, urgency=0): 0}


@pytest.mark.parametrize("changes", [{"administration": "dza"}, {"key_id": bytes(7)}, {"root_number": 0}])
def test_a_stop_that_breaks_a_rule_is_not_one(changes):
    with pytest.raises(cbor.Malformed):
        read_stop(replace(STOP, **changes).encoded())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"administration": "d"}, "administration"),
        ({"key_id": bytes(9)}, "key id"),
        ({"ends": ((replace(OUT, sender="ly.ghadames", receiver="dz.debdeb"), 1),)}, "another administration"),
        ({"ends": ((OUT, 1), (OUT, 2))}, "the same stream twice"),
        ({"ends": ((OUT, -1),)}, "streams"),
        ({"ends": ((replace(OUT, urgency=4), 1),)}, "streams"),
        ({"ends": ((replace(OUT, epoch=0), 1),)}, "streams"),
        ({"ends": ((replace(OUT, receiver="ly"), 1),)}, "streams"),
    ],
)
def test_a_settle_that_breaks_a_rule_is_not_one(changes, why):
    with pytest.raises(cbor.Malformed, match=why):
        read_settle(replace(SETTLE, **changes).encoded())


@pytest.mark.parametrize("rows", [None, {}, [0], [["dz.debdeb", "ly.ghadames", 2, 1]], [[1, 2, 3, 4, 5]]])
def test_what_has_another_shape_is_not_a_settle(rows):
    with pytest.raises(cbor.Malformed):
        read_settle(cbor.encode({1: "dz", 2: bytes(8), 3: rows}))


@given(changed(STOP.encoded(), VALUES) | cut(STOP.encoded()) | st.binary(max_size=100))
def test_whatever_comes_is_a_stop_in_its_one_form_or_none(data):
    try:
        stop = read_stop(data)
    except cbor.Malformed:
        return
    assert stop.encoded() == data


@given(changed(SETTLE.encoded(), VALUES) | cut(SETTLE.encoded()) | st.binary(max_size=200))
def test_whatever_comes_is_a_settle_in_its_one_form_or_none(data):
    try:
        settle = read_settle(data)
    except cbor.Malformed:
        return
    assert settle.encoded() == data
