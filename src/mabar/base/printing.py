"""What the doors of papers share: the second language, what became of a paper that was asked for, the file itself."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks.exceptions import TaskResultDoesNotExist

from mabar.base import files, paper_making
from mabar.base.reach import language, reader
from mabar.base.rules import NoSuchRecord

DONE, FAILED = TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED


def second_language(request: HttpRequest) -> str:
    """Choose the language beside the Arabic: the one asked for, else the reader's own, else French."""
    for asked in (request.GET.get("with"), request.POST.get("with"), language()):
        if asked in paper_making.SECOND_LANGUAGES:
            return str(asked)
    return paper_making.SECOND_LANGUAGES[0]


def result_of(task: Task[Any, Any], request: HttpRequest, key: str, number: str) -> Any:
    """Give what became of a paper of the record `key` that this reader asked for.

    Args:
        task: called with the reader's key and the record's before all else.
    Raises:
        NoSuchRecord: it is another's, or none.
    """
    try:
        result = task.get_result(number)
    except (TaskResultDoesNotExist, ValueError):
        raise NoSuchRecord(key=number) from None
    if list(result.args[:2]) != [reader(request).key, key]:
        raise NoSuchRecord(key=number)
    return result


def progress(result: Any, number: str) -> dict[str, Any]:
    """Give what a page says of how far the worker is."""
    return {"number": number, "is_done": result.status == DONE, "is_failed": result.status == FAILED}


def file_of(result: Any, number: str, *, name: str) -> HttpResponse:
    """Hand out the file that the worker made, under `name` and its own ending.

    Raises:
        NoSuchRecord: it is not made yet.
    """
    if result.status != DONE:
        raise NoSuchRecord(key=number)
    content = files.read(str(result.return_value))
    is_pdf = content.startswith(b"%PDF")
    return download(content, f"{name}.{'pdf' if is_pdf else 'html'}", "application/pdf" if is_pdf else "text/html")


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Hand a file out under its name; the browser keeps it and never shows it as a page of ours."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
