"""Queries of one declaration: asked here, and those of partners that wait for an officer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mabar.assistance import commands, queries
from mabar.assistance.forms import ActForm, GroundForm, QueryForm
from mabar.assistance.messages import Answer
from mabar.assistance.pages.reach import ASK, READ, named_purposes
from mabar.base import doors, mandates
from mabar.base import rules as ground
from mabar.base.keys import new_key
from mabar.base.reach import language, place_for, reader, verbs_at
from mabar.exchange import queries as exchange
from mabar.exchange.protocol import documents
from mabar.lib.refusals import Refusal

DECISIONS: Mapping[str, Callable[..., Any]] = {
    "answer_query": commands.answer_query,
    "refuse_query": commands.refuse_query,
}


@login_required
@require_http_methods(["GET", "POST"])
def queries_page(request: HttpRequest) -> HttpResponse:
    """Ask for one declaration of a partner, and list what the reader asked before."""
    moment = doors.now()
    place = place_for(request, ASK, moment)
    partners = queries.partners_to_query(moment)
    asked = request.GET.get("partner", "") or request.POST.get("partner", "")
    partner = asked if asked in partners else (partners[0] if partners else "")
    form = _form(request, partner, moment)
    refusal = None
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {**form.cleaned_data, "place": place, "partner": partner}
        try:
            made = commands.ask_query(reader(request), new_key(moment), at=moment, **told)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The query is on its way; the answer will stand here."))
            return redirect("assistance:query", key=made.key)
    rows = queries.queries_asked(place, by=reader(request).key)
    shown = {"form": form, "refusal": refusal, "partner": partner, "partners": partners, "rows": rows}
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "assistance/queries.html", shown, status=status)


def _form(request: HttpRequest, partner: str, at: datetime) -> QueryForm:
    return QueryForm(
        request.POST or None,
        purposes=named_purposes(queries.purposes_with(partner, at)),
        articles=queries.articles_with(partner, at),
        sections=queries.sections_with(partner, at),
    )


@login_required
@require_safe
def query(request: HttpRequest, key: str) -> HttpResponse:
    """Show a query with what came in answer."""
    return _page(request, _readable(request, key))


@login_required
@require_POST
def decide_query(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Answer or refuse a query of a partner."""
    view, moment = _readable(request, key), doors.now()
    command = DECISIONS.get(act)
    if command is None:
        raise ground.NoSuchRecord(key=act)
    form = GroundForm(request.POST) if act == "refuse_query" else ActForm(request.POST)
    if not form.is_valid():
        return _page(request, view, status=422)
    try:
        command(reader(request), key, at=moment, **form.cleaned_data)
    except Refusal as refusal:
        return _page(request, queries.query(key), refusal, status=doors.status_of(refusal))
    doors.say_done(request, _("The query is decided, and the other side is told."))
    return redirect("assistance:query", key=key)


def _readable(request: HttpRequest, key: str) -> queries.QueryView:
    view = queries.query(key)
    mandates.require(reader(request), READ, place=view.row.place, at=doors.now())
    if view.row.is_outward and view.row.asked_by != reader(request).key:
        # an answer is read by who asked for it, for the purpose that he named
        raise ground.NoSuchRecord(key=key)
    return view


def _page(
    request: HttpRequest, view: queries.QueryView, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    verbs = verbs_at(reader(request), view.row.place, doors.now())
    is_waiting = view.row.state == "asked" and not view.row.is_outward
    shown = {
        "row": view.row,
        "refusal": refusal,
        "leaves": _leaves(view),
        "may_answer": is_waiting and "assistance.answer_query" in verbs,
        "answer_form": ActForm(initial={"version": view.row.version}, auto_id="answer_%s"),
        "ground_form": GroundForm(initial={"version": view.row.version}),
    }
    return render(request, "assistance/query.html", shown, status=status)


def _leaves(view: queries.QueryView) -> list[exchange.FieldShown]:
    if not view.record:
        return []
    return exchange.fields_of(Answer.KIND, documents.written({"record": view.record}), language())
