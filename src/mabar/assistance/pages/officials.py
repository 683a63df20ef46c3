"""The exchanged lists of designated officials, and the deadlines of each agreement."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mabar.assistance import commands, queries, rules
from mabar.assistance.forms import DeadlinesForm, DesignationForm
from mabar.assistance.pages.reach import READ, named_purposes
from mabar.base import doors
from mabar.base import queries as ground
from mabar.base.reach import place_for, reader, verbs_at
from mabar.lib.refusals import Refusal

CHANGE = "assistance.change_deadlines"


@login_required
@require_http_methods(["GET", "POST"])
def officials(request: HttpRequest) -> HttpResponse:
    """Show both lists, and put an official on the own one."""
    moment = doors.now()
    place = place_for(request, READ, moment)
    today = ground.day_at(reader(request).place, moment)
    form = DesignationForm(request.POST or None, initial={"from_on": today})
    refusal = None
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = dict(form.cleaned_data)
        try:
            commands.designate(reader(request), told.pop("official").strip().upper(), place=place, at=moment, **told)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The list has a new version; every partner is told."))
            return redirect("assistance:officials")
    return _officials(request, form, refusal, place)


def _officials(request: HttpRequest, form: DesignationForm, refusal: Refusal | None, place: str) -> HttpResponse:
    own = queries.own_list()
    shown = {
        "form": form,
        "refusal": refusal,
        "own": own,
        "lists": queries.lists_of_partners(),
        "today": ground.day_at(reader(request).place, doors.now()),
        "may_designate": "assistance.designate" in verbs_at(reader(request), place, doors.now()),
    }
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "assistance/officials.html", shown, status=status)


@login_required
@require_POST
def strike(request: HttpRequest) -> HttpResponse:
    """Strike an official from the own list."""
    moment = doors.now()
    place = place_for(request, READ, moment)
    commands.end_designation(reader(request), request.POST.get("official", ""), place=place, at=moment)
    doors.say_done(request, _("The list has a new version; every partner is told."))
    return redirect("assistance:officials")


@login_required
@require_http_methods(["GET", "POST"])
def deadlines(request: HttpRequest) -> HttpResponse:
    """Show the deadlines with each administration, and state new ones."""
    moment = doors.now()
    place = place_for(request, CHANGE, moment)
    known = sorted({partner[:2] for partner in queries.partners_to_ask(moment)})
    asked = request.GET.get("with", "") or request.POST.get("with", "")
    chosen = asked if asked in known else (known[0] if known else "")
    now = queries.deadlines_with(chosen, moment)
    named = sorted(
        {each for partner in queries.partners_to_query(moment) for each in queries.purposes_with(partner, moment)}
    )
    first = {name: getattr(now.deadlines, name) for name in rules.NAMES} | {"at_once": now.at_once, "basis": now.basis}
    form = DeadlinesForm(request.POST or None, purposes=named_purposes(named), initial=first)
    refusal = None
    if request.method == "POST" and form.is_valid() and chosen:
        refusal = _stated(request, chosen, place, dict(form.cleaned_data))
        if refusal is None:
            doors.say_done(request, _("The deadlines count for what is sent from now on."))
            return redirect("assistance:deadlines")
    shown = {"form": form, "refusal": refusal, "row": now, "known": known, "chosen": chosen}
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "assistance/deadlines.html", shown, status=status)


def _stated(request: HttpRequest, administration: str, place: str, told: dict[str, Any]) -> Refusal | None:
    stated = rules.Deadlines(**{name: told[name] for name in rules.NAMES})
    facts = {"at_once": told["at_once"], "basis": told["basis"], "place": place, "at": doors.now()}
    try:
        commands.change_deadlines(reader(request), administration, deadlines=stated, **facts)
    except Refusal as refused:
        return refused
    return None
