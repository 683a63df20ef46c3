"""What people and programs ask about duties."""

from mabar.duties.queries.assessing import (
    AssessmentRow,
    Reckoning,
    assessment,
    assessments,
    day_of,
    newest_assessment,
    reckon,
)
from mabar.duties.queries.papers import RequirementRow, missing_papers, requirement_of, requirements
from mabar.duties.queries.tables import TableRow, all_rates, in_use, loaded, newest, rates_for, rates_page

__all__ = [
    "AssessmentRow",
    "Reckoning",
    "RequirementRow",
    "TableRow",
    "all_rates",
    "assessment",
    "assessments",
    "day_of",
    "in_use",
    "loaded",
    "missing_papers",
    "newest",
    "newest_assessment",
    "rates_for",
    "rates_page",
    "reckon",
    "requirement_of",
    "requirements",
]
