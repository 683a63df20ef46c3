"""What a declaration owes by the tariff: shown before it is assessed, line by line, and kept afterwards."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors
from mabar.base import queries as ground
from mabar.base.reach import language, reader
from mabar.base.screens import Screen
from mabar.declarations import queries as papers
from mabar.duties import commands, queries
from mabar.duties.forms import FoundForm, ReassessForm
from mabar.duties.pages import sheets
from mabar.lib.refusals import Refusal

ITEMS_A_PAGE = 20
ACTS = {"assess": "assess", "reassess": "reassess"}


@login_required
@require_safe
def duties(request: HttpRequest, key: str) -> HttpResponse:
    """Show what a declaration owes by the tariff in use, with what was found, and what it was assessed to owe."""
    return _page(request, key, typed=request.GET if "rows" in request.GET else None)


@login_required
@require_safe
def kept(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show an assessment as it was made; it is printed from here."""
    row = papers.row(papers.scope_of(reader(request), doors.now()), key)
    made = queries.assessment(key, number)
    blocks = sheets.blocks(made.lines, papers.record(papers.Scope(places=(row.place,)), key), made.table, language())
    shown = {
        "screen": Screen(request),
        "row": row,
        "made": made,
        "blocks": blocks,
        "totals": sheets.totals(made.totals, made.table, language()),
        "found": sheets.found_told(made.found, made.table.currency, language()),
        "place": ground.places_named([row.place]).get(),
    }
    return render(request, "duties/kept.html", shown)


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Assess by the tariff, or assess again, with what was found."""
    again = act == "reassess"
    row = papers.row(papers.scope_of(reader(request), doors.now()), key)
    form, why = _found(request.POST, row), ReassessForm(request.POST if again else None)
    if "more" in request.POST or not form.is_valid or (again and not why.is_valid()):
        status = 200 if "more" in request.POST else 422
        return _page(request, key, typed=request.POST, why=why, status=status)
    try:
        version = request.POST.get("version", "")
        facts: dict[str, Any] = {"found": form.found, "at": doors.now()}
        facts |= {"version": int(version)} if version.isascii() and version.isdigit() else {}
        if again:
            commands.reassess(reader(request), key, reason=why.cleaned_data["reason"], **facts)
        else:
            commands.assess(reader(request), key, **facts)
    except Refusal as refusal:
        return _page(request, key, typed=request.POST, why=why, refusal=refusal, status=doors.status_of(refusal))
    doors.say_done(request, _("The difference is recorded.") if again else _("The duties are assessed."))
    return redirect("declarations:declaration", key=key)


def _found(data: Any, row: papers.DeclarationRow) -> FoundForm:
    table = queries.newest(row.place.partition(".")[0])
    return FoundForm(data, currency=table.currency if table else "", language=language())


def _page(
    request: HttpRequest,
    key: str,
    *,
    typed: Any = None,
    why: ReassessForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    screen = Screen(request)
    scope = papers.scope_of(reader(request), doors.now())
    row = papers.row(scope, key)
    form = _found(typed, row)
    made = queries.assessments(key)
    shown = {
        "screen": screen,
        "row": row,
        "place": ground.places_named([row.place]).get(),
        "form": form,
        "why": why or ReassessForm(),
        "refusal": refusal,
        "made": made,
        "act": _act(row, screen.verbs),
        **_reckoned(request, row, scope, form, refusal),
    }
    return render(request, "duties/duties.html", shown, status=status)


def _act(row: papers.DeclarationRow, verbs: frozenset[str]) -> str:
    """Name the act that the reader may do now; empty where there is none."""
    return next((act for act in ACTS if act in row.next_acts and f"duties.{act}" in verbs), "")


def _reckoned(
    request: HttpRequest, row: papers.DeclarationRow, scope: papers.Scope, form: FoundForm, refusal: Refusal | None
) -> dict[str, Any]:
    """Work it out for the page; what cannot be worked out is told as the refusal that it would be."""
    clock = ground.places_named([row.place]).get().clock
    try:
        found = form.found if form.is_valid else ()
        reckoning = queries.reckon(row, scope, queries.day_of(row, clock), found)
    except Refusal as fault:
        return {"refusal": refusal or fault}
    blocks = sheets.blocks(reckoning.result.lines, papers.record(scope, row.key), reckoning.table, language())
    page = Paginator(blocks, ITEMS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "reckoning": reckoning,
        "page": page,
        "totals": sheets.totals(reckoning.result.totals, reckoning.table, language()),
        "difference_minor": reckoning.result.total_minor - (row.assessed_minor or 0),
    }
