"""The door to one's own account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mabar.base import doors, gates, queries
from mabar.base.reach import reader


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show who the reader is to this node, and what he may do."""
    actor = reader(request)
    shown = {
        "mandates": queries.mandates_of(actor, doors.now()),
        "has_factor": gates.has_factor(actor),
    }
    return render(request, "base/account.html", shown)
