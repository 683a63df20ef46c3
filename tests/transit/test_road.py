"""The road of a movement as a table: what may follow what, and what no order of acts can bring about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import words
from mabar.transit import rules

ACTS = sorted({act for _, act in rules.TRANSITIONS} | set(rules.BESIDE))


@pytest.mark.parametrize(
    "road",
    [
        "lodge>lodged accept>accepted release>released arrive>arrived permit_unloading>unloading remark>remarked "
        "discharge>discharged",
        "lodge>lodged accept>accepted order_control>under_control note_control>accepted release>released",
        "lodge>lodged accept>accepted refuse_guarantee>guarantee_refused amend>accepted release>released",
        "lodge>lodged accept>accepted refuse_guarantee>guarantee_refused refuse_release>not_released",
        "lodge>lodged accept>accepted order_control>under_control refuse_release>not_released",
        "lodge>lodged amend>lodged invalidate>invalidated",
        "lodge>lodged accept>accepted release>released open_enquiry>enquiry ask_holder>enquiry "
        "note_holder_answer>enquiry start_recovery>recovery",
        "lodge>lodged accept>accepted release>released pass_office>released note_incident>released "
        "open_enquiry>enquiry pass_office>enquiry arrive>arrived",
        "lodge>lodged accept>accepted release>released open_enquiry>enquiry discharge>discharged",
        "note_unannounced>released arrive>arrived",
    ],
)
def test_each_road_of_a_movement_leads_where_the_table_says(road: str) -> None:
    state = ""
    for step in road.split():
        act, reached = step.split(">")
        state = rules.after(act, state)
        assert state == reached


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("act", ACTS)
def test_every_other_act_is_out_of_turn_and_says_so_in_three_languages(act: str, state: str) -> None:
    if rules.may_follow(act, state):
        assert rules.after(act, state) in rules.STATES
        return
    with pytest.raises(rules.OutOfTurn) as refused:
        rules.after(act, state)
    for language in words.LANGUAGES:
        said = refused.value.sentence(language).what
        assert words.word("transit", f"state.movement.{state}", language) in said
        assert words.word("transit", f"verb.transit.{act}", language) in said


@given(st.lists(st.sampled_from(ACTS), max_size=40))
def test_no_order_of_acts_discharges_goods_that_nobody_released_or_moves_an_ended_movement(acts: list[str]) -> None:
    state, done = "lodged", list[str]()
    for act in acts:
        if not rules.may_follow(act, state):
            continue
        after = rules.after(act, state)
        if state in rules.ENDED:
            assert after == state
        state, done = after, [*done, act]
    if state in ("discharged", "recovery", "arrived", "unloading", "remarked"):
        assert "release" in done
    if state == "recovery":
        assert "open_enquiry" in done
    assert state in rules.STATES


@given(st.sampled_from(rules.STATES), st.lists(st.sampled_from(rules.EN_ROUTE), max_size=8))
def test_acts_that_home_has_heard_of_change_nothing_when_they_are_replayed_in_an_ended_movement(state, acts) -> None:
    reached = rules.replayed(state, acts)
    assert reached in rules.STATES
    if state in rules.ENDED:
        assert reached == state
    if state == "released" and acts[:3] == ["arrive", "permit_unloading", "remark"]:
        assert reached == "remarked"


def test_only_acts_of_the_way_are_done_on_a_copy() -> None:
    for act in ACTS:
        if act in rules.EN_ROUTE:
            rules.check_side(act, is_home=False, home="dz.debdeb")
            continue
        rules.check_side(act, is_home=True, home="dz.debdeb")
        with pytest.raises(rules.NotAtHome) as refused:
            rules.check_side(act, is_home=False, home="dz.debdeb")
        assert "dz.debdeb" in str(refused.value)
