"""The exchange among the measures of the node; the age of what waits, by partner and class, is the main alarm."""

from collections.abc import Iterator
from datetime import datetime

from mabar.base import health
from mabar.exchange.inbox import HERE
from mabar.exchange.models import Outgoing
from mabar.exchange.queries.lines import CLOCK_MARKED_MS, CLOCK_SHOWN_MS, ClassRow, LineRow, lines

# class: alert and stop for the age of the oldest message that the partner has not stored, in seconds
BACKLOG_S = {0: (10, 60), 1: (60, 900), 2: (900, 14_400), 3: (86_400, 604_800)}
CLASS_WORDS = {0: "flash", 1: "operational", 2: "business", 3: "bulk"}


def unopened_measures(at: datetime) -> Iterator[health.Measure]:
    """Measure the messages to "here" that have not taken effect yet."""
    waiting = Outgoing.objects.filter(address=HERE, done_at=None)
    oldest = waiting.order_by("left_at").values_list("left_at", flat=True).first()
    age_s = (at - oldest).total_seconds() if oldest else 0.0
    yield health.above("messages_unopened", waiting.count(), "count", alert=100, stop=10_000)
    yield health.above("messages_waiting", max(age_s, 0.0), "seconds", alert=60, stop=3_600)


def exchange_measures(at: datetime) -> Iterator[health.Measure]:
    """Measure each line: age of the backlog and missing receipts by class, clocks, closed streams, descriptors."""
    for line in lines(at):
        for row in line.classes:
            yield from _of_class(line, row, at)
        yield from _of_line(line, at)


def _of_class(line: LineRow, row: ClassRow, at: datetime) -> Iterator[health.Measure]:
    labels = (("partner", line.code), ("class", CLASS_WORDS[row.urgency]))
    alert, stop = BACKLOG_S[row.urgency]
    age_s = max((at - row.oldest_at).total_seconds(), 0.0) if row.oldest_at else 0.0
    measures = (
        health.above("exchange_backlog_age", age_s, "seconds", alert=alert, stop=stop),
        health.above("exchange_backlog", row.waiting + row.on_way, "count", alert=10_000, stop=1_000_000),
        health.above("exchange_receipts_missing", row.missing_r1 + row.missing_r2, "count", alert=0, stop=10_000),
    )
    yield from (health.labelled(each, labels) for each in measures)


def _of_line(line: LineRow, at: datetime) -> Iterator[health.Measure]:
    closed = sum(head.closed_at is not None for head in line.heads)
    offset_s = None if line.offset_ms is None else abs(line.offset_ms) / 1000
    left_s = None if line.valid_to is None else (line.valid_to - at).total_seconds()
    measures = (
        health.Measure("exchange_line_carries", float(not line.is_down), "fact", _fit(not line.is_down)),
        health.above(
            "exchange_clock_offset", offset_s, "seconds", alert=CLOCK_SHOWN_MS / 1000, stop=CLOCK_MARKED_MS / 1000
        ),
        health.above("exchange_streams_closed", closed, "count", alert=0, stop=0),
        health.below("exchange_descriptor_left", left_s, "seconds", alert=30 * 86_400, stop=0),
    )
    yield from (health.labelled(each, (("partner", line.code),)) for each in measures)


def _fit(is_well: bool) -> str:
    return health.FIT if is_well else health.ALERT
