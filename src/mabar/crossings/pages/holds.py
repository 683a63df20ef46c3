"""The open holds of the reader's agency."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors
from mabar.base import rules as ground
from mabar.base.reach import places_for, reader
from mabar.crossings import queries

LIFT = "crossings.lift_hold"


@login_required
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """List what the reader's agency holds at the reader's places, oldest first."""
    moment = doors.now()
    places = places_for(request, LIFT, moment)
    agency = reader(request).agency_id
    if agency is None:
        raise ground.NotMandated(verb=LIFT, place="–", actor=reader(request).key)
    found = [(place, queries.holds_open(agency, place=place)) for place in places]
    rows = [hold for _place, held in found for hold in held]
    return render(request, "crossings/holds.html", {"holds": rows, "at": moment, "agency": reader(request).agency})
