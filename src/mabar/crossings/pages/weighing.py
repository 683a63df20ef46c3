"""Weighings: a file of the weighbridge, and those that fitted no truck."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base.reach import reader
from mabar.crossings import commands, queries
from mabar.crossings import weighings as files
from mabar.crossings.pages import kept_records


def _beside(place: str) -> dict[str, Any]:
    return {"trucks": queries.awaiting_weight(place)}


DESK = kept_records.Desk(
    verb="crossings.note_weight",
    address="crossings:weighings",
    template="crossings/weighings.html",
    waiting=queries.weighings_waiting,
    beside=_beside,
    take_file=files.take_file,
    settled=_("The weighing is settled."),
)


@login_required
@require_safe
def weighings(request: HttpRequest) -> HttpResponse:
    """Show the weighings of a place that wait for an officer, and take a file."""
    return kept_records.show(request, DESK)


@login_required
@require_POST
def send_weighings(request: HttpRequest) -> HttpResponse:
    """Take a file of weighings, and show what became of each."""
    return kept_records.send(request, DESK)


@login_required
@require_POST
def settle_weighing(request: HttpRequest, number: int) -> HttpResponse:
    """Record a kept weighing on the truck that was chosen."""
    passage = request.POST.get("passage", "")
    return kept_records.settle(
        request, DESK, lambda at: commands.settle_weighing(reader(request), number, passage=passage, at=at)
    )


@login_required
@require_POST
def set_weighing_aside(request: HttpRequest, number: int) -> HttpResponse:
    """Lay a kept weighing aside, with a reason."""
    reason = request.POST.get("reason", "")[:200]
    return kept_records.settle(
        request, DESK, lambda at: commands.set_weighing_aside(reader(request), number, reason=reason, at=at)
    )
