"""The permit of a diverted truck: a page to print at once, and a PDF that the worker makes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, mandates, printing
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.base.paper_making import can_make_pdf
from mabar.base.reach import reader
from mabar.crossings import permits, queries, tasks
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import diverting


@login_required
@require_safe
def permit(request: HttpRequest, key: str) -> HttpResponse:
    """Show the permit as a browser prints it."""
    _readable(request, key)
    return HttpResponse(permits.html_of(key, language=printing.second_language(request), at=doors.now()))


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


@login_required
@require_POST
def make_permit(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    _readable(request, key)
    if not can_make_pdf():
        return redirect("crossings:permit", key=key)
    asked = tasks.print_permit.enqueue(reader(request).key, key, printing.second_language(request))
    return redirect("crossings:permit_pdf", key=key, number=asked.id)


@login_required
@require_safe
def permit_pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    offer = _readable(request, key)
    result = printing.result_of(tasks.print_permit, request, key, number)
    shown = {
        "place": queries.crossing_place(offer.target),
        "offer": offer,
        "key": key,
        **printing.progress(result, number),
    }
    return render(request, "crossings/permit_pdf.html", shown)


@login_required
@require_safe
def permit_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made."""
    _readable(request, key)
    result = printing.result_of(tasks.print_permit, request, key, number)
    return printing.file_of(result, number, name=key)
