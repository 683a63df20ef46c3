"""The door for programs: what a declaration was assessed to owe, line by line."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language_from_request
from ninja import Router, Schema

from mabar.base import doors
from mabar.base.reach import caller
from mabar.base.rules import NoSuchRecord
from mabar.declarations import queries as papers
from mabar.duties import queries
from mabar.duties.explaining import explain
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE

router = Router(tags=["duties"])


class LineOut(Schema):
    """A levy on an item: what it is, how it was worked out, and what is owed, in minor units."""

    item: int
    levy: str
    name: str
    base: str
    reckoning: str
    reasons: list[str]
    amount_minor: int


class AssessmentOut(Schema):
    """An assessment by a tariff; `before_minor` is what was assessed before, null in the first."""

    number: int
    tariff: str
    tariff_number: int
    is_sample: bool
    day: date
    currency: str
    totals: dict[str, int]
    total_minor: int
    before_minor: int | None
    reason: str
    at: datetime
    lines: list[LineOut]


@router.get("/declarations/{key}/duties", response=AssessmentOut, summary="What a declaration was assessed to owe")
def duties(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give the newest assessment by a tariff, with the reasons of each line in the language that is asked for."""
    row = papers.row(papers.scope_of(caller(request), doors.now()), key)
    made = queries.newest_assessment(row.key)
    if made is None:
        raise NoSuchRecord(key=key)
    same = ("number", "day", "totals", "total_minor", "before_minor", "reason", "at")
    return {
        **{name: getattr(made, name) for name in same},
        "tariff": made.table.name,
        "tariff_number": made.table.number,
        "is_sample": made.table.is_sample,
        "currency": made.table.currency,
        "lines": [_line(line, made.table.currency, get_language_from_request(request)) for line in made.lines],
    }


def _line(line: Any, currency: str, language: str) -> dict[str, Any]:
    said = explain(line, currency=currency, language=language)
    return {
        "item": line.item,
        "levy": line.levy.code,
        "name": said.levy,
        "base": _plain(said.base),
        "reckoning": _plain(said.reckoning),
        "reasons": [_plain(each) for each in said.reasons],
        "amount_minor": line.minor,
    }


def _plain(text: str) -> str:
    return text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
