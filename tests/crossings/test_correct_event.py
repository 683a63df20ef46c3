"""Undoing an event by a correcting event."""

import pytest

from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Passage, PassageEvent
from mabar.exchange.models import Outgoing
from tests.crossings.yard import announce, hold, later, lines, state_of, step, truck
from tests.world import NOON


def correct(yard, key: str, officer: str = "yard_officer", **facts) -> Passage:
    return commands.correct_event(yard.officers[officer], key, **{"reason": "misread", "at": later(90), **facts})


EMPTY = {
    "queued": ("queued_at", "gate"),
    "gate_in": ("gate_in_at",),
    "weighed": ("weighed_at", "gross_mass_g", "tare_mass_g", "is_empty"),
    "presented": ("presented_at",),
}


@pytest.mark.parametrize(
    ("state", "before"),
    [("queued", "announced"), ("gate_in", "queued"), ("weighed", "gate_in"), ("presented", "weighed")],
)
def test_the_newest_step_is_undone_and_what_it_wrote_is_empty_again(yard, state, before) -> None:
    key = truck(yard, before)
    untouched = Passage.objects.filter(key=key).values().get()
    step(yard, key, state)
    kept = list(PassageEvent.objects.filter(passage=key).order_by("pk").values())
    passage = correct(yard, key)
    assert passage.state == before
    after = Passage.objects.filter(key=key).values().get()
    assert {name: after[name] for name in EMPTY[state]} == dict.fromkeys(EMPTY[state])
    assert {**after, "version": 0} == {**untouched, "version": 0}
    events = list(PassageEvent.objects.filter(passage=key).order_by("pk").values())
    assert events[:-1] == kept
    told = events[-1]
    assert (told["kind"], told["corrects_id"], told["state_before"], told["state_after"]) == (
        "correct_event",
        kept[-1]["id"],
        state,
        before,
    )
    assert told["facts"] == {"reason": "misread", "undone": kept[-1]["kind"]}


def test_an_undone_step_may_be_done_again(yard) -> None:
    key = truck(yard, "weighed")
    correct(yard, key)
    assert step(yard, key, "weighed", gross_mass_g=26_000_000, at=later(91)).gross_mass_g == 26_000_000
    assert queries.passage(key).events[-3].corrected_by == queries.passage(key).events[-2].number


def test_two_corrections_go_back_two_steps(yard) -> None:
    key = truck(yard, "weighed")
    correct(yard, key)
    assert correct(yard, key).state == "queued"


def test_a_correction_passes_what_stands_beside_the_road(yard) -> None:
    key = truck(yard, "weighed")
    hold(yard, key)
    assert correct(yard, key).state == "gate_in"
    assert queries.passage(key).open_holds


def test_a_gate_out_is_undone_with_its_closing_and_the_neighbours_are_told(yard) -> None:
    key = truck(yard, "closed")
    passage = correct(yard, key)
    assert (passage.state, passage.gate_out_at, passage.closed_at) == ("presented", None, None)
    assert [event.facts["undone"] for event in passage.events.filter(kind="correct_event").order_by("pk")] == [
        "close",
        "note_gate_out",
    ]
    line = JournalLine.objects.get(verb="crossings.correct_event")
    assert line.facts.body == '{"reason":"misread","undone":["close","note_gate_out"]}'
    letter = Outgoing.objects.order_by("pk").last()
    assert letter.kind == "crossings.gate-out-undone/1"
    assert letter.body == (
        '{"at":"2026-11-22T12:30:00+00:00","declarations":["D1"],"direction":"entry",'
        f'"passage":"{key}","place":"dz.debdeb"}}'
    )
    assert step(yard, key, "closed", at=later(91)).state == "closed"


def test_only_an_undone_gate_out_is_told(yard) -> None:
    correct(yard, truck(yard, "presented"))
    assert not Outgoing.objects.exists()


def test_seals_taken_at_the_gate_go_with_the_gate_in(yard) -> None:
    key = announce(yard, seals=[])
    step(yard, key, "queued")
    step(yard, key, "gate_in", seals=["A"])
    commands.record_seal(yard.officers["gate_officer"], key, seal="B", report="r", at=NOON)
    assert correct(yard, key).seals == ["B"]


def test_a_truck_back_among_the_announced_has_its_week_again(yard) -> None:
    key = truck(yard, "queued")
    correct(yard, key)
    assert Timer.objects.get(subject=key, ended_at=None).due_at == later(90 + 7 * 24 * 60)


@pytest.mark.parametrize("act", ["withdraw", "turn_back"])
def test_a_truck_taken_off_in_error_comes_back(yard, act) -> None:
    key = truck(yard, "queued")
    getattr(commands, act)(yard.officers["gate_officer"], key, reason="wrong truck", at=later(1))
    assert correct(yard, key).state == "queued"
    assert Passage.objects.get(key=key).queued_at == NOON


def test_a_truck_announced_again_meanwhile_does_not_come_back_twice(yard) -> None:
    key = truck(yard, "queued")
    commands.withdraw(yard.officers["gate_officer"], key, at=later(1))
    other = announce(yard, at=later(2))
    with pytest.raises(rules.AnnouncedBefore) as refused:
        correct(yard, key)
    assert refused.value.details["key"] == other
    assert state_of(key) == "withdrawn"
    assert lines("correct_event") == 0


def test_an_announcement_is_withdrawn_and_not_corrected(yard) -> None:
    key = truck(yard)
    with pytest.raises(rules.NothingToCorrect):
        correct(yard, key)
    assert lines("correct_event") == 0


def test_a_correction_needs_a_reason(yard) -> None:
    key = truck(yard, "queued")
    with pytest.raises(rules.ReasonMissing):
        correct(yard, key, reason="")
    assert state_of(key) == "queued"


def test_whoever_corrects_must_hold_the_verb_of_the_step_too(yard) -> None:
    key = truck(yard, "presented")
    with pytest.raises(NotMandated) as refused:
        correct(yard, key, "weigh_officer")
    assert refused.value.details["verb"] == "crossings.present"
    assert correct(yard, key, "gate_officer").state == "weighed"
    with pytest.raises(NotMandated):
        correct(yard, key, "gate_officer")
    assert correct(yard, key, "weigh_officer").state == "gate_in"
    with pytest.raises(NotMandated):
        correct(yard, key, "police_officer")


def test_a_closing_is_undone_by_whoever_may_let_trucks_out(yard) -> None:
    key = truck(yard, "closed")
    with pytest.raises(NotMandated) as refused:
        correct(yard, key, "weigh_officer")
    assert refused.value.details["verb"] == "crossings.note_gate_out"
    assert correct(yard, key, "gate_officer").state == "presented"


def test_a_correction_sent_twice_undoes_one_step(yard) -> None:
    key = truck(yard, "weighed")
    correct(yard, key, event_key="c-1")
    assert correct(yard, key, event_key="c-1").state == "gate_in"
    assert lines("correct_event") == 1
    closed = truck(yard, "closed", plate="5-5")
    correct(yard, closed, event_key="c-2")
    assert correct(yard, closed, event_key="c-2").state == "presented"
