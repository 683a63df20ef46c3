"""What comes does not wait for the answer to what went before it: a second connection takes it, in its turn."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mabar.exchange import contact, links, posting
from mabar.exchange.line import LineFault
from mabar.exchange.links import Link
from mabar.exchange.models import Partner, Stream
from tests.exchange.pair import A, B, Pair

FLASH, OTHERS = (0,), (1, 2, 3)


@dataclass
class Wire:
    """A line to the other node: what happens before a body lies in it whole, and while its answer is waited for.

    What happens meanwhile comes first where the body is overtaken.
    """

    pair: Pair
    breaks: bool = False
    before: Callable[[], object] = lambda: None
    meanwhile: Callable[[], object] = lambda: None
    is_overtaken: bool = False
    is_closed: bool = False
    timeout_s: float = 0.0  # the answers of two that speak in one thread cannot wait for each other
    url: str = ""

    def open(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True

    def post(self, body: bytes, *, classes: str, when_said: Callable[[], object]) -> bytes:
        self.before()
        if self.breaks:
            raise LineFault("gone")
        when_said()
        if self.is_overtaken:
            self.meanwhile()
        with self.pair.at(B):
            answer = contact.answer(body, self.pair.later(seconds=1))
        if not self.is_overtaken:
            self.meanwhile()
        return answer


def contacted(pair: Pair, link: Link, wire: Wire) -> None:
    with pair.at(A):
        link._contact(Partner.objects.get(code=B), wire)


def stored(pair: Pair, urgency: int = 2) -> int:
    with pair.at(B):
        return Stream.objects.get(is_outward=False, urgency=urgency).size


def due(pair: Pair, link: Link) -> bool:
    """Tell whether a connection speaks, other than to greet."""
    with pair.at(A):
        link.greeted = float("inf")
        return not link._rests and link._is_due(Partner.objects.get(code=B))


@contextmanager
def waiting_for_an_answer(link: Link) -> Iterator[None]:
    with link.turn.taken() as saying:
        saying.is_said()
        yield


def links_of(urgencies: tuple[int, ...]) -> list[Link]:
    return [link for link in links.links_to(B) if link.urgencies == urgencies]


def sent(pair: Pair, *, ago: timedelta = timedelta()) -> None:
    """Let an alert be under way since a while, and be lost."""
    pair.drill(urgency=0)
    pair.body(urgencies=FLASH)
    with pair.at(A):
        Stream.objects.filter(is_outward=True, urgency=0).update(moved_at=datetime.now(UTC) - ago)


@pytest.fixture
def three() -> list[Link]:
    """The connections for alerts."""
    return links_of(FLASH)


def test_the_first_takes_what_waits_and_the_others_leave_it_alone(pair: Pair, three: list[Link]) -> None:
    pair.drill(urgency=0)
    assert [due(pair, link) for link in three] == [True, False, False]


def test_none_speaks_while_an_alert_is_under_way_and_may_still_be_answered(pair: Pair, three: list[Link]) -> None:
    sent(pair)
    with waiting_for_an_answer(three[0]):
        assert [due(pair, link) for link in three] == [False, False, False]


def test_the_second_takes_an_alert_that_comes_while_the_first_waits_and_says_both(
    pair: Pair, three: list[Link]
) -> None:
    sent(pair)
    key = pair.drill(urgency=0, number=2)
    with waiting_for_an_answer(three[0]):
        assert due(pair, three[1])
        contacted(pair, three[1], Wire(pair))
    assert pair.sent(key).seq == 2
    assert stored(pair, urgency=0) == 2


@pytest.mark.parametrize("is_back", [False, True], ids=["later", "after the clock was set back"])
def test_an_alert_without_an_answer_goes_again_by_one_connection_after_the_other(
    pair: Pair, three: list[Link], is_back: bool
) -> None:
    spans = [link.overdue * (-1 if is_back else 1) for link in three[1:]]
    with waiting_for_an_answer(three[0]):
        sent(pair, ago=spans[0] * 1.1)
        assert [due(pair, link) for link in three] == [False, True, False]
        contacted(pair, three[1], Wire(pair))
        assert stored(pair, urgency=0) == 1
        sent(pair, ago=spans[1] * 1.1)
        assert due(pair, three[2])


@pytest.mark.parametrize("ago", [posting.SILENCE + timedelta(seconds=1), timedelta(days=-3)])
def test_the_first_gives_up_after_a_long_silence_or_when_the_clock_was_set_back(
    pair: Pair, three: list[Link], ago: timedelta
) -> None:
    sent(pair, ago=ago)
    assert due(pair, three[0])


def test_all_but_the_first_ask_nothing_of_the_database_while_nobody_waits_for_an_answer(
    pair: Pair, three: list[Link], django_assert_num_queries: Any
) -> None:
    sent(pair, ago=timedelta(seconds=5))
    with pair.at(A), django_assert_num_queries(0):
        three[1].greeted = float("inf")
        assert not three[1].look()


@dataclass
class Two:
    """The two connections for what is not urgent; a second message comes while the first is written."""

    pair: Pair
    first: Link
    second: Link

    def write(self) -> None:
        assert self.first.turn.is_taken
        self.pair.drill(number=2)

    def follow(self) -> None:
        assert not self.first.turn.is_taken
        assert due(self.pair, self.second)
        contacted(self.pair, self.second, Wire(self.pair))


@pytest.fixture
def two(pair: Pair) -> Two:
    first, second = links_of(OTHERS)
    pair.drill(number=1)
    return Two(pair, first, second)


def test_the_second_follows_as_soon_as_the_first_lies_in_the_line_whole(pair: Pair, two: Two) -> None:
    contacted(pair, two.first, Wire(pair, before=two.write, meanwhile=two.follow))
    assert stored(pair) == 2


def test_answers_are_heard_in_the_order_in_which_bodies_were_said(pair: Pair, two: Two) -> None:
    is_answered = threading.Event()

    def follow_in_a_thread() -> None:
        contacted(pair, two.second, Wire(pair, meanwhile=is_answered.set, timeout_s=30))
        pair.desks[A]._handler.close_all()
        pair.desks[B]._handler.close_all()

    beside = threading.Thread(target=follow_in_a_thread)

    def follow() -> None:
        beside.start()
        assert is_answered.wait(30)

    with pair.at(A):
        contacted(pair, two.first, Wire(pair, before=two.write, meanwhile=follow))
        beside.join()
        row = Stream.objects.get(is_outward=True, urgency=2)
    assert (row.size, row.settled, row.under_way) == (2, 2, [])


def test_a_body_that_overtakes_the_one_before_it_goes_again(pair: Pair, two: Two) -> None:
    contacted(pair, two.first, Wire(pair, before=two.write, meanwhile=two.follow, is_overtaken=True))
    assert stored(pair) == 1
    assert due(pair, two.first)
    contacted(pair, two.first, Wire(pair))
    assert stored(pair) == 2


def test_a_line_that_breaks_gives_the_turn_back(pair: Pair, two: Two) -> None:
    with pytest.raises(LineFault, match="gone"):
        contacted(pair, two.first, Wire(pair, breaks=True))
    assert not two.first.turn.is_taken
    with pair.at(A):
        posting.gone_silent(Partner.objects.get(code=B), OTHERS)
    contacted(pair, two.second, Wire(pair))
    assert stored(pair) == 1


def test_an_answer_is_waited_for_from_the_moment_when_all_is_said(
    pair: Pair, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved_at() -> datetime:
        with pair.at(A):
            return Stream.objects.get(is_outward=True, urgency=2).moved_at

    seen: list[datetime] = []
    for long_s in (links.LONG_BODY_S, -1.0):
        monkeypatch.setattr(links, "LONG_BODY_S", long_s)
        wire = Wire(pair, before=lambda: seen.append(moved_at()), meanwhile=lambda: seen.append(moved_at()))
        contacted(pair, two.first, wire)
        pair.drill(number=2)
    assert seen[0] == seen[1]
    assert seen[2] < seen[3]


def test_the_second_says_nothing_of_its_own_accord_and_opens_its_line_anew_after_a_rest(pair: Pair, two: Two) -> None:
    two.first.greeted = two.second.greeted = float("-inf")
    with pair.at(A):
        partner = Partner.objects.get(code=B)
        Stream.objects.all().delete()
        assert two.first._is_due(partner)
        assert two.second._rests


def test_nothing_waits_behind_a_closed_stream_or_where_no_more_may_go(pair: Pair, two: Two) -> None:
    pair.body(urgencies=OTHERS, batches=1)
    pair.drill(number=2)
    assert not due(pair, two.second)
    with waiting_for_an_answer(two.first):
        _goes_behind_what_is_under_way(pair, two)


def _goes_behind_what_is_under_way(pair: Pair, two: Two) -> None:
    assert due(pair, two.second)
    pair.body(urgencies=OTHERS, batches=1)
    pair.drill(number=3)
    assert not due(pair, two.second)  # two are under way
    pair.drill(number=4, urgency=1)
    assert due(pair, two.second)
    pair.body(urgencies=(1,))
    pair.drill(number=5, urgency=1)
    with pair.at(A):
        Stream.objects.filter(is_outward=True, urgency=1).update(closed_at=pair.now)
    assert not due(pair, two.second)


def test_a_body_grows_while_the_line_is_quick_and_shrinks_when_it_is_slow() -> None:
    link = Link(B, (1, 2, 3))
    first = link.turn.budget
    link._note_rate(first, links.CARRIED_S / 2)
    assert link.turn.budget == 2 * first
    link._note_rate(10, links.CARRIED_S / 2)  # little was waiting: it tells nothing of the line
    assert link.turn.budget == 2 * first
    link._note_rate(first, 4 * links.CARRIED_S)
    assert link.turn.budget == first // 2
    for _ in range(20):
        link._note_rate(first, 100 * links.CARRIED_S)
    assert link.turn.budget == links.LEAST_BODY
