"""Announcing a truck."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import places_for, reader
from mabar.crossings import commands, queries
from mabar.crossings.forms import AnnounceForm
from mabar.lib.refusals import Refusal

ANNOUNCE = "crossings.announce"


@login_required
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Announce a truck that will come; the same form sent twice is one passage."""
    moment = doors.now()
    open_to = set(places_for(request, ANNOUNCE, moment))
    places = {place.code: place for place in queries.crossing_places() if place.code in open_to}
    form = _form(request, places, moment)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            announced = _announce(request, dict(form.cleaned_data), places, moment)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The truck is announced."))
            return redirect("crossings:passage", key=announced.key)
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "crossings/announce.html", {"form": form, "refusal": refusal}, status=status)


def _form(request: HttpRequest, places: dict[str, Any], at: datetime) -> AnnounceForm:
    own = reader(request).place_id
    first = {"event_key": new_key(at), "place": own if own in places else None, "direction": "entry"}
    first["plate"] = request.GET.get("plate", "")
    named = [(code, place.name) for code, place in places.items()]
    return AnnounceForm(request.POST or None, places=named, initial=first)


def _announce(request: HttpRequest, told: dict[str, Any], places: dict[str, Any], at: datetime) -> Any:
    hour = told.pop("expected_at")
    if hour is not None:
        # what is typed is the hour that the clock of the crossing will show
        hour = make_aware(hour.replace(tzinfo=None), places[told["place"]].clock)
    return commands.announce(reader(request), new_key(at), expected_at=hour, at=at, **told)
