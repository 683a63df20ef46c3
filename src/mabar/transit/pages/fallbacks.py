"""Work on paper: since when, until when, and the electronic records that it found unfinished."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mabar.base import doors, mandates
from mabar.base.keys import new_key
from mabar.base.reach import places_for, reader
from mabar.base.rules import NoSuchRecord
from mabar.lib.refusals import Refusal
from mabar.transit import commands, queries
from mabar.transit.forms import BeginForm, EndForm
from mabar.transit.pages.lodging import named


@login_required
@require_http_methods(["GET", "POST"])
def fallbacks(request: HttpRequest) -> HttpResponse:
    """List the times on paper and what they left unfinished; declare that one has begun."""
    moment, actor = doors.now(), reader(request)
    own = places_for(request, "transit.begin_fallback", moment)
    form = BeginForm(request.POST or None, own=named(queries.places()[code] for code in own))
    refusal = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        began_at = _on_its_clock(told["began_at"], told["place"])
        try:
            commands.begin_fallback(actor, new_key(moment), at=moment, **{**told, "began_at": began_at})
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("Work on paper is declared."))
            return redirect("transit:fallbacks")
    return _page(request, form, own, refusal, moment)


def _on_its_clock(hour: datetime, place: str) -> datetime:
    return make_aware(hour.replace(tzinfo=None), queries.places()[place].clock)


def _page(request: HttpRequest, form: Any, own: list[str], refusal: Refusal | None, at: datetime) -> HttpResponse:
    shown = {
        "form": form,
        "refusal": refusal,
        "rows": queries.fallbacks_at(own),
        "unfinished": queries.unfinished(own),
        "places": queries.places(),
        "end_form": EndForm(),
        "may_invalidate": mandates.may(reader(request), "transit.invalidate", at=at),
        "at": at,
    }
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "transit/fallbacks.html", shown, status=status)


@login_required
@require_POST
def end_fallback(request: HttpRequest, key: str) -> HttpResponse:
    """Declare that the node of an office is back."""
    moment, actor = doors.now(), reader(request)
    own = places_for(request, "transit.end_fallback", moment)
    row = next((each for each in queries.fallbacks_at(own) if each.key == key), None)
    if row is None:
        raise NoSuchRecord(key=key)
    form, blank = EndForm(request.POST), BeginForm(own=named(queries.places()[code] for code in own))
    if not form.is_valid():
        return _page(request, form, own, None, moment)
    try:
        commands.end_fallback(actor, key, ended_at=_on_its_clock(form.cleaned_data["ended_at"], row.place), at=moment)
    except Refusal as refusal:
        return _page(request, blank, own, refusal, moment)
    doors.say_done(request, _("The system is back."))
    return redirect("transit:fallbacks")
