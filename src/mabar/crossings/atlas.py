"""The land crossings of Algeria, Libya and Tunisia, and their inland offices, read from the product's own lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mabar.lib import arabic, words

KINDS = ("goods", "persons")
STATES = ("open", "restricted", "closed", "announced")
PAIRINGS = ("press", "geography", "elimination")
# South, west, north, east of each country, in degrees, a little generous: a wrong sign or a swapped pair falls outside.
BOXES = {
    "DZ": (18.9, -8.8, 37.2, 12.1),
    "LY": (19.4, 9.2, 33.3, 25.3),
    "TN": (30.1, 7.4, 37.5, 11.7),
}


@dataclass(frozen=True)
class Source:
    """Who said it, when (as exact as known), and where it can be read."""

    by: str
    dated: str
    url: str


@dataclass(frozen=True)
class Opening:
    """What one source reports of the opening of a crossing; `dated` is a year, a month or a day."""

    kind: str
    state: str
    dated: str
    source: Source
    is_contested: bool


@dataclass(frozen=True)
class Position:
    """Degrees north and east, and who gave them."""

    latitude_deg: float
    longitude_deg: float
    source: str


@dataclass(frozen=True)
class Crossing:
    """One side of a land crossing."""

    code: str
    country: str
    neighbour: str
    faces: str | None
    pairing: str | None
    attested: Source | None
    zone: str
    names: Mapping[str, str]
    aliases: tuple[str, ...]
    unlocode: str | None
    offices: tuple[str, ...]
    position: Position | None
    kinds: tuple[str, ...]
    openings: tuple[Opening, ...]

    def name(self, language: str) -> str:
        """Give the name of the crossing in `language` (ar, fr, en)."""
        return self.names[language]


@dataclass(frozen=True)
class Office:
    """A customs office away from the crossings, where a transit begins or ends."""

    code: str
    zone: str
    unlocode: str
    names: Mapping[str, str]

    @property
    def country(self) -> str:
        """The country, as crossings have it."""
        return self.code[:2].upper()


@cache
def offices() -> tuple[Office, ...]:
    """List every inland office, in the order of the list."""
    return tuple(Office(**row) for row in words.table("crossings", "offices")["offices"])


@cache
def crossings() -> tuple[Crossing, ...]:
    """List every crossing, in the order of the list."""
    listed = words.table("crossings", "crossings")
    sources = {name: Source(**row) for name, row in listed["sources"].items()}
    return tuple(_crossing(row, sources) for row in listed["crossings"])


def crossing(code: str) -> Crossing:
    """Give the crossing of that code.

    Raises:
        KeyError: the list has no such code.
    """
    return _by_code()[code]


def facing(code: str) -> Crossing | None:
    """Give the crossing on the other side, None where the list does not know it."""
    faces = crossing(code).faces
    return crossing(faces) if faces else None


def find(alias: str) -> tuple[Crossing, ...]:
    """Find the crossings called so in any language or spelling; one name may stand on both sides (Bouchebka)."""
    return _by_alias().get(_folded(alias), ())


def lies_inside(position: Position, country: str) -> bool:
    """Tell whether the position falls into the box around the country."""
    south, west, north, east = BOXES[country]
    return south <= position.latitude_deg <= north and west <= position.longitude_deg <= east


@cache
def _by_code() -> Mapping[str, Crossing]:
    return {each.code: each for each in crossings()}


@cache
def _by_alias() -> Mapping[str, tuple[Crossing, ...]]:
    found: dict[str, tuple[Crossing, ...]] = {}
    for each in crossings():
        for said in {_folded(text) for text in (each.code, *each.names.values(), *each.aliases)}:
            found[said] = (*found.get(said, ()), each)
    return found


def _crossing(row: dict[str, Any], sources: Mapping[str, Source]) -> Crossing:
    """Make one frozen crossing of its row."""
    told = dict(row)
    coordinates = told.pop("coordinates")
    return Crossing(
        **told
        | {
            "attested": sources[row["attested"]] if row["attested"] else None,
            "aliases": tuple(row["aliases"]),
            "offices": tuple(row["offices"]),
            "kinds": tuple(row["kinds"]),
            "position": Position(**coordinates) if coordinates else None,
            "openings": tuple(_opening(each, sources) for each in row["openings"]),
        }
    )


def _opening(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Opening:
    return Opening(row["kind"], row["state"], row["dated"], sources[row["source"]], bool(row.get("contested", False)))


def _folded(text: str) -> str:
    """Bring the spellings of one name together: folded, and without blanks and hyphens (Deb-Deb, Debdeb)."""
    return "".join(c for c in arabic.fold(text) if c.isalnum())
