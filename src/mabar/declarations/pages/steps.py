"""The door to the form of a declaration, one step a page; whatever is typed is saved, and only lodging waits."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base.clocks import second
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, queries, sad
from mabar.declarations.forms import inherited, rows, steps
from mabar.declarations.forms.boxes import STEPS
from mabar.declarations.forms.cells import anchor_of
from mabar.declarations.pages import sheets
from mabar.declarations.pages.desk import Desk, desk_of, version_of
from mabar.lib.refusals import Refusal

TYPED = STEPS[:-1]
_REMOVE = re.compile(r"remove\.([0-9]{1,5})", re.ASCII)
CONFIRM = "confirm"
ADDED_AT_ONCE = {"add": 1, "add10": 10}


@login_required
@require_http_methods(["GET", "POST"])
def draft_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Show a step of a draft, or save what was typed in it."""
    if step not in TYPED:
        raise Http404(step)
    desk = desk_of(request, key)
    if request.method == "POST":
        return _save(request, desk, step)
    return render(request, sheets.template_of(step), sheets.step_sheet(desk, step, page=_page(request)))


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1


def _save(request: HttpRequest, desk: Desk, step: str) -> HttpResponse:
    posted = request.POST
    try:
        typed = steps.typed(desk.record, step, _pairs(posted))
        record = _after_act(typed, posted)
        confirmed = _confirmed(desk, step, posted)
        saved = _with_reading(desk, _saved(request, desk, record, step, confirmed), posted.get("accept", ""))
    except (NoSuchRecord, NotMandated):
        raise
    except Refusal as refusal:
        return _refused(request, desk, step, refusal)
    if _wants_json(request):
        return JsonResponse({**_told(desk, saved, _pairs(posted) if step == "documents" else []), **_sums(step, saved)})
    return redirect(_onward(desk, step, posted, len(record.items)))


def _pairs(posted: QueryDict) -> list[tuple[str, str]]:
    return [(name, str(text)) for name, text in posted.items()]


def _after_act(record: sad.Declaration, posted: QueryDict) -> sad.Declaration:
    """Do what the pressed button asks beside saving."""
    act = posted.get("act", "")
    accept = posted.get("accept", "")
    if accept and not _is_open_date(record, accept):
        return steps.accepted(record, accept)
    if act in ADDED_AT_ONCE:
        return rows.with_new_items(record, ADDED_AT_ONCE[act])
    if act == "paste":
        return rows.pasted_items(record, posted.get("pasted", ""))
    if shape := _REMOVE.fullmatch(act):
        return rows.without_item(record, int(shape[1]))
    return record


def _saved(request: HttpRequest, desk: Desk, record: sad.Declaration, step: str, confirmed: Sequence[str] = ()) -> Any:
    return commands.save_draft(
        desk.actor,
        desk.draft.key,
        record=record,
        place=desk.draft.place,
        step=step,
        version=version_of(request),
        at=doors.now(),
        confirmed=confirmed,
    )


def _confirmed(desk: Desk, step: str, posted: QueryDict) -> list[str]:
    """Name what the reader confirms: what this page shows of what came from across."""
    if posted.get("act") != CONFIRM:
        return []
    page = posted.get("page", "1")
    return inherited.shown_in(desk.inherited, step, items=sheets.items_on(int(page) if page.isdecimal() else 1))


def _is_open_date(record: sad.Declaration, accept: str) -> bool:
    return accept.partition("=")[0] in {each.path for each in queries.open_dates(record)}


def _with_reading(desk: Desk, saved: Any, accept: str) -> Any:
    """Choose the reading of a date by its own command, so that the choice is kept under the reader's name."""
    path, _equals, text = accept.partition("=")
    if not accept or not _is_open_date(sad.loads(saved.record), accept):
        return saved
    return commands.choose_reading(desk.actor, desk.draft.key, path=path, chosen=date.fromisoformat(text), at=desk.at)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _told(desk: Desk, saved: Any, documents: list[tuple[str, str]]) -> dict[str, Any]:
    """Tell the page what it must name when it saves next: the version, and where new documents stand now."""
    places = rows.places_of_documents(desk.record, rows.typed_rows(documents, "documents"))
    return {"version": saved.version, "saved_at": second(saved.saved_at, desk.place.clock), "fields": places}


