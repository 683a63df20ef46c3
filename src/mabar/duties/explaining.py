"""How a line of an assessment was worked out, said in the reader's language with the figures of the line."""

from dataclasses import dataclass
from decimal import Decimal

from mabar.declarations import reference
from mabar.duties.rules import VALUE, Form, Line, Rate, RoundedAt
from mabar.duties.rules.tariffs import HAS_UNIT
from mabar.lib import words
from mabar.lib.money import minor_decimals
from mabar.lib.numbers_text import UNIT_SPACE, number
from mabar.lib.words import FIRST_STRONG_ISOLATE, isolate


@dataclass(frozen=True)
class Explained:
    """A line in words: what its base is, how the amount comes of it, and why this rate."""

    levy: str
    base: str
    reckoning: str
    reasons: tuple[str, ...]


def explain(line: Line, *, currency: str, language: str) -> Explained:
    """Say how a line was worked out, in `language` (ar, fr, en)."""
    teller = _Teller(line, currency, language)
    return Explained(line.levy.name(language), teller.base(), teller.reckoning(), tuple(teller.reasons()))


@dataclass(frozen=True)
class _Teller:
    line: Line
    currency: str
    language: str

    def say(self, key: str, **told: object) -> str:
        """Fill a sentence of `data/explanations.yaml`, each figure isolated from the direction of the text."""
        return _told(key, self.language, **told)

    def money(self, amount: Decimal) -> str:
        """Write an amount with at least the decimals of its currency, and more where the law has not rounded it."""
        least = Decimal(1).scaleb(-minor_decimals(self.currency))
        whole = amount.quantize(least)
        return number(whole if whole == amount else amount.normalize(), self.language) + UNIT_SPACE + self.currency

    def base(self) -> str:
        """Say of which amounts the base is made, and their sum where there are several."""
        parts = [self._part(name, amount) for name, amount in self.line.base]
        joined = self.say("and").join(parts)
        return self.say("sum", parts=joined, amount=self.money(self.line.base_total)) if len(parts) > 1 else joined

    def _part(self, name: str, amount: Decimal) -> str:
        written = self.money(amount)
        return self.say("value", amount=written) if name == VALUE else self.say("levy", levy=name, amount=written)

    def reckoning(self) -> str:
        """Say how the amount comes of the base and the rate, and what it is before it is rounded."""
        rate = self.line.rate
        if rate is None:
            return self.say("no-rate")
        if rate.form is Form.EXEMPT:
            return self.say("exempt")
        return self.say("sum", parts=self._way(rate), amount=self.money(self.line.exact))

    def _way(self, rate: Rate) -> str:
        if rate.form is Form.FIXED:
            return self.say("fixed", amount=self.money(rate.amount or Decimal(0)))
        share = self._share(rate) if rate.percent is not None else ""
        by_unit = self._by_unit(rate) if rate.form in HAS_UNIT else ""
        if share and by_unit:
            return self.say(rate.form.value, share=share, by_unit=by_unit)
        return share or by_unit

    def _share(self, rate: Rate) -> str:
        percent = _percent(rate.percent or Decimal(0), self.language)
        return self.say("percent", percent=percent, base=self.money(self.line.base_total))

    def _by_unit(self, rate: Rate) -> str:
        unit = reference.unit(rate.unit)
        named = unit.name(self.language).lower() if unit else rate.unit
        quantity = number(self.line.quantity or Decimal(0), self.language)
        return self.say("per_unit", amount=self.money(rate.amount or Decimal(0)), unit=named, quantity=quantity)

    def reasons(self) -> list[str]:
        """Say why this rate holds: its law, its goods, its claim, its first day, and how the levy is rounded."""
        rate, unproved = self.line.rate, self.line.unproved
        told = self._of_rate(rate) if rate is not None else []
        if unproved is not None:
            told.append(self.say("not-proved", preference=unproved.preference, proof=unproved.proof))
        at_item = self.line.levy.rounded_at is RoundedAt.ITEM
        return [*told, self.say("rounded-at-item" if at_item else "rounded-at-total")]

    def _of_rate(self, rate: Rate) -> list[str]:
        told = [self.say("basis", basis=rate.basis)]
        told.append(self.say("goods", prefix=rate.prefix) if rate.prefix else self.say("all-goods"))
        if rate.preference:
            told.append(self.say("claimed", preference=rate.preference))
        if rate.procedure:
            told.append(self.say("procedure", procedure=rate.procedure))
        return [*told, self.say("since", **{"from": rate.from_on.isoformat()})]


def _percent(share: Decimal, language: str) -> str:
    """Write a share with the decimals that it has: 15, 12,5."""
    return number(int(share) if share == share.to_integral_value() else share.normalize(), language)


def rate_text(rate: Rate, currency: str, language: str) -> str:
    """Say a rate in short: a share, an amount, an amount a unit, or what is made of two of these."""
    return _Short(currency, language).say(rate)


@dataclass(frozen=True)
class _Short:
    currency: str
    language: str

    def say(self, rate: Rate) -> str:
        """Say a rate."""
        if rate.form is Form.EXEMPT:
            return _told("exempt", self.language)
        share = f"{_percent(rate.percent, self.language)}%" if rate.percent is not None else ""
        amount = self._amount(rate) if rate.amount is not None else ""
        if share and amount:
            return _told(f"short-{rate.form.value}", self.language, share=share, amount=amount)
        return isolate(share) if share else isolate(amount)

    def _amount(self, rate: Rate) -> str:
        written = f"{number((rate.amount or Decimal(0)).normalize(), self.language)}{UNIT_SPACE}{self.currency}"
        unit = reference.unit(rate.unit)
        named = unit.symbol or unit.name(self.language) if unit else rate.unit
        return f"{written}/{named}" if rate.unit else written


def _told(key: str, language: str, **told: object) -> str:
    # what holds figures that are isolated already is a part of the sentence, and runs with it
    filled = {name: value if FIRST_STRONG_ISOLATE in str(value) else isolate(value) for name, value in told.items()}
    return str(words.table("duties", "explanations")[key][language]).format(**filled)
