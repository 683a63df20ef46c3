"""Vehicles that are at the crossings of the demonstration for a time; plates, chassis and names are fictitious."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mabar.base import actors
from mabar.base.keys import new_key
from mabar.base.models import Place
from mabar.vehicles import commands
from mabar.vehicles.models import VehiclePass

TERMS = (("car", "visit", 30, 90), ("car", "resident_abroad", 90, 180), ("truck", "transport", 15, 30))
BASIS = "مثال للعرض التجريبي، لا سند له"
OPENED_BEFORE = timedelta(days=120)


@dataclass(frozen=True)
class Visitor:
    """A vehicle: so many days ago it entered, for so many days; none: it is prefilled and on its way."""

    plate: str
    country: str
    chassis: str
    make: str
    holder: str
    entered_before: int | None
    days: int = 30
    left_before: int | None = None


VISITORS: dict[str, Sequence[Visitor]] = {
    "dz": (
        Visitor("5-482913", "LY", "JTEBH9FJ50K104417", "Toyota Prado", "صاحب مثال 1", 34),
        Visitor("5-118840", "LY", "SJNFDAJ11U1188402", "Nissan Qashqai", "صاحب مثال 10", 40),
        Visitor("7-220156", "LY", "KMHJ381ABGU115302", "Hyundai Tucson", "صاحب مثال 2", 30),
        Visitor("182 TU 4417", "TN", "VF1BB05CF30998124", "Renault Clio", "Titulaire exemple 3", 2),
        Visitor("8-771034", "LY", "WDB9634031L774210", "Mercedes Actros", "صاحب مثال 4", 20, 15, 3),
        Visitor("6-310977", "LY", "1G4AH59H45G118341", "Buick", "صاحب مثال 5", None),
        Visitor("203 TU 1182", "TN", "A1204417", "Land Rover 88", "Titulaire exemple 6", None),
    ),
    "ly": (
        Visitor("04417-114-30", "DZ", "VF3CCHMZ6FT041175", "Peugeot 208", "صاحب مثال 7", 33),
        Visitor("11820-119-16", "DZ", "VF1KZ140653118201", "Renault Mégane", "صاحب مثال 8", 30),
        Visitor("90214-121-39", "DZ", "TMBJF7NE0F0902143", "Škoda Octavia", "صاحب مثال 9", None),
    ),
}


def come(place: Place, at: datetime) -> None:
    """Set the terms of stay of a crossing, and let its vehicles come, stay and go as they did in the days before."""
    _set_terms(place, at - OPENED_BEFORE)
    for visitor in VISITORS[place.administration_id]:
        _live(place, visitor, at)


def _set_terms(place: Place, at: datetime) -> None:
    today = at.astimezone(place.clock).date()
    for kind, purpose, days, most_days in TERMS:
        told: dict[str, Any] = {"days": days, "most_days": most_days, "legal_basis": BASIS, "from_on": today}
        commands.change_term(actors.node(), place.code, kind=kind, purpose=purpose, at=at, **told)


def _live(place: Place, visitor: Visitor, at: datetime) -> None:
    node, began_at = actors.node(), at - timedelta(days=visitor.entered_before or 0, hours=1)
    stay = _prefilled(place, visitor, began_at)
    if visitor.entered_before is None:
        return
    seen: dict[str, Any] = {"place": place.code, "plate": visitor.plate}
    entered_at = began_at + timedelta(minutes=4)
    stay = commands.validate_at_entry(node, stay.key, chassis=visitor.chassis, days=visitor.days, at=entered_at, **seen)
    if stay.due_at is not None and stay.due_at <= at:
        commands.note_overdue(node, stay.key, due_at=stay.due_at, at=stay.due_at)
    if visitor.left_before is not None:
        commands.note_exit(node, stay.key, at=at - timedelta(days=visitor.left_before), **seen)


def _prefilled(place: Place, visitor: Visitor, at: datetime) -> VehiclePass:
    kind, purpose = ("truck", "transport") if visitor.days == 15 else ("car", "visit")
    return commands.prefill(
        actors.node(),
        new_key(at),
        place=place.code,
        kind=kind,
        purpose=purpose,
        plate=visitor.plate,
        plate_country=visitor.country,
        chassis=visitor.chassis,
        make=visitor.make,
        holder=visitor.holder,
        at=at,
    )
