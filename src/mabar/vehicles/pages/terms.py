"""How long which vehicle may stay: the table, and the form that changes it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base import queries as ground
from mabar.base.reach import language, places_for, reader
from mabar.lib.refusals import Refusal
from mabar.vehicles import commands, queries
from mabar.vehicles.forms import TermForm

CHANGE = "vehicles.change_term"


@login_required
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Show the table of the reader's crossings, and take a change."""
    moment = doors.now()
    open_to = set(places_for(request, CHANGE, moment))
    known = {code: place for code, place in queries.places().items() if code in open_to}
    named = [(code, place.name_in(language())) for code, place in known.items()]
    today = ground.day_at(reader(request).place, moment)
    form = TermForm(request.POST or None, places=named, initial={"from_on": today, "kind": "car"})
    refusal = None
    if request.method == "POST" and form.is_valid():
        refusal = _changed(request, dict(form.cleaned_data), moment)
        if refusal is None:
            doors.say_done(request, _("The term counts from that day on; who is here keeps his own."))
            return redirect("vehicles:terms")
    shown = {"form": form, "refusal": refusal, "rows": queries.terms(known, today=today), "places": known}
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "vehicles/terms.html", shown, status=status)


def _changed(request: HttpRequest, told: dict[str, Any], at: datetime) -> Refusal | None:
    try:
        commands.change_term(reader(request), told.pop("place"), at=at, **told)
    except Refusal as refused:
        return refused
    return None
