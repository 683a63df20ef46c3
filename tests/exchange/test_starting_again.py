"""A node that starts again after a kill goes on at once, and does not wait for answers that nobody will give."""

from mabar.exchange.links import Link
from mabar.exchange.models import Stream
from tests.exchange.pair import A, B, Pair


def under_way(pair: Pair) -> list[int]:
    with pair.at(A):
        return Stream.objects.get(is_outward=True, urgency=2).under_way


def test_what_was_under_way_when_a_node_fell_goes_with_its_first_body(pair: Pair) -> None:
    first, second = pair.drill(number=1), pair.drill(number=2)
    pair.body()  # it left, and the node fell before it came anywhere
    assert under_way(pair) == [2]
    with pair.at(A):
        Link(B, (1, 2, 3)).look()
    assert under_way(pair) == []
    pair.hears(B, pair.body())
    assert {pair.received(key).seq for key in (first, second)} == {1, 2}


def test_the_line_of_another_class_leaves_it_alone(pair: Pair) -> None:
    pair.drill()
    pair.body()
    with pair.at(A):
        Link(B, (0,)).look()
    assert under_way(pair) == [1]


def test_a_line_that_goes_on_waits_for_its_answers(pair: Pair) -> None:
    link = Link(B, (1, 2, 3))
    pair.drill(number=1)
    with pair.at(A):
        link.look()
    pair.body()
    with pair.at(A):
        link.look()
    assert under_way(pair) == [1]
