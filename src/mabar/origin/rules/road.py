"""The road of a proof that this node issues: from the application to its end."""

from collections.abc import Mapping

from mabar.origin.rules.refusals import OutOfTurn

STATES = ("applied", "checked", "issued", "refused", "withdrawn", "replaced", "expired")
LIVE = ("applied", "checked", "issued")
SIGNED = ("issued", "withdrawn", "replaced", "expired")

# (state, act): state.  A correction is a replacement: what is signed is never changed.  Source: decision 32.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "apply"): "applied",
    ("applied", "check"): "checked",
    ("applied", "refuse"): "refused",
    ("checked", "refuse"): "refused",
    ("checked", "issue"): "issued",
    ("issued", "withdraw"): "withdrawn",
    ("issued", "replace"): "replaced",
    ("issued", "expire"): "expired",
}


def after(act: str, state: str) -> str:
    """Give the state that follows `act` in `state`.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    if (state, act) not in TRANSITIONS:
        raise OutOfTurn(verb=act, state=state, record="proof")
    return TRANSITIONS[state, act]


def check_version(act: str, state: str, *, seen: int | None, now: int) -> None:
    """Refuse an act on a proof that somebody else has written to since the actor saw it.

    Raises:
        OutOfTurn: the versions differ.
    """
    if seen is not None and seen != now:
        raise OutOfTurn(verb=act, state=state, record="proof")


def serial_of(place: str, year: int, number: int) -> str:
    """Write the serial of an office: its place, the year, and a number that is given once."""
    return f"{place.upper().replace('.', '-')}-{year}-{number:06}"
