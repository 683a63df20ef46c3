"""Two at once on one guarantee: never below zero, nothing twice; real transactions, each in a connection of its own."""

from mabar.base.keys import new_key
from mabar.transit.commands import guaranteeing
from mabar.transit.models import Draw
from tests.crossings.test_two_officers import at_once
from tests.standing import cast
from tests.transit.keeping import OFFICER, draw, kept, left, lines, used
from tests.world import NOON

M1 = "01M81EKCW0P00000000000000A"


def _names(outcomes) -> list[str]:
    return sorted(type(each).__name__ for each in outcomes)


def test_two_movements_that_draw_the_last_of_it_at_once_do_not_both_have_it(transactional_db) -> None:
    world = cast()
    officer, key = world.officers[OFFICER], kept(world).key
    outcomes = at_once(*[lambda: draw(officer, key, 600_000) for _ in range(3)])
    assert _names(outcomes) == ["Draw", "GuaranteeShort", "GuaranteeShort"]
    assert (left(key), used(key), lines("draw")) == (400_000, 600_000, 1)


def test_six_draws_at_once_leave_what_their_sum_leaves(transactional_db) -> None:
    world = cast()
    officer, key = world.officers[OFFICER], kept(world).key
    assert _names(at_once(*[lambda: draw(officer, key, 100_000) for _ in range(6)])) == ["Draw"] * 6
    assert (left(key), used(key)) == (400_000, 600_000)


def test_one_movement_drawn_twice_at_once_draws_once(transactional_db) -> None:
    world = cast()
    officer, key, movement = world.officers[OFFICER], kept(world).key, new_key(NOON)
    outcomes = at_once(*[lambda: draw(officer, key, 100, movement) for _ in range(3)])
    assert _names(outcomes) == ["AlreadyCovered", "AlreadyCovered", "Draw"]
    assert left(key) == 999_900


def test_a_draw_freed_and_claimed_at_once_is_one_of_both(transactional_db) -> None:
    world = cast()
    officer, key = world.officers[OFFICER], kept(world).key
    draw(officer, key, 100, M1)
    acts = (guaranteeing.free, guaranteeing.claim, guaranteeing.free, guaranteeing.claim)
    at_once(*[lambda act=act: act(officer, M1, at=NOON) for act in acts])
    state = Draw.objects.get().state
    assert state in ("freed", "claimed")
    assert left(key) == (1_000_000 if state == "freed" else 999_900)
