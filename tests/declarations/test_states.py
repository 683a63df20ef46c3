"""The table of the states: what may follow what, lane by lane."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.declarations import rules

# state -> acts that keep it open to the desk named in the table of the field, written out by hand
STEPS = [
    ("draft", "lodge", "lodged"),
    ("lodged", "register", "registered"),
    ("registered", "draw_lane", "lane_assigned"),
    ("assessed", "note_payment", "paid"),
    ("assessed", "note_guarantee", "guaranteed"),
    ("paid", "release", "released"),
    ("guaranteed", "release", "released"),
    ("released", "close", "closed"),
    ("closed", "reopen", "released"),
]
BY_LANE = {
    "green": [("lane_assigned", "assess", "assessed")],
    "blue": [("lane_assigned", "assess", "assessed")],
    "yellow": [
        ("lane_assigned", "check_documents", "documents_checked"),
        ("documents_checked", "assess", "assessed"),
    ],
    "red": [
        ("lane_assigned", "check_documents", "documents_checked"),
        ("documents_checked", "inspect", "inspected"),
        ("inspected", "assess", "assessed"),
    ],
    "red, scanned": [
        ("lane_assigned", "check_documents", "documents_checked"),
        ("documents_checked", "note_scan", "scanned"),
        ("scanned", "inspect", "inspected"),
        ("inspected", "assess", "assessed"),
    ],
}
LOCAL = {"check_documents", "note_scan", "inspect", "assess", "assign_team"}


@pytest.mark.parametrize(("state", "act", "then"), STEPS)
def test_the_road_goes_step_by_step(state, act, then):
    assert rules.after(act, state) == then


@pytest.mark.parametrize("name", BY_LANE)
def test_a_lane_asks_for_its_checks_and_passes_over_the_others(name):
    lane, is_scan_due = name.partition(",")[0], "scanned" in name
    allowed = {(state, act): then for state, act, then in BY_LANE[name]}
    for state, act in product(rules.WORKED, LOCAL - {"assign_team"}):
        if (state, act) in allowed:
            assert rules.after(act, state, lane=lane, is_scan_due=is_scan_due) == allowed[state, act]
        elif (state, act) not in _passed(lane, is_scan_due):
            with pytest.raises(rules.OutOfTurn):
                rules.after(act, state, lane=lane, is_scan_due=is_scan_due)


def _passed(lane, is_scan_due):
    """What an officer's change of lane leaves: the assessment where no check is due, the inspection after a scan."""
    free = {state for state in rules.WORKED if rules.next_check(state, lane, is_scan_due=is_scan_due) is None}
    return {(state, "assess") for state in free} | ({("scanned", "inspect")} if lane == "red" else set())


@pytest.mark.parametrize(("state", "act"), [*product(rules.STATES, sorted({act for _, act in rules.TRANSITIONS}))])
def test_what_is_not_in_the_table_is_out_of_turn(state, act):
    if (state, act) in rules.TRANSITIONS:
        return
    with pytest.raises(rules.OutOfTurn) as refused:
        rules.after(act, state, lane="red")
    assert refused.value.details == {"verb": act, "state": state}


def test_a_team_is_drawn_only_when_the_inspection_is_due():
    assert rules.after("assign_team", "documents_checked", lane="red") == "documents_checked"
    assert rules.after("assign_team", "scanned", lane="red", is_scan_due=True) == "scanned"
    for state, lane, is_scan_due in [("documents_checked", "yellow", False), ("documents_checked", "red", True)]:
        with pytest.raises(rules.OutOfTurn):
            rules.after("assign_team", state, lane=lane, is_scan_due=is_scan_due)


def test_nobody_assesses_before_the_lane_is_drawn():
    for state in ("lodged", "registered"):
        with pytest.raises(rules.OutOfTurn):
            rules.after("assess", state)


@pytest.mark.parametrize("state", ["assessed", "guaranteed", "paid", "released", "closed"])
def test_an_amendment_after_assessment_is_too_late(state):
    with pytest.raises(rules.AmendmentTooLate):
        rules.check_amendable(state)


