"""Papers that goods must come with, and those that a declaration does not bring."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

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


def requirements(administration: str, *, prefix: str = "") -> list[RequirementRow]:
    """List the requirements of an administration: all, or those for goods whose code begins so."""
    found = RequiredPaper.objects.filter(administration=administration).order_by("prefix", "paper", "from_on")
    if prefix:
        beginnings = [prefix[:digits] for digits in range(len(prefix))]
        found = found.filter(prefix__in=beginnings) | found.filter(prefix__startswith=prefix)
    return [RequirementRow(each.key, requirement_of(each), each.by, each.at) for each in found]


def requirement_of(each: RequiredPaper) -> Requirement:
    """Give a stored requirement to the rules."""
    same = (each.paper, each.basis, each.from_on, each.prefix, each.flow, each.procedure, each.origin, each.until_on)
    return Requirement(*same)


def missing_papers(record: sad.Declaration, administration: str, day: date) -> tuple[Missing, ...]:
    """List the papers that a declaration should bring on a day and does not."""
    codes = {(item.commodity_code or "") + (item.precision_1 or "") for item in record.items}
    beginnings = {code[:digits] for code in codes for digits in range(len(code) + 1)}
    asked = RequiredPaper.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day),
        administration=administration,
        from_on__lte=day,
        prefix__in=sorted(beginnings),
    )
    return rules.missing(record, [requirement_of(each) for each in asked.order_by("prefix", "paper")], day)
