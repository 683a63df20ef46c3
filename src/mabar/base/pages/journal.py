"""The door to the journal, for oversight.

Reading is not journalled: a GET writes nothing.  Who may read is journalled, with every mandate granted and ended.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mabar.base import doors, queries
from mabar.base.forms import JournalForm
from mabar.base.reach import places_for


@login_required
@require_GET
def journal_page(request: HttpRequest) -> HttpResponse:
    """Show sealed lines, newest first, each checked again as it is read."""
    codes = places_for(request, "base.read_journal", doors.now())
    form = JournalForm(request.GET or None, places=queries.places_named(codes))
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    place = asked.get("place")
    lines = queries.journal_lines(
        [place.code] if place else [*codes, queries.NO_PLACE],
        verb=asked.get("verb", ""),
        subject=asked.get("subject", ""),
        actor=asked.get("actor", ""),
        before=asked.get("before"),
    )
    shown = {"form": form, "lines": lines, "heads": queries.newest_heads(), "older": _older(request, lines)}
    return render(request, "base/journal.html", shown)


def _older(request: HttpRequest, lines: list[queries.ReadLine]) -> str:
    """Give the query string of the next lines; empty where there are none."""
    if len(lines) < queries.PAGE_LINES:
        return ""
    kept = request.GET.copy()
    kept["before"] = str(lines[-1].position)
    return f"?{kept.urlencode()}"
