"""The door to what came from across: the claim box of a declarant, and the list of an office."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.models import Actor
from mabar.base.reach import language, places_for, reader
from mabar.base.rules import NotMandated
from mabar.declarations import commands, queries
from mabar.declarations.forms.acts_broker import ClaimForm
from mabar.declarations.operator_notes import marks_of
from mabar.lib import words
from mabar.lib.refusals import Refusal

CLAIM, READ = "declarations.claim_advance", "declarations.read"


@login_required
@require_http_methods(["GET", "POST"])
def advances(request: HttpRequest) -> HttpResponse:
    """Claim a draft that waits, or list what came for the reader's places."""
    if reader(request).kind != Actor.DECLARANT:
        return _office(request)
    moment = doors.now()
    mandates.require(reader(request), CLAIM, at=moment)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            draft = commands.claim_advance(reader(request), typed["reference"], proof=typed["proof"], at=moment)
        except NotMandated:
            raise
        except Refusal as refusal:
            shown = {"form": form, "said": refusal.sentence(language())}
            return render(request, "declarations/advances.html", shown, status=doors.status_of(refusal))
        doors.say_done(request, _("The draft is now your firm's. Compare it with the papers."))
        return redirect("declarations:draft_step", key=draft.key, step="header")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "declarations/advances.html", {"form": form}, status=status)


def _office(request: HttpRequest) -> HttpResponse:
    is_waiting = "all" not in request.GET
    found = queries.advances(places_for(request, READ, doors.now()), is_waiting=is_waiting)
    places = {place.code: place for place in ground.places_named({each.place for each in found})}
    shown: dict[str, Any] = {"is_office": True, "is_waiting": is_waiting}
    today = doors.now().date()
    marks = {mark.row.firm: mark for mark in marks_of((each.exporter for each in found), today)}
    shown["rows"] = [
        {
            "row": each,
            "mark": marks.get(each.exporter.upper()),
            "place": places[each.place],
            "word": words.word("declarations", f"advance.{each.state}", language()),
        }
        for each in found
    ]
    return render(request, "declarations/advances.html", shown)
