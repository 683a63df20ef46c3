"""The product's verifier and the second one come to the same verdict, whatever is validly signed."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pytest

from mabar.exchange.protocol import cbor, verdicts
from mabar.exchange.suites import SignatureChecker
from tests.exchange.second_verifier import made
from tests.exchange.second_verifier.asked import EVERY, Ask, ask, node
from tests.exchange.second_verifier.bent import ODD, bent
from tests.exchange.second_verifier.bundles import FAIL, FIVE, HOLD, OTHER, against, reused, stopped, with_own
from tests.exchange.second_verifier.made import SENDER, STATEMENTS, Item, descriptor, head, root

__all__ = ["ask", "node"]

NEAR: list[Any] = [
    *(1, 2, 3, 4, 255, 256, 65535, 65536, made.FROM, made.TO, b"\1" * 16, b"\1" * 32),
    *("dz", "DEMO", "d", "Douane", "node", "a" * 33, "a b", "exchange.answer/1.0", [1], [1, 2], [2, 1], [0, 1, 2, 3]),
]
SPARSE: list[Any] = [None, 0, 1, 2**63 - 1, "x", b"\0" * 32, []]


def differing(bundles: Iterable[bytes], ask: Ask) -> list[tuple[str, str, str]]:
    """Give the bundles on which the two differ, with what each says; some must be valid and some not."""
    tried = list(dict.fromkeys(bundles))
    ours = [verdicts.verify(each, SignatureChecker()) for each in tried]
    assert {one.verdict for one in ours} == {verdicts.Verdict.VALID, verdicts.Verdict.NOT_VALID}
    theirs = ask("judge", [each.hex() for each in tried])
    return [
        (each.hex(), f"{one.verdict}: {one.fault}", f"{other}: {faults}")
        for each, one, (other, faults) in zip(tried, ours, theirs, strict=True)
        if one.verdict != other
    ]


def of_root() -> Iterator[bytes]:
    """Give bundles with root records that say something else, signed by their officers."""
    context, officers = made.context_of_root("dz", 1), made.officers("dz")
    for payload in bent(cbor.decode(made.payload_of(root("dz"))), ODD + NEAR):
        yield with_own(made.many(made.ROOT, context, cbor.encode(payload), officers), descriptor(SENDER))


def of_second_root() -> Iterator[bytes]:
    """Give bundles with a second root record that says something else, signed by both sets of officers."""
    context, officers = made.context_of_root("dz", 2), [*made.officers("dz"), *made.officers("dz", 2)]
    for payload in bent(cbor.decode(made.payload_of(root("dz", 2))), NEAR):
        second = made.many(made.ROOT, context, cbor.encode(payload), officers)
        yield with_own(root("dz"), second, descriptor(SENDER))


def of_descriptor() -> Iterator[bytes]:
    """Give bundles with descriptors that say something else, signed by the root."""
    context, officers = made.context_of_root("dz", 1), made.officers("dz")[:2]
    for payload in bent(cbor.decode(made.payload_of(descriptor(SENDER))), ODD + NEAR):
        yield with_own(root("dz"), made.many(made.DESCRIPTOR, context, cbor.encode(payload), officers))


def of_second_descriptor() -> Iterator[bytes]:
    """Give bundles with a second descriptor that says something else beside the first."""
    context, officers = made.context_of_root("dz", 1), made.officers("dz")[:2]
    for payload in bent(cbor.decode(made.payload_of(descriptor(SENDER, 2))), SPARSE):
        second = made.many(made.DESCRIPTOR, context, cbor.encode(payload), officers)
        yield with_own(root("dz"), descriptor(SENDER), second)


def of_statement() -> Iterator[bytes]:
    """Give bundles with a second statement that says something else, signed by the agency."""
    for payload in bent(cbor.decode(made.payload_of(STATEMENTS[2])), ODD + NEAR):
        yield reused(made.one(made.STATEMENT, made.context(), cbor.encode(payload), f"{SENDER} agency 1"))


def of_head() -> Iterator[bytes]:
    """Give bundles with a second head that says something else, signed by the node."""
    for payload in bent({1: 5, 2: OTHER}, ODD + NEAR):
        yield against(made.one(made.HEAD, made.context(), cbor.encode(payload), f"{SENDER} node"))
        yield against(made.one(made.HEAD, made.context(suite=2), cbor.encode(payload), SENDER, made.ML_DSA_44))


def of_context() -> Iterator[bytes]:
    """Give bundles whose objects are signed in another context."""
    for context in filter(_is_list, bent(made.context(), ODD + NEAR)):
        yield against(made.one(made.HEAD, context, cbor.encode({1: 5, 2: OTHER}), f"{SENDER} node"))
    for context in filter(_is_list, bent(made.context_of_root("dz", 1), ODD + NEAR)):
        signed = made.many(made.ROOT, context, made.payload_of(root("dz")), made.officers("dz"))
        yield with_own(signed, descriptor(SENDER))
        certified = made.many(made.DESCRIPTOR, context, made.payload_of(descriptor(SENDER)), made.officers("dz")[:2])
        yield with_own(root("dz"), certified)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def of_whole() -> Iterator[bytes]:
    """Give bundles of each claim of which a part beside the signed objects is put otherwise."""
    for make in (made.message, made.broken_head, made.two_receipts, stopped):
        whole = cbor.decode(make())
        for key in (1, 2, 3, 4, 7):
            yield from (cbor.encode(whole | {key: other}) for other in bent(whole[key], ODD + NEAR))
        for key in (5, 6):
            yield from (cbor.encode(whole | {key: other}) for other in _shuffled(whole[key]))


def _shuffled(items: list[Item]) -> Iterator[list[Item]]:
    for n, item in enumerate(items):
        yield items[:n] + items[n + 1 :]
        yield [*items, item]
        yield [item, *items[:n], *items[n + 1 :]]
        yield [*items[:n], STATEMENTS[0], *items[n + 1 :]]
        yield [*items[:n], head(5, FIVE), *items[n + 1 :]]


@pytest.mark.parametrize(
    "bundles",
    [of_root, of_second_root, of_descriptor, of_second_descriptor, of_statement, of_head, of_context, of_whole],
    ids=lambda bundles: bundles.__name__,
)
@pytest.mark.parametrize("every", EVERY)
def test_both_verifiers_say_the_same(bundles: Any, every: int, ask: Ask) -> None:
    assert differing(islice(bundles(), 0, None, every), ask) == []


def test_both_verifiers_say_the_same_of_every_bundle_that_is_named(ask: Ask) -> None:
    assert differing([make() for make in HOLD.values()] + [make() for make, _ in FAIL.values()], ask) == []
