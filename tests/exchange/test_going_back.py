"""What is under way goes again only where it was lost: answers and greetings that cross change nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mabar.exchange import contact, keeping, posting, stick
from mabar.exchange.models import Partner, Received, SignedHead
from mabar.exchange.models import Stream as StreamRow
from mabar.exchange.protocol.sending import Flight
from tests.exchange.pair import A, B, Pair, other

URGENCY, FLASH = 2, 0


def flight(pair: Pair, urgency: int = URGENCY) -> Flight:
    with pair.at(A):
        return keeping.flight_of(StreamRow.objects.get(is_outward=True, urgency=urgency))


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


def put_back(pair: Pair, urgency: int, act: Callable[[], object], *, with_marks: bool) -> None:
    """Let Ghadames lose what an act brought it: an old copy is put back, with its marks or without."""
    with pair.at(B):
        row = StreamRow.objects.get(is_outward=False, urgency=urgency)
        greeted_ms = Partner.objects.get().greeted_ms
    act()
    with pair.at(B) as node:
        Received.objects.filter(stream=row, seq__gt=row.size).delete()
        SignedHead.objects.filter(stream=row, size__gt=row.size).delete()
        row.save()
        restored_ms = int(pair.now.timestamp() * 1000)
        Partner.objects.update(greeted_ms=greeted_ms, heard_ms=None, restored_ms=restored_ms)
        for mark in (Path(node.folder) / "marks").glob("*") if not with_marks else ():
            mark.unlink()


def stored(pair: Pair, urgency: int = URGENCY) -> list[int]:
    with pair.at(B):
        kept = Received.objects.filter(stream__urgency=urgency, kind__startswith="exchange.drill")
        return list(kept.order_by("seq").values_list("seq", flat=True))


@pytest.mark.parametrize("with_marks", [True, False])
def test_by_stick_too_a_restored_receiver_gets_again_what_it_has_lost(pair, tmp_path, with_marks) -> None:
    def trips(count: int = 1) -> None:
        for _ in range(count):
            for sender in (A, B):
                file = tmp_path / f"{pair.now:%H%M%S}-{sender}.mx1"
                with pair.at(sender):
                    stick.export(Partner.objects.get(), file, pair.later(seconds=1))
                with pair.at(other(sender)):
                    stick.import_(file, pair.later(seconds=1))

    def tell(number: int) -> None:
        pair.drill(number=number)
        trips()

    tell(1)
    put_back(pair, URGENCY, lambda: tell(2), with_marks=with_marks)
    pair.drill(number=3)
    trips(4)
    assert stored(pair) == [1, 2, 3]


@pytest.mark.parametrize("with_marks", [True, False])
def test_alerts_reach_a_restored_receiver_though_each_body_gives_up_the_last(pair, with_marks) -> None:
    def alert(number: int) -> None:
        pair.drill(number=number, urgency=FLASH)
        contacts(2)

    def contacts(count: int) -> None:
        for _ in range(count):
            with pair.at(A):
                posting.gone_silent(Partner.objects.get(), (FLASH,))
            hear(pair, pair.hears(B, pair.body(urgencies=(FLASH,), batches=1)))

    alert(1)
    put_back(pair, FLASH, lambda: alert(2), with_marks=with_marks)
    pair.drill(number=3, urgency=FLASH)
    contacts(5)
    assert stored(pair, FLASH) == [1, 2, 3]


def test_the_first_receipt_of_a_stream_comes_though_it_was_lost(pair) -> None:
    pair.drill(number=1)
    pair.hears(B, pair.body())  # the answer is lost
    with pair.at(A):
        posting.gone_silent(Partner.objects.get(), (URGENCY,))
    pair.hears(A, pair.body(B))  # and then the partner calls, and says how far it has stored
    assert flight(pair) == Flight(0, 1)
    for _ in range(3):
        pair.later(minutes=2)
        hear(pair, pair.hears(B, pair.body()))
    assert flight(pair) == Flight(1, 1)
