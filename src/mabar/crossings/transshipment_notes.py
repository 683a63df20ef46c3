"""What an officer reads on a truck of the transshipment in which it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mabar.crossings.queries.rows import PassageRow
from mabar.crossings.queries.transshipments import TransshipmentRow, transshipments_of


@dataclass(frozen=True)
class TransshipmentNote:
    """That the goods of a truck change truck, or have, or that it takes those of another on."""

    key: str
    rows: tuple[TransshipmentRow, ...]
    template: str = "crossings/parts/transshipment_note.html"

    @property
    def is_under_way(self) -> bool:
        """Whether one of them still binds the truck."""
        return any(row.is_under_way for row in self.rows)


def notes_on(trucks: Sequence[PassageRow]) -> Mapping[str, TransshipmentNote]:
    """Give what an officer reads on trucks of the transshipments in which they stand."""
    found = transshipments_of(truck.key for truck in trucks)
    return {key: TransshipmentNote(key, tuple(rows)) for key, rows in found.items()}
