"""What opens a page of origin, and what the pages share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mabar.base import doors
from mabar.lib.refusals import Refusal

READ, READ_OWN, APPLY, VERIFY, PRESENT = (
    "origin.read", "origin.read_own", "origin.apply", "origin.verify", "origin.present",
)  # fmt: skip


def shown(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    refusal: Refusal | None = None,
    faulty: bool = False,
) -> HttpResponse:
    """Show a page with its refusal, under the status of that; a form with faults is the reader's to mend."""
    status = doors.status_of(refusal) if refusal else 422 if faulty else 200
    return render(request, template, {**context, "refusal": refusal}, status=status)
