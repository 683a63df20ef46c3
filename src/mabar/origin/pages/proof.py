"""The page of one proof, and every act that is done on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, journal
from mabar.base.models import Actor
from mabar.base.reach import reader, verbs_at
from mabar.base.rules import NoSuchRecord
from mabar.lib.refusals import Refusal
from mabar.origin import commands, queries, rules
from mabar.origin.forms import ActForm, NoteForm, ReasonForm
from mabar.origin.pages.reach import shown


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[ActForm]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "check": Act(NoteForm, commands.check, _("The application is in order; another officer signs.")),
    "issue": Act(ActForm, commands.issue, _("The proof is issued and signed.")),
    "refuse": Act(ReasonForm, commands.refuse, _("The application is refused.")),
    "withdraw": Act(
        ReasonForm, commands.withdraw, _("The proof is withdrawn, and its country of destination is told.")
    ),
}


@login_required
@require_safe
def proof(request: HttpRequest, key: str) -> HttpResponse:
    """Show a proof."""
    return _page(request, queries.readable_proof(reader(request), key, doors.now()))


@login_required
@require_POST
def do(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Do an act on the proof, or show the page again with what was typed and why it was refused."""
    moment, actor = doors.now(), reader(request)
    ends = queries.readable_proof(actor, key, moment)
    if act not in ACTS:
        raise NoSuchRecord(key=act)
    form = ACTS[act].form(request.POST, auto_id=f"{act}_%s")
    if not form.is_valid():
        return _page(request, ends, typed=(act, form), faulty=True)
    try:
        ACTS[act].command(actor, key, at=moment, **form.cleaned_data)
    except Refusal as refusal:
        return _page(request, queries.readable_proof(actor, key, moment), refusal=refusal)
    doors.say_done(request, str(ACTS[act].done))
    return redirect("origin:proof", key=key)


def _page(
    request: HttpRequest,
    ends: queries.ProofEnds,
    *,
    typed: tuple[str, ActForm] | None = None,
    refusal: Refusal | None = None,
    faulty: bool = False,
) -> HttpResponse:
    actor, row = reader(request), ends.row
    verbs = verbs_at(actor, row.place, doors.now())
    possible = [act for act in ACTS if (row.state, act) in rules.TRANSITIONS and f"origin.{act}" in verbs]
    sheets = {act: ACTS[act].form(initial={"version": row.version}, auto_id=f"{act}_%s") for act in possible}
    if typed is not None and typed[0] in sheets:
        sheets[typed[0]] = typed[1]
    main = next((act for act in ("check", "issue") if act in sheets), "")
    is_office = actor.kind != Actor.DECLARANT
    context = {
        "row": row,
        "ends": ends,
        "place": queries.places().get(row.place),
        "main_act": main,
        "main_form": sheets.pop(main, None),
        "side_acts": list(sheets.items()),
        "typed": typed[1] if typed else None,
        "may_replace": row.state == "issued" and "origin.apply" in verbs,
        "is_office": is_office,
        "lines": journal.of_subject(row.key) if is_office else [],
    }
    return shown(request, "origin/proof.html", context, refusal=refusal, faulty=faulty)
