"""What search finds a movement by: its number, the truck, and the firm that holds it."""

from collections.abc import Mapping, Sequence

from mabar.base import search
from mabar.transit import queries

VERBS = "transit."


def register() -> None:
    """Name the describer of this package's subjects."""
    search.register(VERBS, describe)


def describe(keys: Sequence[str]) -> Mapping[str, search.Entry | None]:
    """Tell of each movement its number, truck and firm; guarantees are not told of."""
    return {row.key: _entry(row) for row in queries.movements_by_key(keys)}


def _entry(row: queries.MovementRow) -> search.Entry:
    return search.Entry(
        kind="transit.movement",
        subject=row.key,
        title=row.name,
        text=f"{row.holder_name} {row.goods}",
        identifiers=tuple(filter(None, (row.number, row.plate, row.container, row.stamp))),
        place=row.place,
        owner=row.firm or "",
        happened_at=row.lodged_at,
    )
