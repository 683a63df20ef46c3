"""The labels of the packages: which are wanted, the sheets to print at once, and a PDF that the worker makes."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mabar.base import doors, paper_making, printing
from mabar.declarations import labels as made
from mabar.declarations import queries, rules
from mabar.declarations.forms.labels import LabelsForm
from mabar.declarations.pages.printing import made_by_worker
from mabar.declarations.pages.reading import Reading, Refused
from mabar.lib.refusals import Refusal


@login_required
@require_safe
def labels(request: HttpRequest, key: str) -> HttpResponse:
    """Ask which packages are to be labelled."""
    reading = Reading(request)
    detail = queries.detail(reading.scope, key)
    return _page(reading, detail, LabelsForm(detail=detail))


@login_required
@require_POST
def make(request: HttpRequest, key: str) -> HttpResponse:
    """Show the sheets to print, or ask the worker for them as PDF."""
    reading = Reading(request)
    detail = queries.detail(reading.scope, key)
    form = LabelsForm(request.POST, detail=detail)
    if not form.is_valid():
        return _page(reading, detail, form, status=422)
    chosen = _chosen(form)
    try:
        made.sheet_of(reading.scope, key, **chosen)
    except Refusal as refusal:
        return _page(reading, detail, form, refusal, status=doors.status_of(refusal))
    if "pdf" in request.POST and paper_making.can_make_pdf():
        return made_by_worker(reading, key, made.KIND, chosen)
    return redirect(f"{reverse('declarations:label_sheet', args=[key])}?{urlencode(chosen)}")


def _chosen(form: LabelsForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}


@login_required
@require_safe
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """Show the sheets as a browser prints them."""
    reading = Reading(request)
    detail = queries.detail(reading.scope, key)
    form = LabelsForm(request.GET, detail=detail)
    if not form.is_valid():
        return _page(reading, detail, form, status=422)
    asked = made.sheet_of(reading.scope, key, **_chosen(form))
    return HttpResponse(made.html_of(asked, language=printing.second_language(request), at=reading.at))


def _page(
    reading: Reading, detail: queries.Detail, form: LabelsForm, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    shown = {
        "screen": reading.screen,
        "place": reading.stand_in(detail.row.place),
        "row": detail.row,
        "form": form,
        "refused": Refused("labels", form, refusal),
        "can_make_pdf": paper_making.can_make_pdf(),
        "most": rules.MOST_LABELS,
        "a_sheet": rules.LABELS_A_SHEET,
    }
    return render(reading.request, "declarations/labels.html", shown, status=status)
