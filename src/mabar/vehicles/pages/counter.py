"""The counter: one field, scanned or typed, and what is to be done with the vehicle; and a house's own passes."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates
from mabar.base.reach import place_for, reader, verbs_at
from mabar.lib.identifiers import BidiControl, plate_key
from mabar.vehicles import queries, rules
from mabar.vehicles.forms import ScanForm
from mabar.vehicles.pages.reach import PREFILL, READ, READ_OWN
from mabar.vehicles.pages.stay import sheet_of


@login_required
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Find the pass of the vehicle before the counter, and offer what is to be done."""
    moment = doors.now()
    code = place_for(request, READ, moment)
    form = ScanForm(request.GET or None)
    scan, found = rules.Scan(), []
    if form.is_bound and form.is_valid():
        try:
            scan = rules.read_scan(form.cleaned_data["scan"])
            found = queries.found(scan)
        except BidiControl as refusal:
            form.add_error("scan", doors.refusal_as_text(refusal))
    shown = _shown(request, code, scan, found, moment)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "vehicles/counter.html", {**shown, "form": form}, status=status)


def _shown(
    request: HttpRequest, code: str, scan: rules.Scan, found: list[queries.PassRow], at: datetime
) -> dict[str, Any]:
    actor, known = reader(request), queries.places()
    live = [row for row in found if row.is_live]
    sheet = sheet_of(actor, queries.vehicle_pass(live[0].key), at, seen=_seen(scan, live[0])) if len(live) == 1 else {}
    here = known.get(code)
    return {
        **sheet,
        "counted_at": here,
        "counts": queries.day_counts(here, at) if here else None,
        "is_asked": not scan.is_nothing,
        "typed": scan.reference,
        "others": [row for row in found if not sheet or row.key != sheet["row"].key],
        "has_live": bool(live),
        "verbs": verbs_at(actor, code, at),
    }


def _seen(scan: rules.Scan, row: queries.PassRow) -> str:
    """Give the plate as it was read on the vehicle; the code of the paper says nothing of the vehicle itself."""
    return scan.reference if scan.plate_key == plate_key(row.plate) else ""


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the passes that the reader's house prefilled."""
    moment, actor = doors.now(), reader(request)
    mandates.require(actor, READ_OWN, at=moment)
    page = queries.passes_of_firm(actor.firm_id or "–", after=request.GET.get("after") or None)
    shown = {"page": page, "places": queries.places(), "may_prefill": mandates.may(actor, PREFILL, at=moment)}
    return render(request, "vehicles/mine.html", shown)
