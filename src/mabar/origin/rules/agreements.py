"""What each agreement says of its proofs: the number of its code, how long one is valid, its criteria, its clock.

The figures are a table of the administration (`data/agreements.yaml`), each with where it was read, or that it was not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from mabar.lib import words
from mabar.origin.rules.refusals import ApplicationUnfit, NotACriterion


@dataclass(frozen=True)
class Agreement:
    """An agreement under which goods are preferred.

    Attributes:
        number: in the code of the paper; never given to another.
        months: how long a proof is valid.
        answer_days: how long the service that issued has to answer a verification.
        preference: the code that the declarant claims.
        document: the code of the paper in the declaration.
        criteria: the codes of the column of origin criteria, in the order of the form.
    """

    code: str
    number: int
    months: int
    answer_days: int
    preference: str
    document: str
    criteria: tuple[str, ...]


@cache
def agreements() -> Mapping[str, Agreement]:
    """Read the agreements, by their codes."""
    told = words.table("origin", "agreements")
    return {
        code: Agreement(
            code,
            each["number"],
            each["months"],
            each["answer_days"],
            each["preference"],
            str(each["document"]),
            tuple(each["criteria"]),
        )
        for code, each in told.items()
    }


def agreement(code: str) -> Agreement:
    """Give an agreement.

    Raises:
        ApplicationUnfit: there is none of this code.
    """
    found = agreements().get(code)
    if found is None:
        raise ApplicationUnfit(box="agreement")
    return found


def agreement_of_number(number: int) -> Agreement | None:
    """Give the agreement that the code of a paper names."""
    return next((each for each in agreements().values() if each.number == number), None)


def check_criterion(criterion: str, under: Agreement, *, line: int) -> str:
    """Give the criterion if the agreement has it.

    Raises:
        NotACriterion: names those that it has.
    """
    if criterion not in under.criteria:
        raise NotACriterion(given=criterion or "–", line=line, known=", ".join(under.criteria))
    return criterion


def last_day(issued_on: date, months: int) -> date:
    """Give the last day on which a proof may be presented: so many months later, or the end of a shorter month."""
    year, month = divmod(issued_on.month - 1 + months, 12)
    for day in (issued_on.day, 30, 29, 28):
        try:
            return date(issued_on.year + year, month + 1, day)
        except ValueError:
            continue
    raise ValueError(f"no month after {issued_on}")


def ends_at(last_on: date, clock: ZoneInfo) -> datetime:
    """Give the first instant after a last day at a place, in UTC."""
    return datetime.combine(last_on + timedelta(days=1), time(), clock).astimezone(UTC)


def answer_due_at(asked_at: datetime, under: Agreement, clock: ZoneInfo) -> datetime:
    """Give the end of the day on which an answer is due, on the clock of the place that asks."""
    return ends_at(asked_at.astimezone(clock).date() + timedelta(days=under.answer_days), clock)
