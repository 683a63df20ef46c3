"""What departed from the order of the queue on a day: for officers and for oversight."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors
from mabar.base.reach import place_for, places_for
from mabar.crossings import queries
from mabar.crossings.pages.days import days_for
from mabar.crossings.pages.reach import READ


@login_required
@require_safe
def exceptions(request: HttpRequest) -> HttpResponse:
    """Count and list the exceptions of a day."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    place = queries.crossing_place(code)
    days = days_for(request, place, moment)
    shown = {
        "place": place,
        "places": places_for(request, READ, moment),
        "days": days,
        "day": queries.exceptions_on(code, days.shown),
    }
    return render(request, "crossings/exceptions.html", shown)
