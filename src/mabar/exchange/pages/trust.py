"""Trust: files with root records and descriptors come in here, and two officers confirm a record by its digits."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors
from mabar.base.reach import reader
from mabar.exchange import commands, queries
from mabar.exchange.forms import DigitsForm, TrustForm
from mabar.exchange.pages.reach import may, require, tried, verbs

TAKE, CONFIRM = "exchange.take_trust", "exchange.confirm_root"


@login_required
@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """Show root records with who has confirmed them, and the nodes that they certify."""
    return _page(request)


def _page(request: HttpRequest, refused: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    moment = doors.now()
    if not may(request, TAKE, moment):
        require(request, CONFIRM, moment)
    roots = queries.roots()
    waiting = [root for root in roots if root.confirmed_at is None]
    shown = {
        "waiting": [(root, DigitsForm(auto_id=f"{root.digest[:8]}_%s")) for root in waiting],
        "confirmed": [root for root in roots if root.confirmed_at is not None],
        "nodes": queries.nodes(),
        "verbs": verbs(request, moment),
        "trust_form": TrustForm(auto_id="trust_%s"),
        "at": moment,
        **(refused or {}),
    }
    return render(request, "exchange/trust.html", shown, status=status)


@login_required
@require_POST
def take_trust(request: HttpRequest) -> HttpResponse:
    """Take in a root record, descriptor, stop or settle from a file."""
    form = TrustForm(request.POST, request.FILES, auto_id="trust_%s")
    if not form.is_valid():
        return _page(request, {"trust_form": form, "refused_form": form}, status=422)
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: commands.take_trust(actor, form.cleaned_data["file"], at=moment))
    if refusal is not None:
        return _page(request, {"refusal": refusal}, status=doors.status_of(refusal))
    doors.say_done(request, str(_("The file is taken in.")))
    return redirect("exchange:trust")


@login_required
@require_POST
def confirm_root(request: HttpRequest, digest: str) -> HttpResponse:
    """Confirm a root record by the digits that were read aloud."""
    form = DigitsForm(request.POST, auto_id=f"{digest[:8]}_%s")
    if not form.is_valid():
        return _page(request, {"refused_form": form}, status=422)
    actor, moment = reader(request), doors.now()
    refusal = tried(lambda: commands.confirm_root(actor, digest, digits=form.cleaned_data["digits"], at=moment))
    if refusal is not None:
        return _page(request, {"refusal": refusal}, status=doors.status_of(refusal))
    doors.say_done(request, str(_("Your confirmation is recorded.")))
    return redirect("exchange:trust")
