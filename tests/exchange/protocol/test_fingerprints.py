"""A fingerprint is read aloud in words that nobody mishears, and typed back in digits."""

from hashlib import sha256
from importlib.resources import files
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol.fingerprints import differing_groups, digits_of, words_of

FINGERPRINT = bytes(range(12)) + bytes.fromhex("00000001000a3039ffff8000270fd431") + bytes(4)
DIGITS = ("00000", "00001", "00010", "12345", "65535", "32768", "09999", "54321")
LIST = [f"كلمة {number}" for number in range(256)]


def test_the_words_are_those_of_the_first_twelve_bytes():
    assert words_of(FINGERPRINT, LIST) == tuple(LIST[:12])
    assert words_of(b"\xff" * 32, LIST) == (LIST[255],) * 12


def test_a_list_of_another_length_is_not_the_list():
    with pytest.raises(ValueError, match="256"):
        words_of(FINGERPRINT, LIST[:255])


def test_the_digits_are_those_of_the_next_sixteen_bytes_with_leading_zeros():
    assert digits_of(FINGERPRINT) == DIGITS


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(DIGITS),
        "".join(DIGITS),
        "\n".join(DIGITS) + " ",
        "\u00a0".join(DIGITS),
        " ".join(DIGITS).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        " ".join(DIGITS).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    ],
)
def test_digits_are_right_in_either_script_and_with_any_blanks(typed):
    assert differing_groups(FINGERPRINT, typed) == ()


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("00000 00001 00010 12346 65535 32768 09999 54321", (4,)),
        ("00001 00000 00010 12345 65535 32768 09999 54321", (1, 2)),
        ("00000 00001 00010 12345", (5, 6, 7, 8)),
        ("", tuple(range(1, 9))),
        (" ".join(DIGITS) + " 0", tuple(range(1, 9))),
        ("O" + " ".join(DIGITS)[1:], tuple(range(1, 9))),
        ("²" + " ".join(DIGITS)[1:], tuple(range(1, 9))),
    ],
)
def test_what_differs_is_named_by_its_group(typed, groups):
    assert differing_groups(FINGERPRINT, typed) == groups


@given(st.binary(min_size=32, max_size=32), st.integers(0, 39), st.integers(1, 9))
def test_one_digit_mistyped_is_always_seen(fingerprint, place, by):
    digits = "".join(digits_of(fingerprint))
    assert differing_groups(fingerprint, digits) == ()
    mistyped = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert differing_groups(fingerprint, mistyped) == (place // 5 + 1,)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_judged(typed):
    assert set(differing_groups(sha256(b"").digest(), typed)) <= set(range(1, 9))


# The list itself

WORDS = (files("mabar.exchange") / "data" / "words-ar.txt").read_text(encoding="utf-8").split("\n")[:-1]
# Letters that many speakers between the Nile and the Atlantic do not tell apart, each by the first of its group.
SOUNDS = str.maketrans("طثضذظصقهع", "تتدددسكحا")
# No hamza, no taa marbuta, no alef maqsura, no vowel sign: nothing that is written in two ways.
LETTERS = set("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")


def edits(one, other):
    """Count the letters to put in, take out or change that make one word the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row = row, [place]
        for at, against in enumerate(other, 1):
            row.append(min(row[-1] + 1, above[at] + 1, above[at - 1] + (letter != against)))
    return row[-1]


def test_the_list_has_256_words_in_order():
    assert len(set(WORDS)) == 256
    assert sorted(WORDS) == WORDS


def test_every_word_has_three_to_six_letters_that_are_written_in_one_way():
    assert [word for word in WORDS if not 3 <= len(word) <= 6 or set(word) - LETTERS or word[0] == "ا"] == []


def test_no_two_words_are_a_letter_apart_in_writing_or_in_sound():
    near = [
        (one, other)
        for one, other in combinations(WORDS, 2)
        if edits(one, other) < 2 or edits(one.translate(SOUNDS), other.translate(SOUNDS)) < 2
    ]
    assert near == []
