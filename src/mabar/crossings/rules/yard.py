"""What is reckoned in the yard: loads, the weighbridge, lanes, gates and days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from mabar.crossings.rules.refusals import MassesExceeded, MassImpossible
from mabar.lib import quantities

DIRECTIONS = ("entry", "exit")
KINDS_OF_TRAFFIC = ("goods", "persons")
LANES = ("green", "blue", "yellow", "red")  # from the lightest check to the heaviest
TOLERANCE_PERCENT = 2  # of the declared mass; a term of the administration, this is the product's first value


@dataclass(frozen=True)
class Load:
    """How much of a declaration a truck carries."""

    packages: int
    gross_mass_g: int


def check_share(share: Load, *, elsewhere: Load, whole: Load) -> None:
    """Refuse a share that brings all trucks above the declaration.

    Raises:
        MassesExceeded: names the packages and masses of all trucks and of the declaration.
    """
    packages = share.packages + elsewhere.packages
    gross_mass_g = share.gross_mass_g + elsewhere.gross_mass_g
    if packages > whole.packages or gross_mass_g > whole.gross_mass_g:
        raise MassesExceeded(
            packages=packages,
            gross_kg=quantities.mass_kg_text(gross_mass_g),
            declared_packages=whole.packages,
            declared_kg=quantities.mass_kg_text(whole.gross_mass_g),
        )


@dataclass(frozen=True)
class Weighing:
    """What the weighbridge says against what was declared; without a tare the load cannot be known."""

    net_mass_g: int | None
    declared_mass_g: int
    difference_g: int | None
    is_beyond_tolerance: bool


def check_masses(*, gross_mass_g: int, tare_mass_g: int | None) -> None:
    """Refuse figures that no weighbridge shows.

    Raises:
        MassImpossible: nothing on the bridge, a tare below zero or above the gross mass.
    """
    if gross_mass_g <= 0 or not 0 <= (tare_mass_g or 0) <= gross_mass_g:
        tare = "–" if tare_mass_g is None else quantities.mass_kg_text(tare_mass_g)
        raise MassImpossible(gross_kg=quantities.mass_kg_text(gross_mass_g), tare_kg=tare)


def compare_masses(*, gross_mass_g: int, tare_mass_g: int | None, declared_mass_g: int) -> Weighing:
    """Compare the load on the bridge with the declared masses, within `TOLERANCE_PERCENT` of the declared."""
    if tare_mass_g is None:
        return Weighing(None, declared_mass_g, None, is_beyond_tolerance=False)
    net_mass_g = gross_mass_g - tare_mass_g
    difference_g = net_mass_g - declared_mass_g
    is_beyond = abs(difference_g) * 100 > TOLERANCE_PERCENT * declared_mass_g
    return Weighing(net_mass_g, declared_mass_g, difference_g, is_beyond_tolerance=is_beyond)


def lane_of(lanes: Iterable[str]) -> str | None:
    """Give the lane of a truck: the heaviest of its declarations' lanes; None until each of them has one."""
    drawn = list(lanes)
    if not drawn or "" in drawn:
        return None
    return max(drawn, key=LANES.index)


def lane_number(colour: str, key: str, lanes: Mapping[int, Sequence[str]]) -> int | None:
    """Choose the open lane of that colour to which a passage drives, None where none is open.

    Trucks spread evenly, and closing one lane moves only its own trucks (rendezvous hashing).
    """
    fitting = [number for number, colours in lanes.items() if colour in colours]
    return max(fitting, key=lambda number: sha256(f"{key}/{number}".encode()).digest(), default=None)


def entrance_gate(arrival: int, gates: int) -> int:
    """Give the entrance gate of the day's n-th arrival: in turn, so that its number says nothing of the truck."""
    return (arrival - 1) % gates + 1


def day_began_at(at: datetime, zone: ZoneInfo) -> datetime:
    """Give the instant at which the day of `at` began at a place; counts run from there."""
    return datetime.combine(at.astimezone(zone).date(), time.min, tzinfo=zone)
