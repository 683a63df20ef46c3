"""The road of a truck: its states, what may follow what, and what one correction undoes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mabar.crossings.rules.refusals import NothingToCorrect, OutOfTurn
from mabar.crossings.rules.transshipping_refusals import ProtocolSigned

STATES = (
    "announced",
    "queued",
    "gate_in",
    "weighed",
    "presented",
    "gate_out",
    "closed",
    "turned_back",
    "withdrawn",
    "lapsed",
    "diverted",
    "transshipped_km0",
)
LIVE = ("announced", "queued", "gate_in", "weighed", "presented")
AT_THE_CROSSING = LIVE[1:]
IN_YARD = LIVE[2:]
GONE = ("gate_out", "closed")
DIVERTED = "diverted"

# (state, act): state.  Source: the land border steps, docs/architecture.md.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "announce"): "announced",
    ("announced", "join_queue"): "queued",
    ("queued", "note_gate_in"): "gate_in",
    ("gate_in", "note_weight"): "weighed",
    ("weighed", "present"): "presented",
    ("presented", "note_gate_out"): "gate_out",
    ("gate_out", "close"): "closed",
    ("announced", "withdraw"): "withdrawn",
    ("queued", "withdraw"): "withdrawn",
    ("announced", "lapse"): "lapsed",
    ("announced", "keep_diversion"): "diverted",
    ("queued", "keep_diversion"): "diverted",
    ("queued", "turn_back"): "turned_back",
    ("gate_in", "turn_back"): "turned_back",
    ("weighed", "turn_back"): "turned_back",
    ("presented", "turn_back"): "turned_back",
    # at kilometre zero the truck stays on its side of the line, and its goods go on with another
    ("gate_in", "transship"): "transshipped_km0",
    ("weighed", "transship"): "transshipped_km0",
    ("presented", "transship"): "transshipped_km0",
}
# Acts that leave the state as it is, and the states in which they may be done.
BESIDE: Mapping[str, tuple[str, ...]] = {
    "attach": LIVE,
    "detach": (*LIVE, "turned_back", "withdrawn", "lapsed", "diverted"),
    "clear": STATES,
    "mark_lane": STATES,
    "note_number": STATES,
    "hold": LIVE,
    "lift_hold": STATES,
    "record_seal": AT_THE_CROSSING,
    # a scan may be told late: after a line that was cut, when the truck has gone on
    "note_scan": (*IN_YARD, *GONE, "turned_back", "transshipped_km0"),
    "ask_appointment": ("announced",),
    "move_appointment": ("announced",),
    # whoever came early to a later hour may stand by his arrival after all
    "give_back_appointment": ("announced", "queued"),
    "lapse_appointment": ("announced",),
    "call_forward": ("queued",),
    "put_back": ("queued",),
    "withdraw_exception": ("queued",),
    "open_transshipment": IN_YARD,
    # a notice of the exit across may come late: after a line that was cut, when the truck has long gone on
    "note_origin": (*LIVE, *GONE, "turned_back", "transshipped_km0"),
}
# Closing and lapsing are the node's acts; whoever may do the act named here may have them undone.
UNDONE_BY: Mapping[str, str] = {"close": "note_gate_out", "lapse": "announce"}

LAPSE_AFTER = timedelta(days=7)


def after(act: str, state: str) -> str:
    """Give the state that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state)
    return TRANSITIONS[state, act]


def check_beside(act: str, state: str) -> None:
    """Refuse an act beside the road that this state does not allow.

    Raises:
        OutOfTurn: see `BESIDE`.
    """
    if state not in BESIDE[act]:
        raise OutOfTurn(verb=act, state=state)


def check_version(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a record that somebody else has written to since the actor saw it.

    Raises:
        OutOfTurn: the versions differ.
    """
    if seen is not None and seen != now:
        raise OutOfTurn(verb=act, state=state)


@dataclass(frozen=True)
class Step:
    """An event as the rules see it; `corrects` is the number of the event that it undoes."""

    number: int
    kind: str
    state_before: str
    state_after: str
    corrects: int | None = None

    @property
    def is_step(self) -> bool:
        """Tell whether the event took the truck on; holds and papers do not."""
        return self.corrects is None and self.state_before != self.state_after


def standing(events: Iterable[Step]) -> list[Step]:
    """Give the steps that no later event has undone, oldest first."""
    told = list(events)
    undone = {event.corrects for event in told}
    return [event for event in told if event.is_step and event.number not in undone]


def replay(events: Iterable[Step]) -> str:
    """Give the state that the events lead to."""
    state = ""
    for event in standing(events):
        state = after(event.kind, state)
    return state


def to_undo(events: Iterable[Step]) -> list[Step]:
    """Choose what one correction undoes: the newest step, and with a closing the gate-out that it came with.

    Raises:
        NothingToCorrect: only the announcement stands; that is withdrawn, not corrected.
        OutOfTurn: the truck has gone to another crossing, where its passage goes on.
        ProtocolSigned: the goods are on another truck.
    """
    steps = standing(events)
    if steps and steps[-1].kind == "transship":
        raise ProtocolSigned()
    if len(steps) < 2:
        raise NothingToCorrect()
    if steps[-1].state_after == DIVERTED:
        raise OutOfTurn(verb="correct_event", state=DIVERTED)
    return [steps[-1], steps[-2]] if steps[-1].kind == "close" else [steps[-1]]


def lapses_at(announced_at: datetime, expected_at: datetime | None) -> datetime:
    """Give the instant at which an announcement lapses: a week after it, or after the hour for which it was made."""
    return max(announced_at, expected_at or announced_at) + LAPSE_AFTER
