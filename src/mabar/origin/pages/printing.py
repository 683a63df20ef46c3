"""A proof as a certificate: a page to print at once, and a PDF that the worker makes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, paper_making, printing
from mabar.base.reach import reader
from mabar.origin import papers, queries, tasks


@login_required
@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """Show the paper as a browser prints it."""
    moment = doors.now()
    ends = queries.readable_proof(reader(request), key, moment)
    return HttpResponse(papers.html_of(ends.row, language=printing.second_language(request), at=moment))


@login_required
@require_POST
def make_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    queries.readable_proof(reader(request), key, doors.now())
    if not paper_making.can_make_pdf():
        return redirect("origin:paper", key=key)
    asked = tasks.print_proof.enqueue(reader(request).key, key, printing.second_language(request))
    return redirect("origin:pdf", key=key, number=asked.id)


@login_required
@require_safe
def pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    row = queries.readable_proof(reader(request), key, doors.now()).row
    result = printing.result_of(tasks.print_proof, request, key, number)
    shown = {
        "row": row,
        **printing.progress(result, number),
        "title": _("The paper is being made"),
    }
    return render(request, "origin/pdf.html", shown)


@login_required
@require_safe
def pdf_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made."""
    queries.readable_proof(reader(request), key, doors.now())
    result = printing.result_of(tasks.print_proof, request, key, number)
    return printing.file_of(result, number, name=f"certificate-{key}")
