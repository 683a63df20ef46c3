"""The papers of a declaration: pages to print at once, and PDFs that the worker makes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from mabar.base import files, paper_making
from mabar.base import rules as ground
from mabar.base.reach import language
from mabar.declarations import labels, papers, printed, queries, release_orders, tasks
from mabar.declarations.pages.reading import Reading
from mabar.declarations.pages.source import download

DONE, FAILED = TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED
ENDINGS = {b"%PDF": ("pdf", "application/pdf")}


def second_language(request: HttpRequest) -> str:
    """Choose the language beside the Arabic: the one asked for, else the reader's own, else French."""
    for asked in (request.GET.get("with"), request.POST.get("with"), language()):
        if asked in paper_making.SECOND_LANGUAGES:
            return str(asked)
    return paper_making.SECOND_LANGUAGES[0]


@login_required
@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """Show the paper as a browser prints it."""
    reading = Reading(request)
    sheet = queries.sheet(key, reading.scope_at, reader=reading.actor)
    trucks = papers.trucks_for(reading.scope, sheet.trucks)
    paper = papers.html_of(sheet.detail, language=second_language(request), at=reading.at, trucks=trucks)
    return HttpResponse(paper)


@login_required
@require_safe
def release_order(request: HttpRequest, key: str) -> HttpResponse:
    """Show the release order as a browser prints it."""
    reading = Reading(request)
    order = release_orders.order_of(reading.scope, key)
    return HttpResponse(release_orders.html_of(order, language=second_language(request), at=reading.at))


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
    asked = tasks.print_paper.enqueue(reading.actor.key, key, second_language(reading.request), kind, chosen)
    return redirect("declarations:pdf", key=key, number=asked.id)


@login_required
@require_safe
def pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    reading = Reading(request)
    row = queries.row(reading.scope, key)
    result = _result(reading, key, number)
    shown = {
        "screen": reading.screen,
        "place": reading.stand_in(row.place),
        "row": row,
        "number": number,
        "is_done": result.status == DONE,
        "is_failed": result.status == FAILED,
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
    result = _result(reading, key, number)
    if result.status != DONE:
        raise ground.NoSuchRecord(key=number)
    content = files.read(str(result.return_value))
    ending, media_type = ENDINGS.get(content[:4], ("html", "text/html"))
    kind = _kind_of(result)
    name = row.reference if kind == printed.DECLARATION else f"{row.reference}-{kind}"
    return download(content, f"{name}.{ending}", media_type)


def _kind_of(result: Any) -> str:
    return str(result.args[3]) if len(result.args) > 3 else printed.DECLARATION


def _page_of(result: Any, key: str) -> str:
    """Give the address of the page to print, which says what the file would."""
    pages = {release_orders.KIND: "declarations:release_order", labels.KIND: "declarations:labels"}
    return reverse(pages.get(_kind_of(result), "declarations:paper"), args=[key])


def _result(reading: Reading, key: str, number: str) -> Any:
    """Give what became of a paper that this reader asked for.  Raises: NoSuchRecord: it is another's, or none."""
    try:
        result = tasks.print_paper.get_result(number)
    except (TaskResultDoesNotExist, ValueError):
        raise ground.NoSuchRecord(key=number) from None
    if list(result.args[:2]) != [reading.actor.key, key]:
        raise ground.NoSuchRecord(key=number)
    return result
