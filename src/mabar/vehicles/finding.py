"""What search finds a pass by: plate, chassis and the number given elsewhere.  The holder is never told of."""

from collections.abc import Mapping, Sequence

from mabar.base import search
from mabar.vehicles import queries

VERBS = "vehicles."


def register() -> None:
    """Name the describer of this package's subjects."""
    search.register(VERBS, describe)


def describe(keys: Sequence[str]) -> Mapping[str, search.Entry | None]:
    """Tell of each pass its plate, chassis and reference; subjects that are places are not told of."""
    return {row.key: _entry(row) for row in queries.passes_by_key(keys)}


def _entry(row: queries.PassRow) -> search.Entry:
    return search.Entry(
        kind="vehicles.pass",
        subject=row.key,
        title=row.plate,
        text=row.make,
        identifiers=tuple(filter(None, (row.plate, row.chassis, row.reference))),
        place=row.place,
        owner=row.firm or "",
        happened_at=row.prefilled_at,
    )
