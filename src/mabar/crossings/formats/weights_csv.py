"""Weighings as a weighbridge writes them to a file: CSV, one a line; a fault is told with its line and column.

| column | what it holds |
|---|---|
| `event_key` | the device's own key of the weighing: up to 64 signs of ASCII without blanks, never used twice |
| `plate` | the plate, as it was read |
| `weighed_at` | date, hour and offset: 2026-11-22T09:30:00+01:00 |
| `gross_kg` | kilograms, at most three decimals, after a point |
| `tare_kg` | the truck without its load; may be empty |
| `is_empty` | yes where the truck carries nothing; no or empty otherwise |
| `axles_kg` | the axles from the front, with blanks between; may be empty |

The last three columns may be missing; see `device_csv` for what all such files share.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mabar.crossings.formats.device_csv import (
    NO,
    YES,
    Reading,
    Row,
    faults_of,
    instant,
    read_records,
)
from mabar.lib.decimals import POINT, read_decimal, scale
from mabar.lib.refusals import Refusal

NEEDED = ("event_key", "plate", "weighed_at", "gross_kg")
COLUMNS = (*NEEDED, "tare_kg", "is_empty", "axles_kg")
MOST_AXLES = 12
LARGEST_G = 10**9  # a thousand tonnes
MASS_DECIMALS = 3


@dataclass(frozen=True)
class Weighing:
    """One weighing of a truck, as the device tells it."""

    event_key: str
    plate: str
    weighed_at: datetime
    gross_mass_g: int
    tare_mass_g: int | None = None
    is_empty: bool = False
    axle_masses_g: tuple[int, ...] = ()


def read_weighings(content: bytes) -> Reading[Weighing]:
    """Read the weighings of a file, and check each; a line that stands in it twice is one weighing."""
    return read_records(content, needed=NEEDED, columns=COLUMNS, faults=_faults, record=_weighing)


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    """Name the columns of a line that are wrong, each with the code of its fault."""
    yield from faults_of(row, needed=NEEDED, hour="weighed_at")
    if row["is_empty"].lower() not in ("", YES, NO):
        yield "is_empty", "W-0111"
    yield from _wrong_masses(row)


def _wrong_masses(row: Row) -> Iterator[tuple[str, str]]:
    gross, tare = _grams(row["gross_kg"]), _grams(row["tare_kg"])
    if row["gross_kg"] and not gross:
        yield "gross_kg", "W-0110"
    if row["tare_kg"] and (tare is None or (gross and tare > gross)):
        yield "tare_kg", "W-0110"
    axles = row["axles_kg"].split()
    if len(axles) > MOST_AXLES or not all(_grams(axle) for axle in axles):
        yield "axles_kg", "W-0110"


def _grams(text: str) -> int | None:
    """Give the grams of a figure in kilograms; none where it is no mass, or finer than a gram."""
    try:
        scaled = scale(read_decimal(text, POINT), MASS_DECIMALS) if text else None
    except Refusal:
        return None
    return scaled.units if scaled and scaled.is_exact and 0 <= scaled.units <= LARGEST_G else None


def _weighing(row: Row) -> Weighing:
    return Weighing(
        event_key=row["event_key"],
        plate=row["plate"],
        weighed_at=instant(row["weighed_at"]),
        gross_mass_g=_grams(row["gross_kg"]) or 0,
        tare_mass_g=_grams(row["tare_kg"]),
        is_empty=row["is_empty"].lower() == YES,
        axle_masses_g=tuple(grams for axle in row["axles_kg"].split() if (grams := _grams(axle))),
    )
