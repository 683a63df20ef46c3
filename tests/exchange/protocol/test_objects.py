"""An item says what it is and where it was said, in one form only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor, objects
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.refused import Refused
from tests.exchange.protocol import mutants
from tools.vector_groups import cast

ITEMS = {type_: part.item() for type_, part in cast.PARTS.items()}
ITEMS[Type.ENVELOPE] = Item(Type.ENVELOPE, cast.between_nodes(), b"object", b"ciphertext")
ITEMS[Type.TERMS] = Item(Type.TERMS, Context(sender="dz", receiver="ly"), b"object")
ITEMS[Type.ROOT] = Item(Type.ROOT, Context(sender="dz", descriptor=1), b"object")


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.type.name)
def test_an_item_is_read_as_it_was_written(item):
    assert objects.read_item(item.encoded()) == item


def test_a_null_does_not_pass_for_an_absent_ciphertext():
    parts = cbor.decode(ITEMS[Type.STATEMENT].encoded())
    with pytest.raises(cbor.Malformed, match="not an item"):
        objects.item_of([*parts, None])


@given(st.data())
def test_a_changed_item_is_another_item_or_malformed(data):
    item = data.draw(st.sampled_from(list(ITEMS.values())))
    changed = data.draw(mutants.changed(item.encoded(), mutants.VALUES))
    try:
        read = objects.read_item(changed)
    except cbor.Malformed:
        return
    assert read.encoded() == changed


@given(st.binary(max_size=80))
def test_any_bytes_are_an_item_or_malformed(data):
    try:
        read = objects.read_item(data)
    except cbor.Malformed:
        return
    assert read.encoded() == data


@pytest.mark.parametrize("code", ["dz.hq", "dz.a", "ly.0", "tn." + "a" * 24, "dz.ras-ajdir-2"])
def test_the_code_of_a_node(code):
    assert objects.is_code(code)
    assert objects.administration_of(code) == code[:2]


@pytest.mark.parametrize(
    "code",
    ["dz", "dz.", "dz.-a", "dz.a-", "dz.A", "DZ.a", "dza.b", "tn." + "a" * 25, "dz.a\n", "dz.é", None, 7, b"dz.a"],
)
def test_what_is_no_code_of_a_node(code):
    assert not objects.is_code(code)


def test_a_context_names_its_stream():
    assert cast.context().stream == cast.STREAM
    with pytest.raises(cbor.Malformed):
        _ = cast.between_nodes().stream


def test_the_opposite_stream_is_of_the_same_class():
    assert cast.STREAM.opposite(3) == Stream(cast.RECEIVER, cast.SENDER, cast.STREAM.urgency, 3)
    assert str(cast.STREAM) == "dz.debdeb -> ly.ghadames 2/1"


def test_what_a_signature_covers_differs_with_the_type_and_each_part_of_the_context():
    others = {"suite": 2, "sender": "dz.hq", "receiver": "ly.tripoli", "urgency": 3, "epoch": 2, "descriptor": 2}
    contexts = [cast.context(), *(replace(cast.context(), **{name: value}) for name, value in others.items())]
    covered = {context.aad(type_) for context in contexts for type_ in Type}
    assert len(covered) == len(contexts) * len(Type)


def test_a_map_holds_just_the_keys_that_are_named():
    names = {1: "one", 2: "two"}
    assert objects.fields_of({1: "a"}, names, frozenset({2})) == {1: "a", 2: None}
    for value in ({1: "a"}, {1: "a", 2: "b", 3: "c"}, [1, 2], None):
        with pytest.raises(cbor.Malformed, match="one, two"):
            objects.fields_of(value, names)


def test_a_refusal_says_its_code_and_its_facts():
    assert str(Refused("batch.digest", seq=7, node="dz.hq")) == "batch.digest (seq: 7, node: dz.hq)"
    assert str(Refused("batch.malformed")) == "batch.malformed"
