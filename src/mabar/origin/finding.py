"""What search finds a proof by: its serial, the exporter's number, and the houses that stand on it."""

from collections.abc import Mapping, Sequence

from mabar.base import search
from mabar.origin import queries

VERBS = "origin."


def register() -> None:
    """Name the describer of this package's subjects."""
    search.register(VERBS, describe)


def describe(keys: Sequence[str]) -> Mapping[str, search.Entry | None]:
    """Tell of each proof its serial and houses; verifications and presented proofs are not told of."""
    return {row.key: _entry(row) for row in queries.proofs_by_key(keys)}


def _entry(row: queries.ProofRow) -> search.Entry:
    return search.Entry(
        kind="origin.proof",
        subject=row.key,
        title=row.name,
        text=f"{row.exporter} {row.consignee}",
        identifiers=tuple(filter(None, (row.serial, row.exporter_number))),
        place=row.place,
        owner=row.firm or "",
        happened_at=row.applied_at,
    )
