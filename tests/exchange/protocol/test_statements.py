"""A statement says once, under a number, what a message is, and hides what is in it behind a salt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import buckets, cbor, statements
from mabar.exchange.protocol.objects import Type
from mabar.exchange.suites import SignatureChecker
from tests.exchange.protocol import mutants
from tools.vector_groups import cast

CONTEXT, CUSTOMS = cast.context(), cast.AGENCY[1]


def test_a_statement_is_read_as_it_was_signed():
    read = statements.read(statements.sign(cast.statement(), CONTEXT, CUSTOMS))
    assert read.said == cast.statement()
    assert read.type is Type.STATEMENT
    assert read.is_by(CUSTOMS.public, CONTEXT, SignatureChecker())
    assert not read.is_by(CUSTOMS.public, cast.context(descriptor=2), SignatureChecker())


def test_a_statement_of_everyday_is_signed_in_at_most_260_bytes():
    assert len(statements.sign(cast.statement(123_456), CONTEXT, CUSTOMS)) <= 260


def test_a_statement_stands_for_one_salt_and_one_payload():
    statement = cast.statement()
    assert statements.matches(statement, cast.SALT, cast.PAYLOAD)
    assert not statements.matches(statement, bytes(16), cast.PAYLOAD)
    assert not statements.matches(statement, cast.SALT, cast.PAYLOAD + b" ")
    assert not statements.matches(cast.statement(size=1024), cast.SALT, cast.PAYLOAD)


@given(st.data())
def test_a_changed_statement_is_another_statement_or_malformed(data):
    changed = data.draw(mutants.changed(cast.statement().encoded(), mutants.VALUES))
    try:
        read = statements.read_statement(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed


@given(st.binary(max_size=300))
def test_any_bytes_are_no_signed_statement(data):
    with pytest.raises(cbor.Malformed):
        statements.read(data)


NOT_SAID = {
    "no number": {"seq": 0},
    "a short id": {"message_id": bytes(8)},
    "a kind without a version": {"kind": "goods.declaration"},
    "a size that is no bucket": {"size": 100},
    "a payload of more than a mebibyte": {"size": buckets.bucket(2**20 + 1)},
    "nobody to read it": {"addressees": ()},
    "a handling that is not named": {"handling": 4},
    "terms for a control kind": {"kind": "exchange.drill/1.0"},
}


@pytest.mark.parametrize("changes", NOT_SAID.values(), ids=NOT_SAID)
def test_a_node_does_not_sign_what_its_partner_would_refuse(changes):
    with pytest.raises(ValueError, match=r"statement|control kind"):
        statements.sign(cast.statement(**changes), CONTEXT, CUSTOMS)


def test_a_statement_of_more_than_600_bytes_is_neither_signed_nor_read():
    many = tuple(f"agency-{number}" for number in range(40))
    with pytest.raises(ValueError, match="a signed statement of"):
        statements.sign(cast.statement(addressees=many), CONTEXT, CUSTOMS)
    with pytest.raises(cbor.Malformed, match="more than 600 bytes"):
        statements.read(bytes(601))


@given(st.integers(0, 2**23))
def test_a_bucket_is_not_below_its_length_nor_more_than_an_eighth_above(length):
    size = buckets.bucket(length)
    assert length <= size <= max(length + 64, length + length // 8)
    assert buckets.bucket(size) == size
    assert size % 64 == 0


@given(st.integers(0, 2**23), st.integers(0, 2**12))
def test_a_longer_payload_has_no_smaller_bucket(length, more):
    assert buckets.bucket(length) <= buckets.bucket(length + more)


def test_a_mebibyte_shows_as_one_of_few_sizes():
    assert len({buckets.bucket(length) for length in range(0, 2**20 + 1, 61)}) == 240
