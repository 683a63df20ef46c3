"""The one clock of both sides: which deadline counts, and at which instant it ends.

Hours are counted from the act.  Days end with the last of them at the place that owes the act; the day of the act is
not counted.  The instants are reckoned where the act is done, travel with it, and are reckoned again where it is
opened.
"""

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mabar.assistance.rules.refusals import DeadlinesUnfit, DueNotOfTerms, DuePast, PaceUnfit

PACES = ("normal", "urgent", "origin")
LONGEST_HOURS, LONGEST_DAYS, MOST_QUERIES = 24 * 31, 366, 1000


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of an agreement; these stand where the two sides have stated no others.

    Neither model text gives days, only "as soon as possible"; 90 days for the verification of origin and 30 for the
    rest are proposals (WTO TFA, article 12, has about 90 days for the data of a declaration).
    """

    acknowledge_hours: int = 24
    urgent_hours: int = 48
    confirm_hours: int = 24
    query_hours: int = 48
    normal_days: int = 30
    origin_days: int = 90
    complete_days: int = 30
    queries_an_hour: int = 20


def check_deadlines(deadlines: Deadlines, *, basis: str) -> str:
    """Give the basis tidied, for deadlines that are within bounds.

    Raises:
        DeadlinesUnfit: names the one that is not, or that the basis is missing.
    """
    for name, value in asdict(deadlines).items():
        most = MOST_QUERIES if name == "queries_an_hour" else LONGEST_DAYS if "days" in name else LONGEST_HOURS
        if not 1 <= value <= most:
            raise DeadlinesUnfit(name=name, given=value, most=most)
    tidy = " ".join(basis.split())
    if not tidy:
        raise DeadlinesUnfit(name="basis", given="–", most="–")
    return tidy


def check_pace(pace: str, *, kind: str) -> str:
    """Give the pace if it suits the kind.

    Raises:
        PaceUnfit: the verification of origin serves the assessment of duties.
    """
    if pace not in PACES or (pace == "origin" and kind != "assessment"):
        raise PaceUnfit(pace=pace, kind=kind)
    return pace


def end_of_day(at: datetime, days: int, clock: ZoneInfo) -> datetime:
    """Give the instant at which the last of so many days after an instant ends at a place, in UTC."""
    last_on = at.astimezone(clock).date() + timedelta(days=days)
    return datetime.combine(last_on + timedelta(days=1), time(), clock).astimezone(UTC)


def acknowledge_by(at: datetime, deadlines: Deadlines) -> datetime:
    """Give by when a request sent at an instant is acknowledged."""
    return at + timedelta(hours=deadlines.acknowledge_hours)


def confirm_by(at: datetime, deadlines: Deadlines) -> datetime:
    """Give by when an oral request is confirmed in writing."""
    return at + timedelta(hours=deadlines.confirm_hours)


def answer_by(at: datetime, pace: str, deadlines: Deadlines, clock: ZoneInfo) -> datetime:
    """Give by when a request is answered; `clock` is that of the requested place, which owes the answer."""
    if pace == "urgent":
        return at + timedelta(hours=deadlines.urgent_hours)
    return end_of_day(at, deadlines.origin_days if pace == "origin" else deadlines.normal_days, clock)


def complete_by(at: datetime, deadlines: Deadlines, clock: ZoneInfo) -> datetime:
    """Give by when a returned request is completed; `clock` is that of the requesting place."""
    return end_of_day(at, deadlines.complete_days, clock)


def decide_by(at: datetime, deadlines: Deadlines, clock: ZoneInfo) -> datetime:
    """Give by when an asked consent is decided; `clock` is that of the place that owes it."""
    return end_of_day(at, deadlines.normal_days, clock)


def query_by(at: datetime, deadlines: Deadlines) -> datetime:
    """Give by when a query is answered, after which it lapses."""
    return at + timedelta(hours=deadlines.query_hours)


def check_same_clock(told: datetime | None, own: datetime | None) -> None:
    """Refuse a due instant that the terms of this side do not give: both sides see one clock or none.

    Raises:
        DueNotOfTerms: names both instants.
    """
    if told != own:
        raise DueNotOfTerms(told=_text(told), own=_text(own))


def _text(at: datetime | None) -> str:
    return "–" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def check_later(due_at: datetime, *, at: datetime, before: datetime | None = None) -> datetime:
    """Give a new due instant that is ahead of now and of the one that counted before.

    Raises:
        DuePast.
    """
    least = max(each for each in (at, before) if each is not None)
    if due_at <= least:
        raise DuePast(given=_text(due_at), least=_text(least))
    return due_at.astimezone(UTC)


NAMES = tuple(each.name for each in fields(Deadlines))
