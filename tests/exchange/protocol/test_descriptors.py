"""A node descriptor says what its administration certifies of a node, and says it in one form only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.descriptors import DAY_MS, Agency, common_suite, read_descriptor
from mabar.exchange.protocol.objects import Context
from mabar.exchange.protocol.refused import Refused
from tests.exchange.protocol.certified import START_MS, descriptor, key
from tests.exchange.protocol.mutants import VALUES, changed, cut

NODE, CUSTOMS, PLANTS = descriptor().agencies
SEALING = descriptor().sealing_keys
CLASSICAL_ONLY = tuple(replace(each, hybrid=None) for each in SEALING)


@pytest.mark.parametrize(
    "taken",
    [
        descriptor(),
        descriptor("ly.ghadames", 2),
        descriptor(urls=(), pins=(), pq_key=None, sealing_keys=CLASSICAL_ONLY[:1], suites=(1,), classes=(2,)),
        descriptor(suites=(1, 2, 255), urls=("https://192.0.2.1:8443/way/in",) * 8, largest_envelope=1 << 24),
    ],
)
def test_a_descriptor_that_is_read_is_the_one_that_was_written(taken):
    assert read_descriptor(taken.encoded()) == taken


def test_a_descriptor_knows_its_agencies_by_number_and_by_code():
    taken = descriptor()
    assert taken.agency_by_number[1] == taken.agency_by_code["customs"] == CUSTOMS
    assert taken.administration == "dz"
    assert taken.context(3) == Context(sender="dz", descriptor=3)


def _sealing(place, **changes):
    return tuple(replace(each, **changes) if at == place else each for at, each in enumerate(SEALING))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"node": "dz"}, "form of its node"),
        ({"node": "dz.Debdeb"}, "form of its node"),
        ({"number": 0}, "form of its number"),
        ({"names": ("a", "b", "c\u200f")}, "form of its names"),
        ({"urls": ("http://plain.example",)}, "form of its URLs"),
        ({"urls": ("https://",)}, "form of its URLs"),
        ({"urls": ("https://ends.example/",)}, "form of its URLs"),
        ({"urls": ("https://with blank",)}, "form of its URLs"),
        ({"urls": ("https://" + "a" * 193,)}, "form of its URLs"),
        ({"urls": ("https://a.example",) * 9}, "form of its URLs"),
        ({"suites": ()}, "form of its suites"),
        ({"suites": (0,)}, "form of its suites"),
        ({"suites": (256,)}, "form of its suites"),
        ({"suites": (2, 1)}, "suites out of order"),
        ({"suites": (1, 1)}, "suites out of order"),
        ({"node_key": bytes(31)}, "form of its node key"),
        ({"agencies": ()}, "form of its agencies"),
        ({"agencies": (NODE, replace(CUSTOMS, number=65_536))}, "form of its agencies"),
        ({"agencies": (NODE, replace(CUSTOMS, code="Customs"))}, "form of its agencies"),
        ({"agencies": (NODE, replace(CUSTOMS, key=b""))}, "form of its agencies"),
        ({"agencies": tuple(Agency(n, f"a{n}", bytes(32)) for n in range(65))}, "form of its agencies"),
        ({"agencies": (CUSTOMS, PLANTS)}, "no agency 0"),
        ({"agencies": (replace(NODE, code="office"), CUSTOMS)}, "no agency 0"),
        ({"agencies": (NODE, replace(CUSTOMS, code="node"))}, "two agencies of one code"),
        ({"agencies": (NODE, CUSTOMS, replace(PLANTS, key=CUSTOMS.key))}, "the same key twice"),
        ({"node_key": CUSTOMS.key}, "the same key twice"),
        ({"sealing_keys": ()}, "form of its sealing keys"),
        ({"sealing_keys": SEALING * 3}, "form of its sealing keys"),
        ({"sealing_keys": _sealing(0, use_from_ms=-1)}, "form of its sealing keys"),
        ({"sealing_keys": _sealing(0, use_to_ms=SEALING[0].use_from_ms)}, "form of its sealing keys"),
        ({"sealing_keys": _sealing(0, x25519=bytes(31))}, "form of its sealing keys"),
        ({"sealing_keys": _sealing(0, hybrid=bytes(1184))}, "form of its sealing keys"),
        ({"sealing_keys": SEALING[:1] * 2}, "sealing keys out of order"),
        ({"sealing_keys": SEALING[1::-1]}, "sealing keys out of order"),
        ({"pins": (bytes(20),)}, "form of its pins"),
        ({"pins": (bytes(32),) * 2}, "the same pin twice"),
        ({"zone": "Africa/Algiers "}, "form of its time zone"),
        ({"valid_from_ms": -1}, "form of its valid from"),
        ({"valid_to_ms": START_MS}, "valid to before valid from"),
        ({"largest_envelope": 1023}, "form of its largest envelope"),
        ({"largest_envelope": (1 << 24) + 1}, "form of its largest envelope"),
        ({"classes": ()}, "form of its classes"),
        ({"classes": (4,)}, "form of its classes"),
        ({"classes": (3, 0)}, "classes out of order"),
        ({"before": bytes(32)}, "before the first"),
        ({"number": 2, "before": None}, "no descriptor before"),
        ({"pq_key": bytes(1311)}, "form of its ML-DSA key"),
        ({"contact": ""}, "form of its contact"),
    ],
)
def test_a_descriptor_that_breaks_a_rule_is_not_one(changes, why):
    with pytest.raises(cbor.Malformed, match=why):
        read_descriptor(descriptor(**changes).encoded())


@pytest.mark.parametrize(
    ("key_", "value"),
    [
        (7, {0: ["node", bytes(32), 1]}),
        (7, {0: "node"}),
        (7, {-1: ["node", bytes(32)]}),
        (8, [[0, 1, bytes(32)]]),
        (8, [0]),
        (8, [[0, True, bytes(32), None]]),
        (4, "https://a.example"),
    ],
)
def test_what_has_another_shape_is_not_a_descriptor(key_, value):
    fields = cbor.decode(descriptor().encoded()) | {key_: value}
    with pytest.raises(cbor.Malformed):
        read_descriptor(cbor.encode(fields))


@pytest.mark.parametrize("small", [bytes(32), b"\x01" + bytes(31)])
def test_no_key_of_a_descriptor_is_one_by_which_everybody_could_sign(small):
    for changes in ({"node_key": small}, {"agencies": (NODE, replace(CUSTOMS, key=small))}):
        with pytest.raises(Refused) as refused:
            read_descriptor(descriptor(**changes).encoded())
        assert refused.value.code == "key.unusable"


@pytest.mark.parametrize(
    ("days", "number"), [(-2, None), (-1, 0), (0, 0), (28.99, 0), (29, 1), (60, 2), (365, 12), (900, 12)]
)
def test_one_seals_to_the_key_whose_use_began_last(days, number):
    assert descriptor().sealing_number(START_MS + int(days * DAY_MS)) == number


@pytest.mark.parametrize(("days", "is_in_force"), [(-1.01, False), (-1, True), (0, True), (366, True), (366.01, False)])
def test_a_descriptor_is_in_force_within_its_validity_give_or_take_a_day(days, is_in_force):
    assert descriptor().is_in_force(START_MS + int(days * DAY_MS)) is is_in_force


@pytest.mark.parametrize(
    ("changes", "usable"),
    [
        ({}, {1, 2}),
        ({"suites": (2,)}, {2}),
        ({"suites": (1, 3)}, {1}),
        ({"suites": (3,)}, set()),
        ({"pq_key": None}, {1}),
        ({"sealing_keys": CLASSICAL_ONLY}, {1}),
        ({"sealing_keys": _sealing(12, hybrid=None)}, {1}),
    ],
)
def test_a_suite_is_used_only_where_all_its_keys_are_there(changes, usable):
    assert descriptor(**changes).usable_suites == usable


def test_two_nodes_use_the_highest_suite_that_both_can():
    both, one = descriptor(), descriptor("ly.ghadames", pq_key=None)
    assert common_suite(both, descriptor("ly.ghadames")) == 2
    assert common_suite(both, one) == common_suite(one, both) == 1
    with pytest.raises(Refused) as refused:
        common_suite(descriptor(suites=(2,)), one)
    assert refused.value.code == "suite.unknown"


def test_each_sealing_key_says_the_public_key_of_each_suite():
    with_both = SEALING[0]
    assert with_both.by_suite == {1: with_both.x25519, 2: with_both.hybrid}
    assert CLASSICAL_ONLY[0].by_suite == {1: with_both.x25519}


def test_the_keys_of_the_cast_differ():
    assert len({key(name).public for name in ("dz.debdeb 1 node", "dz.debdeb 1 0", "dz.debdeb 1 customs")}) == 3


@given(changed(descriptor().encoded(), VALUES) | cut(descriptor().encoded()) | st.binary(max_size=300))
def test_whatever_comes_is_a_descriptor_in_its_one_form_or_none(data):
    try:
        taken = read_descriptor(data)
    except (cbor.Malformed, Refused):
        return
    assert taken.encoded() == data
