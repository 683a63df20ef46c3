"""A signature covers what is said, what it is and where it was said; a quorum is different keys of one record."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.cose import Quorum
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.suites import SignatureChecker
from tests.exchange.protocol import mutants
from tools.vector_groups import cast, signatures

CHECKER = SignatureChecker()
NODE, PQ = cast.NODE[cast.SENDER], cast.PQ[cast.SENDER]
HEAD = cast.PARTS[Type.HEAD].item()
ROOTS = signatures.ROOTS
STOP = Context(sender="dz", descriptor=1)
SIGNED = cose.sign(b"stop", Type.STOP, STOP, ROOTS[:2])
KEYS = tuple(root.public for root in ROOTS)


def is_by(object_, public=NODE.public, type_=Type.HEAD, context=HEAD.context):
    """Tell whether a node has signed a head."""
    return cose.is_signed1(cose.read1(object_), type_, context, public, CHECKER)


def test_what_a_node_signs_is_its_own():
    assert is_by(HEAD.object)
    assert not is_by(HEAD.object, cast.NODE[cast.RECEIVER].public)
    assert not is_by(HEAD.object, NODE.public + b"\x00")


def test_an_ml_dsa_signature_is_checked_by_the_key_of_its_own_algorithm():
    object_ = cose.sign1(cast.HEAD.encoded(), Type.HEAD, HEAD.context, PQ)
    assert cose.read1(object_).alg == MLDSA44
    assert is_by(object_, PQ.public)
    assert not is_by(object_)


@st.composite
def changed_parts(draw, parts):
    """Put another value in one place of a COSE structure, which with its tag is not too deep to be written."""
    written = draw(mutants.changed(cbor.encode([parts]), mutants.VALUES))
    assume(written[0] == 0x81)
    return cbor.decode(written[1:])


@given(st.integers(0, len(HEAD.object) * 8 - 1))
def test_one_bit_turned_is_seen(place):
    turned = bytearray(HEAD.object)
    turned[place // 8] ^= 1 << place % 8
    try:
        assert not is_by(bytes(turned))
    except cbor.Malformed:
        return


@given(st.data())
def test_a_changed_signature_is_no_cose_structure_or_not_signed(data):
    protected, unprotected, payload, signature = cbor.decode(HEAD.object).item
    parts = [protected, unprotected, payload, signature]
    changed = data.draw(changed_parts(parts))
    try:
        assert not is_by(cbor.encode(cbor.Tagged(cbor.SIGN1, changed))) or changed == parts
    except cbor.Malformed:
        return


@given(st.data())
def test_a_changed_quorum_is_no_cose_structure_or_is_refused(data):
    parts = cbor.decode(SIGNED).item
    changed = data.draw(changed_parts(parts))
    try:
        read = cose.read(cbor.encode(cbor.Tagged(cbor.SIGN, changed)))
        cose.require_quorums(read, Type.STOP, STOP, [Quorum(KEYS, 2)], CHECKER)
    except (cbor.Malformed, Refused):
        return
    assert changed == parts


NOT_SIGNATURES = {
    "two of three parts": [b"", {}],
    "an unprotected header": [cbor.encode({1: ED25519, 4: bytes(8)}), {1: 0}, bytes(64)],
    "no key id": [cbor.encode({1: ED25519}), {}, bytes(64)],
    "a key id of text": [cbor.encode({1: ED25519, 4: "key"}), {}, bytes(64)],
    "another algorithm": [cbor.encode({1: MLDSA44, 4: bytes(8)}), {}, bytes(64)],
    "63 bytes": [cbor.encode({1: ED25519, 4: bytes(8)}), {}, bytes(63)],
}


@pytest.mark.parametrize("part", NOT_SIGNATURES.values(), ids=NOT_SIGNATURES)
def test_what_is_no_signature_of_a_quorum(part):
    with pytest.raises(cbor.Malformed, match="signature"):
        cose.read(cbor.encode(cbor.Tagged(cbor.SIGN, [b"", {}, b"stop", [part]])))


@given(st.binary(max_size=100))
def test_any_bytes_are_no_signature(data):
    for reader in (cose.read1, cose.read):
        with pytest.raises(cbor.Malformed):
            reader(data)


def test_two_of_three_keys_are_enough_in_whatever_order_they_signed():
    assert cose.sign(b"stop", Type.STOP, STOP, [ROOTS[1], ROOTS[0]]) == SIGNED
    cose.require_quorums(cose.read(SIGNED), Type.STOP, STOP, [Quorum(KEYS, 2)], CHECKER)


def test_holders_sign_each_at_his_own_place():
    made = [cose.signature_of(b"stop", Type.STOP, STOP, root) for root in ROOTS[:2]]
    assert cose.join(b"stop", made) == SIGNED


def test_a_change_of_root_needs_both_quorums():
    later = [cast.key(f"later root {number}") for number in range(3)]
    quorums = [Quorum(KEYS, 2), Quorum(tuple(key.public for key in later), 2)]
    both = cose.sign(b"record", Type.ROOT, STOP, [*ROOTS[:2], *later[1:]])
    cose.require_quorums(cose.read(both), Type.ROOT, STOP, quorums, CHECKER)
    one = cose.read(cose.sign(b"record", Type.ROOT, STOP, [*ROOTS[:2], later[0]]))
    with pytest.raises(Refused, match=r"quorum\.short \(signed: 1, needed: 2\)"):
        cose.require_quorums(one, Type.ROOT, STOP, quorums, CHECKER)


def test_a_key_of_small_order_in_a_record_signs_nothing():
    point = bytes([1]) + bytes(31)
    protected = cbor.encode({1: ED25519, 4: cose.key_id(point)})
    read = cose.read(cose.join(b"stop", [[protected, {}, bytes([1]) + bytes(63)]]))
    with pytest.raises(Refused, match=r"quorum\.signature"):
        cose.require_quorums(read, Type.STOP, STOP, [Quorum((point,), 1)], CHECKER)


def test_a_statement_cannot_be_shown_in_another_context():
    statement = cast.PARTS[Type.STATEMENT].item()
    agency = cast.AGENCY[1].public
    assert is_by(statement.object, agency, Type.STATEMENT, statement.context)
    assert not is_by(statement.object, agency, Type.STATEMENT, replace(statement.context, epoch=2))
