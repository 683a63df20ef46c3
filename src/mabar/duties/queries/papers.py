"""Papers that goods must come with, and those that a declaration does not bring."""

from dataclasses import dataclass
from datetime import date, datetime

from mabar.declarations import sad
from mabar.duties import rules
from mabar.duties.models import RequiredPaper
from mabar.duties.rules import Missing, Requirement


@dataclass(frozen=True)
class RequirementRow:
    """A requirement with its key, and who stated it when."""

    key: str
    requirement: Requirement
    by: str
    at: datetime


def requirements(administration: str, *, prefix: str = "", day: date | None = None) -> list[RequirementRow]:
    """List the requirements of an administration: all, those for goods whose code begins so, those of a day."""
    found = RequiredPaper.objects.filter(administration=administration).order_by("prefix", "paper", "from_on")
    if prefix:
        beginnings = [prefix[:digits] for digits in range(len(prefix))]
        found = found.filter(prefix__in=beginnings) | found.filter(prefix__startswith=prefix)
    rows = [RequirementRow(each.key, _requirement(each), each.by, each.at) for each in found]
    return rows if day is None else [each for each in rows if each.requirement.holds_on(day)]


def _requirement(each: RequiredPaper) -> Requirement:
    same = (each.paper, each.basis, each.from_on, each.prefix, each.flow, each.procedure, each.origin, each.until_on)
    return Requirement(*same)


def missing_papers(record: sad.Declaration, administration: str, day: date) -> tuple[Missing, ...]:
    """List the papers that a declaration should bring on a day and does not."""
    asked = [each.requirement for each in requirements(administration, day=day)]
    return rules.missing(record, asked, day)
