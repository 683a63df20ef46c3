"""The papers of a declaration: pages to print at once, and PDFs that the worker makes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mabar.base import paper_making, printing
from mabar.declarations import labels, papers, printed, queries, release_orders, tasks
from mabar.declarations.pages.reading import Reading


@login_required
@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """Show the paper as a browser prints it."""
    reading = Reading(request)
    sheet = queries.sheet(key, reading.scope_at, reader=reading.actor)
    trucks = papers.trucks_for(reading.scope, sheet.trucks)
    paper = papers.html_of(sheet.detail, language=printing.second_language(request), at=reading.at, trucks=trucks)
    return HttpResponse(paper)


@login_required
@require_safe
def release_order(request: HttpRequest, key: str) -> HttpResponse:
    """Show the release order as a browser prints it."""
    reading = Reading(request)
    order = release_orders.order_of(reading.scope, key)
    return HttpResponse(release_orders.html_of(order, language=printing.second_language(request), at=reading.at))


@login_required
@require_POST
def make_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    reading = Reading(request)
    queries.row(reading.scope, key)
    if not paper_making.can_make_pdf():
        return redirect("declarations:paper", key=key)
    return made_by_worker(reading, key, printed.DECLARATION)


@login_required
@require_POST
def make_release_order(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the release order, as `make_pdf` does for the declaration."""
    reading = Reading(request)
    release_orders.order_of(reading.scope, key)
    if not paper_making.can_make_pdf():
        return redirect("declarations:release_order", key=key)
    return made_by_worker(reading, key, release_orders.KIND)


def made_by_worker(reading: Reading, key: str, kind: str, chosen: dict[str, Any] | None = None) -> HttpResponse:
    """Ask the worker for a paper that the reader has been seen to be allowed, and show how far it is."""
    asked = tasks.print_paper.enqueue(reading.actor.key, key, printing.second_language(reading.request), kind, chosen)
    return redirect("declarations:pdf", key=key, number=asked.id)


@login_required
@require_safe
def pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    result = printing.result_of(tasks.print_paper, request, key, number)
    shown = {
        "screen": reading.screen,
        "place": reading.stand_in(row.place),
        "row": row,
        **printing.progress(result, number),
        "again": _page_of(result, key),
        "title": _("The paper is being made"),
    }
    return render(request, "declarations/pdf.html", shown)


@login_required
@require_safe
def pdf_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    result = printing.result_of(tasks.print_paper, request, key, number)
    kind = _kind_of(result)
    name = row.reference if kind == printed.DECLARATION else f"{row.reference}-{kind}"
    return printing.file_of(result, number, name=name)


def _kind_of(result: Any) -> str:
    return str(result.args[3]) if len(result.args) > 3 else printed.DECLARATION


def _page_of(result: Any, key: str) -> str:
    """Give the address of the page to print, which says what the file would."""
    pages = {release_orders.KIND: "declarations:release_order", labels.KIND: "declarations:labels"}
    return reverse(pages.get(_kind_of(result), "declarations:paper"), args=[key])
