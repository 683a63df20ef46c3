"""Who registers, the numbers of our own register, and what the national system claims."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from mabar.declarations.rules import refusals
from mabar.declarations.rules.states import DEAD, TRANSITIONS, rank

# What the national system says of the declaration, as a state of ours; its order is the order of the steps.
CLAIMS: Final[Mapping[str, str]] = {
    "registered": "registered",
    "assessed": "assessed",
    "guaranteed": "guaranteed",
    "receipted": "paid",
    "released": "released",
    "refused": "refused",
    "cancelled": "cancelled",
}


def after_claim(claimed: str, state: str) -> str:
    """Give the state to which a claim of the national system moves the declaration; it never moves back.

    Raises:
        ClaimNotKnown: the claim is none of those that we can follow.
        OutOfTurn: the declaration is already past it.
    """
    if claimed not in CLAIMS:
        raise refusals.ClaimNotKnown(given=claimed, known=", ".join(CLAIMS))
    moved = CLAIMS[claimed]
    if (state, "note_national_state") not in TRANSITIONS or rank(moved) < rank(state):
        raise refusals.OutOfTurn(verb="note_national_state", state=state)
    if state == "released" and moved in DEAD:
        raise refusals.OutOfTurn(verb="note_national_state", state=state)
    return moved


def keeper_on(day: date, rows: Iterable[tuple[str, str, date, int]], *, regime: str, flow: str) -> int | None:
    """Choose who registers on `day`: the row in force that says most of regime and flow, then the newest.

    Args:
        rows: (regime, flow, from_on, number of the row); an empty regime or flow stands for every one.
    Returns:
        The number of the chosen row; None where no row speaks of it.
    """
    fitting = [
        (bool(row[0]), bool(row[1]), row[2], row[3])
        for row in rows
        if row[0] in ("", regime) and row[1] in ("", flow) and row[2] <= day
    ]
    return max(fitting)[3] if fitting else None


def office_of(place: str) -> str:
    """Give the office code of a place that has stated none: dz.debdeb is DZDEB."""
    country, _, name = place.partition(".")
    return (country[:2] + "".join(filter(str.isalnum, name))[:3]).upper()


def number_of(office: str, year: int, letter: str, serial: int) -> str:
    """Write a number of our own register: office, year, letter, serial."""
    return f"{office}-{year}-{letter}-{serial:06d}"
