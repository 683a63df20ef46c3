"""The crossing itself: what it is open for, and its lanes."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors
from mabar.base.reach import place_for, places_for, reader, verbs_at
from mabar.crossings import commands, queries, rules
from mabar.crossings.forms import LaneForm, OpeningForm
from mabar.crossings.pages.reach import READ
from mabar.crossings.queue_forms import WEEK, HoursForm, hours_first
from mabar.lib.refusals import Refusal


@login_required
@require_safe
def crossing(request: HttpRequest) -> HttpResponse:
    """Show the opening of the crossing, its history and its lanes."""
    return _page(request, place_for(request, READ, doors.now()))


def _page(request: HttpRequest, code: str, refused: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    moment = doors.now()
    found, terms = queries.openings(code), queries.stated_terms(code, moment)[0]
    verbs = verbs_at(reader(request), code, moment)
    shown = {
        "place": queries.crossing_place(code),
        "places": places_for(request, READ, moment),
        "opening": _newest(found, moment),
        "history": found,
        "lanes": [(lane, _lane_form(code, lane) if _may_lane(verbs) else None) for lane in queries.lanes(code)],
        "verbs": verbs,
        "terms": terms,
        "days_of_work": [str(day) for day in WEEK if terms and day in terms.hours.days],
        "hours_form": HoursForm(initial=hours_first(code, terms), auto_id="hours_%s"),
        "opening_form": OpeningForm(initial={"place": code, "is_open": "open"}),
        "lane_form": LaneForm(initial={"place": code, "is_open": True}, auto_id="new_lane_%s"),
        **(refused or {}),
    }
    return render(request, "crossings/crossing.html", shown, status=status)


def _may_lane(verbs: frozenset[str]) -> bool:
    return "crossings.change_lane" in verbs


def _newest(found: list[queries.OpeningRow], at: datetime) -> list[tuple[str, queries.OpeningRow | None]]:
    begun = [row for row in found if row.at <= at]
    return [(kind, next((row for row in begun if row.kind == kind), None)) for kind in rules.KINDS_OF_TRAFFIC]


def _lane_form(code: str, lane: queries.LaneRow) -> LaneForm:
    first = {"place": code, "number": lane.number, "colours": lane.colours, "is_open": lane.is_open, "note": lane.note}
    return LaneForm(initial=first, auto_id=f"lane_{lane.number}_%s")


@login_required
@require_POST
def change_opening(request: HttpRequest) -> HttpResponse:
    """Open or close the crossing to one kind of traffic."""
    return _change(request, OpeningForm(request.POST), "opening_form", commands.change_opening)


@login_required
@require_POST
def change_lane(request: HttpRequest) -> HttpResponse:
    """Open, close or change a lane."""
    return _change(request, LaneForm(request.POST, auto_id="new_lane_%s"), "lane_form", commands.change_lane)


@login_required
@require_POST
def change_hours(request: HttpRequest) -> HttpResponse:
    """State the hours of work and the slots."""
    return _change(request, HoursForm(request.POST, auto_id="hours_%s"), "hours_form", commands.change_hours)


def _change(request: HttpRequest, form: Any, name: str, command: Any) -> HttpResponse:
    moment = doors.now()
    code = place_for(request, READ, moment)
    if not form.is_valid():
        return _page(request, code, {name: form, "refused_form": form}, status=422)
    told = dict(form.cleaned_data)
    place = told.pop("place")
    try:
        command(reader(request), place, at=moment, **told)
    except Refusal as refusal:
        return _page(request, code, {name: form, "refusal": refusal}, status=doors.status_of(refusal))
    doors.say_done(request, _("The change is recorded; the wall shows it."))
    return redirect(f"{reverse('crossings:crossing')}?place={place}")
