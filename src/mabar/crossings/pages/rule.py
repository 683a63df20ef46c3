"""The rule of the queue, published with the crossing's own figures: everybody may read by what order he is called."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from mabar.base import doors
from mabar.crossings import queries
from mabar.crossings.pages.wall import in_language, language_of
from mabar.crossings.queue_forms import WEEK
from mabar.crossings.rules import order, slots, waits


@require_safe
def rule(request: HttpRequest, place: str) -> HttpResponse:
    """Tell in words by what order trucks are called, and what the crossing has stated."""
    moment, language = doors.now(), language_of(request)
    with translation.override(language):
        here, found = queries.crossing_place(place), queries.queue(place, moment)
        terms = found.terms
        shown = {
            "place": here,
            "language": language,
            "terms": terms,
            "days": [str(day) for day in WEEK if terms and day in terms.hours.days],
            "pace": found.pace,
            "waiting": len(found.turns),
            "forward": order.REASONS[order.FORWARD],
            "back": order.REASONS[order.BACK],
            "covered": waits.COVERED_PERCENT,
            "fewest": waits.FEWEST_GAPS,
            "furthest": slots.FURTHEST.days,
        }
        return in_language(language, render(request, "crossings/rule.html", shown))
