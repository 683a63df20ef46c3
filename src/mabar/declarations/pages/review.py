"""The door to the last step: everything on one page, and lodging, which alone waits for what is refused."""

import secrets
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mabar.base import doors
from mabar.base.reach import reader
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, queries, rules
from mabar.declarations.forms import inherited, rows, steps
from mabar.declarations.forms.boxes import GROUPS, STEP_WORDS, STEPS
from mabar.declarations.forms.cells import cells
from mabar.declarations.pages import sheets
from mabar.declarations.pages.desk import Desk, desk_of, version_of
from mabar.declarations.queries import beside
from mabar.lib.refusals import Refusal
from mabar.lib.words import isolate

ITEMS_SHOWN = 200  # on the review; the grid has them all


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Show the whole draft with what stands against it, or lodge it."""
    desk = desk_of(request, key)
    act = request.POST.get("act", "")
    if act.removeprefix("go.") in STEPS[:-1]:
        return redirect("declarations:draft_step", key=key, step=act.removeprefix("go."))
    if act != "lodge":
        return render(request, "declarations/lodge_review.html", _sheet(desk))
    if steps.unread(desk.record):
        # what the form itself could not read never reaches the command: the reader is shown it again
        return render(request, "declarations/lodge_review.html", _sheet(desk), status=422)
    try:
        lodged = _lodged(request, desk)
    except (NoSuchRecord, NotMandated):
        raise
    except Refusal as refusal:
        return render(request, "declarations/lodge_review.html", _sheet(desk, refusal), status=doors.status_of(refusal))
    is_amended = desk.draft.amends is not None
    say_lodged(request, lodged, key=None if is_amended else key, is_amended=is_amended)
    return redirect("declarations:declaration", key=lodged.key)


def _lodged(request: HttpRequest, desk: Desk) -> Any:
    """Lodge the draft, or amend with it what it amends; the seed is thrown here, where nobody can know it before."""
    draft, seed = desk.draft, secrets.token_hex(16)
    rules.check_version(version_of(request), draft.version, act="lodge", state="draft")
    source = commands.Source(draft.source, draft.source_name, draft.source_format)
    if draft.amends is None:
        return commands.lodge(
            reader(request), draft.key, record=desk.record, place=draft.place, seed=seed, at=desk.at, source=source
        )
    amended = commands.amend(reader(request), draft.amends, record=desk.record, seed=seed, at=desk.at, source=source)
    commands.drop_draft(reader(request), draft.key, at=desk.at)
    return amended


def say_lodged(request: HttpRequest, lodged: Any, *, key: str | None = None, is_amended: bool = False) -> None:
    """Confirm the lodging with the number under which the declaration stands."""
    if key is not None and lodged.key != key:
        said = _("The same content was lodged before: declaration %(number)s. Nothing was lodged twice.")
        doors.say_done(request, said % {"number": isolate(lodged)})
    elif is_amended:
        doors.say_done(request, _("Declaration %(number)s is amended.") % {"number": isolate(lodged)})
    elif lodged.number:
        doors.say_done(request, _("Lodged and registered under %(number)s.") % {"number": isolate(lodged)})
    else:
        doors.say_done(request, _("Lodged. The register gives the number."))


def _sheet(desk: Desk, refusal: Refusal | None = None) -> dict[str, Any]:
    findings = [*desk.findings, *steps.all_findings_of(desk.record, today=desk.today)]
    sheet = sheets.frame(desk, "review", findings, refusal=refusal)
    parts = [{"name": name, "word": STEP_WORDS[name], "groups": _filled(desk, name)} for name in GROUPS]
    return sheet | {
        "parts": parts,
        "items": desk.record.items[:ITEMS_SHOWN],
        "items_left": max(len(desk.record.items) - ITEMS_SHOWN, 0),
        "documents": sum(len(item.documents) for item in desk.record.items),
        "totals": steps.totals_of(desk.record),
        "currency": rows.currency_of(desk.record),
        "notes": beside.notes_on_draft(desk.record, desk.draft.place, date.fromisoformat(desk.today)),
        "came_by_step": {STEP_WORDS[step]: each for step, each in inherited.by_step(desk.inherited).items()},
        "came_by_item": inherited.by_item(desk.inherited),
        "open_dates": queries.open_dates(desk.record),
    }


def _filled(desk: Desk, step: str) -> list[dict[str, Any]]:
    made = [
        {
            "title": group.title,
            "cells": [cell for cell in _cells(desk, group.boxes) if cell.text],
        }
        for group in GROUPS[step]
    ]
    return [group for group in made if group["cells"]]


def _cells(desk: Desk, boxes: Any) -> Any:
    return cells(
        desk.record,
        desk.record.verbatim,
        boxes,
        language=desk.language,
        findings={},
        base=desk.base,
        confirmed=desk.confirmed(),
    )
