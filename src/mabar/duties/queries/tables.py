"""Tariffs: the one in use, every one that was loaded, and their rates as the rules know them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from mabar.duties import rules
from mabar.duties.models import Table, TableRate
from mabar.duties.rules import Form, Levy, Rate, RoundedAt, Rounding, Tariff

COLUMNS = tuple(name for name in Rate.__dataclass_fields__)
PAGE = 100


@dataclass(frozen=True)
class TableRow:
    """A tariff as it was loaded."""

    key: str
    administration: str
    number: int
    name: str
    currency: str
    is_sample: bool
    levies: tuple[Levy, ...]
    groups: Mapping[str, frozenset[str]]
    rates_count: int
    digest: str
    told: Mapping[str, int]
    by: str
    at: datetime

    def tariff(self, rates: Iterable[Rate] = ()) -> Tariff:
        """Give it to the rules, with some of its rates or all."""
        return Tariff(self.name, self.currency, self.levies, tuple(rates), self.groups)


def in_use(administration: str) -> TableRow:
    """Give the tariff in use of an administration.

    Raises:
        NoTariff: none was ever loaded.
    """
    found = newest(administration)
    if found is None:
        raise rules.NoTariff(administration=administration)
    return found


def newest(administration: str) -> TableRow | None:
    """Give the tariff in use of an administration; None where none was ever loaded."""
    found = Table.objects.filter(administration=administration).order_by("-number").first()
    return None if found is None else table_row(found)


def loaded(administration: str) -> list[TableRow]:
    """List the tariffs that an administration has loaded, the newest first."""
    return [table_row(each) for each in Table.objects.filter(administration=administration).order_by("-number")[:PAGE]]


def table_row(table: Table) -> TableRow:
    """Make the row of a tariff."""
    return TableRow(
        table.key,
        table.administration_id,
        table.number,
        table.name,
        table.currency,
        table.is_sample,
        tuple(map(levy_of, table.levies)),
        {name: frozenset(countries) for name, countries in table.groups.items()},
        table.rates_count,
        table.digest,
        table.told,
        table.by,
        table.at,
    )


def levy_of(told: Mapping[str, Any]) -> Levy:
    """Give a levy as `lines.told_of_levy` told it."""
    where, way = RoundedAt(told["rounded_at"]), Rounding(told["rounding"])
    return Levy(**{**told, "base": tuple(told["base"]), "rounded_at": where, "rounding": way})


def all_rates(table: str) -> list[Rate]:
    """Give every rate of a tariff."""
    return _rates(TableRate.objects.filter(table=table).order_by("line"))


def rates_for(table: str, codes: Iterable[str]) -> list[Rate]:
    """Give the rates of a tariff that goods of these codes may bear: those of every beginning of each code."""
    beginnings = {code[:digits] for code in codes for digits in range(len(code) + 1)}
    return _rates(TableRate.objects.filter(table=table, prefix__in=sorted(beginnings)))


def rates_page(table: str, *, prefix: str = "", levy: str = "", after: int = 0) -> tuple[list[Rate], int | None]:
    """List a page of the rates of a tariff in the order of its file, and the line after which the next begins."""
    found = TableRate.objects.filter(table=table, line__gt=after).order_by("line")
    if prefix:
        found = found.filter(prefix__in=[prefix[:digits] for digits in range(len(prefix))]) | found.filter(
            prefix__startswith=prefix
        )
    rates = _rates(found.filter(levy=levy)[: PAGE + 1] if levy else found[: PAGE + 1])
    return rates[:PAGE], rates[PAGE - 1].line if len(rates) > PAGE else None


def _rates(found: QuerySet[TableRate]) -> list[Rate]:
    return [_rate(row) for row in found.values_list(*COLUMNS)]


def _rate(row: Sequence[Any]) -> Rate:
    told = dict(zip(COLUMNS, row, strict=True))
    figures = {name: Decimal(told[name]) if told[name] else None for name in ("percent", "amount")}
    return Rate(**{**told, **figures, "form": Form(told["form"])})
