"""The release times of a crossing: picture, tables and file for its officers, averages for everybody."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors, reach
from mabar.base.clocks import day_of
from mabar.base.reach import place_for, places_for
from mabar.crossings import queries
from mabar.crossings.forms_release_times import WORKING, ReleaseTimesForm
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import advance_share as arriving
from mabar.crossings.queries import release_times as asking
from mabar.crossings.rules import advance_share, release_times, stays
from mabar.crossings.rules.advance_share import Share
from mabar.crossings.rules.release_times import Row
from mabar.crossings.rules.stays import Stay
from mabar.crossings.rules.working_hours import ALL_HOURS
from mabar.lib import words
from mabar.lib.refusals import Refusal

WEEK, MONTH = 7, 30
CSV_HEAD = (
    *("place", "from", "to", "hours", "split", "group", "step", "step_name", "on", "nature", "owner"),
    *("n", "mean_s", "median_s", "p75_s", "p90_s", "max_s"),
)


@dataclass(frozen=True)
class Found:
    """What was asked and what was found: the whole, and every step in each group of the split."""

    place: Any
    asked: Mapping[str, Any]
    trucks: int
    rows: tuple[Row, ...]
    parts: tuple[Row, ...]
    ahead: tuple[Share, ...]

    @property
    def of_step(self) -> tuple[Row, ...]:
        """The groups of the step that is split; the agencies' split has one step alone."""
        step = stays.HELD if self.asked["split"] == release_times.AGENCY else self.asked["step"] or stays.WHOLE
        return tuple(row for row in self.parts if row.step == step)


@login_required
@require_safe
def release_times_page(request: HttpRequest) -> HttpResponse:
    """Show how long trucks took, step by step, and who had them."""
    moment = doors.now()
    place, form = _asked(request, moment)
    shown = {"place": place, "places": places_for(request, READ, moment), "form": form, "at": moment}
    shown["agencies"] = form.fields["agency"].choices  # type: ignore[attr-defined]
    shown["periods"] = _periods(day_of(moment, place.clock))
    try:
        if not form.is_valid():
            return render(request, "crossings/release_times.html", shown, status=422)
    except Refusal as refusal:
        shown["refusal"] = refusal
        return render(request, "crossings/release_times.html", shown, status=doors.status_of(refusal))
    found = _found(place, form.cleaned_data)
    parts = release_times.shares(found.rows)
    shown |= {"found": found, "shares": {part.step: part for part in parts}, "balance": release_times.balance(parts)}
    shown |= {"about": stays.natures(), "query": request.GET.urlencode()}
    return render(request, "crossings/release_times.html", shown)


@login_required
@require_safe
def release_times_file(request: HttpRequest) -> HttpResponse:
    """Give the same table as a file, with every step in every group of the split."""
    place, form = _asked(request, doors.now())
    if not form.is_valid():
        return render(request, "crossings/release_times.html", {"place": place, "form": form}, status=422)
    found = _found(place, form.cleaned_data)
    asked = found.asked
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"release-times-{place.code}-{asked['first']}-{asked['last']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # without it a spreadsheet reads Arabic as Latin letters
    writer = csv.writer(response)
    writer.writerow(CSV_HEAD)
    writer.writerows(_lines(found))
    return response


def _lines(found: Found) -> list[tuple[Any, ...]]:
    asked, about, language = found.asked, stays.natures(), reach.language()
    head = (found.place.code, asked["first"], asked["last"], asked["hours"] or "all")
    lines = []
    for split, rows in (("", found.rows), (asked["split"], found.parts)):
        for row in rows:
            told, name = about[row.step], words.word("crossings", f"step.{row.step}", language)
            of_step = (row.step, name, told["of"], told["nature"], told["owner"])
            lines.append((*head, split, row.group, *of_step, *row.figures.seconds))
    return lines


def _asked(request: HttpRequest, at: datetime) -> tuple[Any, ReleaseTimesForm]:
    place = queries.crossing_place(place_for(request, READ, at))
    today = day_of(at, place.clock)
    asked = request.GET.copy()
    asked.setdefault("first", (today - timedelta(days=WEEK - 1)).isoformat())
    asked.setdefault("last", today.isoformat())
    asked["place"] = place.code
    agencies = asking.agencies_at(place.code)
    return place, ReleaseTimesForm(asked, country=place.administration_id, agencies=agencies)


def _periods(today: date) -> Sequence[tuple[str, date, date]]:
    """Name the periods that one step away: today, a week and a month up to it."""
    begun = (("day", 1), ("week", WEEK), ("month", MONTH))
    return [(name, today - timedelta(days=days - 1), today) for name, days in begun]


def _found(place: Any, asked: Mapping[str, Any]) -> Found:
    wanted = release_times.Wanted(**{name: asked[name] for name in ("direction", "lane", "regime", "agency")})
    trucks = [stay for stay in _stays(place, asked["first"], asked["last"]) if wanted.takes(stay)]
    clock = ALL_HOURS
    if asked["hours"] == WORKING:
        clock = asking.calendar_of(asking.hours_stated(place.code, place.clock), place.clock, trucks)
    rows = release_times.tabulate(trucks, place.clock, clock=clock)
    split = asked["split"]
    parts = release_times.tabulate(trucks, place.clock, split=split, clock=clock) if split else ()
    return Found(place, asked, len(trucks), rows, parts, _ahead(place, asked))


def _ahead(place: Any, asked: Mapping[str, Any]) -> tuple[Share, ...]:
    """Reckon the share of advance data of the days asked for, of the trucks that arrived in them."""
    days = release_times.period(asked["first"], asked["last"], place.clock)
    return advance_share.shares(arriving.arrivals(place.code, *days, direction=asked["direction"]))


def _stays(place: Any, first: date, last: date) -> list[Stay]:
    return asking.stays(place.code, *release_times.period(first, last, place.clock))


@require_safe
def published(request: HttpRequest, place: str) -> HttpResponse:
    """Show everybody the average times of the last thirty whole days, and no figure of fewer than five trucks."""
    here = queries.crossing_place(place)
    yesterday = day_of(doors.now(), here.clock) - timedelta(days=1)
    first = yesterday - timedelta(days=MONTH - 1)
    counted, rows = _published(place, first, yesterday, doors.now().replace(minute=0, second=0, microsecond=0))
    shown = {"place": here, "first": first, "last": yesterday, "rows": rows, "least": release_times.LEAST_SHOWN}
    shown["counted"] = counted
    return render(request, "crossings/release_times_published.html", shown)


@lru_cache(maxsize=32)
def _published(code: str, first: date, last: date, hour: datetime) -> tuple[int, tuple[Row, ...]]:
    """Reckon what everybody may read, and of how many trucks, once an hour: its days are over."""
    place = queries.crossing_place(code)
    trucks = _stays(place, first, last)
    rows = release_times.publishable(release_times.tabulate(trucks, place.clock, split="direction"))
    return len(trucks), tuple(row for row in rows if row.step in (*stays.PARTS, stays.WHOLE))
