"""The days of the terms: how long a movement may take, and by when each side owes its next act.

The figures are a table that every node has (`data/terms.yaml`); a movement carries the name of its terms to the other
nodes, so that all sides count by the same days.  A day ends at the place that owes the act.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from mabar.lib import words
from mabar.transit.rules.movement_refusals import LimitUnfit

TERMS = "transit-1"


@dataclass(frozen=True)
class Days:
    """What the terms give.

    Attributes:
        most_days: the longest time limit that an officer may set.
        results_days: from the arrival notice to the results of the control.
        holder_request_days: from the time limit to the request to the holder.
        holder_answer_days: from that request to the holder's answer.
    """

    most_days: int
    results_days: int
    holder_request_days: int
    holder_answer_days: int


@cache
def days_of(terms: str) -> Days:
    """Give the days of terms by their name.

    Raises:
        KeyError: the table has none of this name.
    """
    told = words.table("transit", "terms")[terms]
    return Days(**{name: told[name] for name in Days.__dataclass_fields__})


def are_known(terms: str) -> bool:
    """Tell whether the table has terms of this name."""
    return terms in words.table("transit", "terms")


def end_of_day(at: datetime, days: int, clock: ZoneInfo) -> datetime:
    """Give the instant at which the last of so many days after an instant ends at a place, in UTC."""
    last_on = at.astimezone(clock).date() + timedelta(days=days)
    return datetime.combine(last_on + timedelta(days=1), time(), clock).astimezone(UTC)


def check_limit(days: int, under: Days) -> int:
    """Give the days of a time limit.

    Raises:
        LimitUnfit: fewer than one, or more than the terms allow.
    """
    if not 1 <= days <= under.most_days:
        raise LimitUnfit(days=days, most=under.most_days)
    return days
