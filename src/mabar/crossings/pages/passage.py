"""The page of one truck, and every act that is done on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal, reach
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.base.reach import reader, verbs_at
from mabar.crossings import queries
from mabar.crossings.forms import ActForm
from mabar.crossings.pages import acts, following, offers
from mabar.crossings.pages.reach import readable
from mabar.crossings.pages.story import holder_of, line_of, told_across
from mabar.crossings.queries import beside
from mabar.crossings.transshipment_notes import TransshipmentNote
from mabar.lib.refusals import Refusal

BEFORE_THE_GATE = ("announced", "queued")


@dataclass(frozen=True)
class Refused:
    """An act that was refused: its form as typed, and why."""

    act: str
    form: ActForm
    refusal: Refusal | None = None


@login_required
@require_safe
def passage(request: HttpRequest, key: str) -> HttpResponse:
    """Show a truck."""
    return _page(request, readable(request, key, doors.now()))


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on the truck, or show the page again with what was typed and why it was refused."""
    moment = doors.now()
    ends = readable(request, key, moment)
    if act not in acts.ACTS:
        raise ground.NoSuchRecord(key=act)
    form = acts.typed(act, request.POST, ends.row)
    if not form.is_valid():
        return _page(request, ends, Refused(act, form), status=422)
    try:
        acts.ACTS[act].command(reader(request), key, at=moment, **form.cleaned_data)
    except Refusal as refusal:
        fresh = readable(request, key, moment)
        again = _typed_again(act, request, fresh.row)
        return _page(request, fresh, Refused(act, again, refusal), status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("crossings:passage", key=key)


def _typed_again(act: str, request: HttpRequest, row: queries.PassageRow) -> ActForm:
    # the page shows the truck as it is now, so what is sent from it rests on this version
    data = request.POST.copy()
    data["version"] = str(row.version)
    return acts.typed(act, data, row)


def _page(
    request: HttpRequest, ends: queries.PassageEnds, refused: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    moment, actor = doors.now(), reader(request)
    place = queries.crossing_place(ends.row.place)
    verbs = verbs_at(actor, ends.row.place, moment)
    is_office = actor.kind != Actor.DECLARANT
    turn = _turn(ends.row, verbs, moment)
    notes = beside.notes_on([ends.row])[ends.row.key] if is_office else []
    shown = {
        "place": place,
        "ends": ends,
        "row": ends.row,
        "at": moment,
        "verbs": verbs,
        "is_office": is_office,
        "is_lane_shown": is_office or ends.row.gate_in_at is not None,
        "refused": refused,
        **turn,
        "notes": notes,
        **_acts(
            ends, actor, verbs - _put_off(notes), refused, moment, acts.idle(turn["appointment"], turn["exception"])
        ),
        **_picture(ends, place, moment, is_office=is_office),
        **offers.shown_on(ends, actor, verbs, moment),
        **({"lines": journal.of_subject(ends.row.key)} if is_office else {}),
    }
    return render(request, "crossings/passage.html", shown, status=status)


def _turn(row: queries.PassageRow, verbs: frozenset[str], at: datetime) -> dict[str, Any]:
    """Give what the queue knows of the truck: its place and hour, its appointment, its exception, its driver's link."""
    appointment = queries.appointment_of(row.key) if row.state in BEFORE_THE_GATE else None
    act = acts.hour_act(row, appointment)
    is_queued = row.state == "queued"
    return {
        "standing": queries.standing_of(row.key, at) if is_queued else None,
        "appointment": appointment,
        "exception": queries.exception_on(row.key) if is_queued else None,
        "hour_act": act if f"crossings.{act}" in verbs and queries.free_slots(row.place, at, limit=1) else "",
        "follow": following.panel(row, verbs),
    }


def _put_off(notes: Sequence[beside.Note]) -> frozenset[str]:
    """Name the verbs that a truck waits for while its goods change truck."""
    is_bound = any(isinstance(note, TransshipmentNote) and note.is_under_way for note in notes)
    bound = ("note_gate_out", "turn_back", "correct_event")
    return frozenset(f"crossings.{act}" for act in bound) if is_bound else frozenset()


def _acts(
    ends: queries.PassageEnds,
    actor: Actor,
    verbs: frozenset[str],
    refused: Refused | None,
    at: datetime,
    idle: set[str],
) -> dict[str, Any]:
    names = acts.offered(ends, verbs, actor.agency_id, idle)
    sheets = {name: acts.blank(name, ends.row, at) for name in names}
    if refused is not None and refused.act in sheets:
        sheets[refused.act] = refused.form
    main = names[0] if names and names[0] == acts.next_act(ends.row) else ""
    return {
        "main_act": main,
        "main_form": sheets.pop(main, None),
        "side_acts": list(sheets.items()),
        "holds": [(hold, _lift(hold, ends.row, actor, verbs, refused, at)) for hold in ends.holds],
    }


def _lift(
    hold: queries.HoldRow,
    row: queries.PassageRow,
    actor: Actor,
    verbs: frozenset[str],
    refused: Refused | None,
    at: datetime,
) -> ActForm | None:
    """Give the form that lifts a hold, to the agency whose hold it is."""
    if not hold.is_open or hold.agency != actor.agency_id or "crossings.lift_hold" not in verbs:
        return None
    if refused is not None and refused.act == "lift_hold" and refused.form.data.get("hold") == str(hold.number):
        return refused.form
    return acts.blank("lift_hold", row, at, hold=hold.number)


def _picture(ends: queries.PassageEnds, place: Any, at: datetime, *, is_office: bool) -> dict[str, Any]:
    across = _across(ends) if is_office else None
    language = reach.language()
    desk, hold = holder_of(ends)
    return {
        "across": across.row if across else None,
        "has_two_clocks": place.faces is not None
        and at.astimezone(place.clock).utcoffset() != at.astimezone(place.faces.clock).utcoffset(),
        "line": line_of(ends, across, place, language=language, now=at),
        "holder_desk": f"post.{desk}" if desk else "",
        "holder_hold": hold,
        "holder_since": hold.placed_at if hold else ends.row.since,
    }


def _across(ends: queries.PassageEnds) -> queries.PassageEnds | None:
    """Read the passage on the other side: this node's own, or what a partner node has told of it."""
    if ends.row.direction == "entry":
        found = queries.passages_by_key([ends.row.origin]) if ends.row.origin else []
    else:
        found = queries.tied_to(ends.row.key)
    if found:
        return told_across(queries.passage(found[0].key))
    told = queries.far_side(ends)
    return told[0] if told else None
