"""The page of one pass, and every act that is done on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.base.reach import reader, verbs_at
from mabar.lib.refusals import Refusal
from mabar.vehicles import queries
from mabar.vehicles.forms import ActForm
from mabar.vehicles.pages import acts


@dataclass(frozen=True)
class Refused:
    """An act that was refused: its form as typed, and why."""

    act: str
    form: ActForm
    refusal: Refusal | None = None


@login_required
@require_safe
def vehicle_pass(request: HttpRequest, key: str) -> HttpResponse:
    """Show a pass."""
    return _page(request, queries.readable_pass(reader(request), key, doors.now()))


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on the pass, or show the page again with what was typed and why it was refused."""
    moment = doors.now()
    ends = queries.readable_pass(reader(request), key, moment)
    if act not in acts.ACTS:
        raise ground.NoSuchRecord(key=act)
    form = acts.typed(act, request.POST, ends.row)
    if not form.is_valid():
        return _page(request, ends, Refused(act, form), status=422)
    try:
        acts.ACTS[act].command(reader(request), key, at=moment, **_on_its_clock(form.cleaned_data))
    except Refusal as refusal:
        fresh = queries.readable_pass(reader(request), key, moment)
        again = _typed_again(act, request, fresh.row)
        return _page(request, fresh, Refused(act, again, refusal), status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("vehicles:pass", key=key)


def _on_its_clock(typed: dict[str, Any]) -> dict[str, Any]:
    """Read an hour that was typed as the clock of the crossing shows it.  Raises: NoSuchRecord: there is no such."""
    hour = typed.get("left_at")
    if hour is None:
        return typed
    place = queries.places().get(typed["place"])
    if place is None:
        raise ground.NoSuchRecord(key=typed["place"])
    return {**typed, "left_at": make_aware(hour.replace(tzinfo=None), place.clock)}


def _typed_again(act: str, request: HttpRequest, row: queries.PassRow) -> ActForm:
    # the page shows the pass as it is now, so what is sent from it rests on this version
    data = request.POST.copy()
    data["version"] = str(row.version)
    return acts.typed(act, data, row)


def _page(
    request: HttpRequest, ends: queries.PassEnds, refused: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    shown = sheet_of(reader(request), ends, doors.now(), refused)
    return render(request, "vehicles/pass.html", shown, status=status)


def sheet_of(
    actor: Actor, ends: queries.PassEnds, at: datetime, refused: Refused | None = None, *, seen: str = ""
) -> dict[str, Any]:
    """Give what a page shows of a pass: its facts, its holder, and the acts that the reader may do.

    `seen` is the plate that was typed to find it, so that nobody types it twice.
    """
    row, known = ends.row, queries.places()
    here = actor.place_id if actor.place_id in known else row.place
    verbs = verbs_at(actor, here or row.place, at)
    is_office = actor.kind != Actor.DECLARANT
    shown: dict[str, Any] = {
        "place": known.get(row.place),
        "exit_place": known.get(row.exit_place or ""),
        "ends": ends,
        "row": row,
        "at": at,
        "holder": queries.holder_of(row.key),
        "is_office": is_office,
        "refused": refused,
        "days_left": (row.due_at - at).days if row.due_at else None,
        "lines": journal.of_subject(row.key) if is_office else [],
    }
    return shown | _acts(row, verbs, here or row.place, refused, at, seen, known)


def _acts(
    row: queries.PassRow,
    verbs: frozenset[str],
    here: str,
    refused: Refused | None,
    at: datetime,
    seen: str,
    known: dict[str, Any],
) -> dict[str, Any]:
    names = acts.offered(row, verbs)
    term = _term(row, here, at, known) if "validate_at_entry" in names else None
    first = {"place": here, "plate": seen, "days": term.days if term else None}
    sheets = {name: acts.blank(name, row, at, **_first(name, first)) for name in names}
    if refused is not None and refused.act in sheets:
        sheets[refused.act] = refused.form
    main = names[0] if names and names[0] == acts.IN_TURN.get(row.state) else ""
    return {
        "main_act": main,
        "main_form": sheets.pop(main, None),
        "side_acts": list(sheets.items()),
        "term": term,
        "is_term_missing": main == "validate_at_entry" and term is None,
    }


def _first(name: str, first: dict[str, Any]) -> dict[str, Any]:
    """Give what a form begins with; how much longer a stay should last is for the officer to say."""
    return first if name != "extend_stay" else {**first, "days": None}


def _term(row: queries.PassRow, here: str, at: datetime, known: dict[str, Any]) -> Any:
    today = at.astimezone(known[here].clock).date() if here in known else at.date()
    return queries.term_of(here, row.kind, row.purpose, on=today)
