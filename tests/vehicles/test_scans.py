"""What the one field of the counter takes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.base.keys import new_key
from mabar.lib.identifiers import BidiControl
from mabar.vehicles.rules import Scan, read_scan, scan_text
from tests.world import NOON

KEY = "01KAPQ2Z6T0123456789ABCDEF"


def test_the_code_of_the_paper_names_the_pass_and_nothing_else() -> None:
    assert scan_text("dz.debdeb", KEY) == f"MABAR:V:DZ.DEBDEB:{KEY}"
    assert read_scan(scan_text("dz.debdeb", KEY)) == Scan(key=KEY)
    assert read_scan(f"  {KEY.lower()} ") == Scan(key=KEY)


@given(some.sampled_from(["dz.debdeb", "ly.ghadames", "tn.ras-ajdir"]), some.integers(0, 10**9))
def test_every_key_is_read_back_from_its_code(node, seconds) -> None:
    key = new_key(NOON + timedelta(seconds=seconds))
    assert read_scan(scan_text(node, key)).key == key


def test_a_plate_is_looked_for_as_a_plate_and_as_a_number_given_elsewhere() -> None:
    scan = read_scan("5-123456")
    assert (scan.key, scan.plate_key, scan.chassis, scan.reference) == ("", "5-123456", "5123456", "5-123456")


def test_a_chassis_is_looked_for_in_one_form() -> None:
    assert read_scan("vf1 bb05c f30 123456").chassis == "VF1BB05CF30123456"


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_typed_looks_for_nothing(text) -> None:
    assert read_scan(text).is_nothing


@pytest.mark.parametrize("name", ["Salem Example", "سالم مثال", "Ben-Example"])
def test_a_name_is_neither_plate_nor_chassis(name) -> None:
    scan = read_scan(name)
    assert scan.plate_key == ""
    assert (scan.key, scan.reference) == ("", name)


def test_a_hidden_mark_is_refused() -> None:
    with pytest.raises(BidiControl):
        read_scan("\u200f5-123456")


@given(some.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused(text) -> None:
    try:
        assert len(read_scan(text).reference) <= 80
    except BidiControl:
        return
