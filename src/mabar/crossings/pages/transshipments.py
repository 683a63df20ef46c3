"""The transshipments of a crossing: their list, one with its figures, and every act that is done on it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal, mandates
from mabar.base import rules as ground
from mabar.base.keys import new_key
from mabar.base.reach import place_for, places_for, reader, verbs_at
from mabar.crossings import commands, queries
from mabar.crossings.pages import transshipment_acts as acts
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import transshipments as told
from mabar.crossings.queries import two_sided as both
from mabar.crossings.rules import transshipping
from mabar.crossings.transshipment_forms import OpenForm
from mabar.lib.refusals import Refusal

OPEN = "crossings.open_transshipment"


@login_required
@require_safe
def transshipments(request: HttpRequest) -> HttpResponse:
    """List the transshipments of a crossing, newest first, with the form that opens another."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    form = _open_form(request, code, moment)
    return _list(request, code, form)


def _open_form(request: HttpRequest, code: str, at: datetime) -> OpenForm:
    trucks = [(each.key, _said_of(each)) for each in told.trucks_in_yard(code)]
    return OpenForm(request.POST or None, trucks=trucks, initial={"event_key": new_key(at), "place": code})


def _said_of(truck: queries.PassageRow) -> str:
    return f"{truck.plate} · {truck.carrier}" if truck.carrier else truck.plate


def _list(
    request: HttpRequest, code: str, form: OpenForm, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    moment = doors.now()
    shown = {
        "place": queries.crossing_place(code),
        "places": places_for(request, READ, moment),
        "rows": told.transshipments(code),
        "both_sides": both.tallies_at(code),
        "form": form,
        "refusal": refusal,
        "verbs": verbs_at(reader(request), code, moment),
        "tolerance": transshipping.TOLERANCE_PERCENT,
    }
    return render(request, "crossings/transshipments.html", shown, status=status)


@login_required
@require_POST
def open_transshipment(request: HttpRequest) -> HttpResponse:
    """Open the transshipment of one truck's goods to others; the same form sent twice opens one."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    form = _open_form(request, code, moment)
    if not form.is_valid():
        return _list(request, code, form, status=422)
    typed = form.cleaned_data
    facts = {"passage": typed["passage"], "onward": typed["onward"], "event_key": typed["event_key"]}
    try:
        opened = commands.open_transshipment(reader(request), new_key(moment), at=moment, **facts)
    except Refusal as refusal:
        return _list(request, code, form, refusal, status=doors.status_of(refusal))
    doors.say_done(request, _("The transshipment is open."))
    return redirect("crossings:transshipment", key=opened.key)


@login_required
@require_safe
def transshipment(request: HttpRequest, key: str) -> HttpResponse:
    """Show a transshipment."""
    return _page(request, readable(request, key, doors.now()))


def readable(request: HttpRequest, key: str, at: datetime) -> told.TransshipmentSheet:
    """Give the transshipment if the reader may know of it: an officer of this crossing, or of the one it faces.

    Raises:
        NotMandated: he reads the board of neither.
        NoSuchRecord: there is none.
    """
    sheet, actor = told.transshipment(key), reader(request)
    across = queries.facing(sheet.row.place)
    is_across = across is not None and mandates.may(actor, READ, place=across, at=at)
    if not is_across:
        mandates.require(actor, READ, place=sheet.row.place, at=at)
    return sheet


@login_required
@require_POST
def do_in_transshipment(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act, or show the page again with what was typed and why it was refused."""
    moment = doors.now()
    sheet = readable(request, key, moment)
    if act not in acts.ACTS:
        raise ground.NoSuchRecord(key=act)
    form = acts.typed(act, request.POST, sheet)
    if not form.is_valid():
        return _page(request, sheet, acts.Refused(act, form), status=422)
    try:
        acts.ACTS[act].command(reader(request), key, at=moment, **acts.facts_of(form))
    except Refusal as refusal:
        fresh = readable(request, key, moment)
        data = request.POST.copy()
        # the page shows it as it is now, so what is sent from it rests on this version
        data["version"] = str(fresh.row.version)
        again = acts.Refused(act, acts.typed(act, data, fresh), refusal)
        return _page(request, fresh, again, status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("crossings:transshipment", key=key)


def _page(
    request: HttpRequest, sheet: told.TransshipmentSheet, refused: acts.Refused | None = None, *, status: int = 200
) -> HttpResponse:
    moment, actor, row = doors.now(), reader(request), sheet.row
    shown: dict[str, Any] = {
        "place": queries.crossing_place(row.place),
        "sheet": sheet,
        "both": both.tally_beside(row.key),
        "row": row,
        "at": moment,
        "refused": refused,
        "stop": [each for each in sheet.figures if row.state == "stopped" and _is_beyond(each)],
        "decision": sheet.newest("decide_difference"),
        "lines": journal.of_subject(row.key),
        **acts.offer(sheet, acts.verbs_of(actor, row.place, moment), actor.key, refused, moment),
    }
    return render(request, "crossings/transshipment.html", shown, status=status)


def _is_beyond(figure: told.FigureRow) -> bool:
    return figure.difference is not None and figure.difference.is_beyond_tolerance
