"""The road of a pass: its states, what may follow what, and how an overdue stay may end."""

from collections.abc import Mapping
from datetime import datetime

from mabar.vehicles.rules.refusals import OutcomeUnfit, OutOfTurn

STATES = (
    "prefilled",
    "validated",
    "extended",
    "overdue",
    "exited",
    "exited_late",
    "regularised",
    "cancelled",
    "expired",
)
IN_COUNTRY = ("validated", "extended", "overdue")
LIVE = ("prefilled", *IN_COUNTRY)
UNSETTLED = ("overdue", "exited_late")

# (state, act): state.  Source: decision 25.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "prefill"): "prefilled",
    ("prefilled", "validate_at_entry"): "validated",
    ("prefilled", "cancel"): "cancelled",
    ("prefilled", "expire"): "expired",
    ("validated", "extend_stay"): "extended",
    ("extended", "extend_stay"): "extended",
    ("validated", "note_exit"): "exited",
    ("extended", "note_exit"): "exited",
    ("validated", "note_overdue"): "overdue",
    ("extended", "note_overdue"): "overdue",
    # an exit in time whose news came after the clock had fired
    ("overdue", "note_exit"): "exited",
    ("overdue", "note_late_exit"): "exited_late",
    ("overdue", "regularise"): "regularised",
    ("exited_late", "regularise"): "regularised",
}

KINDS = ("car", "motorcycle", "utility", "bus", "truck", "trailer", "caravan", "other")
PURPOSES = ("visit", "resident_abroad", "transport", "official")
# What may become of a stay that lasted too long, by where the vehicle is.
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "overdue": ("cleared", "abandoned"),
    "exited_late": ("settled",),
}


def after(act: str, state: str) -> str:
    """Give the state that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def exit_act(at: datetime, due_at: datetime | None) -> str:
    """Name the act that an exit is: in time before the end of the last day, late from that instant on."""
    return "note_late_exit" if due_at is not None and at >= due_at else "note_exit"


def check_outcome(outcome: str, state: str) -> str:
    """Give the outcome if it suits the state.

    Raises:
        OutOfTurn: nothing is to be regularised.
        OutcomeUnfit: a vehicle that has left is not cleared here, one that is here has not left.
    """
    after("regularise", state)
    if outcome not in OUTCOMES[state]:
        raise OutcomeUnfit(state=state, outcome=outcome)
    return outcome


def check_version(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a pass that somebody else has written to since the actor saw it.

    Raises:
        OutOfTurn: the versions differ.
    """
    if seen is not None and seen != now:
        raise OutOfTurn(verb=act, state=state)
