"""What a declaration owes by a tariff, item by item and levy by levy, with every step of the way.  Pure.

Nothing is rounded on the way; each levy is rounded once, where its law says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, localcontext
from enum import StrEnum

from mabar.duties.rules.refusals import NoRate, QuantityMissing
from mabar.duties.rules.tariffs import HAS_PERCENT, HAS_UNIT, VALUE, Claim, Form, Levy, Rate, RoundedAt, Tariff

_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it is assessed.

    Attributes:
        number: from 1, as in the declaration.
        value_minor: the customs value, in the currency of the tariff.
        quantities: by code of unit, Recommendation 20.
    """

    number: int
    claim: Claim
    value_minor: int
    quantities: Mapping[str, Decimal] = field(default_factory=dict)


class Note(StrEnum):
    """Why a line of an assessment is what it is, beside its rate."""

    NO_RATE = "no-rate"  # the tariff says nothing for these goods: nothing is owed
    NOT_PROVED = "not-proved"  # a claim without its paper; the rate without the claim holds


@dataclass(frozen=True, slots=True)
class Line:
    """A levy on an item.

    Attributes:
        base: what the base was made of, in the order of the levy's base: a word or code, and its amount in whole units.
        exact: in whole units of the currency, before any rounding.
        minor: what is owed; where the law rounds the total, the item's part of it, so that the parts give the total.
        rate: the one that holds; None where the tariff says nothing.
        unproved: the rate that was claimed without its proof.
    """

    levy: Levy
    item: int
    base: tuple[tuple[str, Decimal], ...]
    quantity: Decimal | None
    exact: Decimal
    minor: int
    rate: Rate | None
    unproved: Rate | None = None

    @property
    def base_total(self) -> Decimal:
        """The sum of the base."""
        return sum((amount for _, amount in self.base), Decimal(0))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Why it is what it is."""
        return ((Note.NO_RATE,) if self.rate is None else ()) + ((Note.NOT_PROVED,) if self.unproved else ())


@dataclass(frozen=True)
class Assessment:
    """What is owed: every line, the total of each levy, and of all."""

    currency: str
    lines: tuple[Line, ...]
    totals: Mapping[str, int]

    @property
    def total_minor(self) -> int:
        """What is owed in all."""
        return sum(self.totals.values())


def assess(items: Sequence[Item], tariff: Tariff, day: date, *, decimals: int, flow: str = "import") -> Assessment:
    """Work out what items owe on a day.

    Args:
        flow: whether the goods come in (`import`) or leave (`export`).
        decimals: of the currency of the tariff: 2 for DZD, 3 for LYD.
    Raises:
        QuantityMissing: a rate is by a unit in which the item tells no quantity.
    """
    with localcontext(_EXACT):
        borne: set[str] = set()
        scope = _Scope(tariff, day, decimals, tuple(each for each in tariff.levies if each.is_for(flow)))
        exact = [line for item in items for line in _of_item(item, scope, borne)]
        lines, totals = _rounded(exact, scope.levies, decimals)
    return Assessment(tariff.currency, tuple(lines), totals)


@dataclass(frozen=True)
class _Scope:
    """By what items are assessed."""

    tariff: Tariff
    day: date
    decimals: int
    levies: tuple[Levy, ...]


def check_rated(assessment: Assessment, items: Sequence[Item], day: date) -> None:
    """Refuse an assessment in which the tariff says nothing at all of some goods: a gap in it is no exemption.

    Raises:
        NoRate: names the items and the day.
    """
    of_each = [line for line in assessment.lines if not line.levy.is_once]
    rated = {line.item for line in of_each if line.rate is not None}
    bare = [item.number for item in items if item.number not in rated] if of_each else []
    if bare:
        raise NoRate(items=", ".join(map(str, bare[:20])), day=day.isoformat())


def _of_item(item: Item, scope: _Scope, borne: set[str]) -> Iterator[Line]:
    """Work out the levies of an item in their order; one that is owed once goes to the first item that has a rate."""
    tariff, day = scope.tariff, scope.day
    amounts = defaultdict(Decimal, {VALUE: Decimal(item.value_minor).scaleb(-scope.decimals)})
    for levy in scope.levies:
        rate = None if levy.code in borne else tariff.rate_for(levy.code, item.claim, day)
        line = _line(item, levy, rate, tuple((name, amounts[name]) for name in levy.base))
        amounts[levy.code] = _part(line, scope.decimals)
        if levy.is_once and rate is not None and rate.form is not Form.EXEMPT:
            borne.add(levy.code)
        if rate is not None or not levy.is_once:
            yield _with_claim(line, tariff.unproved(levy.code, item.claim, day))


def _line(item: Item, levy: Levy, rate: Rate | None, base: tuple[tuple[str, Decimal], ...]) -> Line:
    total = sum((amount for _, amount in base), Decimal(0))
    quantity = _quantity(item, rate) if rate is not None and rate.form in HAS_UNIT else None
    exact = Decimal(0) if rate is None else _owed(rate, total, quantity)
    return Line(levy, item.number, base, quantity, exact, 0, rate)


def _with_claim(line: Line, unproved: Rate | None) -> Line:
    is_better = unproved is not None and (line.rate is None or unproved.rank > line.rate.rank)
    return replace(line, unproved=unproved) if is_better else line


def _quantity(item: Item, rate: Rate) -> Decimal:
    found = item.quantities.get(rate.unit)
    if found is None:
        raise QuantityMissing(item=item.number, unit=rate.unit, levy=rate.levy)
    return found


def _owed(rate: Rate, base: Decimal, quantity: Decimal | None) -> Decimal:
    share = base * (rate.percent or Decimal(0)) / 100 if rate.form in HAS_PERCENT else Decimal(0)
    by_unit = (rate.amount or Decimal(0)) * (quantity or Decimal(0)) if rate.form in HAS_UNIT else Decimal(0)
    match rate.form:
        case Form.EXEMPT:
            return Decimal(0)
        case Form.FIXED:
            return rate.amount or Decimal(0)
        case Form.GREATER:
            return max(share, by_unit)
        case Form.LESSER:
            return min(share, by_unit)
        case _:
            return share + by_unit


def _part(line: Line, decimals: int) -> Decimal:
    """Give what later levies take as their base: what is owed, rounded where the law rounds each item."""
    if line.levy.rounded_at is RoundedAt.ITEM:
        return Decimal(_to_step(line.exact, line.levy, decimals)).scaleb(-decimals)
    return line.exact


def _to_step(exact: Decimal, levy: Levy, decimals: int) -> int:
    """Round an amount in whole units to the step of a levy, in minor units."""
    steps = (exact.scaleb(decimals) / levy.step_minor).to_integral_value(rounding=levy.rounding.value)
    return int(steps) * levy.step_minor


def _rounded(exact: Sequence[Line], levies: Iterable[Levy], decimals: int) -> tuple[list[Line], dict[str, int]]:
    """Round each levy where its law says, and give every line its part."""
    minor: dict[tuple[str, int], int] = {}
    totals: dict[str, int] = {}
    for levy in levies:
        lines = [line for line in exact if line.levy.code == levy.code]
        owed = _parts_at_total if levy.rounded_at is RoundedAt.TOTAL else _parts_at_item
        parts = owed(lines, levy, decimals)
        totals[levy.code] = sum(parts)
        minor |= {(levy.code, line.item): part for line, part in zip(lines, parts, strict=True)}
    return [replace(line, minor=minor[line.levy.code, line.item]) for line in exact], totals


def _parts_at_item(lines: Sequence[Line], levy: Levy, decimals: int) -> list[int]:
    return [_to_step(line.exact, levy, decimals) for line in lines]


def _parts_at_total(lines: Sequence[Line], levy: Levy, decimals: int) -> list[int]:
    """Give each line what the running total, rounded, grows by: the parts give the rounded total exactly."""
    parts, before, running = [], 0, Decimal(0)
    for line in lines:
        running += line.exact
        after = _to_step(running, levy, decimals)
        parts.append(after - before)
        before = after
    return parts
