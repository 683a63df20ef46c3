"""The road of a truck as a table: what may follow what, what a replay gives, what a correction undoes."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.crossings import rules
from mabar.lib import words
from tests.world import NOON

ACTS = sorted({act for _, act in rules.TRANSITIONS})


def test_the_road_leads_from_the_announcement_to_the_closing() -> None:
    state = ""
    for act, reached in [
        ("announce", "announced"),
        ("join_queue", "queued"),
        ("note_gate_in", "gate_in"),
        ("note_weight", "weighed"),
        ("present", "presented"),
        ("note_gate_out", "gate_out"),
        ("close", "closed"),
    ]:
        state = rules.after(act, state)
        assert state == reached


@pytest.mark.parametrize(
    ("act", "states", "reached"),
    [
        ("withdraw", {"announced", "queued"}, "withdrawn"),
        ("lapse", {"announced"}, "lapsed"),
        ("turn_back", {"queued", "gate_in", "weighed", "presented"}, "turned_back"),
        ("note_gate_out", {"presented"}, "gate_out"),
        ("transship", {"gate_in", "weighed", "presented"}, "transshipped_km0"),
    ],
)
def test_the_road_is_left_only_where_the_trade_leaves_it(act: str, states: set[str], reached: str) -> None:
    assert {state for state, done in rules.TRANSITIONS if done == act} == states
    assert {rules.after(act, state) for state in states} == {reached}


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("act", ACTS)
def test_every_other_act_is_out_of_turn_and_says_so_in_three_languages(act: str, state: str) -> None:
    if (state, act) in rules.TRANSITIONS:
        assert rules.after(act, state) in rules.STATES
        return
    with pytest.raises(rules.OutOfTurn) as refused:
        rules.after(act, state)
    assert refused.value.details == {"verb": act, "state": state}
    for language in words.LANGUAGES:
        said = refused.value.sentence(language).what
        assert words.word("crossings", f"state.passage.{state}", language) in said
        assert words.word("crossings", f"verb.crossings.{act}", language) in said


def test_an_ended_passage_goes_nowhere() -> None:
    for state in ("closed", "turned_back", "withdrawn", "lapsed", "transshipped_km0"):
        assert not [act for before, act in rules.TRANSITIONS if before == state]


@pytest.mark.parametrize("act", rules.BESIDE)
@pytest.mark.parametrize("state", rules.STATES)
def test_acts_beside_the_road_have_their_states_too(act: str, state: str) -> None:
    if state in rules.BESIDE[act]:
        rules.check_beside(act, state)
        return
    with pytest.raises(rules.OutOfTurn) as refused:
        rules.check_beside(act, state)
    assert refused.value.sentence("en").what


@pytest.mark.parametrize("act", ["attach", "hold"])
def test_nothing_is_put_on_a_truck_that_has_left(act: str) -> None:
    assert not {"gate_out", "closed", "turned_back", "transshipped_km0"} & set(rules.BESIDE[act])


def test_a_declaration_comes_off_any_truck_that_has_not_left() -> None:
    assert set(rules.STATES) - set(rules.BESIDE["detach"]) == {"gate_out", "closed", "transshipped_km0"}
    assert "announced" not in rules.BESIDE["record_seal"]


@pytest.mark.parametrize(("seen", "now", "fresh"), [(None, 3, True), (3, 3, True), (2, 3, False), (0, 1, False)])
def test_an_officer_who_saw_an_older_version_is_out_of_turn(seen: int | None, now: int, fresh: bool) -> None:
    if fresh:
        rules.check_version("present", "weighed", seen=seen, now=now)
        return
    with pytest.raises(rules.OutOfTurn):
        rules.check_version("present", "weighed", seen=seen, now=now)


def walk(*acts: str) -> list[rules.Step]:
    """Give the events of acts in turn; `undo` corrects as the rules choose."""
    events: list[rules.Step] = []
    for act in acts:
        state = events[-1].state_after if events else ""
        if act == "undo":
            for step in rules.to_undo(events):
                now = events[-1].state_after
                events.append(rules.Step(len(events), "correct_event", now, step.state_before, step.number))
        elif act == "hold":
            events.append(rules.Step(len(events), act, state, state))
        else:
            events.append(rules.Step(len(events), act, state, rules.after(act, state)))
    return events


def test_a_correction_goes_back_one_step_and_past_what_stands_beside_the_road() -> None:
    events = walk("announce", "join_queue", "note_gate_in", "hold", "undo")
    assert events[-1].state_after == "queued"
    assert rules.replay(events) == "queued"
    assert [event.kind for event in rules.standing(events)] == ["announce", "join_queue"]


def test_two_corrections_go_back_two_steps() -> None:
    assert rules.replay(walk("announce", "join_queue", "note_gate_in", "undo", "undo")) == "announced"


def test_a_closing_is_undone_together_with_its_gate_out() -> None:
    road = ("announce", "join_queue", "note_gate_in", "note_weight", "present", "note_gate_out")
    assert [step.kind for step in rules.to_undo(walk(*road, "close"))] == ["close", "note_gate_out"]
    assert [step.kind for step in rules.to_undo(walk(*road))] == ["note_gate_out"]
    assert rules.replay(walk(*road, "close", "undo")) == "presented"


def test_an_announcement_is_not_corrected() -> None:
    for acts in (("announce",), ("announce", "hold"), ("announce", "join_queue", "undo")):
        with pytest.raises(rules.NothingToCorrect):
            rules.to_undo(walk(*acts))


def test_the_nodes_own_acts_are_undone_by_whoever_may_do_the_officers_act() -> None:
    assert rules.UNDONE_BY == {"close": "note_gate_out", "lapse": "announce"}
    assert (rules.GONE, rules.IN_YARD) == (("gate_out", "closed"), ("gate_in", "weighed", "presented"))
    assert (rules.DIRECTIONS, rules.KINDS_OF_TRAFFIC) == (("entry", "exit"), ("goods", "persons"))


@pytest.mark.parametrize(
    "row",
    [
        rules.Step(1, "announce", "", "announced"),
        rules.AgencyName("dz.police", "الشرطة", "Police", "Police"),
        rules.SealReading((), ()),
        rules.LinkedDeclaration("C 1", True),
        rules.Load(1, 1),
        rules.Weighing(1, 1, 0, False),
        rules.waits.Estimate(0),
        rules.order.Turn("K", NOON),
    ],
)
def test_what_the_rules_hand_out_is_never_changed(row: object) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(row, next(iter(row.__dataclass_fields__)), None)


@given(some.lists(some.sampled_from([*ACTS, "undo", "hold"]), max_size=30))
def test_whatever_is_done_the_events_replay_to_the_state(acts: list[str]) -> None:
    done: list[str] = []
    for act in ["announce", *acts]:
        try:
            walk(*done, act)
        except (rules.OutOfTurn, rules.NothingToCorrect):
            continue
        done.append(act)
    events = walk(*done)
    assert rules.replay(events) == events[-1].state_after
