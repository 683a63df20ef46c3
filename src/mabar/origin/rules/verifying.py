"""The road of a verification, the same on both sides of the line, and that of a proof presented at import."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mabar.origin.rules.agreements import Agreement
from mabar.origin.rules.refusals import AnswerUnfit, ClockTooShort, OutOfTurn

STATES = ("asked", "overdue", "answered")
OPEN = ("asked", "overdue")
SIDES = ASKING, ANSWERING = "asking", "answering"
REASONS = ("sample", "doubt")
OUTCOMES = AUTHENTIC, NOT_AUTHENTIC, NOT_CONFIRMED = "authentic", "not_authentic", "not_confirmed"

TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "request"): "asked",
    ("", "take_request"): "asked",
    ("asked", "note_overdue"): "overdue",
    ("asked", "answer"): "answered",
    ("overdue", "answer"): "answered",
    ("asked", "take_answer"): "answered",
    ("overdue", "take_answer"): "answered",
}


def after(act: str, state: str) -> str:
    """Give the state of a verification that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state, record="verification")
    return TRANSITIONS[state, act]


def check_outcome(outcome: str) -> str:
    """Give the outcome of an answer.

    Raises:
        AnswerUnfit: it is none of the three.
    """
    if outcome not in OUTCOMES:
        raise AnswerUnfit(given=outcome or "–", known=", ".join(OUTCOMES))
    return outcome


def check_reason_kind(kind: str) -> str:
    """Give why a verification is asked for: a sample, or a doubt.

    Raises:
        AnswerUnfit: it is neither.
    """
    if kind not in REASONS:
        raise AnswerUnfit(given=kind or "–", known=", ".join(REASONS))
    return kind


def check_clock(asked_at: datetime, due_at: datetime, under: Agreement) -> None:
    """Refuse a request whose answer would be due sooner than the agreement gives.

    Raises:
        ClockTooShort: names the days.
    """
    if due_at - asked_at < timedelta(days=under.answer_days):
        raise ClockTooShort(days=under.answer_days, due=due_at.date().isoformat())
