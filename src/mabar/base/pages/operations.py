"""The door to the state of the node: a page for the duty engineer, figures for a monitor, one answer for a probe."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mabar.base import doors, health, mandates
from mabar.base.api_auth import StationKey
from mabar.base.pages import measures
from mabar.base.reach import places_for
from mabar.base.rules import KeyNotAccepted
from mabar.lib.refusals import Refusal

READ = "base.read_operations"
HERE = ("127.0.0.1", "::1")


@login_required
@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    """Show every measure with what it means."""
    moment = doors.now()
    places_for(request, READ, moment)
    rows = measures.rows(health.measures(moment))
    return render(request, "base/operations.html", {"rows": rows, "at": moment})


@require_GET
def health_probe(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the node can take acts, else 503; the answer names no secret and no figure."""
    told = health.is_alive(doors.now())
    return JsonResponse(told, status=200 if all(told.values()) else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Give every measure to a monitor on this machine, or to a station whose key opens the state of the node."""
    moment = doors.now()
    try:
        _check_reader(request)
    except Refusal as refusal:
        answer = JsonResponse(doors.refusal_as_json(refusal, "en"), status=doors.status_of(refusal))
        doors.add_headers(answer, refusal)
        return answer
    text = health.as_metrics(health.measures(moment))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _check_reader(request: HttpRequest) -> None:
    if request.META.get("REMOTE_ADDR") in HERE and "Authorization" not in request.headers:
        return
    actor = StationKey()(request)
    if actor is None:
        raise KeyNotAccepted()
    mandates.require(actor, READ, at=doors.now())
