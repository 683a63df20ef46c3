"""What oversight reads: who asked what, under which article, answered when.  Codes of posts and instants; no texts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from mabar.assistance import rules
from mabar.assistance.models import AssistanceRequest, DeclarationQuery
from mabar.assistance.queries.rows import query_row, request_row

MOST = 500
STILL_OPEN = (*rules.OPEN, "asked")


@dataclass(frozen=True)
class LogRow:
    """A request or a query as the log shows it."""

    key: str
    is_query: bool
    is_outward: bool
    partner: str
    what: str
    number: str
    article: str
    by: str
    at: datetime
    due_at: datetime | None
    state: str
    ended_at: datetime | None
    answered_by: str
    is_late: bool


@dataclass(frozen=True)
class Count:
    """How many of one sort and one direction there were, and the median time to the answer."""

    is_query: bool
    is_outward: bool
    what: str
    made: int
    answered: int
    refused: int
    still_open: int
    late: int
    without_due_date: int
    median_hours: float | None


@dataclass(frozen=True)
class Log:
    """Counts and log of a span of days; `left_out` rows are older than the log holds."""

    counts: tuple[Count, ...]
    rows: tuple[LogRow, ...]
    left_out: int


def log(place: str, *, since: datetime) -> Log:
    """Give the counts and the log of a place since an instant."""
    requests = AssistanceRequest.objects.filter(place=place, made_at__gte=since).exclude(state="draft")
    queries = DeclarationQuery.objects.filter(place=place, asked_at__gte=since).defer("record")
    found = [*map(_of_request, requests.order_by("-made_at")), *map(_of_query, queries.order_by("-asked_at"))]
    rows = sorted(found, key=lambda row: row.at, reverse=True)
    by_sort: dict[tuple[bool, bool, str], list[LogRow]] = defaultdict(list)
    for row in rows:
        by_sort[row.is_query, row.is_outward, row.what].append(row)
    counts = tuple(_count(sort, by_sort[sort]) for sort in sorted(by_sort))
    return Log(counts, tuple(rows[:MOST]), max(len(rows) - MOST, 0))


def _of_request(request: AssistanceRequest) -> LogRow:
    row = request_row(request)
    return LogRow(
        key=row.key,
        is_query=False,
        is_outward=row.is_outward,
        partner=row.partner,
        what=row.kind,
        number=row.number,
        article=row.article,
        by=row.from_official,
        at=row.sent_at or row.made_at,
        due_at=row.due_at,
        state=row.state,
        ended_at=row.ended_at,
        answered_by=row.answered_by,
        is_late=row.overdue_at is not None,
    )


def _of_query(query: DeclarationQuery) -> LogRow:
    row = query_row(query)
    return LogRow(
        key=row.key,
        is_query=True,
        is_outward=row.is_outward,
        partner=row.partner,
        what=row.purpose,
        number=row.number,
        article=row.article,
        by=row.asked_by,
        at=row.asked_at,
        due_at=row.due_at,
        state=row.state,
        ended_at=row.answered_at,
        answered_by=row.answered_by,
        is_late=row.state == "lapsed",
    )


def _count(sort: tuple[bool, bool, str], listed: Sequence[LogRow]) -> Count:
    spans = [_hours(row.ended_at - row.at) for row in listed if row.state == "answered" and row.ended_at]
    is_query, is_outward, what = sort
    return Count(
        is_query=is_query,
        is_outward=is_outward,
        what=what,
        made=len(listed),
        answered=len(spans),
        refused=sum(row.state == "refused" for row in listed),
        still_open=sum(row.state in STILL_OPEN for row in listed),
        late=sum(row.is_late for row in listed),
        without_due_date=sum(row.due_at is None and row.state in STILL_OPEN for row in listed),
        median_hours=median(spans) if spans else None,
    )


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
