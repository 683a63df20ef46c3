"""What strangers may hand an arbiter, damaged, bent, made to exhaust him: none of it is taken or ends the program."""

from collections.abc import Iterator
from typing import Any

import pytest

from mabar.exchange.protocol import cbor
from tests.exchange.second_verifier.asked import BAD, EVERY, Ask, ask, node
from tests.exchange.second_verifier.bent import bent
from tests.exchange.second_verifier.bundles import HOLD, reused, two_heads, with_own
from tests.exchange.second_verifier.made import SENDER, Item, descriptor, root, statement

__all__ = ["ask", "node"]


@pytest.mark.parametrize(
    ("name", "every"),
    [
        ("records of a demonstration", 7),
        ("a broken head", 31),
        ("a message under post-quantum heads", 397),
        pytest.param("records of a demonstration", 1, marks=pytest.mark.soak),
        pytest.param("a broken head", 5, marks=pytest.mark.soak),
        pytest.param("a message under post-quantum heads", 41, marks=pytest.mark.soak),
    ],
)
def test_evidence_with_a_byte_changed_or_its_end_cut_off_is_never_taken(name: str, every: int, ask: Ask) -> None:
    given = HOLD[name]()
    answer = ask("damage", {"bundle": given.hex(), "every": every})
    assert answer["tried"] > 2 * len(given) // every
    assert answer["taken"] == []


def _inside(type_: int, context: list[Any], object_: bytes) -> Iterator[Item]:
    """Give an item with each form that its structure, or its payload, can be bent into."""
    cose = cbor.decode(object_)
    for other in bent(cose):
        yield [type_, context, cbor.encode(other)]
    for other in bent(cbor.decode(cose.item[2])):
        parts = [*cose.item[:2], cbor.encode(other), cose.item[3]]
        yield [type_, context, cbor.encode(cbor.Tagged(cose.tag, parts))]


def test_evidence_made_to_exhaust_a_machine_is_refused(ask: Ask) -> None:
    promised = bytes.fromhex("9bffffffffffffffff"), bytes.fromhex("bb7fffffffffffffff"), bytes.fromhex("7a7fffffff")
    nested = b"\x81" * 100_000
    many = b"\x9a" + (2**23).to_bytes(4, "big") + b"\xa0" * 2**23
    bare = cbor.encode(cbor.decode(two_heads()) | {5: [None] * 1_000_000})
    type_, context, object_ = root("dz")
    body, unprotected, _, [signature, _] = cbor.decode(object_).item
    wide = cbor.Tagged(98, [body, unprotected, bytes(2**22), [signature] * 10_000])
    heavy = with_own([type_, context, cbor.encode(wide)], descriptor(SENDER))
    answers = ask("judge", [given.hex() for given in (*promised, nested, many, bare, heavy)])
    assert [verdict for verdict, _ in answers] == [BAD] * 7
    assert not [fault for _, faults in answers for fault in faults if fault.startswith("not to be read")]


def test_a_bundle_has_at_most_16_mebibytes(ask: Ask) -> None:
    [[_, just], [_, above]] = ask("judge", [bytes(size).hex() for size in (2**24, 2**24 + 1)])
    assert (just, above) == (["CBOR: bytes after the outermost item"], ["bundle: is above 16 MiB"])


@pytest.mark.parametrize("every", EVERY)
def test_evidence_bent_out_of_form_is_refused_and_ends_nothing(every: int, ask: Ask) -> None:
    whole = cbor.decode(reused(statement(3, _10=2), _5=[root("dz"), descriptor(SENDER)]))
    tried = list(bent(whole))
    for part in (5, 6):
        for n, item in enumerate(whole[part]):
            tried += [whole | {part: [*whole[part][:n], other, *whole[part][n + 1 :]]} for other in _inside(*item)]
    changed = [other for other in tried if other != whole]
    assert len(changed) > 2000
    answers = ask("judge", [cbor.encode(other).hex() for other in changed[::every]])
    assert [a for a in answers if a[0] != BAD or any(fault.startswith("not to be read") for fault in a[1])] == []
