"""A head says how long a log is and what it holds; the receiver's R1 says the same of what it has stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, heads
from mabar.exchange.protocol.heads import EMPTY, Head
from mabar.exchange.protocol.objects import Type
from mabar.exchange.protocol.ports import MLDSA44
from mabar.exchange.suites import SignatureChecker
from mabar.lib import merkle
from tests.exchange.protocol import mutants
from tools.vector_groups import cast

CONTEXT, SENDER, RECEIVER = cast.context(suite=2), cast.NODE[cast.SENDER], cast.NODE[cast.RECEIVER]
CHECKER = SignatureChecker()


def test_the_head_of_a_log_is_that_of_its_right_edge():
    frontier, _ = merkle.Frontier().append(merkle.leaf_hash(b"statement"))
    assert Head.of(frontier) == Head(1, merkle.leaf_hash(b"statement"))
    assert Head.of(merkle.Frontier()) == EMPTY


def test_a_head_and_its_receipt_say_the_same_and_are_not_the_same():
    signed = heads.read_signed_head(heads.sign_head(cast.HEAD, CONTEXT, SENDER))
    receipt = heads.read_receipt(heads.sign_receipt(cast.HEAD, CONTEXT, RECEIVER))
    assert signed.said == receipt.said == cast.HEAD
    assert signed.is_by(SENDER.public, CONTEXT, CHECKER)
    assert receipt.is_by(RECEIVER.public, CONTEXT, CHECKER)
    shown = heads.read_receipt(signed.data)
    assert shown.type is Type.RECEIPT
    assert not shown.is_by(SENDER.public, CONTEXT, CHECKER)


def test_a_pq_head_is_read_where_it_is_asked_for_and_nowhere_else():
    pq = cast.PQ[cast.SENDER]
    data = heads.sign_head(cast.HEAD, CONTEXT, pq)
    assert heads.read_signed_head(data, alg=MLDSA44).is_by(pq.public, CONTEXT, CHECKER)
    with pytest.raises(cbor.Malformed, match="another algorithm"):
        heads.read_signed_head(data)
    with pytest.raises(cbor.Malformed, match="another algorithm"):
        heads.read_receipt(heads.sign_receipt(cast.HEAD, CONTEXT, RECEIVER), alg=MLDSA44)


def test_the_log_of_nothing_has_one_root():
    assert heads.read_head(EMPTY.encoded()) == EMPTY
    with pytest.raises(cbor.Malformed, match="another root of nothing"):
        heads.read_head(Head(0, bytes(32)).encoded())


@given(st.data())
def test_a_changed_head_is_another_head_or_malformed(data):
    changed = data.draw(mutants.changed(cast.HEAD.encoded(), mutants.VALUES))
    try:
        read = heads.read_head(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed
