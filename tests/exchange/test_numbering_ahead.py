"""On a wide line the next body is numbered while the partner takes in the last; on a narrow one nothing is."""

from collections.abc import Callable

import pytest

from mabar.exchange import numbering, posting
from mabar.exchange.line import LineFault
from mabar.exchange.links import FIRST_BODY, Link
from mabar.exchange.models import Outgoing, Partner, Stream
from mabar.exchange.own import own
from mabar.exchange.pacing import Pace
from mabar.exchange.turns import Turn
from tests.exchange.pair import A, B, Pair

OTHERS = (1, 2, 3)


class Wire:
    """What answers at the other end of a line, or breaks."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    timeout_s = 0.0

    def post(self, body: bytes, *, classes: str, when_said: Callable[[], object] = lambda: None) -> bytes:
        if self.fault:
            raise self.fault
        return body + classes.encode()


def posted(pair: Pair, wire: Wire, budget: int) -> bytes:
    with pair.at(A):
        link = Link(B, OTHERS, turn=Turn(budget), pace=Pace())
        with link.turn.taken() as saying:
            return link._said(b"said in ", Partner.objects.get(code=B), wire, saying)


def numbered(pair: Pair, urgency: int = 2) -> int:
    with pair.at(A):
        row = Stream.objects.filter(is_outward=True, urgency=urgency).first()
        return row.size if row else 0


def begun(pair: Pair) -> None:
    """Let a stream have its first message, and another wait."""
    pair.drill()
    pair.body()
    pair.drill(number=2)


def test_what_waits_is_numbered_while_a_wide_line_carries(pair: Pair) -> None:
    begun(pair)
    assert posted(pair, Wire(), posting.MOST_BODY) == b"said in 1,2,3"
    assert numbered(pair) == 2
    with pair.at(A):
        assert Stream.objects.get(is_outward=True, urgency=2).sent_up_to == 1


def test_on_a_narrow_line_it_waits_for_its_turn(pair: Pair) -> None:
    begun(pair)
    assert posted(pair, Wire(), FIRST_BODY) == b"said in 1,2,3"
    assert numbered(pair) == 1


def test_a_line_that_breaks_meanwhile_is_told_and_nothing_is_numbered_twice(pair: Pair) -> None:
    begun(pair)
    with pytest.raises(LineFault, match="gone"):
        posted(pair, Wire(LineFault("gone")), posting.MOST_BODY)
    assert numbered(pair) == 2
    pair.speak()
    with pair.at(B):
        assert Stream.objects.get(is_outward=False, urgency=2).size == 2


def test_no_more_is_numbered_ahead_than_one_body_carries(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "AT_ONCE", 1)
    begun(pair)
    pair.drill(number=3)
    with pair.at(A):
        partner, mine = Partner.objects.get(code=B), own(pair.now)
        Stream.objects.filter(is_outward=True).update(sent_up_to=0)
        posting.number_ahead(partner, OTHERS, mine, pair.now)
    assert numbered(pair) == 1


def test_a_closed_stream_numbers_nothing(pair: Pair) -> None:
    begun(pair)
    with pair.at(A):
        partner, mine = Partner.objects.get(code=B), own(pair.now)
        Stream.objects.filter(is_outward=True).update(closed_at=pair.now)
        posting.number_ahead(partner, OTHERS, mine, pair.now)
    pair.body()
    with pair.at(A):
        assert Outgoing.objects.filter(done_at=None).count() == 1
