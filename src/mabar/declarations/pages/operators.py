"""The trusted operators: the list of firms with a status, one status, and every act on it.  Firms only."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal, mandates
from mabar.base import queries as ground
from mabar.base import rules as house
from mabar.base.keys import new_key
from mabar.base.reach import language
from mabar.declarations import commands, queries
from mabar.declarations.forms.acts_office import ActForm
from mabar.declarations.forms.operators import IssueForm, WhyForm
from mabar.declarations.pages.reading import Reading
from mabar.declarations.rules import operators as rules
from mabar.exchange import receipts
from mabar.lib.refusals import Refusal

READ, ISSUE = "declarations.read_operators", "declarations.issue_operator_status"
ACTS: Mapping[str, tuple[type[ActForm], Callable[..., Any]]] = {
    "recognise_operator": (ActForm, commands.recognise_operator),
    "suspend_operator": (WhyForm, commands.suspend_operator),
    "reinstate_operator": (WhyForm, commands.reinstate_operator),
    "withdraw_operator": (WhyForm, commands.withdraw_operator),
    "end_recognition": (WhyForm, commands.end_recognition),
}


@login_required
@require_safe
def operators(request: HttpRequest) -> HttpResponse:
    """List the firms that have a status here or across."""
    return _list(Reading(request))


def _places(reading: Reading, verb: str) -> list[tuple[str, str]]:
    places = ground.places_named(reading.places_of(verb))
    return [(place.code, place.name_in(language())) for place in places if place.kind == "crossing"]


def _list(reading: Reading, typed: Form | None = None, *, status: int = 200) -> HttpResponse:
    readable = [code for code, _name in _places(reading, READ)]
    if not readable:
        mandates.require(reading.actor, READ, at=reading.at)
    today = _today(reading)
    rows = queries.operators_at(readable)
    issuing = _places(reading, ISSUE)
    first = {"valid_from": today, "place": issuing[0][0]} if issuing else {}
    form = typed or (IssueForm(places=issuing, initial=first, auto_id="issue_%s") if issuing else None)
    shown = {
        "screen": reading.screen,
        "at": reading.at,
        "rows": [(row, row.is_in_force(today)) for row in rows],
        "form": form,
        "typed": typed,
    }
    return render(reading.request, "declarations/operators.html", shown, status=status)


def _today(reading: Reading) -> date:
    return ground.day_at(reading.screen.place, reading.at)


@login_required
@require_POST
def issue_operator_status(request: HttpRequest) -> HttpResponse:
    """Issue the status of a firm."""
    reading = Reading(request)
    mandates.require(reading.actor, ISSUE, at=reading.at)
    form = IssueForm(request.POST, places=_places(reading, ISSUE), auto_id="issue_%s")
    if not form.is_valid():
        return _list(reading, form, status=422)
    try:
        issued = commands.issue_operator_status(reading.actor, new_key(reading.at), at=reading.at, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, doors.refusal_as_text(refusal))
        return _list(reading, form, status=doors.status_of(refusal))
    doors.say_done(request, _("The status is issued; the other side is told."))
    return redirect("declarations:operator", key=issued.key)


@login_required
@require_safe
def operator(request: HttpRequest, key: str) -> HttpResponse:
    """Show the status of a firm."""
    reading = Reading(request)
    return _page(reading, _readable(reading, key))


def _readable(reading: Reading, key: str) -> queries.OperatorRow:
    row = queries.operator(key)
    mandates.require(reading.actor, READ, place=row.place, at=reading.at)
    return row


@login_required
@require_POST
def do_operator(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Suspend, reinstate, withdraw or recognise a status; or show why it was refused."""
    reading = Reading(request)
    row = _readable(reading, key)
    if act not in ACTS:
        raise house.NoSuchRecord(key=act)
    kind, command = ACTS[act]
    form = kind(request.POST, auto_id=f"{act}_%s")
    if not form.is_valid():
        return _page(reading, row, (act, form), status=422)
    day = {"today": _today(reading)} if act == "recognise_operator" else {}
    try:
        command(reading.actor, key, at=reading.at, **form.facts, **day)
    except Refusal as refusal:
        form.add_error(None, doors.refusal_as_text(refusal))
        return _page(reading, _readable(reading, key), (act, form), status=doors.status_of(refusal))
    doors.say_done(request, _("It is recorded."))
    return redirect("declarations:operator", key=key)


def _is_possible(act: str, row: queries.OperatorRow) -> bool:
    if act == "recognise_operator":
        return not row.is_recognised and row.state == "issued"
    if act == "end_recognition":
        return not row.is_own and row.is_recognised
    return row.is_own and (row.state, act) in rules.TRANSITIONS


def _page(
    reading: Reading, row: queries.OperatorRow, refused: tuple[str, ActForm] | None = None, *, status: int = 200
) -> HttpResponse:
    verbs = reading.verbs_at(row.place)
    offered: dict[str, Any] = {
        act: kind(initial={"version": row.version}, auto_id=f"{act}_%s")
        for act, (kind, _command) in ACTS.items()
        if _is_possible(act, row) and f"declarations.{act}" in verbs
    }
    if refused is not None:
        offered[refused[0]] = refused[1]
    shown = {
        "screen": reading.screen,
        "at": reading.at,
        "row": row,
        "is_in_force": row.is_in_force(_today(reading)),
        "acts": list(offered.items()),
        "typed": refused[1] if refused else None,
        "told": receipts.told_about(row.key),
        "lines": journal.of_subject(row.key),
    }
    return render(reading.request, "declarations/operator.html", shown, status=status)
