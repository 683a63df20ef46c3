"""What a declaration's page shows of duties: the last assessment by a tariff, and the page on which one is made."""

from dataclasses import dataclass
from datetime import date, tzinfo

from django.urls import reverse

from mabar.declarations import reference, sad
from mabar.declarations.queries import DeclarationRow, Duty
from mabar.declarations.sad_parts import Amount
from mabar.duties import queries
from mabar.duties.queries import AssessmentRow
from mabar.duties.rules import Line, Missing

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


@dataclass(frozen=True)
class MissingNote:
    """The papers that a declaration should bring and does not."""

    missing: tuple[Missing, ...]
    template: str = "duties/_missing.html"

    @property
    def named(self) -> list[tuple[Missing, reference.Entry | None]]:
        """Each with the name of its paper."""
        return [(each, reference.document_type(each.requirement.paper)) for each in self.missing]


def missing_on(row: DeclarationRow, record: sad.Declaration, clock: tzinfo) -> MissingNote | None:
    """Give the papers that a declaration lacks, as of the day of its lodging; None where it lacks none."""
    found = queries.missing_papers(record, row.place.partition(".")[0], row.lodged_at.astimezone(clock).date())
    return MissingNote(found) if found else None


def missing_in_draft(record: sad.Declaration, place: str, day: date) -> MissingNote | None:
    """Give the papers that a draft lacks today; None where it lacks none."""
    found = queries.missing_papers(record, place.partition(".")[0], day)
    return MissingNote(found) if found else None


def duties_of(row: DeclarationRow) -> list[Duty]:
    """Give the levies of the last assessment, where it is the one that stands: its total is what is owed."""
    found = queries.newest_assessment(row.key)
    if found is None or (found.total_minor, found.table.currency) != (row.assessed_minor, row.assessed_currency):
        return []
    return [_duty(line, found.table.currency) for line in found.lines]


def _duty(line: Line, currency: str) -> Duty:
    percent = line.rate.percent if line.rate else None
    return Duty(
        line.item, line.levy.code, Amount(line.minor, currency), line.base_total if line.base else None, percent
    )


def door_of(row: DeclarationRow, act: str) -> str:
    """Give the page that assesses by the tariff, where one is in use."""
    if act != "assess" or queries.newest(row.place.partition(".")[0]) is None:
        return ""
    return reverse("duties:assess", args=[row.key])
