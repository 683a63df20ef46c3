"""A proof at the import declaration: presented, judged, doubted, and its claim assessed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import reader, verbs_at
from mabar.declarations import queries as papers
from mabar.lib.refusals import Refusal
from mabar.origin import commands, queries
from mabar.origin.commands.presenting import Shown
from mabar.origin.forms import PresentForm, RequestForm, SettleForm
from mabar.origin.pages.reach import shown


@login_required
@require_http_methods(["GET", "POST"])
def present(request: HttpRequest, key: str) -> HttpResponse:
    """Present a proof with a declaration, and show those presented with it."""
    moment, actor = doors.now(), reader(request)
    row = papers.row(papers.scope_of(actor, moment), key)
    form = PresentForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.present(
                actor, new_key(moment), declaration=key, shown=Shown(**form.cleaned_data), at=moment
            )
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The proof is recorded with its verdict."))
            return redirect("origin:presented", key=made.key)
    context = _declaration(request, row) | {"form": form, "settle": SettleForm()}
    return shown(request, "origin/present.html", context, refusal=refusal, faulty=form.is_bound and bool(form.errors))


def _declaration(request: HttpRequest, row: papers.DeclarationRow) -> dict[str, Any]:
    verbs = verbs_at(reader(request), row.place, doors.now())
    rows = queries.presented_with(row.key)
    return {
        "row": row,
        "rows": rows,
        "may_present": "origin.present" in verbs,
        "may_settle": bool(rows) and "origin.settle_preference" in verbs,
    }


@login_required
@require_POST
def settle(request: HttpRequest, key: str) -> HttpResponse:
    """Assess the declaration by its proofs as they stand."""
    moment, actor = doors.now(), reader(request)
    row = papers.row(papers.scope_of(actor, moment), key)
    form, refusal = SettleForm(request.POST), None
    if form.is_valid():
        try:
            commands.settle_preference(actor, key, reason=form.cleaned_data["reason"], at=moment)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The duties are assessed by the proofs as they stand."))
            return redirect("declarations:declaration", key=key)
    context = _declaration(request, row) | {"form": PresentForm(), "settle": form}
    return shown(request, "origin/present.html", context, refusal=refusal, faulty=not form.is_valid())


@login_required
@require_http_methods(["GET", "POST"])
def presented(request: HttpRequest, key: str) -> HttpResponse:
    """Show a presented proof with its verdict, and ask its issuer."""
    moment, actor = doors.now(), reader(request)
    row, asked = queries.readable_presented(actor, key, moment)
    form = RequestForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            commands.request(actor, new_key(moment), presented=key, at=moment, **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            doors.say_done(request, _("The request is on its way to the issuer; its clock runs."))
            return redirect("origin:presented", key=key)
    verbs = verbs_at(actor, row.place, moment)
    may_ask = row.may_be_asked and "origin.request" in verbs
    context = {"row": row, "asked": asked, "form": form, "may_ask": may_ask, "verbs": verbs}
    context["place"] = queries.places().get(row.place)
    return shown(request, "origin/presented.html", context, refusal=refusal, faulty=form.is_bound and bool(form.errors))
