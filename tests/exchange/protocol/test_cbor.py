"""Everything that travels has one form only; whatever else comes is refused, and nothing worse happens."""

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor

INTEGERS = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.binary(max_size=300) | st.text(max_size=40)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(INTEGERS, inner, max_size=5), max_leaves=20
)


def depth(value):
    """Count how deep a value goes, the outermost item being depth 1."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


@given(VALUES.filter(lambda value: depth(value) < cbor.DEEPEST))
def test_what_is_written_is_read_again(value):
    assert cbor.decode(cbor.encode(value)) == value
    assert cbor.decode(cbor.encode(cbor.Tagged(cbor.SIGN1, value))) == cbor.Tagged(cbor.SIGN1, value)


@given(st.binary(max_size=60))
@example(bytes.fromhex("9bffffffffffffffff"))
@example(bytes.fromhex("818181818181818181"))
def test_any_bytes_are_the_one_form_of_something_or_malformed(data):
    try:
        value = cbor.decode(data)
    except cbor.Malformed:
        return
    assert cbor.encode(value) == data


@given(VALUES.filter(lambda value: depth(value) < cbor.DEEPEST), st.data())
def test_a_form_with_one_byte_changed_is_another_value_or_malformed(value, data):
    written = bytearray(cbor.encode(value))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    try:
        read = cbor.decode(bytes(written))
    except cbor.Malformed:
        return
    assert cbor.encode(read) == bytes(written)


@given(st.lists(SCALARS, max_size=6))
def test_a_sequence_gives_its_items_one_after_the_other(values):
    assert list(cbor.sequence(b"".join(map(cbor.encode, values)))) == values


@given(st.binary(max_size=60))
def test_any_bytes_are_a_sequence_or_malformed(data):
    try:
        values = list(cbor.sequence(data))
    except cbor.Malformed:
        return
    assert b"".join(map(cbor.encode, values)) == data


@pytest.mark.parametrize(
    "head", ["5b7fffffffffffffff", "7b7fffffffffffffff", "9b7fffffffffffffff", "bb7fffffffffffffff"]
)
def test_a_length_that_is_not_there_takes_no_room(head):
    data = bytes.fromhex(head)
    tracemalloc.start()
    with pytest.raises(cbor.Malformed, match="longer than what is left"):
        cbor.decode(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000


WITHOUT_A_FORM = {
    "a float": 1.5,
    "an integer of 65 bits": 2**64,
    "an integer below 64 bits": -(2**63) - 1,
    "a key of text": {"a": 1},
    "a key of truth": {True: 1},
    "a set": {1, 2},
    "a tag that is not read": cbor.Tagged(24, b""),
    "a tag that is not outermost": [cbor.Tagged(cbor.SIGN1, [])],
    "depth nine": [[[[[[[[0]]]]]]]],
}


@pytest.mark.parametrize("value", WITHOUT_A_FORM.values(), ids=WITHOUT_A_FORM)
def test_what_has_no_form_is_not_written(value):
    with pytest.raises(ValueError):
        cbor.encode(value)


def test_depth_eight_is_the_deepest():
    assert cbor.decode(cbor.encode([[[[[[[0]]]]]]])) == [[[[[[[0]]]]]]]


def test_keys_are_written_in_the_order_of_their_bytes():
    assert cbor.encode({-1: 0, 24: 0, 0: 0, 256: 0}) == bytes.fromhex("a40000181800190100002000")
