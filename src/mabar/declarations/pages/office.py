"""The officer's list of declarations: what waits for his act, and everything at his places."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from mabar.declarations import queries, rules
from mabar.declarations.forms.acts_office import NarrowForm
from mabar.declarations.pages import acts
from mabar.declarations.pages.reading import Reading
from mabar.lib.identifiers import western_digits

QUERIED = "queried"


@login_required
@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """List declarations: those that wait for the reader's act, or those of a state; a declarant goes to his own."""
    reading = Reading(request)
    scope = reading.scope
    if not reading.is_office:
        return redirect("declarations:mine")
    reference = western_digits(request.GET.get("reference", "")).strip()[:80]
    found = queries.by_reference(scope, reference) if reference else []
    if len(found) == 1:
        return redirect("declarations:declaration", key=found[0].key)
    here = reading.stand_in(reading.place_asked(scope.places))
    form = NarrowForm(request.GET, country=here.administration_id)
    shown = {
        "screen": reading.screen,
        "place": here,
        "places": scope.places,
        "reference": reference,
        "form": form,
        "at": reading.at,
        "search_url": _search(reference),
        **_listed(reading, here.code, form, found),
    }
    return render(request, "declarations/list.html", shown)


def _search(reference: str) -> str:
    """Give the way to the search of all words, where the node has one."""
    try:
        return f"{reverse('search')}?{urlencode({'q': reference})}"
    except NoReverseMatch:
        return ""


def _listed(reading: Reading, place: str, form: NarrowForm, found: list[queries.DeclarationRow]) -> dict[str, Any]:
    asked = reading.request.GET
    mine = [act for act in acts.AWAITING if f"declarations.{act}" in reading.verbs_at(place)]
    state = asked.get("state", "")
    waits_for = asked.get("awaiting", "" if "state" in asked or not mine else mine[0])
    waits_for = waits_for if waits_for in acts.AWAITING else ""
    shown = {"mine": mine, "awaited": waits_for, "state": state, "states": _states(reading, place)}
    if asked.get("reference"):
        return {**shown, "awaited": "", "is_reference": True, "rows": found, "older": ""}
    page = _page(waits_for, place, state, form, after=asked.get("after") or None)
    return {**shown, "rows": page.rows, "older": _older(asked, page.after)}


def _page(waits_for: str, place: str, state: str, form: NarrowForm, *, after: str | None) -> queries.DeclarationPage:
    if waits_for and waits_for != "settle_query":
        return queries.awaiting(waits_for, place, after=after)
    narrowed = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    is_queried = waits_for == "settle_query" or state == QUERIED
    state = state if state in rules.LIVING_STATES else ""
    filters = queries.Filters(state="" if is_queried else state, is_queried=is_queried, **narrowed)
    return queries.list_for(queries.Scope(places=(place,)), filters, after=after)


def _states(reading: Reading, place: str) -> list[tuple[str, int, bool]]:
    """Give each state that has declarations, with their count; beyond `COUNTED` only that there are more."""
    counts = queries.counts_by_state(queries.Scope(places=(place,)))
    return [
        (state, min(count, queries.COUNTED), count > queries.COUNTED)
        for state, count in counts.items()
        if count or state == reading.request.GET.get("state")
    ]


def _older(asked: Any, after: str | None) -> str:
    """Give the query string of the next page; empty where there is none."""
    if after is None:
        return ""
    kept = asked.copy()
    kept["after"] = after
    return f"?{kept.urlencode()}"
