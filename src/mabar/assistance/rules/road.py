"""The road of a request: its kinds, its states, what may follow what, and which side does what."""

from collections.abc import Mapping

from mabar.assistance.rules.refusals import NotThisSide, OutOfTurn

# The nine kinds, each with its article of the WCO model bilateral agreement (June 2004).
KINDS: Mapping[str, int] = {
    "enforcement": 3,
    "assessment": 4,
    "offences": 5,
    "automatic": 6,
    "advance": 7,
    "spontaneous": 8,
    "notification": 9,
    "recovery": 10,
    "surveillance": 11,
}
LANGUAGES = ("ar", "fr", "en")

STATES = (
    "draft",
    "oral",
    "sent",
    "acknowledged",
    "returned",
    "postponed",
    "answered",
    "refused",
    "withdrawn",
    "lapsed",
)
OPEN = ("oral", "sent", "acknowledged", "returned", "postponed")
ENDED = ("answered", "refused", "withdrawn", "lapsed")
WITH_REQUESTED = ("sent", "acknowledged", "postponed")  # the requested administration owes the next act

# (state, act): state.  Source: decision 33.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "draft_request"): "draft",
    ("", "record_oral"): "oral",
    ("draft", "send_request"): "sent",
    ("draft", "withdraw_request"): "withdrawn",
    ("oral", "confirm_oral"): "sent",
    ("oral", "lapse_request"): "lapsed",
    ("sent", "acknowledge"): "acknowledged",
    ("sent", "note_unacknowledged"): "sent",
    ("sent", "return_incomplete"): "returned",
    ("acknowledged", "return_incomplete"): "returned",
    ("returned", "complete_request"): "sent",
    ("returned", "lapse_request"): "lapsed",
    ("acknowledged", "postpone"): "postponed",
    ("postponed", "postpone"): "postponed",
    ("acknowledged", "answer_request"): "answered",
    ("postponed", "answer_request"): "answered",
    **{(state, "refuse_request"): "refused" for state in WITH_REQUESTED},
    **{(state, "note_overdue"): state for state in WITH_REQUESTED},
    **{(state, "withdraw_request"): "withdrawn" for state in OPEN},
}
# What is heard may have crossed an act of this side on its way: what the requested administration has said stands, and
# what was written in time counts though its news came late.
CROSSED: Mapping[tuple[str, str], str] = {
    ("withdrawn", "answer_request"): "answered",
    ("withdrawn", "refuse_request"): "refused",
    ("withdrawn", "acknowledge"): "withdrawn",
    ("withdrawn", "return_incomplete"): "withdrawn",
    ("withdrawn", "postpone"): "withdrawn",
    ("answered", "withdraw_request"): "answered",
    ("refused", "withdraw_request"): "refused",
    ("lapsed", "withdraw_request"): "withdrawn",
    ("lapsed", "confirm_oral"): "sent",
    ("lapsed", "complete_request"): "sent",
}

OF_REQUESTING = frozenset({"send_request", "confirm_oral", "complete_request", "withdraw_request", "ask_consent"})
OF_REQUESTED = frozenset(
    {
        "acknowledge",
        "return_incomplete",
        "postpone",
        "refuse_request",
        "answer_request",
        "note_measure",
        "end_measure",
        "give_consent",
        "refuse_consent",
    }
)


def after(act: str, state: str) -> str:
    """Give the state that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def after_hearing(act: str, state: str) -> str:
    """Give the state that follows what the other side tells, which may have crossed an act of this side.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    return CROSSED[state, act] if (state, act) in CROSSED else after(act, state)


def check_side(act: str, *, is_outward: bool) -> None:
    """Refuse an act that belongs to the other administration; `is_outward` is true where this side asks.

    Raises:
        NotThisSide.
    """
    if act in (OF_REQUESTED if is_outward else OF_REQUESTING):
        raise NotThisSide(verb=f"assistance.{act}")


def check_version(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a request that somebody else has written to since the actor saw it.

    Raises:
        OutOfTurn: the versions differ.
    """
    if seen is not None and seen != now:
        raise OutOfTurn(verb=act, state=state)
