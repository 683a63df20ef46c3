"""What has passed, for oversight: counts by day and kind, and the messages behind a count; never what they say."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mabar.base import doors
from mabar.base.reach import reader
from mabar.exchange import queries
from mabar.exchange.forms import PassedForm
from mabar.exchange.pages.reach import require

READ = "exchange.read_passed"
LONGEST_NUMBER = 18
SHOWN_FIRST = timedelta(days=6)


@login_required
@require_safe
def passed(request: HttpRequest) -> HttpResponse:
    """Show who sent which fields to whom, under which article and purpose, by day and kind."""
    moment = doors.now()
    require(request, READ, moment)
    today = moment.astimezone(_zone(request)).date()
    form = PassedForm(request.GET or None, initial={"first": today - SHOWN_FIRST, "last": today})
    is_asked = form.is_bound and form.is_valid()
    days = (form.cleaned_data["first"], form.cleaned_data["last"]) if is_asked else (today - SHOWN_FIRST, today)
    rows = [] if form.is_bound and not is_asked else queries.passed(days[0], days[1], _zone(request))
    shown = {"form": form, "rows": rows, "first": days[0], "last": days[1], "total": sum(row.count for row in rows)}
    return render(request, "exchange/passed.html", shown, status=422 if form.errors else 200)


def _zone(request: HttpRequest) -> ZoneInfo:
    place = reader(request).place
    return place.clock if place is not None else ZoneInfo("UTC")


@login_required
@require_safe
def passed_messages(request: HttpRequest) -> HttpResponse:
    """List the messages behind one count."""
    moment = doors.now()
    require(request, READ, moment)
    day, kind = _day(request.GET.get("day", "")), request.GET.get("kind", "")
    asked = {name: request.GET.get(name, "") for name in ("sender", "terms", "purpose")}
    page = queries.passed_list(day, kind, _zone(request), **asked, after=_number(request.GET.get("after", "")))
    shown = {"page": page, "day": day, "kind": kind, **asked, "older": _older(request, page)}
    return render(request, "exchange/passed_messages.html", shown)


def _older(request: HttpRequest, page: queries.PassedPage) -> str:
    if not page.after:
        return ""
    kept = request.GET.copy()
    kept["after"] = str(page.after)
    return f"?{kept.urlencode()}"


def _number(text: str) -> int:
    if text and (not text.isascii() or not text.isdecimal() or len(text) > LONGEST_NUMBER):
        raise Http404
    return int(text or 0)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
