"""The acts of duties: a tariff is loaded whole, a declaration is assessed by it, and assessed again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor, Administration, Place
from mabar.base.rules import NoSuchRecord
from mabar.declarations import commands as declarations
from mabar.declarations import queries as papers
from mabar.declarations.queries import DeclarationRow
from mabar.duties import lines, queries, rules
from mabar.duties.loading import Offer
from mabar.duties.models import Assessment, RequiredPaper, Table, TableRate
from mabar.duties.queries import Reckoning
from mabar.duties.rules import Found, Rate, Requirement

BATCH = 500


def load_tariff(actor: Actor, key: str, *, offer: Offer, place: str, at: datetime, seen: int | None = None) -> Table:
    """Load a tariff whole; from now on it is the one in use, and those before it stay as they are.

    Args:
        key: of the tariff.
        place: one of the administration, at which the actor holds the mandate.
        seen: the number of the tariff with which the officer saw it compared, where he saw that.
    Raises:
        NotMandated, TariffFaulty, TariffChanged, SameTariff.
    """
    facts: dict[str, Any] = {
        "name": offer.name,
        "currency": offer.currency,
        "rates": len(offer.rates),
        "content": offer.digest,
    }
    with journal.writes(actor, "duties.load_tariff", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "duties.load_tariff", place=place)
        administration = Administration.objects.select_for_update().get(place=place)
        rules.check_offer(
            [f"{file}: {each.sentence('en').what}" for file, each in offer.findings], is_named=bool(offer.name)
        )
        before = queries.newest(administration.code)
        number = before.number if before else 0
        rules.check_fresh(seen=offer.seen if seen is None else seen, now=number)
        rules.check_other(offer.digest, before.digest if before else "", number=number)
        line.note(number=number + 1)
        table = _store(offer, key, administration, number + 1, by=actor.key, at=at)
        TableRate.objects.bulk_create((_row(table, rate) for rate in offer.rates), batch_size=BATCH)
    return table


def _store(offer: Offer, key: str, administration: Administration, number: int, *, by: str, at: datetime) -> Table:
    changes = offer.changes
    told = {"new": len(changes.new), "left_out": len(changes.left_out), "other": len(changes.other)}
    return Table.objects.create(
        key=key,
        administration=administration,
        number=number,
        name=offer.name,
        currency=offer.currency,
        is_sample=offer.is_sample,
        levies=[lines.told_of_levy(levy) for levy in offer.levies],
        groups={name: sorted(countries) for name, countries in sorted(offer.groups.items())},
        rates_count=len(offer.rates),
        digest=offer.digest,
        told={**told, "same": changes.same},
        by=by,
        at=at,
    )


def _row(table: Table, rate: Rate) -> TableRate:
    told = {each.name: getattr(rate, each.name) for each in fields(rate)}
    return TableRate(table=table, **{**told, "percent": _text(rate.percent), "amount": _text(rate.amount)})


def _text(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure:f}"


def require_papers(
    actor: Actor, key: str, *, requirements: Mapping[str, Requirement], place: str, at: datetime
) -> list[RequiredPaper]:
    """Require papers of goods in an administration, each from its first day on: all of them or none.

    Args:
        key: of the act.
        requirements: by their keys.
        place: one of the administration, at which the actor holds the mandate.
    Raises:
        NotMandated, PaperRequiredBefore, DayBeforeStart.
    """
    with journal.writes(actor, "duties.require_papers", key, at=at, place=place) as line:
        mandates.require(actor, "duties.require_papers", place=place)
        administration = Administration.objects.select_for_update().get(place=place)
        known = _by_scope(administration.code)
        for each in requirements.values():
            rules.check_end(each.from_on, each.until_on or each.from_on)
            rules.check_new(each, known[each.scope])
            known[each.scope].append(each)
        line.note(papers=[f"{each.paper} {each.prefix}".strip() for each in requirements.values()])
        return RequiredPaper.objects.bulk_create(
            RequiredPaper(key=own, administration=administration, by=actor.key, at=at, **_columns(each))
            for own, each in requirements.items()
        )


def _by_scope(administration: str, *, but: str = "") -> defaultdict[tuple[str, ...], list[Requirement]]:
    """Gather the requirements of an administration by what they are about, without one of them."""
    found: defaultdict[tuple[str, ...], list[Requirement]] = defaultdict(list)
    for row in queries.requirements(administration):
        if row.key != but:
            found[row.requirement.scope].append(row.requirement)
    return found


def _columns(requirement: Requirement) -> dict[str, Any]:
    return {each.name: getattr(requirement, each.name) for each in fields(requirement)}


def end_requirement(actor: Actor, key: str, *, until_on: date, place: str, at: datetime) -> RequiredPaper:
    """Give a requirement of the administration its last day.

    Raises:
        NotMandated, NoSuchRecord, DayBeforeStart.
        PaperRequiredBefore: another one has followed it on a day before.
    """
    with journal.writes(actor, "duties.end_requirement", key, at=at, place=place, until_on=until_on.isoformat()):
        mandates.require(actor, "duties.end_requirement", place=place)
        own = RequiredPaper.objects.select_for_update().filter(key=key, administration__place=place)
        found = own.first()
        if found is None:
            raise NoSuchRecord(key=key)
        rules.check_end(found.from_on, until_on)
        ended = replace(queries.requirement_of(found), until_on=until_on)
        rules.check_new(ended, _by_scope(found.administration_id, but=key)[ended.scope])
        found.until_on = until_on
        found.save(update_fields=["until_on"])
    return found


def assess(
    actor: Actor, key: str, *, at: datetime, found: Sequence[Found] = (), version: int | None = None
) -> Assessment:
    """Assess what a declaration owes by the tariff in use, with what an inspection found in place of what is declared.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, QueryOpen, LodgedInNationalSystem; NoTariff, ValueMissing,
        QuantityMissing, FoundUnfit, NoSuchItem.
    """
    with journal.writes(actor, "duties.assess", key, at=at) as line:
        row, day = _declaration(actor, key, at)
        line.place = row.place
        mandates.require(actor, "duties.assess", place=row.place)
        reckoning = queries.reckon(row, papers.scope_of(actor, at), day, found)
        line.note(**_facts(reckoning))
        total, currency = reckoning.result.total_minor, reckoning.table.currency
        declarations.assess(actor, key, amount_minor=total, currency=currency, at=at, version=version)
        return _assessment(actor, row, reckoning, at=at)


def reassess(
    actor: Actor, key: str, *, found: Sequence[Found], reason: str, at: datetime, version: int | None = None
) -> Assessment:
    """Assess once more with what was found; the difference is left to pay or to give back.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, QueryOpen, LodgedInNationalSystem, OtherCurrency, NothingSaid; NoTariff,
        ValueMissing, QuantityMissing, FoundUnfit, NoSuchItem.
    """
    with journal.writes(actor, "duties.reassess", key, at=at, reason=reason) as line:
        row, day = _declaration(actor, key, at)
        line.place = row.place
        mandates.require(actor, "duties.reassess", place=row.place)
        reckoning = queries.reckon(row, papers.scope_of(actor, at), day, found)
        line.note(**_facts(reckoning), before_minor=row.assessed_minor)
        total, currency = reckoning.result.total_minor, reckoning.table.currency
        declarations.reassess(actor, key, amount_minor=total, currency=currency, reason=reason, at=at, version=version)
        return _assessment(actor, row, reckoning, at=at, reason=reason.strip())


def _declaration(actor: Actor, key: str, at: datetime) -> tuple[DeclarationRow, date]:
    """Give a declaration and the day whose rates it bears: that of its registration at its place."""
    row = papers.row(papers.scope_of(actor, at), key)
    return row, queries.day_of(row, Place.objects.get(code=row.place).clock)


def _facts(reckoning: Reckoning) -> dict[str, Any]:
    table, result = reckoning.table, reckoning.result
    return {
        "tariff": table.number,
        "day": reckoning.day.isoformat(),
        "totals": dict(result.totals),
        "found": _found(reckoning.found),
    }


def _found(found: Iterable[Found]) -> list[dict[str, Any]]:
    return [lines.told_of_found(each) for each in found]


def _assessment(
    actor: Actor, row: DeclarationRow, reckoning: Reckoning, *, at: datetime, reason: str = ""
) -> Assessment:
    result = reckoning.result
    return Assessment.objects.create(
        declaration_id=row.key,
        number=Assessment.objects.filter(declaration=row.key).count() + 1,
        table_id=reckoning.table.key,
        day=reckoning.day,
        total_minor=result.total_minor,
        before_minor=row.assessed_minor if reason else None,
        totals=dict(result.totals),
        found=_found(reckoning.found),
        lines=[lines.told_of_line(each) for each in result.lines],
        reason=reason,
        by=actor.key,
        at=at,
    )
