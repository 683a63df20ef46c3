"""Keys sort as they were made, and are the same 16 bytes abroad."""

from datetime import timedelta

import pytest

from mabar.base.keys import key_after, new_key, of_raw, raw_of
from tests.world import NOON


def test_keys_of_one_millisecond_sort_as_they_were_made() -> None:
    made = [new_key(NOON) for _ in range(200)]
    assert made == sorted(made)
    assert len(set(made)) == 200


def test_a_key_after_another_sorts_after_it_whatever_the_clock_says() -> None:
    key = new_key(NOON)
    assert new_key(NOON - timedelta(hours=1)) < key < key_after(key) < new_key(NOON + timedelta(minutes=1))


def test_a_key_is_sixteen_bytes_abroad_and_the_same_key_back() -> None:
    key = new_key(NOON)
    raw = raw_of(key)
    assert len(raw) == 16
    assert int.from_bytes(raw[:6], "big") == int(NOON.timestamp() * 1000)
    assert of_raw(raw) == key


@pytest.mark.parametrize("text", ["", "0", "Z" * 26, "0123456789ABCDEFGHJKMNPQR"])
def test_what_is_no_key_has_no_bytes(text) -> None:
    with pytest.raises(ValueError):
        raw_of(text)
