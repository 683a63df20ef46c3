"""The list of the next morning: vehicles whose stay lasted too long, as a page, a file and a paper; no names."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import clocks, doors
from mabar.base import queries as ground
from mabar.base.reach import language, places_for
from mabar.lib import words
from mabar.vehicles import queries
from mabar.vehicles.pages.reach import READ

COLUMNS = ("place", "plate", "country", "chassis", "kind", "state", "last_day", "days_over", "pass_number")
HEADS = {
    "place": ("crossings", "thing.crossing"),
    "state": ("vehicles", "thing.pass"),
    **{name: ("vehicles", f"thing.{name}") for name in COLUMNS if name not in ("place", "state")},
}
FORMULA = "=+-@\t\r"  # a spreadsheet would reckon a cell that begins so


@login_required
@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """Show the vehicles that are overdue, and those that left too late and are not regularised."""
    return render(request, "vehicles/overdue.html", _listed(request))


@login_required
@require_safe
def overdue_paper(request: HttpRequest) -> HttpResponse:
    """Show the list as a browser prints it."""
    head = next(iter(ground.newest_heads(1)), None)
    return render(request, "vehicles/overdue_paper.html", {**_listed(request), "head": head})


@login_required
@require_safe
def overdue_csv(request: HttpRequest) -> HttpResponse:
    """Hand the list out as a file that a spreadsheet opens."""
    listed = _listed(request)
    content = StringIO()
    writer = csv.writer(content)
    writer.writerow(words.word(*HEADS[name], language()) for name in COLUMNS)
    writer.writerows(map(_safe, _cells(listed["rows"], listed["places"])))
    answer = HttpResponse(content.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    day = clocks.day_of(listed["at"], listed["place"].clock) if listed["place"] else listed["at"].date()
    answer["Content-Disposition"] = f'attachment; filename="overdue-{day.isoformat()}.csv"'
    return answer


def _listed(request: HttpRequest) -> dict[str, Any]:
    moment: datetime = doors.now()
    places_for(request, READ, moment)
    known, asked = queries.places(), request.GET.get("place", "")
    rows = queries.overdue(moment, place=asked if asked in known else "")
    return {
        "rows": rows,
        "here": [row for row in rows if row.state == "overdue"],
        "gone": [row for row in rows if row.state != "overdue"],
        "places": known,
        "asked": asked if asked in known else "",
        "place": known.get(asked),
        "at": moment,
    }


def _cells(rows: Iterable[queries.OverdueRow], known: dict[str, Any]) -> Iterable[list[str]]:
    for row in rows:
        place = known[row.place].name_in(language()) if row.place in known else row.place
        said = [words.word("vehicles", f"{kind}.{code}", language()) for kind, code in _coded(row)]
        told = [place, row.plate, row.plate_country, row.chassis, *said]
        yield [*told, row.last_on.isoformat(), str(row.days_over), row.key]


def _coded(row: queries.OverdueRow) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("kind", row.kind), ("state.pass", row.state)


def _safe(cells: list[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(tuple(FORMULA)) else cell for cell in cells]
