"""Scans: a file of the scanner, and those that fitted no truck."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base.reach import reader
from mabar.crossings import commands, queries
from mabar.crossings import scans as files
from mabar.crossings.pages import kept_records


def _beside(place: str) -> dict[str, Any]:
    return {}


DESK = kept_records.Desk(
    verb="crossings.note_scan",
    address="crossings:scans",
    template="crossings/scans.html",
    waiting=queries.scans_waiting,
    beside=_beside,
    take_file=files.take_file,
    settled=_("The scan is settled."),
)


@login_required
@require_safe
def scans(request: HttpRequest) -> HttpResponse:
    """Show the scans of a place that wait for an officer, and take a file."""
    return kept_records.show(request, DESK)


@login_required
@require_POST
def send_scans(request: HttpRequest) -> HttpResponse:
    """Take a file of scans, and show what became of each."""
    return kept_records.send(request, DESK)


@login_required
@require_POST
def settle_scan(request: HttpRequest, number: int) -> HttpResponse:
    """Give a kept scan to the truck that was chosen."""
    passage = request.POST.get("passage", "")
    return kept_records.settle(
        request, DESK, lambda at: commands.settle_scan(reader(request), number, passage=passage, at=at)
    )


@login_required
@require_POST
def set_scan_aside(request: HttpRequest, number: int) -> HttpResponse:
    """Lay a kept scan aside, with a reason."""
    reason = request.POST.get("reason", "")[:200]
    return kept_records.settle(
        request, DESK, lambda at: commands.set_scan_aside(reader(request), number, reason=reason, at=at)
    )
