"""Applying for a proof: by a declarant for his house, or at the counter; a replacement begins with what it replaces."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import language, places_for, reader
from mabar.lib.decimals import plain_text, unscale
from mabar.lib.refusals import Refusal
from mabar.origin import commands, queries, rules
from mabar.origin.forms import GRAMS, LINES, ApplicationForm, GoodsForms, application_of
from mabar.origin.pages.reach import APPLY, shown


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for a proof; the same form sent twice is one application."""
    moment = doors.now()
    open_to = set(places_for(request, APPLY, moment))
    named = [(code, place.name_in(language())) for code, place in queries.places().items() if code in open_to]
    first, goods_first = _first(request, new_key(moment))
    form = ApplicationForm(request.POST or None, places=named, initial=first)
    wants_more = "more" in request.POST
    goods = _goods(request, goods_first, more=LINES if wants_more else 0)
    is_sent = request.method == "POST" and not wants_more
    refusal = None
    if is_sent and form.is_valid() and goods.is_valid():
        try:
            made = _applied(request, dict(form.cleaned_data), goods.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The application is recorded; an officer checks it, another one signs."))
            return redirect("origin:proof", key=made.key)
    faulty = is_sent and bool(form.errors or not goods.is_valid())
    context = {"form": form, "goods": goods, "is_sent": is_sent, "replaces": form["replaces"].value()}
    return shown(request, "origin/apply.html", context, refusal=refusal, faulty=faulty)


def _applied(request: HttpRequest, told: dict[str, Any], goods: list[dict[str, Any]]) -> Any:
    moment = doors.now()
    named = {name: told[name] for name in ("place", "replaces", "event_key")}
    application = application_of(told, goods)
    return commands.apply(reader(request), new_key(moment), application=application, at=moment, **named)


def _goods(request: HttpRequest, first: list[dict[str, Any]], *, more: int) -> Any:
    if request.method != "POST":
        made = GoodsForms(initial=first, prefix="goods")
        made.extra = 0 if first else LINES - 1
        return made
    if not more:
        return GoodsForms(request.POST, prefix="goods")
    names, count = GoodsForms.form.base_fields, _count(request) + more
    typed = [{name: request.POST.get(f"goods-{n}-{name}", "") for name in names} for n in range(count)]
    return GoodsForms(initial=typed, prefix="goods")


def _count(request: HttpRequest) -> int:
    total = request.POST.get("goods-TOTAL_FORMS", "")
    return min(int(total), rules.MOST_LINES - LINES) if total.isascii() and total.isdigit() else 0


def _first(request: HttpRequest, event_key: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Begin with what is to be replaced, where the page asks for that."""
    blank = {"event_key": event_key, "place": reader(request).place_id, "agreement": "pafta"}
    key = request.GET.get("replaces", "")
    if not key:
        return blank, []
    row = queries.readable_proof(reader(request), key, doors.now()).row
    told = queries.application_of(row)
    written = {name: value for name, value in asdict(told).items() if name != "goods"}
    goods = [{**asdict(each), "gross_mass_g": plain_text(unscale(each.gross_mass_g, GRAMS))} for each in told.goods]
    return {**blank, **written, "replaces": key, "place": row.place}, goods
