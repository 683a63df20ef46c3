"""Who registers where from which day on, and which serials are void."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from mabar.declarations.models import Register, VoidSerial

VOIDS = 100  # the newest; older ones stand in the journal


@dataclass(frozen=True)
class RegisterRow:
    """That from a day on a register is kept by Mabar or by a national system; empty regime or flow: every one."""

    place: str
    regime: str
    flow: str
    keeper: str
    system: str
    office: str
    is_at_once: bool
    from_on: date
    is_in_force: bool


@dataclass(frozen=True)
class VoidRow:
    """A number that no declaration bears, and why."""

    number: str
    explanation: str
    by: str
    at: datetime


def registers(places: Collection[str], *, today: date) -> list[RegisterRow]:
    """List who registers at the places, the newest statement first; one in force is not yet followed by another."""
    rows: list[RegisterRow] = []
    followed: set[tuple[str, str, str]] = set()
    for each in Register.objects.filter(place__in=places).order_by("place", "regime", "flow", "-from_on"):
        about = (each.place_id, each.regime, each.flow)
        has_begun = each.from_on <= today
        rows.append(_row(each, is_in_force=has_begun and about not in followed))
        if has_begun:
            followed.add(about)
    return rows


def _row(each: Register, *, is_in_force: bool) -> RegisterRow:
    stated = (each.place_id, each.regime, each.flow, each.keeper, each.system, each.office, each.is_at_once)
    return RegisterRow(*stated, each.from_on, is_in_force)


def void_serials(offices: Collection[str]) -> list[VoidRow]:
    """List the void serials of the offices, the newest first."""
    found = VoidSerial.objects.filter(office__in=offices).order_by("-at", "-pk")[:VOIDS]
    return [VoidRow(str(each), each.explanation, each.by, each.at) for each in found]
