"""The lists of movements: those over an office by their state, and those of a house."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates
from mabar.base.reach import places_for, reader
from mabar.transit import queries, rules


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """List the movements over the reader's offices, by state or by a part of their number."""
    moment, actor = doors.now(), reader(request)
    places = places_for(request, queries.READ, moment)
    asked, number = request.GET.get("state", ""), request.GET.get("number", "").strip()[: rules.LONGEST_NUMBER]
    states = (asked,) if asked in rules.STATES else ()
    after = request.GET.get("after") or None
    shown = {
        "page": queries.movements_at(places, states=states, number=number, after=after),
        "counts": queries.counts(places),
        "states": rules.STATES,
        "asked": asked if states else "",
        "number": number,
        "at": moment,
        "may_lodge": mandates.may(actor, "transit.lodge", at=moment),
        "may_open": mandates.may(actor, "transit.note_unannounced", at=moment),
        "may_fall_back": mandates.may(actor, "transit.begin_fallback", at=moment),
    }
    return render(request, "transit/desk.html", shown)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the movements of the reader's house."""
    moment, actor = doors.now(), reader(request)
    mandates.require(actor, queries.READ_OWN, at=moment)
    page = queries.movements_of_firm(actor.firm_id or "–", after=request.GET.get("after") or None)
    shown = {"page": page, "at": moment, "may_lodge": mandates.may(actor, "transit.lodge", at=moment)}
    return render(request, "transit/mine.html", shown)
