"""The stay that lasted too long: the clock, the list of the next morning, and the settlement."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.base import timers
from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NotMandated
from mabar.vehicles import commands, queries, rules
from mabar.vehicles.models import PassHolder
from tests.vehicles.garage import (
    CHASSIS,
    DEB,
    DUE,
    GHD,
    HOLDER,
    LAST_DAY,
    NEXT_MORNING,
    enter,
    extend,
    leave,
    lines,
    prefill,
    regularise,
    the_pass,
    vehicle,
)
from tests.world import NOON

YEAR = timedelta(days=365)


def test_the_clock_notes_once_that_the_last_day_has_ended(garage) -> None:
    key = vehicle(garage, "validated")
    assert timers.fire_due(DUE - timedelta(seconds=1)) == 0
    assert timers.fire_due(DUE) == 1
    assert timers.fire_due(DUE + timedelta(hours=1)) == 0
    stay = the_pass(key)
    assert (stay.state, stay.overdue_at) == ("overdue", DUE)
    assert lines("note_overdue") == 1


def test_a_node_that_was_off_for_a_week_notes_it_at_the_instant_it_was_due(garage) -> None:
    key = vehicle(garage, "extended")
    due, woken = DUE + timedelta(days=10), DUE + timedelta(days=17)
    assert timers.fire_due(woken) == 1
    stay = the_pass(key)
    assert (stay.state, stay.overdue_at) == ("overdue", due)
    event = stay.events.latest("pk")
    assert (event.at, event.by, event.facts) == (due, "node", {"fired_at": woken.isoformat()})
    line = JournalLine.objects.get(verb="vehicles.note_overdue")
    assert (line.at, line.mandate) == (woken, "node")


def test_a_vehicle_that_left_or_was_given_more_days_is_not_overdue(garage) -> None:
    gone, longer = vehicle(garage, "validated"), prefill(garage, plate="8-8", chassis="WVWZZZ1JZXW000001")
    leave(garage, gone)
    enter(garage, longer, plate="8-8", chassis="000001")
    extend(garage, longer)
    assert timers.fire_due(DUE + timedelta(days=1)) == 0
    assert {the_pass(gone).state, the_pass(longer).state} == {"exited", "extended"}


def test_no_officer_says_that_a_stay_is_overdue(garage) -> None:
    with pytest.raises(NotMandated):
        commands.note_overdue(garage.officers["head_of_vehicles"], vehicle(garage, "validated"), due_at=DUE, at=DUE)


def test_the_list_of_the_next_morning_has_plate_chassis_place_and_days_and_no_name(garage) -> None:
    key = vehicle(garage, "validated")
    assert queries.overdue(NEXT_MORNING) == []
    timers.fire_due(DUE)
    (row,) = queries.overdue(NEXT_MORNING)
    assert (row.key, row.place, row.plate, row.plate_country, row.chassis) == (key, DEB, "5-123456", "LY", CHASSIS)
    assert (row.last_on, row.days_over) == (LAST_DAY, 1)
    assert queries.overdue(NEXT_MORNING + timedelta(days=9))[0].days_over == 10
    assert HOLDER not in repr(queries.overdue(NEXT_MORNING))


def test_the_list_is_by_place_of_entry_the_longest_first_in_two_questions(garage) -> None:
    vehicle(garage, "overdue")
    for number, days in enumerate((5, 20)):
        plate, chassis = f"8-{number}", f"WVWZZZ1JZXW00000{number}"
        key = prefill(garage, plate=plate, chassis=chassis)
        across = garage.across["vehicle_officer"]
        enter(garage, key, plate=plate, chassis=chassis, place=GHD, days=days, actor=across)
    timers.fire_due(DUE)
    with CaptureQueriesContext(connection) as asked:
        rows = queries.overdue(NEXT_MORNING)
    assert len(asked) == 1
    assert [(row.place, row.days_over) for row in rows] == [(DEB, 1), (GHD, 26), (GHD, 11)]
    assert [row.place for row in queries.overdue(NEXT_MORNING, place=GHD)] == [GHD, GHD]


def test_a_vehicle_that_left_late_stands_on_the_list_until_it_is_settled_with_the_days_it_was_over(garage) -> None:
    key = vehicle(garage, "exited_late")
    (row,) = queries.overdue(NEXT_MORNING + timedelta(days=30))
    assert (row.state, row.days_over) == ("exited_late", 1)
    regularise(garage, key)
    assert queries.overdue(NEXT_MORNING + timedelta(days=30)) == []


def test_a_late_vehicle_is_settled_with_receipt_and_reason(garage) -> None:
    key = vehicle(garage, "exited_late")
    stay = regularise(garage, key, receipt=" Q-2026-17 ")
    assert (stay.state, stay.outcome, stay.receipt) == ("regularised", "settled", "Q-2026-17")
    assert stay.ended_at == NEXT_MORNING + timedelta(days=1)
    line = JournalLine.objects.get(verb="vehicles.regularise")
    assert '"receipt":"Q-2026-17"' in line.facts.body


@pytest.mark.parametrize("outcome", ["cleared", "abandoned"])
def test_a_vehicle_that_stays_is_settled_by_what_became_of_it(garage, outcome) -> None:
    stay = regularise(
        garage, vehicle(garage, "overdue"), outcome=outcome, place=GHD, actor=garage.across["head_of_vehicles"]
    )
    assert (stay.state, stay.outcome) == ("regularised", outcome)
    assert stay.state not in rules.LIVE


@pytest.mark.parametrize(
    ("state", "facts", "refusal"),
    [
        ("overdue", {"outcome": "settled"}, rules.OutcomeUnfit),
        ("exited_late", {"outcome": "cleared"}, rules.OutcomeUnfit),
        ("exited_late", {"receipt": "  "}, rules.ReceiptMissing),
        ("exited_late", {"reason": ""}, rules.ReasonMissing),
        ("validated", {"outcome": "cleared"}, rules.OutOfTurn),
        ("regularised", {}, rules.OutOfTurn),
    ],
)
def test_what_does_not_settle_it_is_refused_and_nothing_changes(garage, state, facts, refusal) -> None:
    key = vehicle(garage, state)
    before = lines("regularise")
    with pytest.raises(refusal) as refused:
        regularise(garage, key, **facts)
    assert refused.value.sentence("fr").remedy
    assert the_pass(key).state == state
    assert lines("regularise") == before


def test_who_lets_vehicles_in_does_not_settle_them(garage) -> None:
    key = vehicle(garage, "exited_late")
    for actor in (garage.officers["vehicle_officer"], garage.stranger, garage.broker):
        with pytest.raises(NotMandated):
            regularise(garage, key, actor=actor)


def test_an_unsettled_earlier_pass_is_told_at_the_next_entry_of_the_same_chassis_whoever_drives(garage) -> None:
    earlier = vehicle(garage, "exited_late")
    again = prefill(garage, plate="9-999", holder="Somebody Else", at=NEXT_MORNING + timedelta(days=5))
    (finding,) = queries.vehicle_pass(again).findings
    assert (finding.code, finding.details["key"]) == ("EarlierPassUnsettled", earlier)
    other = prefill(garage, plate="7-777", chassis="WVWZZZ1JZXW000001", at=NEXT_MORNING + timedelta(days=5))
    assert queries.vehicle_pass(other).findings == (), "the same holder with another vehicle is told nothing of"


@pytest.mark.parametrize("state", ["exited", "regularised"])
def test_the_holder_is_erased_a_year_after_the_end_and_the_vehicles_record_stays(garage, state) -> None:
    key = vehicle(garage, state)
    ended_at = the_pass(key).ended_at
    timers.fire_due(ended_at + YEAR - timedelta(seconds=1))
    assert queries.holder_of(key) is not None
    assert timers.fire_due(ended_at + YEAR) == 1
    assert queries.holder_of(key) is None
    assert not PassHolder.objects.exists()
    stay = the_pass(key)
    assert (stay.plate, stay.holder_erased_at) == ("5-123456", ended_at + YEAR)
    assert lines("erase_holder") == 1


def test_no_officer_erases_a_holder_before_the_day(garage) -> None:
    with pytest.raises(NotMandated):
        commands.erase_holder(garage.officers["head_of_vehicles"], vehicle(garage, "exited"), due_at=NOON, at=NOON)


def test_a_vehicle_that_is_here_keeps_its_holder_however_long(garage) -> None:
    key = vehicle(garage, "overdue")
    timers.fire_due(DUE + YEAR * 3)
    assert queries.holder_of(key) is not None
    assert not Timer.objects.filter(verb="vehicles.erase_holder").exists()


@pytest.mark.sqlite  # PostgreSQL chooses by what it has counted, and so few rows are read from end to end
def test_the_list_of_the_morning_is_read_from_its_index(garage) -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.overdue(NEXT_MORNING)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"])
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "stays_to_be_settled" in plan
    assert "TEMP B-TREE" not in plan
