"""A declaration for transit is typed here, and goods are opened that came before their news."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import language, places_for, reader
from mabar.lib.money import read_money
from mabar.lib.refusals import Refusal
from mabar.transit import commands, queries, rules
from mabar.transit.forms import PASSAGES, LodgeForm, UnannouncedForm

PLAIN = (
    "holder_code", "holder_name", "goods", "packages", "plate", "container", "declaration", "guarantee",
    "currency", "procedure", "stamp",
)  # fmt: skip


def named(places: Iterable[Any]) -> list[tuple[str, str]]:
    """Pair the codes of places with their names."""
    return sorted(((each.code, each.name_in(language())) for each in places), key=lambda pair: pair[1])


@login_required
@require_http_methods(["GET", "POST"])
def lodge(request: HttpRequest) -> HttpResponse:
    """Lodge a declaration for transit."""
    moment, actor = doors.now(), reader(request)
    own, known = places_for(request, "transit.lodge", moment), queries.places()
    offices = {"own": named(known[code] for code in own), "offices": named(known.values())}
    form = LodgeForm(request.POST or None, initial={"event_key": new_key(moment)}, **offices)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            told = lodgement_of(form.cleaned_data, known)
            event = form.cleaned_data["event_key"]
            made = commands.lodge(actor, new_key(moment), lodgement=told, at=moment, event_key=event)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The declaration is lodged."))
            return redirect("transit:movement", key=made.key)
    return _answer(request, "transit/lodge.html", form, refusal)


def lodgement_of(typed: dict[str, Any], known: Any) -> rules.Lodgement:
    """Make a declaration of what was typed; the hour on the paper is read on the clock of the office of departure."""
    passages = [typed[name] for name in PASSAGES if typed[name]]
    owed = read_money(typed["amount"], typed["currency"]).minor
    begun_at: datetime | None = typed["begun_at"]
    if begun_at is not None:
        begun_at = make_aware(begun_at.replace(tzinfo=None), known[typed["departure"]].clock)
    plain = {name: typed[name] for name in PLAIN}
    return rules.Lodgement(
        offices=(typed["departure"], *passages, typed["destination"]),
        gross_mass_g=typed["gross_mass_kg"] * 1000,
        amount_minor=owed,
        begun_at=begun_at,
        **plain,
    )


def _answer(request: HttpRequest, template: str, form: Any, refusal: Refusal | None) -> HttpResponse:
    status = doors.status_of(refusal) if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "refusal": refusal}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def unannounced(request: HttpRequest) -> HttpResponse:
    """Open a movement that came before its news, by the number on its paper."""
    moment, actor = doors.now(), reader(request)
    own, known = places_for(request, "transit.note_unannounced", moment), queries.places()
    offices = {"own": named(known[code] for code in own), "offices": named(known.values())}
    form = UnannouncedForm(request.POST or None, **offices)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.note_unannounced(actor, new_key(moment), at=moment, **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("transit:movement", key=made.key)
    return _answer(request, "transit/unannounced.html", form, refusal)
