"""The joint protocol as a paper: a page to print at once, and a PDF that the worker makes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, paper_making, printing
from mabar.base.reach import reader
from mabar.crossings import papers, queries, tasks
from mabar.crossings.pages.transshipments import readable


@login_required
@require_safe
def protocol(request: HttpRequest, key: str) -> HttpResponse:
    """Show the protocol as a browser prints it."""
    moment = doors.now()
    sheet = readable(request, key, moment)
    return HttpResponse(papers.html_of(sheet, language=printing.second_language(request), at=moment))


@login_required
@require_POST
def make_protocol_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    readable(request, key, doors.now())
    if not paper_making.can_make_pdf():
        return redirect("crossings:protocol", key=key)
    asked = tasks.print_protocol.enqueue(reader(request).key, key, printing.second_language(request))
    return redirect("crossings:protocol_pdf", key=key, number=asked.id)


@login_required
@require_safe
def protocol_pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    sheet = readable(request, key, doors.now())
    result = printing.result_of(tasks.print_protocol, request, key, number)
    shown = {
        "place": queries.crossing_place(sheet.row.place),
        "row": sheet.row,
        **printing.progress(result, number),
        "title": _("The protocol is being made"),
    }
    return render(request, "crossings/protocol_pdf.html", shown)


@login_required
@require_safe
def protocol_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made."""
    sheet = readable(request, key, doors.now())
    result = printing.result_of(tasks.print_protocol, request, key, number)
    return printing.file_of(result, number, name=sheet.row.key)
