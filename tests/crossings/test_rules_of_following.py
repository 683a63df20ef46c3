"""The rules of a follow link: what a token is, when a link ends, what a driver is told to have ready."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.base import keys
from mabar.crossings import rules
from tests.world import NOON

DAY = timedelta(hours=24)
OVER = [state for state in rules.STATES if state not in rules.LIVE]


def test_a_token_is_read_as_it_was_made_also_in_small_letters_and_misread_from_paper() -> None:
    token = keys.new_token()
    assert rules.read_token(token) == token
    assert rules.read_token(f" {token.lower()}\n") == token
    assert rules.read_token("01" + "Z" * 24) == rules.read_token("OI" + "z" * 24) == rules.read_token("oL" + "Z" * 24)


@pytest.mark.parametrize(
    "text", ["", "x", "8" + "0" * 25, "0" * 25, "0" * 27, "0" * 25 + "U", "0" * 25 + "é", "../" * 9]
)
def test_what_is_no_token_is_none(text) -> None:
    assert rules.read_token(text) is None


def test_tokens_hold_128_bits_and_no_two_are_the_same() -> None:
    made = {keys.raw_of(keys.new_token()) for _ in range(200)}
    assert len(made) == 200
    assert {len(each) for each in made} == {16}
    assert len({each[0] for each in made}) > 50, "the first byte is no clock"


def test_what_is_kept_of_a_token_and_what_names_its_page_outside_are_two_hashes() -> None:
    digest = rules.digest_of(keys.new_token())
    name = rules.page_name(digest)
    assert len(digest) == 64
    assert len(name) == 32
    assert set(name) <= set(string.ascii_lowercase + "234567")
    assert name != rules.page_name(rules.digest_of(keys.new_token()))
    assert name == rules.page_name(digest)


@pytest.mark.parametrize("state", rules.LIVE)
def test_a_link_lives_as_long_as_its_truck_is_on_its_way(state) -> None:
    assert rules.link_ends_at(state, None) is None
    rules.check_followed(state, ended_at=None, at=NOON + 99 * DAY)
    rules.check_giveable(state)


@pytest.mark.parametrize("state", OVER)
def test_a_link_ends_a_day_after_the_way_of_its_truck_however_that_ended(state) -> None:
    assert rules.link_ends_at(state, NOON) == NOON + DAY
    rules.check_followed(state, ended_at=NOON, at=NOON + DAY - timedelta(seconds=1))
    for at in (NOON + DAY, NOON + 2 * DAY):
        with pytest.raises(rules.NothingToFollow):
            rules.check_followed(state, ended_at=NOON, at=at)
    with pytest.raises(rules.NothingToFollow):
        rules.check_followed(state, ended_at=None, at=NOON)
    with pytest.raises(rules.OutOfTurn):
        rules.check_giveable(state)


@pytest.mark.parametrize(
    ("plate", "shown"),
    [
        ("99417-322-33", "2233"),
        ("123 تونس 4567", "4567"),
        ("5-12", "2"),
        ("7", "7"),
        ("12345-6", "456"),
        ("A-1-B-2", "B2"),
    ],
)
def test_a_plate_is_shown_by_its_last_signs_and_never_whole(plate, shown) -> None:
    assert rules.short_plate(plate) == shown


@given(st.text(alphabet=string.ascii_uppercase + string.digits + " -٠١", min_size=2, max_size=32))
def test_of_a_plate_at_most_half_is_told(plate) -> None:
    signs = [sign for sign in plate if sign.isalnum()]
    if len(signs) > 1:
        assert 0 < len(rules.short_plate(plate)) <= min(4, len(signs) // 2)


def test_the_papers_are_asked_for_before_the_gate_only() -> None:
    for state in ("announced", "queued"):
        ready = rules.to_prepare(state, has_declaration=True, has_seals=True)
        assert ready == ("declaration", "waybill", "truck_papers", "driver_papers", "seals")
    missing = rules.to_prepare("queued", has_declaration=False, has_seals=False)
    assert missing == ("declaration_missing", "waybill", "truck_papers", "driver_papers")
    for state in set(rules.STATES) - {"announced", "queued"}:
        assert rules.to_prepare(state, has_declaration=False, has_seals=True) == ()
