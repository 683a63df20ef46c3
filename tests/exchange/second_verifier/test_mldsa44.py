"""ML-DSA-44 in the second verifier: it takes what the product signs, and nothing that FIPS 204 refuses."""

from collections.abc import Callable
from hashlib import sha256, shake_128, shake_256
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from tests.exchange.second_verifier.asked import EVERY, Ask, ask, node

__all__ = ["ask", "node"]

Signed = tuple[bytes, bytes, bytes]
"""Key, message, signature."""

Q, GAMMA1, BETA, OMEGA, ROWS = 8380417, 2**17, 78, 80, 4
HINT_AT = 32 + 4 * 576


def signed(number: int) -> Signed:
    """Sign a message of a length of its own with a key of its own."""
    private = MLDSA44PrivateKey.from_seed_bytes(sha256(bytes([number])).digest())
    message = bytes(range(256))[:number] * 5
    return private.public_key().public_bytes_raw(), message, private.sign(message)


@pytest.fixture
def verifies(ask: Ask) -> Callable[[list[Signed]], list[bool]]:
    """Ask the second verifier about many signatures at once."""

    def put(all_: list[Signed]) -> list[bool]:
        answer: list[bool] = ask("mldsa44", [[part.hex() for part in one] for one in all_])
        return answer

    return put


@pytest.mark.parametrize("every", EVERY)
def test_what_the_product_signs_is_good(every: int, verifies: Callable[[list[Signed]], list[bool]]) -> None:
    all_ = [signed(number) for number in range(0, 120, every)]
    assert verifies(all_) == [True] * len(all_)


