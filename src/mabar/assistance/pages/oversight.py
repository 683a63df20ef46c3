"""What oversight reads of assistance: counts and log of a span of days; codes and instants, no texts and no names."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.assistance import queries
from mabar.assistance.pages.reach import READ_LOG
from mabar.base import doors
from mabar.base.reach import place_for

SPANS = (30, 90, 365)


@login_required
@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """Show who asked what, under which article, and when it was answered."""
    moment = doors.now()
    place = place_for(request, READ_LOG, moment)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, SPANS) else SPANS[0]
    shown = {"log": queries.log(place, since=moment - timedelta(days=days)), "days": days, "spans": SPANS}
    return render(request, "assistance/oversight.html", shown)
