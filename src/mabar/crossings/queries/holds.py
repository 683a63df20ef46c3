"""Who holds what."""

from collections.abc import Iterable

from django.db.models import QuerySet

from mabar.base.models import Agency
from mabar.crossings import rules
from mabar.crossings.models import Hold
from mabar.crossings.queries.rows import HoldRow, hold_row


def agency_name(agency: Agency) -> rules.AgencyName:
    """Give an agency as refusals name it."""
    return rules.AgencyName(agency.code, agency.name_ar, agency.name_fr, agency.name_en)


def agencies_holding(key: str) -> list[rules.AgencyName]:
    """Name each agency once that holds the truck now, in the order in which they came."""
    found = Hold.objects.filter(passage=key, lifted_at=None).select_related("agency").order_by("placed_at", "pk")
    return list(dict.fromkeys(agency_name(hold.agency) for hold in found))


def holds_open(agency: str, *, place: str = "") -> list[HoldRow]:
    """List the open holds of an agency, oldest first; at one place, or at all places of the node."""
    found = open_holds().filter(agency=agency)
    if place:
        found = found.filter(passage__place=place)
    return [hold_row(hold) for hold in found]


def open_holds() -> QuerySet[Hold]:
    """Choose the open holds, each with its passage and agency, oldest first."""
    return Hold.objects.filter(lifted_at=None).select_related("passage", "agency").order_by("placed_at", "pk")


def open_by_passage(keys: Iterable[str]) -> dict[str, list[HoldRow]]:
    """Give the open holds of passages, by passage."""
    by_passage: dict[str, list[HoldRow]] = {}
    for hold in open_holds().filter(passage__in=list(keys)):
        by_passage.setdefault(hold.passage_id, []).append(hold_row(hold))
    return by_passage
