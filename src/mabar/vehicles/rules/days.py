"""How many days a vehicle may stay, and the instant at which they end.

The day of entry is not counted: a stay of one day ends with the day after it.  Days are those of the place of entry.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mabar.base.rules import RETENTION_DAYS
from mabar.vehicles.rules.refusals import BeyondTerm, StayOver, TermUnfit

EXPIRES_AFTER = timedelta(days=30)  # a prefilled pass whose vehicle never came
HOLDER_KEPT = timedelta(days=RETENTION_DAYS["traveller"])  # after the end of the pass
LONGEST_TERM = 3660


@dataclass(frozen=True)
class Term:
    """What the administration allows: days at entry, days with every extension, and by which law."""

    days: int
    most_days: int
    legal_basis: str


def last_day(entered_on: date, days: int) -> date:
    """Give the last day of a stay; the day of entry is not counted."""
    return entered_on + timedelta(days=days)


def due_at(last_on: date, clock: ZoneInfo) -> datetime:
    """Give the instant at which the last day ends at a place: the first of the day after it, in UTC."""
    return datetime.combine(last_on + timedelta(days=1), time(), clock).astimezone(UTC)


def days_over(last_on: date, today: date) -> int:
    """Count the days begun since the last day; none while the stay runs."""
    return max((today - last_on).days, 0)


def check_term(term: Term, *, from_on: date, today: date) -> Term:
    """Give the term with its legal basis tidied.

    Raises:
        TermUnfit: no days, more at entry than in all, no legal basis, or a first day that is past.
    """
    basis = " ".join(term.legal_basis.split())
    if not 1 <= term.days <= term.most_days <= LONGEST_TERM or not basis or from_on < today:
        raise TermUnfit(days=term.days, most=term.most_days, longest=LONGEST_TERM, begins=from_on)
    return Term(term.days, term.most_days, basis)


def check_days(days: int, term: Term) -> None:
    """Refuse more days at entry than the term gives, or none.

    Raises:
        BeyondTerm: names what the law allows.
    """
    if not 1 <= days <= term.days:
        raise BeyondTerm(asked=days, most=term.days, basis=term.legal_basis)


def check_extension(days: int, *, granted: int, term: Term) -> int:
    """Give the days of the whole stay with an extension.

    Raises:
        BeyondTerm: the whole stay would be longer than the law allows.
    """
    if days < 1 or granted + days > term.most_days:
        raise BeyondTerm(asked=granted + days, most=term.most_days, basis=term.legal_basis)
    return granted + days


def check_still_running(at: datetime, due: datetime, *, last_on: date) -> None:
    """Refuse to extend a stay whose last day has ended, also where the clock has not said so yet.

    Raises:
        StayOver: names the last day, that of the place.
    """
    if at >= due:
        raise StayOver(last_on=last_on.isoformat())
