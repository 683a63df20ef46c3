"""The page of one movement, and every act that is done on it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal, mandates
from mabar.base.models import Actor
from mabar.base.reach import reader, verbs_at
from mabar.base.rules import NoSuchRecord
from mabar.lib.refusals import Refusal
from mabar.transit import queries
from mabar.transit.forms import ActForm
from mabar.transit.pages import acts


@dataclass(frozen=True)
class Refused:
    """An act that was refused: its form as typed, and why."""

    act: str
    form: ActForm
    refusal: Refusal | None = None


@login_required
@require_safe
def movement(request: HttpRequest, key: str) -> HttpResponse:
    """Show a movement."""
    return _page(request, queries.readable_movement(reader(request), key, doors.now()))


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on the movement, or show the page again with what was typed and why it was refused."""
    moment, actor = doors.now(), reader(request)
    view = queries.readable_movement(actor, key, moment)
    if act not in acts.ACTS:
        raise NoSuchRecord(key=act)
    form = acts.typed(act, request.POST)
    if not form.is_valid():
        return _page(request, view, Refused(act, form), status=422)
    try:
        acts.ACTS[act].command(actor, key, at=moment, **form.cleaned_data)
    except Refusal as refusal:
        fresh = queries.readable_movement(actor, key, moment)
        data = request.POST.copy()
        # the page shows the movement as it is now, so what is sent from it rests on this version
        data["version"] = str(fresh.row.version)
        return _page(request, fresh, Refused(act, acts.typed(act, data), refusal), status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("transit:movement", key=key)


def _page(
    request: HttpRequest, view: queries.MovementView, refused: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    actor, moment, known = reader(request), doors.now(), queries.places()
    office = _office_of(actor, view, moment)
    shown: dict[str, Any] = {
        "view": view,
        "row": view.row,
        "at": moment,
        "office": office,
        "places": known,
        "place": known.get(office),
        "refused": refused,
        "is_office": actor.kind != Actor.DECLARANT,
        "lines": journal.of_subject(view.row.key) if actor.kind != Actor.DECLARANT else [],
    }
    return render(request, "transit/movement.html", {**shown, **_acts(actor, view, office, refused)}, status=status)


def _office_of(actor: Actor, view: queries.MovementView, at: Any) -> str:
    """Give the office at which the reader acts: his own where the movement goes over it, else one of his on the way."""
    if actor.kind == Actor.DECLARANT:
        return view.row.place
    open_to = set(mandates.places_of(actor, queries.READ, at))
    over = [each.office for each in view.offices if each.office in open_to]
    own = actor.place_id or ""
    return own if own in open_to or not over else over[0]


def _acts(actor: Actor, view: queries.MovementView, office: str, refused: Refused | None) -> dict[str, Any]:
    names = acts.offered(view, verbs_at(actor, office, doors.now()), office)
    sheets = {name: acts.blank(name, view, doors.now(), office=office) for name in names}
    if refused is not None and refused.act in sheets:
        sheets[refused.act] = refused.form
    main = names[0] if names and names[0] == acts.in_turn(view, office) else ""
    return {"main_act": main, "main_form": sheets.pop(main, None), "side_acts": list(sheets.items())}
