"""The desk: what this side owes, what the other side owes; and a new request, in writing or by word of mouth."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mabar.assistance import commands, queries
from mabar.assistance.forms import RequestForm
from mabar.assistance.pages.reach import READ
from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import language, place_for, reader, verbs_at
from mabar.lib.refusals import Refusal

DRAFT, ORAL = "assistance.draft_request", "assistance.record_oral"


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what lies on the desk, the next due first."""
    moment = doors.now()
    place = place_for(request, READ, moment)
    shown = {
        "desk": queries.desk(place),
        "waiting": queries.queries_waiting(place),
        "verbs": verbs_at(reader(request), place, moment),
        "is_designated": queries.is_designated(reader(request).key, moment),
        "at": moment,
    }
    return render(request, "assistance/desk.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a request."""
    return _request_form(request, DRAFT, commands.draft_request, _("The request is drafted."))


@login_required
@require_http_methods(["GET", "POST"])
def oral(request: HttpRequest) -> HttpResponse:
    """Record a request made by word of mouth."""
    return _request_form(request, ORAL, commands.record_oral, _("The oral request is recorded and told."))


def _request_form(request: HttpRequest, verb: str, command: Callable[..., Any], done: str) -> HttpResponse:
    moment = doors.now()
    place = place_for(request, verb, moment)
    partners = queries.partners_to_ask(moment)
    partner = _partner(request, partners)
    form = _form(request, partner, moment)
    refusal = None
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        facts = {"place": place, "partner": partner, "pace": told.pop("pace")}
        try:
            made = command(reader(request), new_key(moment), contents=told, at=moment, **facts)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, done)
            return redirect("assistance:request", key=made.key)
    shown = {"form": form, "refusal": refusal, "partner": partner, "partners": partners, "verb": verb}
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "assistance/new.html", shown, status=status)


def _partner(request: HttpRequest, partners: list[str]) -> str:
    asked = request.GET.get("partner", "") or request.POST.get("partner", "")
    return asked if asked in partners else (partners[0] if partners else "")


def _form(request: HttpRequest, partner: str, at: datetime) -> RequestForm:
    officials = [(each.code, each.code) for each in queries.designated_today(partner, at)]
    articles = queries.articles_with(partner, at)
    initial = {"pace": "normal", "language": language()}
    return RequestForm(request.POST or None, articles=articles, officials=officials, initial=initial)
