"""The door to drafts: the list, a new one, and dropping one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.reach import language, places_for, reader
from mabar.crossings import queries as crossings
from mabar.declarations import commands, queries, rules, sad
from mabar.declarations.forms import steps
from mabar.declarations.forms.acts_broker import NewDraftForm
from mabar.declarations.forms.boxes import STEP_WORDS
from mabar.declarations.pages.desk import SAVE
from mabar.declarations.pages.reach import today_at
from mabar.declarations.sad_parts import Country, Office, Party


@login_required
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """List the drafts of the reader's house."""
    moment = doors.now()
    mandates.require(reader(request), SAVE, at=moment)
    found = queries.drafts(reader(request))
    places = {place.code: place for place in ground.places_named({each.place for each in found})}
    shown = [{"draft": each, "place": places[each.place], "step": STEP_WORDS.get(each.step, "")} for each in found]
    return render(request, "declarations/drafts.html", {"drafts": shown, "now": moment})


@login_required
@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Begin a declaration: where it will be lodged, and under which regime."""
    moment = doors.now()
    places = crossing_choices(request, SAVE)
    first = {"place": reader(request).place_id, "flow": "import", "regime": "import"}
    form = NewDraftForm(request.POST or None, places=places, language=language(), initial=first)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        key = new_key(moment)
        record = _begun(reader(request), today=today_at(asked["place"], moment), **asked)
        commands.save_draft(reader(request), key, record=record, place=asked["place"], step="header", at=moment)
        return redirect("declarations:draft_step", key=key, step="header")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "declarations/draft_new.html", {"form": form}, status=status)


def crossing_choices(request: HttpRequest, verb: str) -> list[tuple[str, str]]:
    """Give the crossings at which the reader holds the verb, by name."""
    held = set(places_for(request, verb, doors.now()))
    codes = [place.code for place in crossings.crossing_places() if place.code in held]
    return [(place.code, place.name_in(language())) for place in ground.places_named(codes)]


def _begun(actor: Actor, *, today: str, place: str, flow: str, regime: str, reference: str) -> sad.Declaration:
    """Give a record with what is known before anything is typed: place, day, declarant, and this country's side."""
    here = Country(code=place.partition(".")[0].upper())
    firm = actor.firm
    record = sad.Declaration(
        office=Office(rules.office_of(place)),
        declarant_reference=reference or None,
        declarant_reference_year=today[:4],
        declared_on=today,
        declarant=Party(firm.code, firm.name) if firm else Party(),
        destination_country=here if flow == "import" else Country(),
        export_country=here if flow == "export" else Country(),
    )
    return steps.started(record, regime=regime, flow=flow)


@login_required
@require_POST
def drop_draft(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a draft."""
    commands.drop_draft(reader(request), key, at=doors.now())
    doors.say_done(request, _("The draft is deleted."))
    return redirect("declarations:drafts")
