"""The page of one request, its files, and every act that is done on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware
from django.views.decorators.http import require_POST, require_safe

from mabar.assistance import queries
from mabar.assistance.forms import ActForm
from mabar.assistance.pages import acts
from mabar.assistance.pages.reach import READ
from mabar.base import doors, files, journal, mandates
from mabar.base import rules as ground
from mabar.base.keys import new_key
from mabar.base.reach import reader, verbs_at
from mabar.lib.refusals import Refusal

HOURS = ("due_at", "ends_at")
CONTENTS = ("matter", "reason", "description", "legal_elements", "connection", "parties")


@dataclass(frozen=True)
class Refused:
    """An act that was refused: its form as typed, and why."""

    act: str
    form: ActForm
    refusal: Refusal | None = None


@login_required
@require_safe
def request_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a request."""
    return _page(request, _readable(request, key))


@login_required
@require_safe
def file(request: HttpRequest, key: str, sha256: str) -> HttpResponse:
    """Give a file that went with an answer, to be kept, never shown inside the page."""
    view = _readable(request, key)
    found = next((each for each in view.files if each.sha256 == sha256), None)
    if found is None:
        raise ground.NoSuchRecord(key=sha256[:16])
    response = HttpResponse(files.read(sha256), content_type=found.media_type)
    ending = found.media_type.partition("/")[2]
    response["Content-Disposition"] = f'attachment; filename="{view.row.number}-{sha256[:8]}.{ending}"'
    return response


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on the request, or show the page again with what was typed and why it was refused."""
    moment, view = doors.now(), _readable(request, key)
    if act not in acts.ACTS:
        raise ground.NoSuchRecord(key=act)
    form = acts.typed(act, request.POST, request.FILES, view)
    if not form.is_valid():
        return _page(request, view, Refused(act, form), status=422)
    try:
        acts.ACTS[act].command(reader(request), key, at=moment, **_facts(request, act, form.cleaned_data, moment))
    except Refusal as refusal:
        fresh = queries.request(key)
        data = request.POST.copy()
        data["version"] = str(fresh.row.version)
        again = acts.typed(act, data, None, fresh)
        return _page(request, fresh, Refused(act, again, refusal), status=doors.status_of(refusal))
    doors.say_done(request, str(acts.ACTS[act].done))
    return redirect("assistance:request", key=key)


def _readable(request: HttpRequest, key: str) -> queries.RequestView:
    view = queries.request(key)
    mandates.require(reader(request), READ, place=view.row.place, at=doors.now())
    return view


def _facts(request: HttpRequest, act: str, typed: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Give what a command takes: hours as the clock of the reader's place shows them, files as bytes, new keys."""
    facts = dict(typed)
    place = reader(request).place
    for name in HOURS:
        if facts.get(name) is not None and place is not None:
            facts[name] = make_aware(facts[name].replace(tzinfo=None), place.clock)
    if act in ("confirm_oral", "complete_request"):
        facts["contents"] = {name: facts.pop(name) for name in CONTENTS}
    if act == "answer_request":
        facts["files"] = [(each.name, each.read()) for each in facts.pop("attached")]
    if act == "note_measure":
        facts["measure_key"] = new_key(at)
    if act == "ask_consent":
        facts["consent_key"] = new_key(at)
    return facts


def _page(
    request: HttpRequest, view: queries.RequestView, refused: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    verbs = verbs_at(reader(request), view.row.place, doors.now())
    names = acts.offered(view, verbs)
    sheets = {name: acts.blank(name, view) for name in names}
    if refused is not None and refused.act in sheets:
        sheets[refused.act] = refused.form
    main = names[0] if names and names[0] == acts.IN_TURN.get(view.row.state) else ""
    shown = {
        "view": view,
        "row": view.row,
        "texts": view.texts,
        "refused": refused,
        "main_act": main,
        "main_form": sheets.pop(main, None),
        "side_acts": list(sheets.items()),
        "lines": journal.of_subject(view.row.key),
        "is_designated": queries.is_designated(reader(request).key, doors.now()),
    }
    return render(request, "assistance/request.html", shown, status=status)
