"""An envelope is signed outside and sealed inside; its size tells little of what is in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, cose, envelopes, objects
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.objects import Type
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.suites import HpkeOpener, HpkeSealer, SignatureChecker, ZstdPacker, sealing_public
from tests.exchange.protocol import mutants
from tools.vector_groups import cast

NODE, OTHER = cast.NODE[cast.SENDER], cast.NODE[cast.RECEIVER]
OPENER, PACKER, CHECKER = HpkeOpener({(1, 0): cast.SEALING}), ZstdPacker(), SignatureChecker()
PRIVATE = {1: cast.SEALING.classical, 2: cast.SEALING.hybrid}


def sealed(body, suite=1, **changes):
    """Seal a body from the sender to the receiver."""
    way = replace(Way(suite, cast.SENDER, cast.RECEIVER, 1, 1, 0), **changes)
    public = sealing_public(suite, PRIVATE[suite])
    ports = {"sealer": HpkeSealer(), "packer": PACKER, "signer": NODE}
    return envelopes.seal(body, way, public, sent_ms=cast.INSTANT_MS, **ports)


def opened(item, largest=8 * 1024 * 1024):
    """Take an envelope in as its receiver does, from its bytes."""
    envelope = envelopes.read(objects.read_item(item.encoded()))
    envelopes.require_for(envelope, cast.RECEIVER)
    envelopes.require_size(envelope, largest)
    envelopes.require_signed(envelope, NODE.public, CHECKER)
    return envelopes.open_body(envelope, OPENER, PACKER)


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize("body", [b"a", b"body" * 50, bytes(70_000), bytes(range(256)) * 9], ids=len)
def test_what_is_sealed_is_opened_again(suite, body):
    assert opened(sealed(body, suite)) == body


@given(st.binary(min_size=1, max_size=2000))
def test_any_body_comes_out_as_it_went_in(body):
    assert opened(sealed(body)) == body


@given(st.binary(max_size=3000))
def test_bodies_of_one_bucket_have_envelopes_of_one_length(body):
    form, padded = 0, envelopes.padded(0, body)
    assert len(padded) == bucket(5 + len(body))
    assert padded[0] == form
    assert padded[5 : 5 + len(body)] == body
    assert not any(padded[5 + len(body) :])


def test_an_envelope_tells_its_way_without_being_opened():
    envelope = envelopes.read(sealed(b"body"))
    assert envelope.way == Way(1, cast.SENDER, cast.RECEIVER, 1, 1, 0)
    assert envelope.header.said.sent_ms == cast.INSTANT_MS
    assert b"body" not in envelope.ciphertext


def test_a_body_of_more_than_8_mebibytes_is_not_sealed():
    with pytest.raises(ValueError, match="a body of 8388609 bytes"):
        sealed(bytes(8 * 1024 * 1024 + 1))


def refused_as(code, item, **limits):
    """Require that an envelope is refused by this code."""
    with pytest.raises(Refused) as caught:
        opened(item, **limits)
    assert caught.value.code == code
    return caught.value.facts


def test_an_envelope_larger_than_the_receiver_takes_is_refused_before_it_is_opened():
    item = sealed(b"body")
    length = len(item.ciphertext)
    assert refused_as("envelope.oversize", item, largest=length - 1) == {"size": length, "most": length - 1}
    assert opened(item, largest=length) == b"body"


def test_an_envelope_for_another_node_is_not_opened():
    assert refused_as("envelope.not-for-us", sealed(b"body", receiver="ly.tripoli")) == {"receiver": "ly.tripoli"}


def test_an_envelope_for_a_key_that_is_gone_is_not_opened():
    assert refused_as("envelope.not-opened", sealed(b"body", sealing_key=3)) == {"sealing_key": 3}


def test_a_header_by_another_node_is_refused():
    item = sealed(b"body")
    payload = envelopes.read(item).header.sign1.payload
    forged = cose.sign1(payload, Type.ENVELOPE, item.context, OTHER)
    refused_as("envelope.signature", replace(item, object=forged))


def test_a_statement_is_no_envelope():
    with pytest.raises(Refused, match=r"envelope\.malformed"):
        envelopes.read(cast.PARTS[Type.STATEMENT].item())


ITEM = sealed(b"body" * 40, 2)


@given(st.integers(0, len(ITEM.encoded()) * 8 - 1))
def test_one_bit_turned_anywhere_is_seen(place):
    turned = bytearray(ITEM.encoded())
    turned[place // 8] ^= 1 << place % 8
    with pytest.raises((cbor.Malformed, Refused)):
        opened(objects.read_item(bytes(turned)))


FRAME = PACKER.pack(b"body" * 20)[1]
PACKED = st.binary(max_size=150) | st.just(FRAME) | st.binary(max_size=20).map(FRAME.__add__)
PLAUSIBLE = st.builds(envelopes.padded, st.integers(0, 4), PACKED)


@given(st.data())
def test_a_changed_header_is_another_header_or_malformed(data):
    payload = envelopes.read(ITEM).header.sign1.payload
    changed = data.draw(mutants.changed(payload, mutants.VALUES))
    try:
        read = envelopes.read_header(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed


@given(st.binary(max_size=200) | PLAUSIBLE, st.sampled_from([64, 128, 1024]))
def test_whatever_a_plaintext_holds_it_is_a_body_or_refused(plain, most):
    way = Way(1, cast.SENDER, cast.RECEIVER, 1, 1, 0)
    header = envelopes.Header(way, most, 0, b"")
    ciphertext = HpkeSealer().seal(1, sealing_public(1, PRIVATE[1]), plain, header.info())
    object_ = cose.sign1(replace(header, digest=bytes(32)).encoded(), Type.ENVELOPE, way.context, NODE)
    envelope = envelopes.read(objects.Item(Type.ENVELOPE, way.context, object_, ciphertext))
    try:
        body = envelopes.open_body(envelope, OPENER, PACKER)
    except Refused as refused:
        code = refused.code
    else:
        code = "" if bucket(len(body)) == most else "another size"
    assert code in ("", "envelope.body")
