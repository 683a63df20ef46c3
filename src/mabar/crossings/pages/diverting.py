"""Diversions: the list of a crossing, proposing its trucks to another, and the page on which the other answers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mabar.base import doors, mandates
from mabar.base import rules as ground
from mabar.base.keys import new_key
from mabar.base.reach import place_for, places_for, reader, verbs_at
from mabar.crossings import commands, queries
from mabar.crossings.forms_diverting import AcceptForm, CapacityForm, EndForm, ProposeForm
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import diverting
from mabar.crossings.rules import diverted
from mabar.crossings.rules import diverting as terms
from mabar.lib.refusals import Refusal

TRUCKS_A_PAGE = 25
PROPOSE = "crossings.propose_diversion"


@login_required
@require_safe
def diversions(request: HttpRequest) -> HttpResponse:
    """List what was proposed from a crossing and to it, and what the crossing takes an hour."""
    return _list(request, place_for(request, READ, doors.now()))


def _list(request: HttpRequest, code: str, refused: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    moment, capacity = doors.now(), diverting.capacity(code)
    shown = {
        "place": queries.crossing_place(code),
        "places": places_for(request, READ, moment),
        "names": _names(),
        "rows": diverting.diversions(code),
        "capacity": capacity,
        "capacity_form": CapacityForm(initial={"place": code, "an_hour": capacity}),
        "is_open": diverting.is_open(code, moment)[0],
        "verbs": verbs_at(reader(request), code, moment),
        **(refused or {}),
    }
    return render(request, "crossings/diversions.html", shown, status=status)


def _names() -> dict[str, Any]:
    here = {place.code: place for place in queries.crossing_places()}
    return {place.code: place for code in here for place in diverting.far_sisters(code)} | here


@login_required
@require_POST
def state_capacity(request: HttpRequest) -> HttpResponse:
    """State how many trucks an hour the crossing takes from closed ones."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return _list(request, code, {"capacity_form": form, "refused_form": form}, 422)
    try:
        commands.state_capacity(reader(request), code, an_hour=form.cleaned_data["an_hour"], at=moment)
    except Refusal as refusal:
        return _list(request, code, {"capacity_form": form, "refusal": refusal}, doors.status_of(refusal))
    doors.say_done(request, _("The capacity is recorded."))
    return redirect(f"{reverse('crossings:diversions')}?place={code}")


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose the waiting trucks of a closed crossing to another one."""
    moment = doors.now()
    code = place_for(request, PROPOSE, moment)
    named = [(place.code, place.name) for place in (*diverting.sisters(code), *diverting.far_sisters(code))]
    first = {"place": code, "reason": diverting.is_open(code, moment)[1]}
    form = ProposeForm(request.POST or None, targets=named, initial=first)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            told = dict(form.cleaned_data)
            proposed = commands.propose_diversion(reader(request), new_key(moment), at=moment, **told)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The trucks are proposed; the other crossing sees it now."))
            return redirect("crossings:diversion", key=proposed.key)
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    shown = {"form": form, "refusal": refusal, **_waiting(request, code, moment)}
    return render(request, "crossings/propose.html", shown, status=status)


def _waiting(request: HttpRequest, code: str, at: datetime) -> dict[str, Any]:
    rows = diverting.divertible(code)
    is_open, reason = diverting.is_open(code, at)
    return {
        "place": queries.crossing_place(code),
        "is_open": is_open,
        "closing": reason,
        "page": Paginator(rows, TRUCKS_A_PAGE).get_page(request.GET.get("page")),
        "counts": {
            direction: {state: sum((r.direction, r.state) == (direction, state) for r in rows) for state in WAITING}
            for direction in ("entry", "exit")
        },
        "capacities": [(place, diverting.capacity(place.code)) for place in diverting.sisters(code)],
    }


WAITING = ("queued", "announced")


@login_required
@require_safe
def diversion(request: HttpRequest, key: str) -> HttpResponse:
    """Show a diversion: its trucks, their hours and their answers."""
    return _page(request, _readable(request, key))


def _readable(request: HttpRequest, key: str) -> diverting.DiversionRow:
    """Give the diversion to who may read the board of one of its crossings.

    Raises:
        NotMandated, NoSuchRecord.
    """
    moment, row = doors.now(), diverting.diversion(key)
    if not mandates.may(reader(request), READ, place=row.place, at=moment):
        mandates.require(reader(request), READ, place=row.target, at=moment)
    return row


def _page(
    request: HttpRequest, row: diverting.DiversionRow, refused: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    moment, state = doors.now(), request.GET.get("state", "")
    trucks, names = diverting.trucks_of(row.key), _names()
    chosen = [truck for truck in trucks if state in ("", truck.state)]
    shown = {
        "row": row,
        "place": names.get(row.target) or queries.crossing_place(row.target),
        "names": names,
        "state": state,
        "tabs": [("", len(trucks)), *((name, n) for name, n in row.counts.items() if n)],
        "page": Paginator(chosen, TRUCKS_A_PAGE).get_page(request.GET.get("page")),
        "hours": diverting.hours_given(trucks),
        "capacity": diverting.capacity(row.target),
        "here": verbs_at(reader(request), row.place, moment),
        "there": verbs_at(reader(request), row.target, moment),
        **_offered_acts(request, row, moment),
        **(refused or {}),
    }
    if "plan" not in shown and (form := shown["accept_form"]):
        shown["plan"] = _plan(row, {name: form.initial[name] for name in ("an_hour", "hours")}, moment)
    return render(request, "crossings/diversion.html", shown, status=status)


def _offered_acts(request: HttpRequest, row: diverting.DiversionRow, at: datetime) -> dict[str, Any]:
    """Give the forms of the acts that the reader may do to the diversion now."""
    here, there = (verbs_at(reader(request), place, at) for place in (row.place, row.target))
    may = {act: row.offers(act) and f"crossings.{act}" in verbs for act, verbs in
           (("accept_diversion", there), ("refuse_diversion", there), ("withdraw_diversion", here))}  # fmt: skip
    seen = {"version": row.version}
    return {
        "accept_form": AcceptForm(initial={**seen, **_first(row)}) if may["accept_diversion"] else None,
        "end_forms": [
            (act, EndForm(initial=seen, auto_id=f"{act}_%s")) for act in ("refuse_diversion", "withdraw_diversion")
            if may[act]
        ],
    }  # fmt: skip


def _first(row: diverting.DiversionRow) -> dict[str, int]:
    """Suggest as many hours as the trucks that wait need at the stated capacity."""
    capacity = max(diverting.capacity(row.target), 1)
    needed = -(-row.counts[diverted.PROPOSED] // capacity)
    return {"an_hour": capacity, "hours": min(max(needed, 1), terms.MOST_HOURS)}


def _plan(row: diverting.DiversionRow, told: Mapping[str, Any], at: datetime) -> list[diverting.HourRow]:
    asked = {"not_before": None, **told}
    return diverting.hours_for(row, at=at, **asked)


@login_required
@require_POST
def do_diversion(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Accept, refuse or withdraw a diversion, or only show what an acceptance would give hour by hour."""
    row = _readable(request, key)
    if act not in ACTS:
        raise ground.NoSuchRecord(key=act)
    form = ACTS[act][0](request.POST, auto_id="id_%s" if act == "accept_diversion" else f"{act}_%s")
    shown = _shown_again(request, row, act, form)
    if not form.is_valid():
        return _page(request, row, {**shown, "refused_form": form}, 422)
    told = _told(form, row)
    try:
        if "show" in request.POST:
            return _page(request, row, {**shown, "plan": _plan(row, _asked(told), doors.now())})
        ACTS[act][1](reader(request), key, at=doors.now(), **told)
    except Refusal as refusal:
        fresh = _readable(request, key)
        return _page(request, fresh, {"refusal": refusal}, doors.status_of(refusal))
    doors.say_done(request, _("It is recorded; both crossings see it now."))
    return redirect("crossings:diversion", key=key)


ACTS: Mapping[str, tuple[type[Any], Callable[..., Any]]] = {
    "accept_diversion": (AcceptForm, commands.accept_diversion),
    "refuse_diversion": (EndForm, commands.refuse_diversion),
    "withdraw_diversion": (EndForm, commands.withdraw_diversion),
}


def _shown_again(request: HttpRequest, row: diverting.DiversionRow, act: str, form: Any) -> dict[str, Any]:
    offered = _offered_acts(request, row, doors.now())
    if act == "accept_diversion":
        return {**offered, "accept_form": form, "plan": ()}
    forms = [(name, form if name == act else blank) for name, blank in offered["end_forms"]]
    return {**offered, "end_forms": forms}


def _told(form: Any, row: diverting.DiversionRow) -> dict[str, Any]:
    told = dict(form.cleaned_data)
    if told.get("not_before") is not None:
        # what is typed is the hour that the clock of the receiving crossing will show
        told["not_before"] = make_aware(
            told["not_before"].replace(tzinfo=None), queries.crossing_place(row.target).clock
        )
    return told


def _asked(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("an_hour", "hours", "not_before")}
