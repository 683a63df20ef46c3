"""Loading a tariff: its files are read and what they change is shown; then, on a second act, it is stored."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mabar.base import doors, files, mandates
from mabar.base import queries as ground
from mabar.base.keys import new_key
from mabar.base.reach import language, reader
from mabar.base.screens import Screen
from mabar.duties import commands, queries
from mabar.duties.explaining import rate_text
from mabar.duties.forms import CURRENCIES, ConfirmForm, TariffForm
from mabar.duties.loading import Files, Offer, offer
from mabar.lib.refusals import Refusal

LOAD = "duties.load_tariff"
FILES = ("rates", "levies", "groups")
SHOWN = 50  # changes of each kind on the page; all are counted


def _place(request: HttpRequest) -> Any:
    """Give the place for whose administration the reader loads tariffs.  Raises: NotMandated."""
    actor, at = reader(request), doors.now()
    mandates.require(actor, LOAD, at=at)
    places = sorted(mandates.places_of(actor, LOAD, at))
    own = actor.place_id if actor.place_id in places else places[0]
    return ground.places_named([own]).get()


@login_required
@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Take the files of a tariff and show their faults, or what they change."""
    place = _place(request)
    before = queries.newest(place.administration_id)
    first = {"currency": before.currency if before else CURRENCIES.get(place.administration_id, "")}
    form = TariffForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "GET" or not form.is_valid():
        return _page(request, {"form": form, "before": before}, status=200 if request.method == "GET" else 422)
    typed = form.cleaned_data
    kept = {name: _kept(typed[name]) for name in FILES if typed[name]}
    made = _offer(place, {**typed, **kept})
    confirmed = {**{name: typed[name] for name in ("name", "currency", "is_sample")}, **kept, "seen": made.seen}
    shown = {"form": form, "before": before, "offer": made, "confirmed": confirmed, **_report(made)}
    return _page(request, shown, status=422 if made.findings else 200)


def _kept(sent: Any) -> str:
    return files.keep(sent.read(), media_type="text/csv", at=doors.now()).sha256


def _offer(place: Any, told: dict[str, Any]) -> Offer:
    contents = {name: files.read(told[name]) if told.get(name) else None for name in FILES}
    rates = contents.pop("rates") or b""
    read = Files(rates, **contents)
    administration = place.administration_id
    return offer(administration, read, name=told["name"], currency=told["currency"], is_sample=bool(told["is_sample"]))


def _report(made: Offer) -> dict[str, Any]:
    said = language()

    def told(rate: Any) -> str:
        return rate_text(rate, made.currency, said) if rate is not None else ""

    changed = {"new": made.changes.new, "left_out": made.changes.left_out, "other": made.changes.other}
    return {
        "findings": [(file, each, each.sentence(said)) for file, each in made.findings][:SHOWN],
        "counts": {name: len(each) for name, each in changed.items()},
        "changed": [
            (name, each.after or each.before, told(each.before), told(each.after))
            for name, changes in changed.items()
            for each in changes[:SHOWN]
        ],
    }


def _page(request: HttpRequest, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "duties/load.html", {"screen": Screen(request), **shown}, status=status)


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Load the tariff whose changes were shown."""
    place, form = _place(request), ConfirmForm(request.POST)
    if not form.is_valid():
        return redirect("duties:load")
    try:
        made = _offer(place, form.cleaned_data)
        seen = form.cleaned_data["seen"]
        at = doors.now()
        commands.load_tariff(reader(request), new_key(at), offer=made, place=place.code, seen=seen, at=at)
    except Refusal as refusal:
        before = queries.newest(place.administration_id)
        shown = {"form": TariffForm(initial=form.cleaned_data), "before": before, "refusal": refusal}
        return _page(request, shown, status=doors.status_of(refusal))
    doors.say_done(request, _("The tariff is loaded and in use from now on."))
    return redirect("duties:tariff")
