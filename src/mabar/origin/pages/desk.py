"""The lists: what the office has to check and to sign, and what a house has asked for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates
from mabar.base.reach import places_for, reader
from mabar.origin import queries, rules
from mabar.origin.pages.reach import APPLY, READ, READ_OWN


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """List the proofs of the reader's offices, those that wait first, by the state asked for."""
    moment = doors.now()
    places = places_for(request, READ, moment)
    asked = request.GET.get("state", "")
    states = (asked,) if asked in rules.STATES else ()
    shown = {
        "page": queries.proofs_at(places, states=states, after=request.GET.get("after") or None),
        "counts": queries.counts(places),
        "states": rules.STATES,
        "asked": asked if states else "",
        "may_apply": mandates.may(reader(request), APPLY, at=moment),
    }
    return render(request, "origin/desk.html", shown)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the proofs that the reader's house asked for."""
    moment, actor = doors.now(), reader(request)
    mandates.require(actor, READ_OWN, at=moment)
    page = queries.proofs_of_firm(actor.firm_id or "–", after=request.GET.get("after") or None)
    return render(request, "origin/mine.html", {"page": page, "may_apply": mandates.may(actor, APPLY, at=moment)})
