"""Prefilling the pass of a vehicle: by a declarant for its driver, or at the counter."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import language, places_for, reader
from mabar.lib.refusals import Refusal
from mabar.vehicles import commands, queries
from mabar.vehicles.forms import PrefillForm
from mabar.vehicles.pages.reach import PREFILL


@login_required
@require_http_methods(["GET", "POST"])
def prefill(request: HttpRequest) -> HttpResponse:
    """Prefill a pass; the same form sent twice is one pass."""
    moment = doors.now()
    open_to = set(places_for(request, PREFILL, moment))
    named = [(code, place.name_in(language())) for code, place in queries.places().items() if code in open_to]
    form = PrefillForm(request.POST or None, places=named, initial=_first(request, named, new_key(moment)))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.prefill(reader(request), new_key(moment), at=moment, **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The pass is prefilled."))
            return redirect("vehicles:pass", key=made.key)
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "vehicles/prefill.html", {"form": form, "refusal": refusal}, status=status)


def _first(request: HttpRequest, named: list[tuple[str, str]], event_key: str) -> dict[str, Any]:
    own = reader(request).place_id
    place = own if own in dict(named) else None
    across = {"dz": "LY", "ly": "DZ", "tn": "DZ"}.get((own or "")[:2], "LY")
    plate = request.GET.get("plate", "")
    return {"event_key": event_key, "place": place, "plate": plate, "plate_country": across, "kind": "car"}
