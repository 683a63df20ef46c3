"""The permit of a diverted truck: a page to print at once, and a PDF that the worker makes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from mabar.base import doors, files, mandates
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.base.paper_making import SECOND_LANGUAGES, can_make_pdf
from mabar.base.reach import reader
from mabar.crossings import permits, queries, tasks
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import diverting

DONE, FAILED = TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED


@login_required
@require_safe
def permit(request: HttpRequest, key: str) -> HttpResponse:
    """Show the permit as a browser prints it."""
    _readable(request, key)
    return HttpResponse(permits.html_of(key, language=_second(request), at=doors.now()))


def _readable(request: HttpRequest, key: str) -> diverting.Offer:
    """Give the kept offer to the house that announced the truck, and to who reads the board of either crossing.

    Raises:
        NotMandated, NoSuchRecord.
    """
    actor, moment = reader(request), doors.now()
    ends, offer = permits.permit_of(key)
    if actor.kind == Actor.DECLARANT:
        if not queries.speaks_for(actor, key, firm=ends.row.firm):
            raise ground.NoSuchRecord(key=key)
    elif not mandates.may(actor, READ, place=offer.place, at=moment):
        mandates.require(actor, READ, place=offer.target, at=moment)
    return offer


def _second(request: HttpRequest) -> str:
    """Choose the language beside the Arabic: the one asked for, else the reader's own, else French."""
    for asked in (request.GET.get("with"), request.POST.get("with"), (get_language() or "")[:2]):
        if asked in SECOND_LANGUAGES:
            return str(asked)
    return SECOND_LANGUAGES[0]


@login_required
@require_POST
def make_permit(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    _readable(request, key)
    if not can_make_pdf():
        return redirect("crossings:permit", key=key)
    asked = tasks.print_permit.enqueue(reader(request).key, key, _second(request))
    return redirect("crossings:permit_pdf", key=key, number=asked.id)


@login_required
@require_safe
def permit_pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    offer = _readable(request, key)
    status = _result(request, key, number).status
    shown = {
        "place": queries.crossing_place(offer.target),
        "offer": offer,
        "key": key,
        "number": number,
        "is_done": status == DONE,
        "is_failed": status == FAILED,
    }
    return render(request, "crossings/permit_pdf.html", shown)


@login_required
@require_safe
def permit_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made."""
    _readable(request, key)
    result = _result(request, key, number)
    if result.status != DONE:
        raise ground.NoSuchRecord(key=number)
    content = files.read(str(result.return_value))
    is_pdf = content.startswith(b"%PDF")
    answer = HttpResponse(content, content_type="application/pdf" if is_pdf else "text/html")
    answer["Content-Disposition"] = f'attachment; filename="{key}.{"pdf" if is_pdf else "html"}"'
    return answer


def _result(request: HttpRequest, key: str, number: str) -> Any:
    """Give what became of a paper that this reader asked for.  Raises: NoSuchRecord: it is another's, or none."""
    try:
        result = tasks.print_permit.get_result(number)
    except (TaskResultDoesNotExist, ValueError):
        raise ground.NoSuchRecord(key=number) from None
    if list(result.args[:2]) != [reader(request).key, key]:
        raise ground.NoSuchRecord(key=number)
    return result