@pytest.mark.parametrize("state", [*rules.OPEN_TO_AMENDMENT, "refused", "cancelled"])
def test_the_table_alone_speaks_of_other_amendments(state):
    rules.check_amendable(state)
    assert ((state, "amend") in rules.TRANSITIONS) == (state in rules.OPEN_TO_AMENDMENT)


def test_of_a_dead_declaration_only_what_was_paid_or_guaranteed_goes_back():
    assert {act for state, act in rules.TRANSITIONS if state in rules.DEAD} == {"note_refund", "free_guarantee"}


def test_every_state_can_be_reached():
    assert {"draft", *rules.TRANSITIONS.values()} == set(rules.STATES)


@given(st.sampled_from(rules.WORKED), st.sampled_from(rules.LANES), st.booleans())
def test_exactly_one_of_check_and_assessment_is_due(state, lane, is_scan_due):
    acts = rules.next_acts(state, lane, is_scan_due=is_scan_due)
    assert len(({*rules.CHECKED} | {"assess"}) & set(acts)) == 1


@given(st.sampled_from(rules.LANES), st.booleans())
def test_every_lane_leads_to_the_assessment(lane, is_scan_due):
    state = "lane_assigned"
    while (check := rules.next_check(state, lane, is_scan_due=is_scan_due)) is not None:
        state = rules.after(check, state, lane=lane, is_scan_due=is_scan_due)
    assert rules.after("assess", state, lane=lane, is_scan_due=is_scan_due) == "assessed"


def test_an_open_query_stops_the_steps_and_only_then_can_be_answered():
    free = rules.next_acts("documents_checked", "yellow")
    queried = rules.next_acts("documents_checked", "yellow", is_queried=True)
    assert {"assess", "query"} <= set(free)
    assert not {"answer_query", "settle_query", "lapse_query"} & set(free)
    assert {"answer_query", "settle_query", "cancel", "attach"} <= set(queried)
    assert not {"assess", "query", "release"} & set(queried)


def test_the_national_register_leaves_us_no_step_of_the_register():
    ours, theirs = (rules.next_acts("lodged", register=keeper) for keeper in (rules.MABAR, rules.NATIONAL))
    assert "register" in ours
    assert "note_national_state" not in ours
    assert "note_national_state" in theirs
    assert not set(theirs) & rules.OF_OUR_REGISTER


def test_the_refusal_speaks_the_words_of_the_reader():
    refusal = rules.OutOfTurn(verb="release", state="lodged")
    said = [refusal.sentence(language).what for language in ("ar", "fr", "en")]
    assert "مودَع" in said[0]
    assert "Déposée" in said[1]
    assert "Lodged" in said[2]
    assert all("lodged" not in each for each in said[:2])


def test_a_word_that_nobody_translated_stays_as_it_is():
    assert "whatever" in rules.QueryOpen(verb="whatever").sentence("fr").what


@pytest.mark.parametrize(
    ("claimed", "state", "then"),
    [
        ("registered", "lodged", "registered"),
        ("assessed", "lodged", "assessed"),
        ("receipted", "assessed", "paid"),
        ("guaranteed", "assessed", "guaranteed"),
        ("released", "paid", "released"),
        ("released", "released", "released"),
        ("cancelled", "registered", "cancelled"),
        ("refused", "lodged", "refused"),
    ],
)
def test_a_claim_moves_the_declaration_forward(claimed, state, then):
    assert rules.after_claim(claimed, state) == then


@pytest.mark.parametrize(
    ("claimed", "state"),
    [("registered", "assessed"), ("released", "closed"), ("cancelled", "released"), ("assessed", "cancelled")],
)
def test_a_claim_never_moves_it_back(claimed, state):
    with pytest.raises(rules.OutOfTurn):
        rules.after_claim(claimed, state)


def test_a_claim_that_nobody_knows_is_refused_with_those_known():
    with pytest.raises(rules.ClaimNotKnown) as refused:
        rules.after_claim("on its way", "lodged")
    assert "receipted" in refused.value.details["known"]
