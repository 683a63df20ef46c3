"""Goods that both customs count: the figures of both sides, the count of this one, and its settlement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal, mandates
from mabar.base import rules as ground
from mabar.base.keys import new_key
from mabar.base.reach import reader, verbs_at
from mabar.crossings import commands, forms, queries
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import two_sided as told
from mabar.crossings.rules import Load
from mabar.crossings.rules import two_sided as rules
from mabar.crossings.transshipment_forms import OwnTallyForm
from mabar.lib.refusals import Refusal


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "note_own_tally": Act(
        OwnTallyForm, commands.note_own_tally, _("The count is recorded, and told to the other side.")
    ),
    "settle_tallies": Act(forms.ReasonForm, commands.settle_tallies, _("The settlement is recorded, and told across.")),
}


@login_required
@require_safe
def two_sided_tally(request: HttpRequest, key: str) -> HttpResponse:
    """Show what both sides have counted."""
    return _page(request, _readable(request, key))


def _readable(request: HttpRequest, key: str) -> told.TallySheet:
    sheet = told.tally(key)
    mandates.require(reader(request), READ, place=sheet.row.place, at=doors.now())
    return sheet


@login_required
@require_POST
def do_two_sided(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Count, or settle; or show the page again with what was typed and why it was refused."""
    sheet = _readable(request, key)
    if act not in ACTS:
        raise ground.NoSuchRecord(key=act)
    form = _typed(act, request.POST, sheet)
    if not form.is_valid():
        return _page(request, sheet, (act, form), status=422)
    try:
        ACTS[act].command(reader(request), key, at=doors.now(), **_facts(act, form))
    except Refusal as refusal:
        fresh = _readable(request, key)
        data = request.POST.copy()
        data["version"] = str(fresh.row.version)
        again = (act, _typed(act, data, fresh))
        return _page(request, fresh, again, refusal, status=doors.status_of(refusal))
    doors.say_done(request, str(ACTS[act].done))
    return redirect("crossings:two_sided_tally", key=key)


def _typed(act: str, data: Any, sheet: told.TallySheet) -> forms.ActForm:
    return ACTS[act].form(data, auto_id=f"{act}_%s", **_extra(act, sheet))


def _blank(act: str, sheet: told.TallySheet) -> forms.ActForm:
    initial = {"event_key": new_key(doors.now()), "version": sheet.row.version}
    return ACTS[act].form(initial=initial, auto_id=f"{act}_%s", **_extra(act, sheet))


def _extra(act: str, sheet: told.TallySheet) -> dict[str, Any]:
    return {"of": [(each, each) for each in sheet.declared]} if act == "note_own_tally" else {}


def _facts(act: str, form: forms.ActForm) -> dict[str, Any]:
    typed = form.cleaned_data
    if isinstance(form, OwnTallyForm):
        counted = {each.declaration: Load(each.packages, each.gross_mass_g) for each in form.counts()}
        same = {name: typed[name] for name in ("event_key", "version", "seals")}
        return {"counted": counted, **same}
    return {"reason": typed["reason"], "version": typed["version"]}


def _is_possible(act: str, sheet: told.TallySheet) -> bool:
    if act == "settle_tallies":
        return sheet.row.state == "disagreed" and not sheet.is_settled_here
    return not sheet.row.is_home and bool(sheet.declared) and sheet.row.state != rules.WITHDRAWN


def _page(
    request: HttpRequest,
    sheet: told.TallySheet,
    refused: tuple[str, forms.ActForm] | None = None,
    refusal: Refusal | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    moment, row = doors.now(), sheet.row
    verbs = verbs_at(reader(request), row.place, moment)
    offered = {act: _blank(act, sheet) for act in ACTS if _is_possible(act, sheet) and f"crossings.{act}" in verbs}
    if refused is not None and refused[0] in offered:
        offered[refused[0]] = refused[1]
    shown = {
        "place": queries.crossing_place(row.place),
        "sheet": sheet,
        "row": row,
        "at": moment,
        "refusal": refusal,
        "refused_form": refused[1] if refused and refusal is None else None,
        "acts": list(offered.items()),
        "lines": journal.of_subject(row.key),
    }
    return render(request, "crossings/two_sided_tally.html", shown, status=status)
