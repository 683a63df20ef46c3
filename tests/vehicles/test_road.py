"""The road of a pass as a table: what may follow what, and which outcome suits where the vehicle is."""

from datetime import UTC, datetime, timedelta

import pytest

from mabar.lib import words
from mabar.vehicles import rules

ACTS = sorted({act for _, act in rules.TRANSITIONS})
DUE = datetime(2026, 12, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "road",
    [
        (("prefill", "prefilled"), ("validate_at_entry", "validated"), ("note_exit", "exited")),
        (("prefill", "prefilled"), ("validate_at_entry", "validated"), ("extend_stay", "extended"),
         ("extend_stay", "extended"), ("note_exit", "exited")),
        (("prefill", "prefilled"), ("validate_at_entry", "validated"), ("note_overdue", "overdue"),
         ("note_late_exit", "exited_late"), ("regularise", "regularised")),
        (("prefill", "prefilled"), ("validate_at_entry", "validated"), ("extend_stay", "extended"),
         ("note_overdue", "overdue"), ("regularise", "regularised")),
        (("prefill", "prefilled"), ("cancel", "cancelled")),
        (("prefill", "prefilled"), ("expire", "expired")),
    ],
)  # fmt: skip
def test_each_road_of_a_pass_leads_to_its_end(road) -> None:
    state = ""
    for act, reached in road:
        state = rules.after(act, state)
        assert state == reached


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
        assert words.word("vehicles", f"state.pass.{state}", language) in said
        assert words.word("vehicles", f"verb.vehicles.{act}", language) in said


def test_a_settled_or_ended_pass_goes_nowhere() -> None:
    for state in ("exited", "regularised", "cancelled", "expired"):
        assert not [act for before, act in rules.TRANSITIONS if before == state]
        assert state not in rules.LIVE


def test_a_vehicle_that_left_late_is_no_longer_here_and_still_to_be_settled() -> None:
    assert "exited_late" not in rules.LIVE
    assert set(rules.UNSETTLED) == {"overdue", "exited_late"}


def test_an_exit_is_late_from_the_instant_at_which_the_last_day_has_ended() -> None:
    assert rules.exit_act(DUE - timedelta(microseconds=1), DUE) == "note_exit"
    assert rules.exit_act(DUE, DUE) == "note_late_exit"
    assert rules.exit_act(DUE, None) == "note_exit"


def test_the_outcome_suits_where_the_vehicle_is() -> None:
    assert rules.check_outcome("settled", "exited_late") == "settled"
    assert rules.check_outcome("cleared", "overdue") == "cleared"
    for outcome, state in (("settled", "overdue"), ("cleared", "exited_late"), ("forgotten", "overdue")):
        with pytest.raises(rules.OutcomeUnfit):
            rules.check_outcome(outcome, state)
    with pytest.raises(rules.OutOfTurn):
        rules.check_outcome("settled", "validated")


@pytest.mark.parametrize(("seen", "now", "fresh"), [(None, 3, True), (3, 3, True), (2, 3, False)])
def test_an_officer_who_saw_an_older_version_is_out_of_turn(seen, now, fresh) -> None:
    if fresh:
        rules.check_version("note_exit", "validated", seen=seen, now=now)
        return
    with pytest.raises(rules.OutOfTurn):
        rules.check_version("note_exit", "validated", seen=seen, now=now)


def test_every_kind_purpose_outcome_and_event_has_its_word() -> None:
    table = words.table("vehicles", "words")
    outcomes = {outcome for suited in rules.OUTCOMES.values() for outcome in suited}
    wanted = {f"kind.{kind}" for kind in rules.KINDS} | {f"purpose.{purpose}" for purpose in rules.PURPOSES}
    wanted |= {f"outcome.{outcome}" for outcome in outcomes} | {f"event.{act}" for act in ACTS}
    assert wanted <= set(table)
