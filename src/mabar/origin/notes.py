"""What the page of a declaration shows of origin: the proofs presented with it, and the way to present one."""

from dataclasses import dataclass

from mabar.declarations.queries import DeclarationRow
from mabar.origin import queries
from mabar.origin.queries import PresentedRow


@dataclass(frozen=True)
class PresentedNote:
    """The proofs presented with a declaration of import."""

    declaration: str
    rows: tuple[PresentedRow, ...]
    template: str = "origin/_note.html"


def note_on(row: DeclarationRow) -> PresentedNote | None:
    """Give the proofs presented with a declaration; none where it is no import."""
    if row.flow != "import":
        return None
    return PresentedNote(row.key, tuple(queries.presented_with(row.key)))
