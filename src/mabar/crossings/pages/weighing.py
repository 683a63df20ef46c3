"""Weighings: a file of the weighbridge, and those that fitted no truck."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors
from mabar.base.reach import place_for, places_for, reader
from mabar.crossings import commands, queries
from mabar.crossings import weighings as files
from mabar.crossings.forms import WeighingsForm
from mabar.lib.refusals import Refusal

WEIGH = "crossings.note_weight"


@login_required
@require_safe
def weighings(request: HttpRequest) -> HttpResponse:
    """Show the weighings of a place that wait for an officer, and take a file."""
    return _page(request, place_for(request, WEIGH, doors.now()))


def _page(request: HttpRequest, place: str, *, status: int = 200, **more: Any) -> HttpResponse:
    shown = {
        "place": queries.crossing_place(place),
        "places": places_for(request, WEIGH, doors.now()),
        "waiting": queries.weighings_waiting(place),
        "trucks": queries.awaiting_weight(place),
        "form": WeighingsForm(initial={"place": place}),
        **more,
    }
    return render(request, "crossings/weighings.html", shown, status=status)


@login_required
@require_POST
def send_weighings(request: HttpRequest) -> HttpResponse:
    """Take a file of weighings, and show what became of each."""
    moment = doors.now()
    place = place_for(request, WEIGH, moment)
    form = WeighingsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, place, status=422, form=form)
    try:
        report = files.take_file(reader(request), place, form.cleaned_data["sent"].read(), at=moment)
    except Refusal as refusal:
        return _page(request, place, status=doors.status_of(refusal), refusal=refusal)
    return _page(request, place, status=422 if report.findings else 200, report=report)


@login_required
@require_POST
def settle_weighing(request: HttpRequest, number: int) -> HttpResponse:
    """Record a kept weighing on the truck that was chosen."""
    passage = request.POST.get("passage", "")
    return _settle(request, lambda at: commands.settle_weighing(reader(request), number, passage=passage, at=at))


@login_required
@require_POST
def set_weighing_aside(request: HttpRequest, number: int) -> HttpResponse:
    """Lay a kept weighing aside, with a reason."""
    reason = request.POST.get("reason", "")[:200]
    return _settle(request, lambda at: commands.set_weighing_aside(reader(request), number, reason=reason, at=at))


def _settle(request: HttpRequest, act: Callable[[Any], Any]) -> HttpResponse:
    moment = doors.now()
    place = place_for(request, WEIGH, moment)
    try:
        act(moment)
    except Refusal as refusal:
        return _page(request, place, status=doors.status_of(refusal), refusal=refusal)
    doors.say_done(request, _("The weighing is settled."))
    return redirect(f"{reverse('crossings:weighings')}?place={place}")
