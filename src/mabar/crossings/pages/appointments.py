"""Appointments: the day slot by slot for officers, and the choice of an hour for one truck."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates
from mabar.base.keys import new_key
from mabar.base.reach import place_for, places_for, reader, verbs_at
from mabar.crossings import queries
from mabar.crossings.pages import acts
from mabar.crossings.pages.days import days_for
from mabar.crossings.pages.reach import READ, readable


@login_required
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """Show the appointments of a day, slot by slot."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    place = queries.crossing_place(code)
    days = days_for(request, place, moment)
    rows = queries.slots_on(code, days.shown, moment)
    shown = {
        "place": place,
        "places": places_for(request, READ, moment),
        "days": days,
        "rows": rows,
        "taken": sum(row.taken for row in rows),
        "free": sum(row.free for row in rows),
        "terms": queries.stated_terms(code, moment)[0],
        "verbs": verbs_at(reader(request), code, moment),
    }
    return render(request, "crossings/appointments.html", shown)


@login_required
@require_safe
def hour(request: HttpRequest, key: str) -> HttpResponse:
    """Offer the free hours of a day for an announced truck, to ask for one or to move the appointment."""
    moment = doors.now()
    ends = readable(request, key, moment)
    place = queries.crossing_place(ends.row.place)
    appointment = queries.appointment_of(key)
    act = acts.hour_act(ends.row, appointment)
    mandates.require(reader(request), f"crossings.{act or 'ask_appointment'}", place=place.code, at=moment)
    if not act:
        return redirect("crossings:passage", key=key)
    first = queries.free_slots(place.code, moment, limit=1)
    days = days_for(request, place, first[0].begins_at if first else moment)
    shown = {
        "place": place,
        "row": ends.row,
        "act": act,
        "appointment": appointment if appointment and appointment.is_standing else None,
        "days": days,
        "rows": [row for row in queries.slots_on(place.code, days.shown, moment) if row.seats],
        "terms": queries.stated_terms(place.code, moment)[0],
        "event_key": new_key(moment),
        "is_first_day": days.shown <= moment.astimezone(place.clock).date(),
    }
    return render(request, "crossings/hour.html", shown)
