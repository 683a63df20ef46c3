"""Closed streams: the proof of what was said on each, and two officers who let it open again."""

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
from mabar.exchange.forms import ReasonForm
from mabar.exchange.pages.reach import may, require, tried, verbs

REOPEN, READ = "exchange.reopen_stream", "exchange.read_links"


@login_required
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """Show the closed streams, with their proofs and who has agreed to open them again."""
    return _page(request)


def _page(request: HttpRequest, refused: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    moment = doors.now()
    if not may(request, REOPEN, moment):
        require(request, READ, moment)
    streams = queries.closed_streams()
    shown = {
        "streams": [(stream, ReasonForm(auto_id=f"{_name(stream)}_%s")) for stream in streams],
        "verbs": verbs(request, moment),
        **(refused or {}),
    }
    return render(request, "exchange/closed.html", shown, status=status)


def _name(stream: queries.ClosedStream) -> str:
    return f"{stream.partner}_{stream.direction}_{stream.urgency}"


@login_required
@require_POST
def reopen(request: HttpRequest, code: str, direction: str, urgency: int) -> HttpResponse:
    """Agree that a closed stream opens again."""
    form = ReasonForm(request.POST, auto_id=f"{code}_{direction}_{urgency}_%s")
    if not form.is_valid():
        return _page(request, {"refused_form": form}, status=422)
    actor, moment, told = reader(request), doors.now(), form.cleaned_data
    done: list[bool] = []

    def act() -> None:
        done.append(commands.reopen_stream(actor, code, direction=direction, urgency=urgency, at=moment, **told)[1])

    refusal = tried(act)
    if refusal is not None:
        return _page(request, {"refusal": refusal}, status=doors.status_of(refusal))
    is_open = _("The stream is open again; what waited goes by itself.")
    doors.say_done(request, str(is_open if done[0] else _("Your agreement is recorded.")))
    return redirect("exchange:closed")