def _flipped(value: bytes, at: int) -> bytes:
    return value[: at // 8] + bytes([value[at // 8] ^ 1 << at % 8]) + value[at // 8 + 1 :]


@pytest.mark.parametrize("every", EVERY)
def test_a_bit_turned_anywhere_makes_it_bad(every: int, verifies: Callable[[list[Signed]], list[bool]]) -> None:
    key, message, signature = signed(40)
    assert verifies([(key, message, signature)]) == [True]
    keys = [(_flipped(key, at), message, signature) for at in range(0, len(key) * 8, 97)]
    messages = [(key, _flipped(message, at), signature) for at in range(0, len(message) * 8, 13)]
    signatures = [(key, message, _flipped(signature, at)) for at in range(0, HINT_AT * 8, 101)]
    hints = [(key, message, _flipped(signature, at)) for at in range(HINT_AT * 8, len(signature) * 8)]
    tried = (keys + messages + signatures + hints)[::every]
    assert verifies(tried) == [False] * len(tried)


def test_a_key_or_signature_of_another_length_is_bad(verifies: Callable[[list[Signed]], list[bool]]) -> None:
    key, message, signature = signed(3)
    keys = [(other, message, signature) for other in (b"", key[:-1], key + b"\0")]
    signatures = [(key, message, other) for other in (b"", signature[:-1], signature + b"\0")]
    assert verifies(keys + signatures) == [False] * 6


def _with_hint(signature: bytes, hint: bytes) -> bytes:
    assert len(hint) == OMEGA + ROWS
    return signature[:HINT_AT] + hint


def _rows(signature: bytes) -> list[list[int]]:
    """Give the places of the hint, row by row."""
    hint = signature[HINT_AT:]
    ends = [0, *hint[OMEGA:]]
    return [list(hint[start:end]) for start, end in pairwise(ends)]


def _written(rows: list[list[int]], padding: int = 0) -> bytes:
    """Write the hint as FIPS 204 does, whatever the order of the places is."""
    places = [place for row in rows for place in row]
    ends = [sum(map(len, rows[: n + 1])) for n in range(ROWS)]
    return bytes(places) + bytes([padding] * (OMEGA - len(places))) + bytes(ends)


def _misshapen(rows: list[list[int]]) -> dict[str, bytes]:
    """Give the hints that say the same, but not in the one form, and those that say nothing."""
    full = max(range(ROWS), key=lambda row: len(rows[row]))
    backwards = [row[::-1] if n == full else row for n, row in enumerate(rows)]
    twice = [[row[0], *row] if n == full else row for n, row in enumerate(rows)]
    good = _written(rows)
    return {
        "places that descend": _written(backwards),
        "a place told twice": _written(twice),
        "something after the last place": _written(rows, 1),
        "something in the very last place": good[: OMEGA - 1] + b"\1" + good[OMEGA:],
        "more places than there is room for": good[:-1] + bytes([OMEGA + 1]),
        "a row that ends before it begins": good[:OMEGA] + bytes([good[OMEGA + 1] + 1]) + good[OMEGA + 1 :],
        "a last row that ends before it begins": good[:-1] + bytes([good[-2] - 1]),
    }


def test_a_hint_has_one_form_only(verifies: Callable[[list[Signed]], list[bool]]) -> None:
    key, message, signature = signed(7)
    rows = _rows(signature)
    assert _with_hint(signature, _written(rows)) == signature
    assert sum(map(len, rows)) < OMEGA - 1, "the signature leaves no room for what is tried"
    for wrong, hint in _misshapen(rows).items():
        assert verifies([(key, message, _with_hint(signature, hint))]) == [False], wrong


# A key whose t1 is nought lets everybody sign, so that a response of any size can be made for it; with a response that
# is one number, A times it needs one column of A only, taken here out of its transform by the defining sum.

RHO = b"r" * 32
OPEN_KEY = RHO + bytes(ROWS * 320)


def _column() -> list[list[int]]:
    """Give the first column of the matrix, each polynomial by its coefficients."""
    return [_from_transform(_sampled(RHO + bytes([0, row]))) for row in range(ROWS)]


def _sampled(seed: bytes) -> list[int]:
    stream = shake_128(seed).digest(3000)
    triples = (int.from_bytes(stream[at : at + 3], "little") & 0x7FFFFF for at in range(0, 3000, 3))
    return [value for value in triples if value < Q][:256]


def _from_transform(values: list[int]) -> list[int]:
    roots = [pow(1753, 2 * int(f"{n:08b}"[::-1], 2) + 1, Q) for n in range(256)]
    powers, result, share = [1] * 256, [], pow(256, -1, Q)
    for _ in range(256):
        result.append(sum(value * power for value, power in zip(values, powers, strict=True)) * share % Q)
        powers = [power * pow(root, -1, Q) % Q for power, root in zip(powers, roots, strict=True)]
    return result


def _high(value: int) -> int:
    step = (Q - 1) // 44
    low = value % step - (step if value % step > step // 2 else 0)
    return 0 if value - low == Q - 1 else (value - low) // step


def _packed(values: list[int], width: int) -> bytes:
    number = sum(value << width * n for n, value in enumerate(values))
    return number.to_bytes(len(values) * width // 8, "little")


def _open_signature(column: list[list[int]], response: int, message: bytes) -> bytes:
    """Sign with the key that lets everybody sign; the response is `response` and else nought."""
    mu = shake_256(shake_256(OPEN_KEY).digest(64) + b"\0\0" + message).digest(64)
    w1 = [_high(value * response % Q) for polynomial in column for value in polynomial]
    challenge = shake_256(mu + _packed(w1, 6)).digest(32)
    z = [response, *[0] * (4 * 256 - 1)]
    return challenge + _packed([GAMMA1 - value for value in z], 18) + bytes(OMEGA + ROWS)


@pytest.mark.parametrize(
    ("response", "is_good"),
    [(0, True), (GAMMA1 - BETA - 1, True), (BETA + 1 - GAMMA1, True),
     (GAMMA1 - BETA, False), (BETA - GAMMA1, False), (GAMMA1, False), (1 - GAMMA1, False)],
)  # fmt: skip
def test_a_response_out_of_range_is_bad_though_all_else_agrees(
    response: int, is_good: bool, verifies: Callable[[list[Signed]], list[bool]]
) -> None:
    signature = _open_signature(_column(), response, b"anything")
    assert verifies([(OPEN_KEY, b"anything", signature)]) == [is_good]


def _hinted(places: bytes, ends: list[int]) -> bytes:
    """Sign with the open key and a response of nought; the one hint turns the first high part from 0 to 43."""
    mu = shake_256(shake_256(OPEN_KEY).digest(64) + b"\0\0" + b"anything").digest(64)
    challenge = shake_256(mu + _packed([43, *[0] * (ROWS * 256 - 1)], 6)).digest(32)
    return challenge + _packed([GAMMA1] * 1024, 18) + places.ljust(OMEGA, b"\0") + bytes(ends)


@pytest.mark.parametrize(
    ("ends", "is_good"), [([1, 1, 1, 1], True), ([1, 0, 1, 1], False), ([1, 1, 1, 0], False), ([1, 1, 0, 1], False)]
)
def test_an_empty_row_of_hints_ends_where_it_begins(
    ends: list[int], is_good: bool, verifies: Callable[[list[Signed]], list[bool]]
) -> None:
    assert verifies([(OPEN_KEY, b"anything", _hinted(b"\0", ends))]) == [is_good]
