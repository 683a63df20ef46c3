"""A proof as a certificate: a page to print at once, and a PDF that the worker makes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from mabar.base import doors, files, paper_making
from mabar.base import rules as ground
from mabar.base.reach import language, reader
from mabar.origin import papers, queries, tasks

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
    moment = doors.now()
    ends = queries.readable_proof(reader(request), key, moment)
    return HttpResponse(papers.html_of(ends.row, language=second_language(request), at=moment))


@login_required
@require_POST
def make_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the worker for the PDF; where this machine makes none, the page to print stands in for it."""
    queries.readable_proof(reader(request), key, doors.now())
    if not paper_making.can_make_pdf():
        return redirect("origin:paper", key=key)
    asked = tasks.print_proof.enqueue(reader(request).key, key, second_language(request))
    return redirect("origin:pdf", key=key, number=asked.id)


@login_required
@require_safe
def pdf(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show how far the worker is; once it is done, the way to the file."""
    row = queries.readable_proof(reader(request), key, doors.now()).row
    result = _result(request, key, number)
    shown = {
        "row": row,
        "number": number,
        "is_done": result.status == DONE,
        "is_failed": result.status == FAILED,
        "title": _("The paper is being made"),
    }
    return render(request, "origin/pdf.html", shown)


@login_required
@require_safe
def pdf_file(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Hand out the file that the worker made."""
    queries.readable_proof(reader(request), key, doors.now())
    result = _result(request, key, number)
    if result.status != DONE:
        raise ground.NoSuchRecord(key=number)
    content = files.read(str(result.return_value))
    ending, media_type = ENDINGS.get(content[:4], ("html", "text/html"))
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="certificate-{key}.{ending}"'
    return answer


def _result(request: HttpRequest, key: str, number: str) -> Any:
    """Give what became of a paper that this reader asked for.  Raises: NoSuchRecord: it is another's, or none."""
    try:
        result = tasks.print_proof.get_result(number)
    except (TaskResultDoesNotExist, ValueError):
        raise ground.NoSuchRecord(key=number) from None
    if list(result.args[:2]) != [reader(request).key, key]:
        raise ground.NoSuchRecord(key=number)
    return result
