"""A root record says by which keys an administration certifies, and says it in one form only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.cose import Quorum
from mabar.exchange.protocol.objects import Context
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import read_root
from tests.exchange.protocol.certified import holders, root
from tests.exchange.protocol.mutants import VALUES, changed, cut

DEMO = ("DEMO الجزائر", "DEMO Algérie", "DEMO Algeria")
ONE_KEY = (holders("dz")[0].public,)
# Source: the eight points of small order of edwards25519, as far as 32 bytes of one form name them.
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


@pytest.mark.parametrize("record", [root(), root("ly", 2), root(names=DEMO, keys=ONE_KEY, threshold=1)])
def test_a_record_that_is_read_is_the_one_that_was_written(record):
    assert read_root(record.encoded()) == record


def test_a_record_gives_its_context_its_quorum_and_its_fingerprint():
    record = root("ly")
    assert record.context == Context(sender="ly", descriptor=1)
    assert record.quorum == Quorum(record.keys, 2)
    assert len(record.fingerprint) == 32
    assert root("ly", 2).before == record.fingerprint


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"administration": "DZ"}, "form of its administration"),
        ({"administration": "dz.hq"}, "form of its administration"),
        ({"number": 0}, "form of its number"),
        ({"names": ("a", "b")}, "form of its names"),
        ({"names": ("a", "b", "")}, "form of its names"),
        ({"names": ("a", "b", "c" * 201)}, "form of its names"),
        ({"names": ("a", "b", "two\nlines")}, "form of its names"),
        ({"names": ("a", "b", "turned \u202e round")}, "form of its names"),
        ({"keys": ()}, "form of its keys"),
        ({"keys": (b"short", b"keys")}, "form of its keys"),
        ({"keys": tuple(bytes([n]) * 32 for n in range(2, 19))}, "form of its keys"),
        ({"keys": ONE_KEY * 2}, "the same key twice"),
        ({"threshold": 0}, "form of its threshold"),
        ({"threshold": 4}, "above the number of keys"),
        ({"threshold": 1}, "no demonstration"),
        ({"keys": ONE_KEY, "threshold": 1}, "no demonstration"),
        ({"threshold": 1, "names": ("DEMO", "DEMO", "Algeria")}, "no demonstration"),
        ({"valid_from_ms": -1}, "form of its valid from"),
        ({"valid_to_ms": root().valid_from_ms}, "valid to before valid from"),
        ({"before": b"short"}, "form of its record before"),
        ({"before": bytes(32)}, "before the first"),
        ({"number": 2, "before": None}, "no record before"),
    ],
)
def test_a_record_that_breaks_a_rule_is_not_one(changes, why):
    with pytest.raises(cbor.Malformed, match=why):
        read_root(root(**changes).encoded())


def test_only_a_record_whose_every_name_says_so_is_for_showing():
    assert root(names=DEMO).is_demonstration
    assert not root().is_demonstration


@pytest.mark.parametrize("small", SMALL_ORDER)
def test_a_key_by_which_everybody_could_sign_is_refused(small):
    record = root(keys=(*root().keys[:2], bytes.fromhex(small)))
    with pytest.raises(Refused) as refused:
        read_root(record.encoded())
    assert (refused.value.code, refused.value.facts) == ("key.unusable", {"key": small})


def test_a_record_of_more_than_64_kib_is_not_read():
    with pytest.raises(cbor.Malformed, match="65536"):
        read_root(cbor.encode({1: bytes(65_536)}))


@given(changed(root().encoded(), VALUES) | cut(root().encoded()) | st.binary(max_size=300))
def test_whatever_comes_is_a_record_in_its_one_form_or_none(data):
    try:
        record = read_root(data)
    except (cbor.Malformed, Refused):
        return
    assert record.encoded() == data
