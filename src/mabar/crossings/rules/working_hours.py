"""Working hours of a crossing: which part of a length of time lies within them, on the clock of the place."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = (1, 2, 3, 4, 5, 6, 7)  # as ISO 8601 counts them, from Monday
DAY_MINUTES = 24 * 60
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingHours:
    """From which day on the crossing works on which days of the week, from when to when, in minutes of the day."""

    from_on: date
    weekdays: tuple[int, ...]
    opens_minute: int
    closes_minute: int

    def hold_on(self, day: date) -> bool:
        """Tell whether the crossing works on a day."""
        return day.isoweekday() in self.weekdays


@dataclass(frozen=True)
class Calendar:
    """When a crossing worked, as spans of seconds since 1970, with what was worked before each; none: at all hours."""

    opens_s: Sequence[int] = ()
    closes_s: Sequence[int] = ()
    before_s: Sequence[int] = field(default=())

    def worked_until(self, at_s: int) -> int:
        """Give the seconds worked up to an instant, counted from any fixed one."""
        if not self.opens_s:
            return at_s
        span = bisect_right(self.opens_s, at_s) - 1
        if span < 0:
            return 0
        return self.before_s[span] + min(at_s, self.closes_s[span]) - self.opens_s[span]

    def between(self, from_s: int, until_s: int) -> int:
        """Give the seconds worked between two instants; below zero, none."""
        return max(self.worked_until(until_s) - self.worked_until(from_s), 0)


ALL_HOURS = Calendar()


def calendar(statements: Iterable[WorkingHours], zone: ZoneInfo, *, first: date, last: date) -> Calendar:
    """Lay out the working hours of each day of a place from `first` to `last`.

    On each day the newest statement counts; before the first one the crossing worked at all hours.  A day on which the
    clocks are set is as long as it was.
    """
    known = sorted(statements, key=lambda each: each.from_on)
    if not known:
        return ALL_HOURS
    opens, closes, before, worked = [], [], [], 0
    for number in range((last - first).days + 1):
        day = first + number * DAY
        span = _span(known, day, zone)
        if span is not None:
            opens.append(span[0])
            closes.append(span[1])
            before.append(worked)
            worked += span[1] - span[0]
    return Calendar(tuple(opens), tuple(closes), tuple(before)) if opens else Calendar((0,), (0,), (0,))


def _span(known: Sequence[WorkingHours], day: date, zone: ZoneInfo) -> tuple[int, int] | None:
    stated = [each for each in known if each.from_on <= day]
    if not stated:
        return _instant_s(day, 0, zone), _instant_s(day, DAY_MINUTES, zone)
    hours = stated[-1]
    if not hours.hold_on(day):
        return None
    return _instant_s(day, hours.opens_minute, zone), _instant_s(day, hours.closes_minute, zone)


def _instant_s(day: date, minute: int, zone: ZoneInfo) -> int:
    days, rest = divmod(minute, DAY_MINUTES)
    local = datetime.combine(day + days * DAY, time(rest // 60, rest % 60), tzinfo=zone)
    return int(local.astimezone(UTC).timestamp())


def offsets(zone: ZoneInfo, *, first: date, last: date) -> list[tuple[int, int]]:
    """List from which instant on the clocks of a zone stood how many seconds ahead of UTC, over some days."""
    found: list[tuple[int, int]] = []
    at = _instant_s(first, 0, zone)
    while at <= _instant_s(last + DAY, 0, zone):
        ahead = int((datetime.fromtimestamp(at, zone).utcoffset() or timedelta(0)).total_seconds())
        if not found or found[-1][1] != ahead:
            found.append((at, ahead))
        at += 900  # clocks are set at a whole quarter of an hour
    return found
