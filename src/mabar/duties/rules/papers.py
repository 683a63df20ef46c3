"""Which papers goods must come with, by their code, direction, procedure and origin.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mabar.declarations import sad
from mabar.duties.rules.refusals import DayBeforeStart, PaperRequiredBefore


@dataclass(frozen=True, slots=True)
class Requirement:
    """That goods must come with a paper.  What is empty holds for all: goods, directions, procedures, origins.

    Attributes:
        paper: code of the kind of paper.
        prefix: the first digits of the codes of the goods.
        flow: `import` or `export`.
        procedure: the first digits of the extended procedure.
        origin: a country of two letters.
        basis: the law.
        until_on: its last day; None while nobody has said one.
    """

    paper: str
    basis: str
    from_on: date
    prefix: str = ""
    flow: str = ""
    procedure: str = ""
    origin: str = ""
    until_on: date | None = None

    @property
    def scope(self) -> tuple[str, str, str, str, str]:
        """What two requirements in force on one day may not share."""
        return self.paper, self.prefix, self.flow, self.procedure, self.origin

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def is_for(self, item: sad.Item, flow: str) -> bool:
        """Tell whether it asks an item of a declaration for its paper."""
        code = (item.commodity_code or "") + (item.precision_1 or "")
        is_goods = code.startswith(self.prefix) and (item.procedure_code or "").startswith(self.procedure)
        return is_goods and self.flow in ("", flow) and self.origin in ("", item.origin_country)


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper that an item must come with and does not; `items` by number, from 1."""

    requirement: Requirement
    items: tuple[int, ...]


def missing(record: sad.Declaration, requirements: Iterable[Requirement], day: date) -> tuple[Missing, ...]:
    """List the papers that a declaration should bring and does not, each once with its items."""
    found = []
    for each in requirements:
        items = tuple(
            number
            for number, item in enumerate(record.items, 1)
            if each.holds_on(day) and each.is_for(item, record.flow or "") and not _brings(item, each.paper)
        )
        if items:
            found.append(Missing(each, items))
    return tuple(found)


def _brings(item: sad.Item, paper: str) -> bool:
    return any(document.code == paper for document in item.documents)


def check_new(requirement: Requirement, known: Iterable[Requirement]) -> None:
    """Refuse a requirement that another one makes already on one of its days.

    Args:
        known: the others of the same scope.
    Raises:
        PaperRequiredBefore: names the paper and the first day of the other.
    """
    for other in known:
        starts_in = requirement.until_on is None or other.from_on <= requirement.until_on
        ends_in = other.until_on is None or requirement.from_on <= other.until_on
        if starts_in and ends_in:
            raise PaperRequiredBefore(paper=requirement.paper, since=other.from_on.isoformat())


def check_end(from_on: date, until_on: date) -> None:
    """Refuse a last day that comes before the first.

    Raises:
        DayBeforeStart: names both.
    """
    if until_on < from_on:
        raise DayBeforeStart(until=until_on.isoformat(), start=from_on.isoformat())
