"""What search finds a passage by."""

from collections.abc import Mapping, Sequence

from mabar.base import search
from mabar.crossings import queries

VERBS = "crossings."


def register() -> None:
    """Name the describer of this package's subjects."""
    search.register(VERBS, describe)


def describe(keys: Sequence[str]) -> Mapping[str, search.Entry | None]:
    """Tell of each passage its plates, carrier, references and seals; subjects that are places are not told of."""
    links = queries.links_by_passage(keys)
    return {row.key: _entry(row, links.get(row.key, [])) for row in queries.passages_by_key(keys)}


def _entry(row: queries.PassageRow, links: Sequence[queries.LinkRow]) -> search.Entry:
    references = tuple(link.reference for link in links)
    return search.Entry(
        kind="crossings.passage",
        subject=row.key,
        title=row.plate,
        text=row.carrier,
        identifiers=tuple(filter(None, (row.plate, row.trailer_plate, *row.seals, *references))),
        place=row.place,
        owner=row.firm or "",
        happened_at=row.announced_at,
    )
