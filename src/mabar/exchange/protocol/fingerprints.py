"""How a fingerprint is read aloud and typed back: twelve words, then eight groups of digits (section 4.1)."""

from collections.abc import Sequence

from mabar.lib.identifiers import western_digits

WORDS, GROUPS, GROUP_DIGITS = 12, 8, 5
WORDS_OF_THE_LIST = 256


def words_of(fingerprint: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Say the first 12 bytes of a fingerprint by a list of 256 words.

    Raises:
        ValueError: another list.
    """
    if len(words) != WORDS_OF_THE_LIST:
        raise ValueError("the list has 256 words")
    return tuple(words[byte] for byte in fingerprint[:WORDS])


def digits_of(fingerprint: bytes) -> tuple[str, ...]:
    """Write the next 16 bytes of a fingerprint as eight groups of five digits."""
    return tuple(
        f"{int.from_bytes(fingerprint[at : at + 2], 'big'):0{GROUP_DIGITS}}"
        for at in range(WORDS, WORDS + 2 * GROUPS, 2)
    )


def differing_groups(fingerprint: bytes, typed: str) -> tuple[int, ...]:
    """Name the groups, from 1, in which typed digits differ from a fingerprint; none when all 40 are right.

    Both kinds of Arabic digits count as 0 to 9; blanks may stand anywhere.  A group that is not typed differs, and so
    does every one when more is typed, or anything but digits.
    """
    digits = "".join(western_digits(typed).split())
    if len(digits) > GROUPS * GROUP_DIGITS or not all("0" <= each <= "9" for each in digits):
        return tuple(range(1, GROUPS + 1))
    groups = [digits[at : at + GROUP_DIGITS] for at in range(0, GROUPS * GROUP_DIGITS, GROUP_DIGITS)]
    pairs = zip(groups, digits_of(fingerprint), strict=True)
    return tuple(place for place, (one, other) in enumerate(pairs, start=1) if one != other)
