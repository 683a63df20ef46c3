"""What the pages of devices share: a file that is taken, and the records that fitted no truck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise

from mabar.base import doors
from mabar.base.reach import place_for, places_for, reader
from mabar.crossings import queries
from mabar.crossings.device_files import Report
from mabar.crossings.forms import DeviceFileForm
from mabar.lib.refusals import Refusal


@dataclass(frozen=True)
class Desk:
    """A page of a device's records: the verb that opens it, its template, and what it reads and takes.

    `waiting` lists the records of a place that wait for an officer; `beside` gives what else its template shows.
    """

    verb: str
    address: str
    template: str
    waiting: Callable[[str], Sequence[Any]]
    beside: Callable[[str], dict[str, Any]]
    take_file: Callable[..., Report]
    settled: Promise


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the records of a place that wait for an officer, and the form for a file."""
    return _page(request, desk, place_for(request, desk.verb, doors.now()))


def send(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a file, and show what became of each record."""
    moment = doors.now()
    place = place_for(request, desk.verb, moment)
    form = DeviceFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, desk, place, status=422, form=form)
    try:
        report = desk.take_file(reader(request), place, form.cleaned_data["sent"].read(), at=moment)
    except Refusal as refusal:
        return _page(request, desk, place, status=doors.status_of(refusal), refusal=refusal)
    return _page(request, desk, place, status=422 if report.findings else 200, report=report)


def settle(request: HttpRequest, desk: Desk, act: Callable[[datetime], Any]) -> HttpResponse:
    """Do an act on a kept record, and go back to the page."""
    moment = doors.now()
    place = place_for(request, desk.verb, moment)
    try:
        act(moment)
    except Refusal as refusal:
        return _page(request, desk, place, status=doors.status_of(refusal), refusal=refusal)
    doors.say_done(request, str(desk.settled))
    return redirect(f"{reverse(desk.address)}?place={place}")


def _page(request: HttpRequest, desk: Desk, place: str, *, status: int = 200, **more: Any) -> HttpResponse:
    shown = {
        "place": queries.crossing_place(place),
        "places": places_for(request, desk.verb, doors.now()),
        "waiting": desk.waiting(place),
        "form": DeviceFileForm(initial={"place": place}),
        **desk.beside(place),
        **more,
    }
    return render(request, desk.template, shown, status=status)
