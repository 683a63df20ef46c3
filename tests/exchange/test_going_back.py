"""What is under way goes again only where it was lost: answers and greetings that cross change nothing."""

import pytest

from mabar.exchange import contact, keeping
from mabar.exchange.models import Partner, Received
from mabar.exchange.models import Stream as StreamRow
from mabar.exchange.protocol.sending import Flight
from tests.exchange.pair import A, B, Pair

URGENCY = 2


def flight(pair: Pair) -> Flight:
    with pair.at(A):
        return keeping.flight_of(StreamRow.objects.get(is_outward=True, urgency=URGENCY))


def bodies(pair: Pair, count: int) -> list[bytes]:
    """Let Debdeb say one message a body, and wait for no answer."""
    made = []
    for number in range(count):
        pair.drill(number=number)
        made.append(pair.body(batches=1))
    return made


def hear(pair: Pair, answer: bytes) -> None:
    with pair.at(A):
        contact.take(answer, pair.later(seconds=1))


def test_the_answer_to_one_body_leaves_the_next_under_way(pair) -> None:
    first, second = bodies(pair, 2)
    hear(pair, pair.hears(B, first))
    assert flight(pair) == Flight(1, 2, (2,))
    hear(pair, pair.hears(B, second))
    assert flight(pair) == Flight(2, 2)


def test_a_greeting_made_before_a_body_came_does_not_send_it_again(pair) -> None:
    pair.hears(B, pair.body())
    before = pair.body(B)
    first, _ = bodies(pair, 2)
    hear(pair, pair.hears(B, first))
    hear(pair, before)
    assert flight(pair) == Flight(1, 2, (2,))


def test_nor_does_one_that_follows_another_old_one(pair) -> None:
    pair.hears(B, pair.body())
    old = [pair.body(B), pair.body(B)]
    (first,) = bodies(pair, 1)
    hear(pair, pair.hears(B, first))
    for each in old:
        hear(pair, each)
    assert flight(pair) == Flight(1, 1)


@pytest.mark.parametrize("is_set_back", [False, True])
def test_a_receiver_that_has_lost_what_it_stored_gets_it_again(pair, is_set_back) -> None:
    (first,) = bodies(pair, 1)
    hear(pair, pair.hears(B, first))
    with pair.at(B):  # an old copy of the database is put back
        Received.objects.all().delete()
        StreamRow.objects.filter(is_outward=False).update(size=0, frontier=[], receipt=None)
    if is_set_back:
        with pair.at(A):  # its clock had run ahead when it last heard from Ghadames
            Partner.objects.update(heard_ms=2**44, greeted_ms=2**44)
    pair.speak(rounds=3)
    assert flight(pair) == Flight(1, 1)
    with pair.at(B):
        assert Received.objects.filter(message__isnull=False, stream__urgency=URGENCY).count() == 1
