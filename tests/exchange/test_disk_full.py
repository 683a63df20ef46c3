"""A node whose disk is nearly full: what is flash, and every receipt, still passes; the rest waits at its sender."""

import shutil
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from mabar.exchange.models import Drill, Partner, Sent
from tests.exchange.pair import A, B, Pair

FLASH, OPERATIONAL, BUSINESS, BULK = range(4)


@pytest.fixture
def free_at_b(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the disk of the receiving node, and only that one, have so many hundredths left."""
    folder = pair.desks[B].node.folder

    def set_free(percent: float) -> None:
        monkeypatch.setattr(
            shutil,
            "disk_usage",
            lambda path: SimpleNamespace(total=1000, free=10 * (percent if path == folder else 50)),
        )

    return set_free


def stored(pair: Pair, code: str = A) -> dict[int, bool]:
    """Tell of each class whether the R1 of its message has come."""
    with pair.at(code):
        return {each.stream.urgency: each.seq <= each.stream.settled for each in Sent.objects.select_related("stream")}


@pytest.mark.parametrize(
    ("percent", "passing"),
    [(11, {FLASH, OPERATIONAL, BUSINESS, BULK}), (8, {FLASH, OPERATIONAL, BUSINESS}), (6, {FLASH, OPERATIONAL})],
)
def test_the_less_urgent_waits_first(
    pair: Pair, free_at_b: Callable[[float], None], percent: int, passing: set
) -> None:
    free_at_b(percent)
    for urgency in range(4):
        pair.drill(urgency=urgency)
    pair.speak()
    assert {urgency for urgency, has_come in stored(pair).items() if has_come} == passing


def test_flash_takes_effect_and_is_answered_while_the_rest_is_refused(
    pair: Pair, free_at_b: Callable[[float], None]
) -> None:
    free_at_b(1)
    keys = [pair.drill(urgency=urgency, number=urgency) for urgency in range(4)]
    pair.speak()
    assert stored(pair) == {FLASH: True, OPERATIONAL: False, BUSINESS: False, BULK: False}
    assert pair.sent(keys[FLASH]).said == "accepted"
    with pair.at(B):
        assert list(Drill.objects.values_list("number", flat=True)) == [FLASH]
    with pair.at(A):
        assert Partner.objects.get().fault.startswith("node.full")


def test_receipts_of_what_the_full_node_sends_still_reach_it(pair: Pair, free_at_b: Callable[[float], None]) -> None:
    free_at_b(1)
    for urgency in range(4):
        pair.drill(sender=B, urgency=urgency)
    pair.speak()
    assert stored(pair, B) == dict.fromkeys(range(4), True)


def test_what_was_refused_goes_when_there_is_room_again(pair: Pair, free_at_b: Callable[[float], None]) -> None:
    free_at_b(1)
    keys = [pair.drill(urgency=urgency, number=number) for number in range(5) for urgency in range(4)]
    pair.speak()
    free_at_b(50)
    pair.later(minutes=2)
    pair.speak()
    assert {pair.sent(key).said for key in keys} == {"accepted"}
    with pair.at(B):
        assert Drill.objects.count() == len(keys)
