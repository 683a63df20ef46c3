"""A crossing's hours of work, as its own clock shows them, and the time that passes within them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

WHOLE_WEEK = (1, 2, 3, 4, 5, 6, 7)
MIDNIGHT_MIN = 24 * 60
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """The days of the week (1 is Monday), and from which minute of the day to which, that a crossing works."""

    zone: ZoneInfo
    days: tuple[int, ...] = WHOLE_WEEK
    opens_min: int = 0
    closes_min: int = MIDNIGHT_MIN

    @property
    def is_round_the_clock(self) -> bool:
        """Whether it never closes."""
        return set(self.days) == set(WHOLE_WEEK) and (self.opens_min, self.closes_min) == (0, MIDNIGHT_MIN)

    def shift(self, day: date) -> tuple[datetime, datetime] | None:
        """Give when work begins and ends on a day of the place; None where it rests."""
        return _shift(self, day)

    def works_at(self, at: datetime) -> bool:
        """Tell whether the crossing works at an instant."""
        shift = self.shift(_day(self, at))
        return shift is not None and shift[0] <= at < shift[1]

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Give how long was worked from one instant to a later one."""
        if self.is_round_the_clock:
            return max(end - begin, timedelta(0))
        day, last, worked = _day(self, begin), _day(self, end), timedelta(0)
        while day <= last:
            if shift := self.shift(day):
                worked += max(min(end, shift[1]) - max(begin, shift[0]), timedelta(0))
            day += ONE_DAY
        return worked

    def after(self, at: datetime, length: timedelta) -> datetime:
        """Give the instant at which so much will have been worked since `at`."""
        if self.is_round_the_clock:
            return at + length
        for begin, end in self._shifts(at, 1):
            worked = end - max(at, begin)
            if worked >= length:
                return max(at, begin) + length
            length -= max(worked, timedelta(0))
        raise AssertionError("the days have no end")

    def before(self, at: datetime, length: timedelta) -> datetime:
        """Give the instant since which so much has been worked until `at`."""
        if self.is_round_the_clock:
            return at - length
        for begin, end in self._shifts(at, -1):
            worked = min(at, end) - begin
            if worked >= length:
                return min(at, end) - length
            length -= max(worked, timedelta(0))
        raise AssertionError("the days have no beginning")

    def _shifts(self, at: datetime, step: int) -> Iterator[tuple[datetime, datetime]]:
        today = _day(self, at)
        shifts = (self.shift(today + step * number * ONE_DAY) for number in count())
        return (shift for shift in shifts if shift is not None)


def hour_text(zone: ZoneInfo, instant: datetime) -> str:
    """Write an instant as the clock of a place shows it; one beyond its calendar as it was told."""
    return _written(zone, instant, "%Y-%m-%d %H:%M")


def second_text(zone: ZoneInfo, instant: datetime) -> str:
    """Write it with its seconds, where two instants of one minute are set against each other."""
    return _written(zone, instant, "%Y-%m-%d %H:%M:%S")


def _written(zone: ZoneInfo, instant: datetime, form: str) -> str:
    try:
        return f"{instant.astimezone(zone):{form}}"
    except OverflowError:
        return instant.isoformat()


@lru_cache(maxsize=4096)
def _shift(hours: Hours, day: date) -> tuple[datetime, datetime] | None:
    if day.isoweekday() not in hours.days:
        return None
    midnight = datetime.combine(day, time.min, tzinfo=hours.zone)
    minutes = (hours.opens_min, hours.closes_min)
    begin, end = ((midnight + timedelta(minutes=minute)).astimezone(UTC) for minute in minutes)
    return begin, end


def _day(hours: Hours, at: datetime) -> date:
    return at.astimezone(hours.zone).date()
