"""Two officers divert at once, and a diversion that breaks off: one act stands, and no truck lives at two crossings."""

import pytest
from django.db.models import Count

from mabar.base.keys import new_key
from mabar.base.models import JournalLine, Timer
from mabar.crossings import commands, rules
from mabar.crossings.models import Diversion, DivertedTruck, Passage, PassageDeclaration, PassageEvent
from mabar.crossings.queries import diverting
from tests.crossings.sister import THERE, close_debdeb, state_in
from tests.crossings.test_two_officers import at_once
from tests.crossings.yard import attach, later, lines, open_yard, state_of
from tests.standing import cast
from tests.world import NOON


def two_crossings():
    world = cast()
    open_yard(world)
    return close_debdeb(world)


def alive_twice() -> list[str]:
    live = Passage.objects.filter(state__in=rules.LIVE).values("plate_key", "direction")
    return [row["plate_key"] for row in live.annotate(n=Count("pk")).filter(n__gt=1)]


def names(outcomes: list[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_officers_proposing_at_once_make_one_proposal(transactional_db) -> None:
    closed = two_crossings()
    closed.trucks(5)
    assert names(at_once(closed.propose, closed.propose)) == ["Diversion", "NothingToDivert"]
    assert DivertedTruck.objects.count() == 5


def test_two_officers_accepting_at_once_give_the_hours_once(transactional_db) -> None:
    closed = two_crossings()
    closed.trucks(9)
    diversion = closed.propose()
    outcomes = at_once(*[lambda: closed.accept(diversion, hours=1, version=1)] * 2)
    assert names(outcomes) == ["Diversion", "DiversionMovedOn"]
    assert diverting.taken(THERE, NOON) == {later(180): 4}


def test_two_diversions_accepted_at_once_do_not_share_an_hour_twice(transactional_db) -> None:
    closed = two_crossings()
    closed.trucks(4)
    first = closed.propose()
    closed.trucks(4)
    second = closed.propose()
    at_once(lambda: closed.accept(first, hours=2), lambda: closed.accept(second, hours=2))
    assert diverting.taken(THERE, NOON) == {later(180): 4, later(240): 4}


def test_keeping_and_declining_at_once_is_one_answer(transactional_db) -> None:
    closed = two_crossings()
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    officers = closed.world.officers["yard_officer"], closed.world.officers["gate_officer"]
    outcomes = at_once(
        lambda: closed.keep(key, actor=officers[0]),
        lambda: commands.decline_diversion(officers[1], key, at=later(1)),
    )
    assert "AnsweredAlready" in names(outcomes)
    assert (state_in(key), state_of(key)) in {("kept", "diverted"), ("declined", "queued")}
    assert alive_twice() == []


def test_keeping_and_withdrawing_at_once_leave_the_truck_at_one_crossing(transactional_db) -> None:
    closed = two_crossings()
    (key,) = closed.trucks(1)
    diversion = closed.accept(closed.propose())
    officer = closed.world.officers["yard_officer"]
    at_once(
        lambda: closed.keep(key),
        lambda: commands.withdraw_diversion(officer, diversion.key, reason="open", at=later(1)),
    )
    assert (state_in(key), state_of(key)) in {("kept", "diverted"), ("withdrawn", "queued")}
    assert alive_twice() == []


def test_keeping_while_the_truck_is_let_in_leaves_it_at_one_crossing(transactional_db) -> None:
    closed = two_crossings()
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    officer = closed.world.officers["yard_officer"]
    at_once(lambda: closed.keep(key), lambda: commands.turn_back(officer, key, reason="x", at=later(1)))
    assert (state_in(key), state_of(key)) in {("kept", "diverted"), ("offered", "turned_back")}
    assert Passage.objects.filter(state__in=rules.LIVE).count() == (state_of(key) == "diverted")


class Broken(Exception):
    """The power fails."""


def falls(*_: object, **__: object) -> None:
    raise Broken


BREAKING = {
    "as the lines are written": "mabar.base.journal.write_lines",
    "as the events are written": "mabar.crossings.models.PassageEvent.objects.bulk_create",
    "as the timer starts": "mabar.base.timers.start",
}


@pytest.mark.parametrize("where", BREAKING.values(), ids=BREAKING)
def test_an_acceptance_that_breaks_off_has_given_no_hour(transactional_db, monkeypatch, where) -> None:
    closed = two_crossings()
    closed.trucks(5)
    diversion = closed.propose()
    before = PassageEvent.objects.count(), JournalLine.objects.count(), Timer.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(where, falls)
        with pytest.raises(Broken):
            closed.accept(diversion)
    assert before == (PassageEvent.objects.count(), JournalLine.objects.count(), Timer.objects.count())
    assert set(DivertedTruck.objects.values_list("state", "slot_at")) == {("proposed", None)}
    assert Diversion.objects.get().state == "proposed"
    closed.accept(diversion)


@pytest.mark.parametrize(
    "where", ["mabar.base.journal.write_lines", "mabar.crossings.turns.start_lapse", "mabar.base.timers.end"]
)
def test_an_answer_that_breaks_off_leaves_the_truck_where_it_was(transactional_db, monkeypatch, where) -> None:
    closed = two_crossings()
    (key,) = closed.trucks(1)
    attach(closed.world, key)
    closed.accept(closed.propose())
    with monkeypatch.context() as broken:
        broken.setattr(where, falls)
        with pytest.raises(Broken):
            closed.keep(key)
    assert (state_of(key), state_in(key), lines("keep_diversion")) == ("queued", "offered", 0)
    assert not Passage.objects.filter(place=THERE).exists()
    assert PassageDeclaration.objects.get().passage_id == key
    closed.keep(key, successor=new_key(NOON))
    assert alive_twice() == []
