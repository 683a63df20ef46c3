"""A batch carries statements of one stream, what they stand for, and a head."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import batches, cbor
from mabar.exchange.protocol.batches import Body
from tests.exchange.protocol import mutants
from tools.vector_groups import cast
from tools.vector_groups.batches import batch, entry

THREE = batch(*(entry(seq) for seq in (1, 2, 3)))
MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    "made",
    [
        THREE,
        batch(),
        batch(entry(1, body=None)),
        replace(THREE, pq_head=b"pq head"),
        replace(THREE, is_returned=True, urgency=0, epoch=7),
    ],
    ids=["three", "head alone", "withheld", "with a PQ head", "returned"],
)
def test_a_batch_is_read_as_it_was_written(made):
    assert batches.read_batch(made.encoded()) == made


@given(st.data())
def test_a_changed_batch_is_another_batch_or_malformed(data):
    made = data.draw(st.sampled_from([THREE, replace(THREE, pq_head=b"pq head"), batch(entry(1, body=None))]))
    changed = data.draw(mutants.changed(made.encoded(), mutants.VALUES))
    try:
        read = batches.read_batch(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed


@given(st.binary(max_size=120))
def test_any_bytes_are_no_batch(data):
    with pytest.raises(cbor.Malformed):
        batches.read_batch(data)


def with_entries(count, payload=b"{}"):
    """Give a batch of one statement repeated, with payloads of another length."""
    return replace(THREE, entries=(replace(THREE.entries[0], body=Body(cast.SALT, payload)),) * count)


def test_a_batch_carries_at_most_500_statements():
    assert len(batches.read_batch(with_entries(500).encoded()).entries) == 500
    with pytest.raises(ValueError, match="501 statements"):
        with_entries(501).encoded()
    fields = cbor.decode(with_entries(500).encoded())
    one_more = {**fields, 4: [*fields[4], fields[4][0]], 8: [*fields[8], None]}
    with pytest.raises(cbor.Malformed, match="more than 500"):
        batches.read_batch(cbor.encode(one_more))


def test_a_batch_carries_at_most_8_mebibytes():
    large = with_entries(7, bytes(MEBIBYTE))
    assert batches.read_batch(large.encoded()) == large
    with pytest.raises(ValueError, match="8 statements and 8"):
        with_entries(8, bytes(MEBIBYTE)).encoded()
    with pytest.raises(cbor.Malformed, match="more than 8 MiB"):
        batches.read_batch(bytes(8 * MEBIBYTE + 1))


def test_a_payload_has_at_most_a_mebibyte():
    with pytest.raises(cbor.Malformed, match="not a payload"):
        batches.read_batch(with_entries(1, bytes(MEBIBYTE + 1)).encoded())


def test_a_null_does_not_pass_for_an_absent_pq_head():
    fields = cbor.decode(THREE.encoded())
    with pytest.raises(cbor.Malformed, match="not the head"):
        batches.read_batch(cbor.encode({**fields, 7: None}))
