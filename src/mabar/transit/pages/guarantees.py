"""Guarantees: the list of an office and of a house, one with its ledger, and every act on it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mabar.base import doors, mandates
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.reach import place_for, places_for, reader, verbs_at
from mabar.base.rules import NoSuchRecord
from mabar.lib.refusals import Refusal
from mabar.transit import forms_guarantees as forms
from mabar.transit.commands import guaranteeing, lending
from mabar.transit.pages import guarantee_acts as acts
from mabar.transit.queries import guarantees as queries

REGISTER, ASK = "transit.register_guarantee", "transit.ask_tranche"


@login_required
@require_safe
def guarantees(request: HttpRequest) -> HttpResponse:
    """List the guarantees of the reader's offices, and what others ask of them."""
    moment, actor = doors.now(), reader(request)
    places = places_for(request, queries.READ, moment)
    shown = {
        "page": queries.guarantees_at(places, after=request.GET.get("after") or None),
        "waiting": queries.requests_waiting(places),
        "may_register": mandates.may(actor, REGISTER, at=moment),
        "may_ask": mandates.may(actor, ASK, at=moment),
        "is_office": True,
    }
    return render(request, "transit/guarantees.html", shown)


@login_required
@require_safe
def my_guarantees(request: HttpRequest) -> HttpResponse:
    """List the guarantees for which the reader's house is liable."""
    moment, actor = doors.now(), reader(request)
    mandates.require(actor, queries.READ_OWN, at=moment)
    page = queries.guarantees_of_firm(actor.firm_id or "–", after=request.GET.get("after") or None)
    return render(request, "transit/guarantees.html", {"page": page, "waiting": [], "is_office": False})


@login_required
@require_http_methods(["GET", "POST"])
def register_guarantee(request: HttpRequest) -> HttpResponse:
    """Register a guarantee."""
    moment = doors.now()
    place, form = place_for(request, REGISTER, moment), forms.RegisterForm(request.POST or None)

    def done(typed: dict[str, Any]) -> str:
        made = guaranteeing.register_guarantee(reader(request), new_key(moment), place=place, at=moment, **typed)
        doors.say_done(request, _("The guarantee is registered."))
        return made.key

    return _typed(request, form, REGISTER, done)


@login_required
@require_http_methods(["GET", "POST"])
def ask_tranche(request: HttpRequest) -> HttpResponse:
    """Ask the office that keeps a guarantee for a tranche."""
    moment = doors.now()
    place = place_for(request, ASK, moment)
    form = forms.AskForm(request.POST or None, nodes=acts.named(queries.nodes_to_ask(moment)))

    def done(typed: dict[str, Any]) -> str:
        lending.ask_tranche(reader(request), new_key(moment), place=place, at=moment, **typed)
        doors.say_done(request, _("The request is on its way."))
        return ""

    return _typed(request, form, ASK, done)


def _typed(request: HttpRequest, form: Form, verb: str, done: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Show a form, or do what was typed and go to the guarantee or to the list."""
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            key = done(form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("transit:guarantee", key=key) if key else redirect("transit:guarantees")
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    shown = {"form": form, "refusal": refusal, "verb": verb}
    return render(request, "transit/guarantee_form.html", shown, status=status)


@login_required
@require_safe
def guarantee(request: HttpRequest, key: str) -> HttpResponse:
    """Show a guarantee with its ledger."""
    moment = doors.now()
    return _page(request, queries.readable_guarantee(reader(request), key, moment), moment)


@login_required
@require_POST
def do_guarantee(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on a guarantee, or show its page again with what was typed and why it was refused."""
    moment, actor = doors.now(), reader(request)
    view = queries.readable_guarantee(actor, key, moment)
    if act not in acts.ACTS:
        raise NoSuchRecord(key=act)
    form = acts.form_of(act, view, moment, request.POST)
    if not form.is_valid():
        return _page(request, view, moment, bound=(act, form), status=422)
    try:
        acts.ACTS[act].do(actor, key, form.cleaned_data, moment)
    except Refusal as refusal:
        fresh, data = queries.readable_guarantee(actor, key, moment), request.POST.copy()
        data["version"] = str(fresh.row.version)
        bound = (act, acts.form_of(act, fresh, moment, data))
        return _page(request, fresh, moment, bound=bound, refusal=refusal, status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("transit:guarantee", key=key)


def _page(
    request: HttpRequest,
    view: queries.GuaranteeView,
    at: datetime,
    *,
    bound: tuple[str, Form] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = reader(request)
    sheets = {act: acts.form_of(act, view, at) for act in acts.offered(view, verbs_at(actor, view.row.place, at))}
    if bound is not None and bound[0] in sheets:
        sheets[bound[0]] = bound[1]
    shown = {
        "view": view,
        "row": view.row,
        "refusal": refusal,
        "form": bound[1] if bound and refusal is None else None,
        "sheets": list(sheets.items()),
        "is_office": actor.kind != Actor.DECLARANT,
    }
    return render(request, "transit/guarantee.html", shown, status=status)
