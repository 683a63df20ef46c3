"""The desk of verifications: what partners ask of this side, what this side awaits, each by its clock."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mabar.base import doors
from mabar.base.reach import places_for, reader, verbs_at
from mabar.lib.refusals import Refusal
from mabar.origin import commands, queries
from mabar.origin.forms import AnswerForm
from mabar.origin.pages.reach import READ, shown
from mabar.origin.rules.verifying import ANSWERING, ASKING


@login_required
@require_safe
def verifications(request: HttpRequest) -> HttpResponse:
    """List what is to be answered here, what is awaited from across, and what was presented last."""
    moment = doors.now()
    places = places_for(request, READ, moment)
    listed = {
        f"{name}_{when}": queries.verifications(places, side=side, is_open=when == "open")
        for name, side in (("ours", ANSWERING), ("theirs", ASKING))
        for when in ("open", "done")
    }
    return render(request, "origin/verifications.html", {**listed, "presented": queries.presented_at(places)})


@login_required
@require_http_methods(["GET", "POST"])
def verification(request: HttpRequest, key: str) -> HttpResponse:
    """Show a verification, and answer it where a partner asks."""
    moment, actor = doors.now(), reader(request)
    row = queries.readable_verification(actor, key, moment)
    form = AnswerForm(request.POST or None, initial={"version": row.version})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            commands.answer(actor, key, at=moment, **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The answer is on its way to the service that asked."))
            return redirect("origin:verification", key=key)
    may_answer = row.side == ANSWERING and row.is_open and "origin.answer" in verbs_at(actor, row.place, moment)
    own = queries.proofs_by_key([row.proof]) if row.proof else []
    context: dict[str, Any] = {"row": row, "own": own[0] if own else None, "form": form, "may_answer": may_answer}
    context |= {"place": queries.places().get(row.place), "at": moment}
    return shown(
        request, "origin/verification.html", context, refusal=refusal, faulty=form.is_bound and bool(form.errors)
    )
