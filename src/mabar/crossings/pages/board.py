"""The office board and the lists of passages, behind sign-in."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates, reach
from mabar.base.models import Actor
from mabar.base.reach import place_for, places_for, reader, verbs_at
from mabar.crossings import queries, rules
from mabar.crossings.forms import PassagesForm
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import beside
from mabar.exchange.queries import lines_down
from mabar.lib.identifiers import BidiControl, NotAPlate

HELD = "held"
TRUCKS_A_PAGE = 25


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show every truck at the crossing, with all that the wall may not say."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    found = queries.office_board(code, moment)
    state = request.GET.get("state", "")
    asked_for = [row for row in found.rows if _is_asked_for(row, state)]
    page = Paginator(asked_for, TRUCKS_A_PAGE).get_page(request.GET.get("page"))
    notes = beside.notes_on([row.passage for row in page])
    language = reach.language()
    shown = {
        "notes": [(row.passage, notes[row.passage.key]) for row in page if notes[row.passage.key]],
        "place": queries.crossing_place(code),
        "places": places_for(request, READ, moment),
        "board": found,
        "state": state,
        "page": page,
        "tabs": _tabs(found),
        "at": moment,
        "verbs": verbs_at(reader(request), code, moment),
        "lines_down": [(each.names[language], each) for each in lines_down(moment)],
    }
    return render(request, "crossings/board.html", shown)


def _is_asked_for(row: queries.BoardRow, state: str) -> bool:
    return row.is_held if state == HELD else state in ("", row.passage.state)


def _tabs(found: queries.Board) -> list[tuple[str, int]]:
    held = sum(row.is_held for row in found.rows)
    return [("", len(found.rows)), *((state, found.counts[state]) for state in rules.AT_THE_CROSSING), (HELD, held)]


@login_required
@require_safe
def passages(request: HttpRequest) -> HttpResponse:
    """List passages, newest first: all of a place for its officers, those of his own house for a declarant."""
    moment = doors.now()
    form = PassagesForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wanted = {"state": asked.get("state", ""), "plate": asked.get("plate", ""), "after": asked.get("after") or None}
    page, place = queries.PassagePage((), None), None
    try:
        page, place = _listed(request, wanted, moment)
    except (NotAPlate, BidiControl) as refusal:
        form.add_error("plate", doors.refusal_as_text(refusal))
    shown = {"form": form, "page": page, "place": place, "older": _older(request, page)}
    shown["verbs"] = mandates.verbs_of(reader(request), moment)
    return render(request, "crossings/passages.html", shown, status=422 if form.is_bound and form.errors else 200)


def _listed(request: HttpRequest, wanted: dict[str, Any], at: datetime) -> tuple[queries.PassagePage, Any]:
    actor = reader(request)
    if actor.kind == Actor.DECLARANT:
        mandates.require(actor, "crossings.announce", at=at)
        return queries.passages_of_firm(actor.firm_id or "", **wanted), None
    code = place_for(request, READ, at)
    return queries.passages(code, **wanted), queries.crossing_place(code)


def _older(request: HttpRequest, page: queries.PassagePage) -> str:
    """Give the query string of the next page; empty where there is none."""
    if page.after is None:
        return ""
    kept = request.GET.copy()
    kept["after"] = page.after
    return f"?{kept.urlencode()}"
