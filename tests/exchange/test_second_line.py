"""An alert does not wait for the answer to the one before it: a second connection takes it."""

from datetime import UTC, datetime, timedelta

from mabar.exchange import links, posting
from mabar.exchange.links import Link
from mabar.exchange.models import Partner, Stream
from tests.exchange.pair import A, B, Pair

FLASH = (0,)


def due(pair: Pair, rank: str) -> bool:
    with pair.at(A):
        link = Link(B, FLASH, rank)
        link.greeted = float("inf")  # only what waits makes it speak
        return link._is_due(Partner.objects.get(code=B))


def sent(pair: Pair, *, ago: timedelta = timedelta()) -> None:
    """Let an alert be under way since a while."""
    pair.drill(urgency=0)
    pair.body(urgencies=FLASH)
    with pair.at(A):
        Stream.objects.filter(is_outward=True, urgency=0).update(moved_at=datetime.now(UTC) - ago)


def test_the_first_takes_what_waits_and_the_second_leaves_it_alone(pair: Pair) -> None:
    pair.drill(urgency=0)
    assert due(pair, links.FIRST)
    assert not due(pair, links.SECOND)


def test_neither_speaks_while_an_alert_is_under_way_and_may_still_be_answered(pair: Pair) -> None:
    sent(pair)
    assert not due(pair, links.FIRST)
    assert not due(pair, links.SECOND)


def test_the_second_takes_an_alert_that_comes_while_the_first_waits_for_its_answer(pair: Pair) -> None:
    sent(pair)
    key = pair.drill(urgency=0, number=2)
    assert due(pair, links.SECOND)
    pair.body(urgencies=FLASH)
    assert pair.sent(key).seq == 2


def test_an_alert_whose_answer_is_overdue_goes_again_by_the_second(pair: Pair) -> None:
    sent(pair, ago=links.OVERDUE + timedelta(seconds=1))
    assert due(pair, links.SECOND)
    pair.hears(B, pair.body(urgencies=FLASH))
    with pair.at(B):
        assert Stream.objects.get(is_outward=False, urgency=0).size == 1


def test_the_first_gives_up_after_a_long_silence(pair: Pair) -> None:
    sent(pair, ago=posting.SILENCE + timedelta(seconds=1))
    assert due(pair, links.FIRST)


def test_a_body_grows_while_the_line_is_quick_and_shrinks_when_it_is_slow() -> None:
    link = Link(B, (1, 2, 3))
    first = link.budget
    link._note_rate(first, links.CARRIED_S / 2)
    assert link.budget == 2 * first
    link._note_rate(10, links.CARRIED_S / 2)  # little was waiting: it tells nothing of the line
    assert link.budget == 2 * first
    link._note_rate(first, 4 * links.CARRIED_S)
    assert link.budget == first // 2
    for _ in range(20):
        link._note_rate(first, 100 * links.CARRIED_S)
    assert link.budget == links.LEAST_BODY
