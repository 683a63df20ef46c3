"""A tariff: which levies there are, their rates by goods, origin and day, and which rate holds for an item.  Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum

from mabar.declarations import reference
from mabar.duties.rules.refusals import SameTariff, TariffChanged, TariffFaulty, TariffUnnamed

FLOWS = ("", "import", "export")  # which goods a levy is for; empty: all
VALUE = "value"  # in the base of a levy: the customs value; the other words there are codes of levies


class Form(StrEnum):
    """What a rate is: a share of the base, an amount, an amount a unit, two of these together, or nothing owed."""

    PERCENT = "percent"
    FIXED = "fixed"
    PER_UNIT = "per_unit"
    COMPOUND = "compound"  # the share and the amount a unit, added
    GREATER = "greater"  # whichever of the two is more
    LESSER = "lesser"  # whichever of the two is less
    EXEMPT = "exempt"


HAS_PERCENT = frozenset({Form.PERCENT, Form.COMPOUND, Form.GREATER, Form.LESSER})
HAS_UNIT = frozenset({Form.PER_UNIT, Form.COMPOUND, Form.GREATER, Form.LESSER})
HAS_AMOUNT = HAS_UNIT | {Form.FIXED}


class Rounding(StrEnum):
    """Which way a law rounds."""

    HALF_UP = ROUND_HALF_UP
    DOWN = ROUND_DOWN
    UP = ROUND_UP


class RoundedAt(StrEnum):
    """Where a law rounds a levy: each item's, or once the sum of all items."""

    ITEM = "item"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Levy:
    """A duty or tax of a country.

    Attributes:
        base: what its share is taken of: `value`, and codes of levies that come before it.
        is_once: owed once by a declaration, not by each item.
        flow: the goods that owe it: those of an import, of an export, or (empty) of both.
        step_minor: what its amount is a whole number of, in minor units: 1 a centime, 100 a dinar of 100 centimes.
        basis: the law.
    """

    code: str
    ar: str
    fr: str
    en: str
    base: tuple[str, ...]
    rounded_at: RoundedAt
    rounding: Rounding
    step_minor: int
    basis: str
    is_once: bool = False
    flow: str = ""

    def is_for(self, flow: str) -> bool:
        """Tell whether goods of an import or export owe it."""
        return self.flow in ("", flow)

    def name(self, language: str) -> str:
        """Give its name in `language` (ar, fr, en)."""
        return {"ar": self.ar, "fr": self.fr}.get(language) or self.en


@dataclass(frozen=True, slots=True)
class Rate:
    """A line of a tariff.  What is empty holds for all: goods, origins, procedures.

    Attributes:
        prefix: the first digits of the codes of the goods.
        percent: of the base, 19 for 19 %.
        amount: in the currency of the tariff, whole units; of the item, or for each `unit`.
        unit: code of Recommendation 20.
        origins: a country of two letters, or a group of the tariff.
        preference: the code that the declarant claims; then `proof` must be among the papers.
        procedure: the first digits of the extended procedure.
        until_on: its last day; None while nobody has said one.
        basis: the law or agreement.
        line: of the file that it came from.
    """

    levy: str
    prefix: str
    form: Form
    from_on: date
    basis: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    unit: str = ""
    origins: str = ""
    preference: str = ""
    proof: str = ""
    procedure: str = ""
    until_on: date | None = None
    line: int = 0

    @property
    def scope(self) -> tuple[str, str, str, str, str]:
        """What two rates may not share on one day."""
        return self.levy, self.prefix, self.origins, self.preference, self.procedure

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def is_proved_by(self, papers: frozenset[str]) -> bool:
        """Tell whether the papers of an item hold the proof that it asks for."""
        return not self.proof or self.proof in papers

    @property
    def rank(self) -> tuple[bool, int, int, int, int]:
        """How much it says of the goods, so that the rate that says most holds.

        Claims go first, then longer codes, a country before a group of them, longer procedures, and the earlier line.
        """
        origins = 2 if reference.country(self.origins) else bool(self.origins)
        return bool(self.preference), len(self.prefix), origins, len(self.procedure), -self.line


