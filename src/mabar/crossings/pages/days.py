"""Which day a page shows, on the clock of its place, and the days beside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Days:
    """The day that is shown, and those to which the page leads."""

    shown: date
    before: date
    after: date
    today: date


def days_for(request: HttpRequest, place: Any, at: datetime) -> Days:
    """Choose the day asked for; one that is none, or lies beyond the calendar, is today."""
    today = at.astimezone(place.clock).date()
    shown = _read(request.GET.get("day", "")) or today
    return Days(shown, shown - timedelta(days=1), shown + timedelta(days=1), today)


def _read(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None