def _sums(step: str, saved: Any) -> dict[str, str]:
    """Give the sums under the grid as what was saved makes them."""
    if step != "items":
        return {}
    totals = steps.totals_of(sad.loads(saved.record))
    return {"sums": render_to_string("declarations/_totals.html", {"totals": totals})}


def _refused(request: HttpRequest, desk: Desk, step: str, refusal: Refusal) -> HttpResponse:
    """Show the step again as it was typed, with the reason on top; the next save goes over what lies there now."""
    status = doors.status_of(refusal)
    if _wants_json(request):
        return JsonResponse({"what": doors.refusal_as_text(refusal)}, status=status)
    page = request.POST.get("page", "1")
    sheet = sheets.step_sheet(
        desk, step, page=int(page) if page.isdecimal() else 1, typed=dict(_pairs(request.POST)), refusal=refusal
    )
    return render(request, sheets.template_of(step), sheet, status=status)


def _onward(desk: Desk, step: str, posted: QueryDict, items: int) -> str:
    act, page = posted.get("act", "continue"), posted.get("page", "1")
    if accept := posted.get("accept", ""):
        return f"{_url(desk, step)}?page={page}#{anchor_of(accept.partition('=')[0])}"
    if act in (*ADDED_AT_ONCE, "paste"):
        first = items - ADDED_AT_ONCE.get(act, 1)
        return f"{_url(desk, step)}?page={sheets.page_of(max(first, 0))}#{anchor_of(f'items[{first}].commodity_code')}"
    if act.startswith("page."):
        return f"{_url(desk, step)}?page={act.removeprefix('page.')}"
    if act in ("save", CONFIRM) or _REMOVE.fullmatch(act):
        return f"{_url(desk, step)}?page={page}"
    if act == "leave":
        return reverse("declarations:drafts")
    if act.startswith("go.") and act.removeprefix("go.") in STEPS:
        return _url(desk, act.removeprefix("go."))
    move = -1 if act == "previous" else 1
    return _url(desk, STEPS[max(STEPS.index(step) + move, 0)])


def _url(desk: Desk, step: str) -> str:
    if step == "review":
        return reverse("declarations:review", args=[desk.draft.key])
    return reverse("declarations:draft_step", args=[desk.draft.key, step])


@login_required
@require_http_methods(["GET", "POST"])
def draft_item(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show every box of one item, or save them."""
    desk = desk_of(request, key)
    if not 1 <= number <= len(desk.record.items):
        raise Http404(number)
    if request.method == "GET":
        return render(request, "declarations/lodge_item.html", sheets.item_sheet(desk, number))
    try:
        confirmed = inherited.of_item(desk.inherited, number - 1) if request.POST.get("act") == CONFIRM else ()
        saved = _saved(request, desk, _typed_item(desk, number, request.POST), "items", confirmed)
    except (NoSuchRecord, NotMandated):
        raise
    except Refusal as refusal:
        sheet = sheets.item_sheet(desk, number, typed=request.POST.dict(), refusal=refusal)
        return render(request, "declarations/lodge_item.html", sheet, status=doors.status_of(refusal))
    if _wants_json(request):
        return JsonResponse(_told(desk, saved, []))
    return redirect(_after_item(request, desk, number))


def _typed_item(desk: Desk, number: int, posted: QueryDict) -> sad.Declaration:
    record = steps.typed_item(desk.record, number - 1, dict(_pairs(posted)))
    accept = posted.get("accept", "")
    return steps.accepted(record, accept) if accept else record


def _after_item(request: HttpRequest, desk: Desk, number: int) -> str:
    step = request.POST.get("act", "").removeprefix("go.")
    if request.POST.get("accept") or step == CONFIRM:
        return request.path
    if step in STEPS and step != "items":
        return _url(desk, step)
    anchor = anchor_of(f"items[{number - 1}].commodity_code")
    return f"{_url(desk, 'items')}?page={sheets.page_of(number - 1)}#{anchor}"
