"""A realistic trade over one crossing, drawn from a seed; for the demonstration, the tests and the benches.

The same seed always gives the same trade.  Everything in it is fictitious and says so.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import (
    Amount,
    AttachedDocument,
    Charge,
    Container,
    Country,
    DeliveryTerms,
    Means,
    Office,
    Packages,
    Party,
    Place,
    Source,
    Transit,
    Transport,
    Valuation,
)
from mabar.lib import identifiers, words

# Units of national currency for a US dollar, only so that sample amounts are of the right size.
RATES = {"DZD": "132.50", "LYD": "5.45"}
CURRENCY = {"dz": "DZD", "ly": "LYD"}
MINOR = {"DZD": 100, "LYD": 1000, "USD": 100}
FACING = {"dz.debdeb": "ly.ghadames", "ly.ghadames": "dz.debdeb"}
# The day's arrivals by hour of the place: a morning peak, few at noon, a second wave before the evening.
ARRIVALS = {6: 6, 7: 10, 8: 13, 9: 12, 10: 11, 11: 9, 12: 6, 13: 6, 14: 8, 15: 8, 16: 6, 17: 3, 18: 2}


@dataclass(frozen=True)
class Truckload:
    """One truck with its declarations, as it will announce itself at `place`."""

    place: str
    direction: str
    plate: str
    trailer_plate: str
    carrier: str
    seals: tuple[str, ...]
    tare_mass_g: int
    arrives_after: timedelta
    broker: str
    declarations: tuple[Declaration, ...]

    @property
    def goods_mass_g(self) -> int:
        """The declared gross mass of all goods on the truck."""
        return sum(item.gross_mass_g or 0 for declaration in self.declarations for item in declaration.items)


def truckloads(seed: int, count: int, *, place: str, day: date) -> list[Truckload]:
    """Draw `count` trucks that come to `place` in the course of `day`, in the order of their arrival."""
    rng = random.Random(f"{seed} {place} {day}")
    return sorted((_truckload(rng, place, day, number) for number in range(count)), key=lambda t: t.arrives_after)


def exits(seed: int, count: int, *, place: str, day: date) -> list[Truckload]:
    """Draw `count` trucks that leave the country through `place` in the course of `day`."""
    drawn = truckloads(seed, count * 4, place=place, day=day)
    leaving = [load for load in drawn if load.direction == "exit"]
    by_plate = {load.plate: load for load in random.Random(seed).sample(leaving, min(count, len(leaving)))}
    return sorted(by_plate.values(), key=lambda load: load.arrives_after)


def on_the_other_side(load: Truckload) -> Truckload:
    """Give the same truck as it comes in at the facing crossing, with an import for each of its exports."""
    place = FACING[load.place]
    rng = random.Random(f"{load.plate} {place}")
    broker = rng.choice(_trade()["brokers"][place[:2]])
    imports = tuple(_as_import(declaration, place, broker) for declaration in load.declarations)
    return replace(load, place=place, direction="entry", broker=broker["code"], declarations=imports)


def _as_import(export: Declaration, place: str, broker: Mapping[str, str]) -> Declaration:
    national = CURRENCY[place[:2]]
    office = Office(**_trade()["offices"][place])
    items = tuple(_as_imported(item, national) for item in export.items)
    return replace(
        export,
        flow="import",
        regime="import",
        type_code="IM",
        general_procedure_code="4",
        office=office,
        declarant=Party(broker["code"], broker["name"]),
        transport=replace(export.transport, border_office=office),
        valuation=_valuation(items, national),
        items=items,
        source=Source(national_currency=national),
    )


def _as_imported(item: Item, national: str) -> Item:
    price = item.price.minor if item.price else 0
    return replace(item, procedure_code="4000", invoice=_charge(price, national))


def declarations(seed: int, count: int, *, place: str, day: date, items: int | None = None) -> Iterator[Declaration]:
    """Draw `count` declarations lodged at `place`, each with `items` items, or with one to six."""
    rng = random.Random(f"{seed} {place} {day} declarations")
    for number in range(count):
        yield _declaration(rng, _Route.drawn(rng, place), day, number, items or rng.randint(1, 6))


@dataclass(frozen=True)
class _Route:
    place: str
    direction: str
    exporter: str
    importer: str

    @classmethod
    def drawn(cls, rng: random.Random, place: str) -> "_Route":
        """Draw whether goods come in or go out; more Algerian goods go to Libya than the other way."""
        here, there = place[:2], FACING[place][:2]
        is_exit = rng.random() < (0.65 if here == "dz" else 0.35)
        return cls(place, "exit" if is_exit else "entry", here if is_exit else there, there if is_exit else here)


def _trade() -> Mapping[str, Any]:
    return words.table("site", "sample_trade")


def _truckload(rng: random.Random, place: str, day: date, number: int) -> Truckload:
    route = _Route.drawn(rng, place)
    plate, trailer = _plate(rng, route.exporter), _plate(rng, route.exporter)
    papers = 2 if rng.random() < 0.08 else 1
    seals = tuple(f"{route.exporter.upper()} {rng.randint(90000, 99999):07d}" for _ in range(rng.randint(1, 2)))
    loads = tuple(
        _declaration(rng, route, day, number * 10 + n, rng.randint(1, 5), plate, seals) for n in range(papers)
    )
    hour = rng.choices(list(ARRIVALS), list(ARRIVALS.values()))[0]
    broker = rng.choice(_trade()["brokers"][place[:2]])["code"]
    after = timedelta(hours=hour, minutes=rng.randint(0, 59), seconds=rng.randint(0, 59))
    tare = rng.randrange(14_500, 16_500, 20) * 1000
    carrier = rng.choice(_trade()["carriers"])
    return Truckload(place, route.direction, plate, trailer, carrier, seals, tare, after, broker, loads)


def _plate(rng: random.Random, country: str) -> str:
    if country == "dz":
        return f"99{rng.randint(0, 999):03d}-3{rng.randint(15, 26)}-{rng.choice((30, 33, 39, 47, 16))}"
    return f"5-99{rng.randint(0, 9999):04d}"


def _declaration(
    rng: random.Random,
    route: _Route,
    day: date,
    number: int,
    item_count: int,
    plate: str = "",
    seals: tuple[str, ...] = (),
) -> Declaration:
    items = tuple(_item(rng, route, day, item_count) for _ in range(item_count))
    head = _head(rng, route, day, number)
    has_container = bool(seals) and rng.random() < 0.3
    return replace(
        head,
        item_count=len(items),
        package_count=sum(item.packages.count or 0 for item in items),
        transport=_transport(rng, route, head.office, plate, has_container),
        transit=Transit(seal_count=len(seals) or None, seals=" ".join(seals) or None),
        valuation=_valuation(items, CURRENCY[route.place[:2]]),
        items=items,
        containers=_containers(rng, items) if rng.random() < 0.3 else (),
    )


def _head(rng: random.Random, route: _Route, day: date, number: int) -> Declaration:
    """Draw what a declaration says before its items: the flow, the parties, the countries."""
    broker = rng.choice(_trade()["brokers"][route.place[:2]])
    flow, kind, procedure = ("export", "EX", "1") if route.direction == "exit" else ("import", "IM", "4")
    return Declaration(
        flow=flow,
        regime=flow,
        type_code=kind,
        general_procedure_code=procedure,
        office=Office(**_trade()["offices"][route.place]),
        declarant_reference_year=str(day.year),
        declarant_reference=f"T{number:06d}-{rng.randint(0, 999999):06d}",
        declared_on=day.isoformat(),
        exporter=_firm(rng, route.exporter),
        consignee=_firm(rng, route.importer),
        declarant=Party(broker["code"], broker["name"]),
        trading_country=route.exporter.upper(),
        export_country=Country(route.exporter.upper(), None, None),
        destination_country=Country(route.importer.upper(), None, None),
        source=Source(national_currency=CURRENCY[route.place[:2]]),
    )


def _firm(rng: random.Random, country: str) -> Party:
    return Party(f"{country.upper()}-{rng.randint(0, 99):02d}-EXAMPLE", rng.choice(_trade()["firms"][country]))


def _transport(rng: random.Random, route: _Route, office: Office, plate: str, has_container: bool) -> Transport:
    means = Means(plate or _plate(rng, route.exporter), route.exporter.upper(), "3")
    return Transport(
        departure=means,
        border=means,
        inland_mode="3",
        is_containerised=has_container,
        delivery_terms=DeliveryTerms(rng.choice(("CPT", "DAP", "FCA")), office.name, None),
        border_office=office,
        loading=Place(None, "Ouargla" if route.exporter == "dz" else "Tripoli", route.exporter.upper()),
    )


def _item(rng: random.Random, route: _Route, day: date, sharing: int) -> Item:
    goods = [g for g in _trade()["goods"] if g["exporter"] in (route.exporter, "any")]
    good = rng.choices(goods, [g["share"] for g in goods])[0]
    count = max(round(rng.uniform(*good["mass"]) / sharing / good["unit_kg"]), 1)
    net_kg = count * good["unit_kg"]
    price = round(net_kg * rng.uniform(*good["price"]) * 100)
    language = {"dz": "fr", "ly": "ar"}[route.exporter] if rng.random() < 0.6 else "ar"
    national = CURRENCY[route.place[:2]]
    return Item(
        commodity_code=good["hs"] + "00",
        precision_1="00",
        procedure_code="1000" if route.direction == "exit" else "4000",
        national_procedure_code="000",
        origin_country=route.exporter.upper() if rng.random() < 0.85 else rng.choice(("CN", "TR", "IT", "TN")),
        description=good[language],
        packages=Packages(count, good["kind"], None, f"{good['hs']}/{rng.randint(1, 99)}", None),
        gross_mass_g=round(net_kg * good["packing"] * 1000),
        net_mass_g=net_kg * 1000,
        price=Amount(price, "USD"),
        documents=tuple(_document(rng, code, day) for code in good["papers"]),
        invoice=_charge(price, national),
    )


def _document(rng: random.Random, code: str, day: date) -> AttachedDocument:
    on = day - timedelta(days=rng.randint(1, 20))
    return AttachedDocument(code, None, f"{code}-{rng.randint(0, 99999):05d}", None, on.isoformat())


def _charge(minor: int, national: str) -> Charge:
    # cents x rate / 100 x minor units of the national currency, rounded once, in integers
    rate = round(float(RATES[national]) * 100)
    converted = (minor * rate * MINOR[national] + 5000) // 10_000
    return Charge(Amount(converted, national), Amount(minor, "USD"), "USD", None, RATES[national])


def _valuation(items: tuple[Item, ...], national: str) -> Valuation:
    foreign = sum(item.price.minor for item in items if item.price)
    in_national = sum(item.invoice.national.minor for item in items if item.invoice.national)
    invoice = Charge(Amount(in_national, national), Amount(foreign, "USD"), "USD", None, RATES[national])
    gross = sum(item.gross_mass_g or 0 for item in items)
    return Valuation(working_mode="0", gross_mass_g=gross, invoice=invoice, invoice_total=Amount(foreign, "USD"))


def _containers(rng: random.Random, items: tuple[Item, ...]) -> tuple[Container, ...]:
    body = f"MBRU{rng.randint(0, 999999):06d}"
    number = f"{body}{identifiers.container_check_digit(body)}"
    gross = sum(item.gross_mass_g or 0 for item in items)
    return (Container(1, number, "22G1", "1", gross, None, None, None, None),)