@dataclass(frozen=True, slots=True)
class Claim:
    """What an item says of itself, by which its rates are found."""

    code: str
    origin: str
    preference: str
    procedure: str
    papers: frozenset[str]


@dataclass(frozen=True)
class Tariff:
    """The levies of a country in the order in which they are worked out, and their rates.

    Attributes:
        currency: of every amount.
        groups: the countries of each group of origins.
    """

    name: str
    currency: str
    levies: tuple[Levy, ...]
    rates: tuple[Rate, ...]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _by_goods: dict[tuple[str, str], list[Rate]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay the rates out by levy and goods, so that one is found in as many looks as a code has digits."""
        by_goods: dict[tuple[str, str], list[Rate]] = defaultdict(list)
        for rate in self.rates:
            by_goods[rate.levy, rate.prefix].append(rate)
        object.__setattr__(self, "_by_goods", dict(by_goods))

    def rate_for(self, levy: str, claim: Claim, day: date) -> Rate | None:
        """Give the rate that holds: of a claim that is proved, else of the longest code; None where none holds."""
        proved = (rate for rate in self._that_fit(levy, claim, day) if rate.is_proved_by(claim.papers))
        return max(proved, key=lambda rate: rate.rank, default=None)

    def unproved(self, levy: str, claim: Claim, day: date) -> Rate | None:
        """Give the rate that is claimed and would hold, were its proof among the papers."""
        fitting = (rate for rate in self._that_fit(levy, claim, day) if not rate.is_proved_by(claim.papers))
        return max(fitting, key=lambda rate: rate.rank, default=None)

    def _that_fit(self, levy: str, claim: Claim, day: date) -> Iterator[Rate]:
        """Give the rates for the goods, origin, claim and procedure on a day, whether the claim is proved or not."""
        for digits in range(len(claim.code) + 1):
            for rate in self._by_goods.get((levy, claim.code[:digits]), ()):
                if rate.holds_on(day) and self._is_for(rate, claim):
                    yield rate

    def _is_for(self, rate: Rate, claim: Claim) -> bool:
        is_origin = rate.origins in ("", claim.origin) or claim.origin in self.groups.get(rate.origins, ())
        return is_origin and rate.preference in ("", claim.preference) and claim.procedure.startswith(rate.procedure)


def check_offer(faults: Sequence[str], *, is_named: bool) -> None:
    """Refuse a tariff whose files have faults, or that bears no name.

    Raises:
        TariffFaulty: counts the faults and tells the first.
        TariffUnnamed.
    """
    if faults:
        raise TariffFaulty(count=len(faults), first=faults[0])
    if not is_named:
        raise TariffUnnamed()


def check_fresh(*, seen: int, now: int) -> None:
    """Refuse a tariff that was compared with another than the one in use.

    Raises:
        TariffChanged.
    """
    if seen != now:
        raise TariffChanged(seen=seen, now=now)


def check_other(digest: str, before: str, *, number: int) -> None:
    """Refuse to load what is in use already.

    Raises:
        SameTariff.
    """
    if digest == before:
        raise SameTariff(number=number)


def overlaps(rates: Iterable[Rate]) -> list[tuple[Rate, Rate]]:
    """List the pairs of rates for the same goods, origin, claim and procedure that hold on one day."""
    by_scope: dict[tuple[str, ...], list[Rate]] = defaultdict(list)
    for rate in rates:
        by_scope[rate.scope].append(rate)
    found = []
    for same in by_scope.values():
        same.sort(key=lambda rate: (rate.from_on, rate.line))
        latest = same[0]
        for rate in same[1:]:
            if latest.until_on is None or rate.from_on <= latest.until_on:
                found.append((latest, rate))
            latest = max(latest, rate, key=lambda each: each.until_on or date.max)
    return found
