"""What search finds a request or a query by: its number.  No text of either is told to the search."""

from collections.abc import Mapping, Sequence

from mabar.assistance import queries
from mabar.base import search

VERBS = "assistance."


def register() -> None:
    """Name the describer of this package's subjects."""
    search.register(VERBS, describe)


def describe(keys: Sequence[str]) -> Mapping[str, search.Entry | None]:
    """Tell of each request its number; lists, consents and measures are not told of."""
    return {row.key: _entry(row) for row in queries.requests_by_key(keys)}


def _entry(row: queries.RequestRow) -> search.Entry:
    return search.Entry(
        kind="assistance.request",
        subject=row.key,
        title=row.number,
        text="",
        identifiers=(row.number,),
        place=row.place,
        owner="",
        happened_at=row.made_at,
    )
