"""The pass as a paper: a page to print at once, and a PDF that the worker makes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, paper_making, printing
from mabar.base import rules as ground
from mabar.base.reach import reader
from mabar.vehicles import papers, queries, tasks


@login_required
@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """Show the paper as a browser prints it."""
    moment = doors.now()
    ends = queries.readable_pass(reader(request), key, moment)
    return HttpResponse(papers.html_of(ends, language=printing.second_language(request), at=moment))


@login_required
@require_POST
def make_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    queries.readable_pass(reader(request), key, doors.now())
    if not paper_making.can_make_pdf():
        return redirect("vehicles:paper", key=key)
    asked = tasks.print_pass.enqueue(reader(request).key, key, printing.second_language(request))
    return redirect("vehicles:pdf", key=key, number=asked.id)


@login_required
@require_safe
def pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    row = queries.readable_pass(reader(request), key, doors.now()).row
    result = printing.result_of(tasks.print_pass, request, key, number)
    shown = {
        "row": row,
        **printing.progress(result, number),
        "title": _("The paper is being made"),
    }
    return render(request, "vehicles/pdf.html", shown)


@login_required
@require_safe
def pdf_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made; none once its holder is erased."""
    row = queries.readable_pass(reader(request), key, doors.now()).row
    result = printing.result_of(tasks.print_pass, request, key, number)
    if row.holder_erased_at is not None:
        raise ground.NoSuchRecord(key=number)
    return printing.file_of(result, number, name=f"pass-{key}")
