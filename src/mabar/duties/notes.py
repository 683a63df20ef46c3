"""What a declaration's page shows of duties: the last assessment by a tariff, and the page on which one is made."""

from dataclasses import dataclass

from django.urls import reverse

from mabar.declarations.queries import DeclarationRow
from mabar.declarations.queries.beside import OtherDoor
from mabar.duties import queries
from mabar.duties.queries import AssessmentRow

AFTER = frozenset({"assessed", "paid", "guaranteed", "released", "closed"})


@dataclass(frozen=True)
class DutiesNote:
    """The last assessment of a declaration by a tariff."""

    assessment: AssessmentRow
    template: str = "duties/_note.html"


def note_on(row: DeclarationRow) -> DutiesNote | None:
    """Give the last assessment; None where the declaration was not assessed by a tariff."""
    found = queries.newest_assessment(row.key) if row.state in AFTER else None
    return DutiesNote(found) if found else None


def door_of(row: DeclarationRow) -> OtherDoor | None:
    """Give the page that assesses by the tariff, where one is in use."""
    if queries.newest(row.place.partition(".")[0]) is None:
        return None
    return OtherDoor("assess", reverse("duties:assess", args=[row.key]))
