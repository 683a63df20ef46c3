"""What search finds a declaration by."""

from collections.abc import Mapping, Sequence

from mabar.base import search
from mabar.declarations import queries

VERBS = "declarations."


def register() -> None:
    """Name the describer of this package's subjects."""
    search.register(VERBS, describe)


def describe(keys: Sequence[str]) -> Mapping[str, search.Entry | None]:
    """Tell of each declaration its goods, parties and numbers; drafts and places are not told of."""
    return {each.row.key: _entry(each) for each in queries.described(keys)}


def _entry(each: queries.DescribedDeclaration) -> search.Entry:
    return search.Entry(
        kind="declarations.declaration",
        subject=each.row.key,
        title=each.row.reference,
        text="\n".join(each.texts),
        identifiers=each.numbers,
        place=each.row.place,
        owner=each.row.firm or "",
        happened_at=each.row.lodged_at,
    )
