"""A closed crossing proposes its trucks, another takes them by the hour, and each carrier keeps or declines."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mabar.base.keys import new_key
from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.base.timers import fire_due
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Diversion, Passage, PassageEvent
from mabar.crossings.queries import diverting
from mabar.crossings.rules import diverting_refusals as refusals
from tests.crossings.sister import REASON, THERE, change_opening, state_in
from tests.crossings.yard import attach, hold, later, lines, state_of, step, truck
from tests.world import NOON


def states(diversion):
    return {name: n for name, n in diverting.diversion(diversion.key).counts.items() if n}


def test_every_waiting_truck_is_proposed_in_the_order_of_the_queue(closed) -> None:
    expected = closed.trucks(2, queued=False)
    queued = closed.trucks(3)
    inside = truck(closed.world, "queued")
    diversion = closed.propose()
    assert list(diversion.trucks.order_by("number").values_list("passage", flat=True)) == [*queued, inside, *expected]
    assert states(diversion) == {"proposed": 6}
    assert (diversion.state, diversion.reason, diversion.proposed_by) == ("proposed", REASON, "DEB-0003")


def test_one_direction_may_be_proposed_alone(closed) -> None:
    closed.trucks(2)
    leaving = closed.trucks(1, direction="exit")
    diversion = closed.propose(direction="exit")
    assert list(diversion.trucks.values_list("passage", flat=True)) == leaving


def test_a_held_truck_and_one_in_another_proposal_are_left_out(closed) -> None:
    held, proposed = closed.trucks(2)
    hold(closed.world, held)
    first = closed.propose()
    assert list(first.trucks.values_list("passage", flat=True)) == [proposed]
    with pytest.raises(refusals.NothingToDivert):
        closed.propose()


def test_the_act_leaves_a_line_for_itself_and_one_for_each_truck(closed) -> None:
    keys = closed.trucks(3)
    diversion = closed.propose()
    found = JournalLine.objects.filter(verb="crossings.propose_diversion").order_by("pk")
    assert [line.subject for line in found] == [diversion.key, *keys]
    assert {line.mandate for line in found} == {found[0].mandate}
    assert '"from":"dz.debdeb"' in found[0].facts.body
    assert '"trucks":3' in found[0].facts.body
    assert PassageEvent.objects.filter(kind="propose_diversion").count() == 3


def test_an_open_crossing_sends_nobody_away(closed) -> None:
    closed.trucks(1)
    change_opening(closed.world, is_open=True, at=later(1))
    with pytest.raises(refusals.CrossingOpen):
        closed.propose(at=later(2))
    assert not Diversion.objects.exists()


def test_a_closed_crossing_is_sent_nobody(closed) -> None:
    closed.trucks(1)
    change_opening(closed.world, is_open=False, place=THERE)
    with pytest.raises(refusals.TargetClosed) as refused:
        closed.propose()
    assert refused.value.details == {"place": THERE, "reason": REASON}


@pytest.mark.parametrize("target", ["dz.debdeb", "ly.ghadames"])
def test_trucks_go_to_another_crossing_of_the_same_administration(closed, target) -> None:
    closed.trucks(1)
    with pytest.raises(refusals.OtherAdministration):
        closed.propose(target=target)


def test_a_place_that_is_no_crossing_here_is_unknown(closed) -> None:
    closed.trucks(1)
    with pytest.raises(NoSuchRecord):
        closed.propose(target="dz.tarat")


def test_a_proposal_needs_its_reason(closed) -> None:
    closed.trucks(1)
    with pytest.raises(rules.ReasonMissing):
        closed.propose(reason=" ")


def test_nobody_proposes_or_accepts_for_a_place_that_is_not_his(closed) -> None:
    closed.trucks(1)
    for actor in (closed.officer, closed.world.broker, closed.world.officers["gate_officer"], closed.world.stranger):
        with pytest.raises(NotMandated):
            closed.propose(actor=actor)
    diversion = closed.propose()
    told = {"at": NOON, "reason": "x"}
    for actor in (closed.world.officers["yard_officer"], closed.world.broker):
        with pytest.raises(NotMandated):
            closed.accept(diversion, actor=actor)
        with pytest.raises(NotMandated):
            commands.refuse_diversion(actor, diversion.key, **told)
    with pytest.raises(NotMandated):
        commands.withdraw_diversion(closed.officer, diversion.key, **told)
    with pytest.raises(NotMandated):
        commands.state_capacity(closed.world.officers["yard_officer"], THERE, an_hour=9, at=NOON)
    assert states(diversion) == {"proposed": 1}


def test_hours_are_given_in_the_order_of_the_queue_up_to_the_capacity(closed) -> None:
    keys = closed.trucks(14)
    diversion = closed.accept(closed.propose())
    # two hours of road and half an hour to answer: 13:30 is reached, so the first full hour is three hours after noon
    given = dict(diversion.trucks.exclude(slot_at=None).values_list("passage", "slot_at"))
    assert [given[key] for key in keys[:12]] == [later(180)] * 4 + [later(240)] * 4 + [later(300)] * 4
    assert states(diversion) == {"offered": 12, "proposed": 2}
    ends = set(diversion.trucks.exclude(slot_at=None).values_list("slot_at", "answer_by"))
    assert ends == {(later(m), later(m - 120)) for m in (180, 240, 300)}
    timers = Timer.objects.filter(verb="crossings.expire_offer").values_list("due_at", flat=True)
    assert sorted(timers) == [later(60), later(120), later(180)]
    assert lines("accept_diversion") == 13


def test_the_rest_is_taken_in_a_later_hour_and_no_hour_is_filled_twice(closed) -> None:
    keys = closed.trucks(6)
    diversion = closed.accept(closed.propose(), an_hour=3, hours=1)
    assert states(diversion) == {"offered": 3, "proposed": 3}
    closed.accept(diversion, an_hour=4, hours=2, version=2)
    given = dict(diversion.trucks.values_list("passage", "slot_at"))
    # the first hour has room for one more of the four that were stated
    assert [given[key] for key in keys] == [later(180)] * 4 + [later(240)] * 2


def test_what_another_diversion_was_given_is_not_given_again(closed) -> None:
    closed.trucks(4)
    closed.accept(closed.propose(), hours=1)
    closed.trucks(2)
    second = closed.propose(direction="entry")
    with pytest.raises(refusals.NoHourFree):
        closed.accept(second, hours=1)
    assert states(closed.accept(second, hours=2)) == {"offered": 2}


def test_the_receiving_crossing_may_begin_later(closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose(), not_before=later(20 * 60 + 1))
    assert diverting.offer_to(key).truck.slot_at == later(21 * 60)


@pytest.mark.parametrize("minutes", [31 * 24 * 60 + 1, None])
def test_nobody_is_offered_an_hour_further_ahead_than_a_month(closed, minutes) -> None:
    closed.trucks(1)
    diversion = closed.propose()
    far = later(minutes) if minutes else datetime.max.replace(tzinfo=ZoneInfo("America/Denver"))
    with pytest.raises(refusals.HourTooFar) as refused:
        closed.accept(diversion, not_before=far)
    assert refused.value.details["days"] == 31
    assert states(diversion) == {"proposed": 1}


def test_no_hour_is_given_at_which_the_receiving_crossing_does_not_work(closed) -> None:
    keys = closed.trucks(12)
    stated = {"days": (7, 1, 2, 3, 4, 6), "opens_min": 480, "closes_min": 960, "slot_min": 60}
    commands.change_hours(closed.world.node, THERE, **stated, trucks_a_slot=2, tolerance_min=30, at=NOON)
    diversion = closed.accept(closed.propose())
    given = dict(diversion.trucks.values_list("passage", "slot_at"))
    # the last hour before it closes at four by its clock, and the first ones from eight the next morning
    assert [given[key] for key in keys] == [later(minutes) for minutes in (180, 1200, 1260) for _ in range(4)]


def test_nobody_takes_more_than_the_crossing_has_stated(closed) -> None:
    closed.trucks(1)
    diversion = closed.propose()
    with pytest.raises(refusals.AboveCapacity) as refused:
        closed.accept(diversion, an_hour=5)
    assert refused.value.details == {"an_hour": 5, "stated": 4}
    commands.state_capacity(closed.officer, THERE, an_hour=5, at=NOON)
    closed.accept(diversion, an_hour=5)
    assert lines("state_capacity") == 2


def test_a_crossing_that_has_stated_nothing_takes_nobody(closed) -> None:
    closed.trucks(1)
    diversion = closed.propose()
    commands.state_capacity(closed.officer, THERE, an_hour=0, at=NOON)
    with pytest.raises(refusals.AboveCapacity):
        closed.accept(diversion, an_hour=1)


def test_a_place_that_is_no_crossing_states_nothing(closed) -> None:
    with pytest.raises(NoSuchRecord):
        commands.state_capacity(closed.world.node, "dz.nowhere", an_hour=1, at=NOON)


def test_a_target_closed_meanwhile_accepts_nobody(closed) -> None:
    closed.trucks(1)
    diversion = closed.propose()
    change_opening(closed.world, is_open=False, place=THERE)
    with pytest.raises(refusals.TargetClosed):
        closed.accept(diversion)
    assert states(diversion) == {"proposed": 1}


def test_a_kept_truck_goes_on_at_the_other_crossing_alone(closed) -> None:
    key = truck(closed.world, "queued")
    closed.accept(closed.propose())
    there = closed.keep(key, actor=closed.world.officers["gate_officer"])
    left, moved = Passage.objects.get(key=key), Passage.objects.get(key=there)
    assert (left.state, moved.state, moved.place_id) == ("diverted", "announced", THERE)
    assert (moved.plate, moved.direction, moved.seals, moved.firm_id) == (
        left.plate,
        left.direction,
        left.seals,
        left.firm_id,
    )
    assert moved.expected_at == later(180)
    assert Passage.objects.filter(plate_key=left.plate_key, state__in=rules.LIVE).count() == 1
    assert left.diversions.get().successor == moved
    assert moved.diverted_from.passage == left
    assert left.events.latest("pk").facts == {"to": THERE, "passage": there}


def test_the_papers_go_along_and_what_was_cleared_is_cleared_as_it_comes(closed) -> None:
    (key,) = closed.trucks(1)
    attach(closed.world, key, lane="red", is_cleared=True)
    attach(closed.world, key, "D2", packages=3, lane="green")
    before = list(queries.links_by_passage([key])[key])
    closed.accept(closed.propose())
    there = closed.keep(key)
    cleared, waiting = queries.links_by_passage([there])[there]
    assert [replace(cleared, cleared_at=before[0].cleared_at), waiting] == before
    assert cleared.cleared_at == Passage.objects.get(key=there).announced_at != before[0].cleared_at
    assert queries.linked(key) == []


def test_the_time_limit_runs_anew_from_the_hour_given(closed) -> None:
    (key,) = closed.trucks(1, queued=False)
    closed.accept(closed.propose())
    there = closed.keep(key)
    assert Timer.objects.get(verb="crossings.lapse", subject=key).ended_at == later(1)
    assert Timer.objects.get(verb="crossings.lapse", subject=there).due_at == later(180 + 7 * 24 * 60)


def test_a_declined_truck_keeps_its_place(closed) -> None:
    first, second, third = closed.trucks(3)
    closed.accept(closed.propose())
    commands.decline_diversion(closed.world.officers["yard_officer"], second, at=later(1))
    closed.keep(first)
    assert [row.key for row in queries.awaiting_gate_in("dz.debdeb")] == [second, third]
    assert (state_in(second), state_of(second)) == ("declined", "queued")


def test_the_declarant_answers_for_his_own_trucks_alone(closed) -> None:
    own, other = closed.trucks(2, actor=closed.world.broker, queued=False)
    closed.accept(closed.propose())
    with pytest.raises(NoSuchRecord):
        closed.keep(own, actor=closed.world.rival)
    with pytest.raises(NoSuchRecord):
        commands.decline_diversion(closed.world.rival, other, at=later(1))
    with pytest.raises(NotMandated):
        closed.keep(own, actor=closed.world.officers["weigh_officer"])
    closed.keep(own, actor=closed.world.broker)
    commands.decline_diversion(closed.world.broker, other, at=later(1))
    assert (state_in(own), state_in(other)) == ("kept", "declined")


def test_an_answer_sent_twice_is_one_and_another_is_refused(closed) -> None:
    key, other = closed.trucks(2)
    closed.accept(closed.propose())
    for _ in range(2):
        closed.keep(key, event_key="e")
    with pytest.raises(refusals.AnsweredAlready) as refused:
        closed.keep(key)
    assert "Diversion kept" in refused.value.sentence("en").what
    assert refused.value.details["at"] == "2026-11-22 12:01"
    commands.decline_diversion(closed.world.officers["yard_officer"], other, at=later(1))
    with pytest.raises(refusals.AnsweredAlready):
        closed.keep(other)
    assert Passage.objects.filter(place=THERE).count() == 1


def test_a_truck_without_an_offer_has_nothing_to_answer(closed) -> None:
    (key,) = closed.trucks(1)
    closed.propose()
    (never,) = closed.trucks(1)
    for each in (key, never):
        with pytest.raises(refusals.NothingOffered):
            closed.keep(each)


def test_what_nobody_answered_expires_and_the_truck_stays(closed) -> None:
    keys = closed.trucks(5)
    diversion = closed.accept(closed.propose(), hours=2)
    commands.decline_diversion(closed.world.officers["yard_officer"], keys[0], at=later(1))
    assert fire_due(later(61)) == 1
    assert states(diversion) == {"declined": 1, "expired": 3, "offered": 1}
    event = PassageEvent.objects.filter(kind="expire_offer").first()
    assert (event.at, event.by) == (later(60), "node")
    assert {state_of(key) for key in keys} == {"queued"}
    line = JournalLine.objects.filter(verb="crossings.expire_offer").first()
    assert (line.at, '"due_at"' in line.facts.body) == (later(61), True)


def test_a_late_answer_is_refused_before_the_clock_has_come_round(closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    with pytest.raises(refusals.OfferExpired) as late:
        closed.keep(key, at=later(61))
    assert late.value.details == {"at": "2026-11-22 13:00"}  # as the clock of the place shows it
    fire_due(later(62))
    with pytest.raises(refusals.OfferExpired):
        commands.decline_diversion(closed.world.officers["yard_officer"], key, at=later(63))
    assert state_of(key) == "queued"


def test_when_all_have_answered_no_timer_runs(closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    closed.keep(key)
    assert Timer.objects.get(verb="crossings.expire_offer").ended_at == later(1)
    assert fire_due(later(61)) == 0


def test_a_truck_that_has_gone_in_meanwhile_is_not_diverted(closed) -> None:
    key, gone = closed.trucks(2)
    diversion = closed.accept(closed.propose(), hours=1)
    change_opening(closed.world, is_open=True, at=later(1))
    passage = Passage.objects.get(key=gone)
    step(closed.world, gone, "gate_in", plate=passage.plate, at=later(2))
    with pytest.raises(rules.OutOfTurn):
        closed.keep(gone, at=later(3))
    closed.keep(key, at=later(3))
    # its hour is free again for others
    assert diverting.taken(THERE, NOON) == {later(180): 1}
    assert states(diversion) == {"kept": 1, "offered": 1}


def test_a_truck_gone_in_before_the_hours_are_given_gets_none(closed) -> None:
    gone, key = closed.trucks(2)
    diversion = closed.propose()
    change_opening(closed.world, is_open=True, at=later(1))
    step(closed.world, gone, "gate_in", plate=Passage.objects.get(key=gone).plate, at=later(2))
    closed.accept(diversion, at=later(3))
    assert (state_in(gone), state_in(key)) == ("proposed", "offered")


def test_a_truck_held_meanwhile_stays(closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    hold(closed.world, key)
    with pytest.raises(refusals.HeldNotDiverted):
        closed.keep(key)
    assert state_in(key) == "offered"


def test_nobody_goes_to_a_crossing_that_has_closed_since(closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    change_opening(closed.world, is_open=False, place=THERE)
    with pytest.raises(refusals.TargetClosed):
        closed.keep(key)


def test_a_truck_that_is_announced_at_the_other_crossing_is_not_announced_there_again(closed) -> None:
    (key,) = closed.trucks(1)
    plate = Passage.objects.get(key=key).plate
    told = {"place": THERE, "direction": "entry", "plate": plate, "at": NOON}
    commands.announce(closed.world.broker, new_key(NOON), **told)
    closed.accept(closed.propose())
    with pytest.raises(rules.AnnouncedBefore):
        closed.keep(key)
    assert (state_of(key), state_in(key)) == ("queued", "offered")


def test_a_diverted_passage_is_not_brought_back_by_a_correction(closed) -> None:
    (key,) = closed.trucks(1)
    closed.accept(closed.propose())
    closed.keep(key)
    with pytest.raises(rules.OutOfTurn):
        commands.correct_event(closed.world.officers["yard_officer"], key, reason="x", at=later(2))
    assert state_of(key) == "diverted"


def test_the_receiving_crossing_refuses_those_without_an_hour(closed) -> None:
    closed.trucks(6)
    diversion = closed.accept(closed.propose(), hours=1)
    commands.refuse_diversion(closed.officer, diversion.key, reason="the yard is full", at=later(1))
    assert states(diversion) == {"offered": 4, "refused": 2}
    assert diverting.diversion(diversion.key).answer == "the yard is full"
    with pytest.raises(refusals.DiversionMovedOn):
        closed.accept(diversion, at=later(2))


def test_hours_still_open_after_a_refusal_are_withdrawn(closed) -> None:
    keys = closed.trucks(6)
    diversion = closed.accept(closed.propose(), hours=1)
    commands.refuse_diversion(closed.officer, diversion.key, reason="the yard is full", at=later(1))
    told = {"reason": "open again", "at": later(2)}
    commands.withdraw_diversion(closed.world.officers["yard_officer"], diversion.key, **told)
    assert states(diversion) == {"withdrawn": 4, "refused": 2}
    with pytest.raises(refusals.NothingOffered):
        closed.keep(keys[0], at=later(3))


def test_what_is_not_answered_is_withdrawn_when_the_crossing_opens_again(closed) -> None:
    keys = closed.trucks(6)
    diversion = closed.accept(closed.propose(), hours=1)
    closed.keep(keys[0])
    change_opening(closed.world, is_open=True, at=later(2))
    told = {"reason": "open again", "at": later(3)}
    commands.withdraw_diversion(closed.world.officers["yard_officer"], diversion.key, **told)
    assert states(diversion) == {"kept": 1, "withdrawn": 5}
    assert not Timer.objects.filter(verb="crossings.expire_offer", ended_at=None).exists()
    with pytest.raises(refusals.NothingOffered):
        closed.keep(keys[1], at=later(4))
    with pytest.raises(refusals.DiversionMovedOn):
        commands.withdraw_diversion(closed.world.officers["yard_officer"], diversion.key, **told)


def test_those_withdrawn_may_be_proposed_to_another_crossing(closed) -> None:
    closed.trucks(2)
    diversion = closed.propose()
    commands.withdraw_diversion(closed.world.officers["yard_officer"], diversion.key, reason="x", at=NOON)
    assert states(closed.propose()) == {"proposed": 2}


def test_an_officer_who_saw_an_older_version_accepts_nothing(closed) -> None:
    closed.trucks(9)
    diversion = closed.propose()
    closed.accept(diversion, hours=1, version=1)
    with pytest.raises(refusals.DiversionMovedOn):
        closed.accept(diversion, hours=1, version=1)
    assert states(diversion) == {"offered": 4, "proposed": 5}


def test_an_unknown_diversion_is_unknown(closed) -> None:
    for act in (closed.accept, lambda d: commands.refuse_diversion(closed.officer, d.key, reason="x", at=NOON)):
        with pytest.raises(NoSuchRecord):
            act(Diversion(key="0" * 26))
    with pytest.raises(NoSuchRecord):
        diverting.diversion("0" * 26)


def test_the_days_counts_tell_of_the_diverted(closed) -> None:
    keys = closed.trucks(2)
    closed.accept(closed.propose())
    closed.keep(keys[0])
    counts = queries.day_counts("dz.debdeb", later(60))
    assert (counts.diverted, counts.turned_back) == (1, 0)
    assert queries.day_counts(THERE, later(60)).announced == 1
