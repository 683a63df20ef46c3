"""The road of a movement under transit: its states, what may follow what, and which office does what."""

from collections.abc import Iterable, Mapping

from mabar.transit.rules.movement_refusals import NotAtHome
from mabar.transit.rules.refusals import OutOfTurn

STATES = (
    "lodged",
    "accepted",
    "under_control",
    "guarantee_refused",
    "released",
    "not_released",
    "arrived",
    "unloading",
    "remarked",
    "discharged",
    "enquiry",
    "recovery",
    "invalidated",
)
BEFORE_RELEASE = ("lodged", "accepted", "under_control", "guarantee_refused")
ON_THE_WAY = ("released", "enquiry")
AT_DESTINATION = ("arrived", "unloading", "remarked")
ENDED = ("not_released", "discharged", "recovery", "invalidated")
TOLD_ABROAD = (*ON_THE_WAY, *AT_DESTINATION, "discharged", "recovery", "invalidated")

# (state, act): state.  Source: the common transit procedure, messages IE015 to IE045; decision 32.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "lodge"): "lodged",
    ("", "note_unannounced"): "released",
    ("lodged", "accept"): "accepted",
    ("accepted", "order_control"): "under_control",
    ("under_control", "note_control"): "accepted",
    ("accepted", "refuse_guarantee"): "guarantee_refused",
    ("guarantee_refused", "amend"): "accepted",
    ("accepted", "release"): "released",
    ("accepted", "refuse_release"): "not_released",
    ("under_control", "refuse_release"): "not_released",
    ("guarantee_refused", "refuse_release"): "not_released",
    **{(state, "invalidate"): "invalidated" for state in (*BEFORE_RELEASE, "released")},
    ("released", "open_enquiry"): "enquiry",
    ("released", "arrive"): "arrived",
    # what was done in time counts though its news came late; what came late is noted as late
    ("enquiry", "arrive"): "arrived",
    ("arrived", "permit_unloading"): "unloading",
    ("unloading", "remark"): "remarked",
    ("remarked", "discharge"): "discharged",
    ("enquiry", "discharge"): "discharged",
    ("enquiry", "start_recovery"): "recovery",
}
# Acts that leave the state as it is, and the states in which they may be done.
BESIDE: Mapping[str, tuple[str, ...]] = {
    "amend": ("lodged", "accepted"),
    "pass_office": ON_THE_WAY,
    "replace_seal": (*ON_THE_WAY, "arrived"),
    "note_incident": (*ON_THE_WAY, *AT_DESTINATION, "recovery"),
    "ask_results": ("arrived", "unloading"),
    "ask_holder": ("enquiry",),
    "note_holder_answer": ("enquiry",),
}
# What the offices on the way do, on their copy, and tell home; everything else is done at home alone.
EN_ROUTE = ("pass_office", "note_incident", "replace_seal", "arrive", "permit_unloading", "remark")
AT_ANY_NODE = (*EN_ROUTE, "answer_question")


def after(act: str, state: str) -> str:
    """Give the state that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if state in BESIDE.get(act, ()):
        return state
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def may_follow(act: str, state: str) -> bool:
    """Tell whether an act has a place in a state."""
    return (state, act) in TRANSITIONS or state in BESIDE.get(act, ())


def replayed(state: str, acts: Iterable[str]) -> str:
    """Give the state after acts that home has not heard of yet; those that have no place any more change nothing."""
    for act in acts:
        state = after(act, state) if may_follow(act, state) else state
    return state


def check_side(act: str, *, is_home: bool, home: str) -> None:
    """Refuse an act of the office of departure at a node that holds a copy.

    Raises:
        NotAtHome: names the node.
    """
    if not is_home and act not in AT_ANY_NODE:
        raise NotAtHome(home=home)


def check_version(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a movement that somebody else has written to since the actor saw it.

    Raises:
        OutOfTurn: the versions differ.
    """
    if seen is not None and seen != now:
        raise OutOfTurn(verb=act, state=state)
