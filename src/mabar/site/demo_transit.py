"""Movements under transit in the demonstration: from Radès over Ras Jedir and Ghadames to Debdeb, and shorter ones."""

import random
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.site import demo_third, generator
from mabar.site.demo_day import Day, Life, minutes
from mabar.site.generator import CURRENCY, Truckload
from mabar.transit import commands, rules
from mabar.transit.commands import guaranteeing
from mabar.transit.models import Guarantee, Movement

DEB, GHD, RAS, RDS = "dz.debdeb", "ly.ghadames", demo_third.NODE, demo_third.PORT
AT_NODE = {RDS: RAS}  # offices that another node works
GUARANTEED = 500_000_000  # minor units of the country
Wait = Generator[timedelta]


@dataclass(frozen=True)
class Trip:
    """A movement of the demonstration: who sends what by which offices, and how far it comes."""

    offices: tuple[str, ...]
    holder: str
    goods: str
    packages: int
    gross_mass_kg: int
    plate: str
    seals: tuple[str, ...]
    ends: str
    begins: timedelta

    @property
    def node(self) -> str:
        """The node of the office of departure."""
        return AT_NODE.get(self.offices[0], self.offices[0])


# `ends`: discharged; under way to its destination with a seal replaced; at its destination with a seal that differs.
BETWEEN = (
    Trip((DEB, GHD), "BRK-DZ-01", "تمور دقلة نور، موضبة", 400, 8_200, "44871-316-30", ("DZ-40021", "DZ-40022"),
         "discharged", timedelta(minutes=20)),
    Trip((GHD, DEB), "BRK-LY-01", "أنابيب من البلاستيك", 18, 3_420, "5-41-70113", ("LY-77120",),
         "differs", timedelta(minutes=95)),
)  # fmt: skip
THROUGH = (
    Trip((RDS, RAS, GHD, DEB), "BRK-TN-01", "قطع غيار مضخات مياه", 120, 14_300, "212 تونس 4471",
         ("TN-90311", "TN-90312"), "discharged", timedelta(minutes=10)),
    Trip((RDS, RAS, GHD, DEB), "BRK-TN-01", "ألواح شمسية", 64, 9_760, "198 تونس 2210", ("TN-90340",),
         "under_way", timedelta(minutes=150)),
)  # fmt: skip


def begin(day: Day, began_at: datetime, nodes: Sequence[str]) -> None:
    """Register each holder's guarantee, and let the movements that these nodes can follow begin."""
    (load,) = generator.exits(day.seed + 3, 1, place=DEB, day=began_at.date())
    for trip in (*BETWEEN, *(THROUGH if RAS in nodes else ())):
        drawn = replace(load, place=trip.node, plate=trip.plate)
        day.begin(_move, drawn, began_at + trip.begins, trip=trip)


def _move(day: Day, load: Truckload, rng: random.Random, *, trip: Trip) -> Life:
    """A movement's life, from its declaration to where it stands."""
    number = yield from _released(day, rng, trip)
    for office in trip.offices[1:-1]:
        yield minutes(rng, 40, 70)
        yield from _passed(day, rng, office, number, trip)
    if trip.ends == "under_way":
        return
    yield minutes(rng, 40, 70)
    yield from _at_destination(day, rng, number, trip)
    if trip.ends == "discharged":
        yield minutes(rng, 8, 15)
        yield from _discharged(day, rng, number, trip)


def _released(day: Day, rng: random.Random, trip: Trip) -> Generator[timedelta, None, str]:
    office, key, declarant = trip.offices[0], new_key(day.now), day.cast.declarants[trip.holder]
    lodgement = rules.Lodgement(
        offices=trip.offices, holder_code=trip.holder, holder_name=declarant.name, goods=trip.goods,
        packages=trip.packages, gross_mass_g=trip.gross_mass_kg * 1000, plate=trip.plate,
        amount_minor=trip.gross_mass_kg * 1_500,
        currency=_currency(office), guarantee=_guarantee(day, office, trip.holder),
    )  # fmt: skip
    commands.lodge(declarant, key, lodgement=lodgement, at=day.now)
    yield minutes(rng, 5, 12)
    officer = day.officer(office, "departure_officer")
    number = commands.accept(officer, key, at=day.now).number
    yield minutes(rng, 5, 15)
    seals = [rules.Seal(each, "Sceaux Exemple") for each in trip.seals]
    commands.release(officer, key, days=5, seals=seals, at=day.now)
    return number


def _currency(office: str) -> str:
    return "TND" if office.startswith("tn") else CURRENCY[office[:2]]


def _guarantee(day: Day, office: str, holder: str) -> str:
    found = Guarantee.objects.filter(office=office, holder=holder).first()
    if found is not None:
        return found.key
    days: Mapping[str, Any] = {"first_on": date(day.now.year, 1, 1), "last_on": date(day.now.year, 12, 31)}
    told: Mapping[str, Any] = {"kind": "comprehensive", "amount_minor": GUARANTEED, "currency": _currency(office)}
    officer, key = day.officer(office, "guarantee_officer"), new_key(day.now)
    return guaranteeing.register_guarantee(officer, key, place=office, holder=holder, at=day.now, **told, **days).key


def _come(day: Day, node: str, number: str, version: int = 0) -> Movement | None:
    """Give the copy of a movement at a node once home's news of it has come."""
    return Movement.objects.filter(number=number, home_version__gt=version).first()


def _passed(day: Day, rng: random.Random, office: str, number: str, trip: Trip) -> Wait:
    with day.at_node(office):
        movement = Movement.objects.get(number=number)
        officer = day.officer(office, "passage_officer")
        if trip.ends == "under_way" and office == GHD:
            told: Mapping[str, Any] = {"reason": "انقطع الختم عند فحص الحاوية", "office": office, "at": day.now}
            new = rules.Seal("LY-77190", "Sceaux Exemple")
            commands.replace_seal(officer, movement.key, number=trip.seals[0], new=new, **told)
            return
        seen = [rules.SealSeen(each) for each in trip.seals]
        commands.pass_office(officer, movement.key, office=office, seen=seen, at=day.now)
    yield minutes(rng, 1, 2)


def _at_destination(day: Day, rng: random.Random, number: str, trip: Trip) -> Wait:
    office = trip.offices[-1]
    seen = [rules.SealSeen(f"{each}9" if trip.ends == "differs" else each) for each in trip.seals]
    with day.at_node(office):
        key, officer = Movement.objects.get(number=number).key, day.officer(office, "destination_officer")
        commands.arrive(officer, key, office=office, seen=seen, at=day.now)
    if trip.ends == "differs":
        return
    yield minutes(rng, 5, 12)
    with day.at_node(office):
        commands.permit_unloading(officer, key, office=office, at=day.now)
    yield minutes(rng, 15, 30)
    with day.at_node(office):
        commands.remark(officer, key, office=office, outcome="conform", at=day.now)


def _discharged(day: Day, rng: random.Random, number: str, trip: Trip) -> Wait:
    """Wait at home until the remarks have come, then write the movement off."""
    while Movement.objects.get(number=number).state != "remarked":
        yield minutes(rng, 4, 6)
    officer = day.officer(trip.offices[0], "head_of_transit")
    commands.discharge(officer, Movement.objects.get(number=number).key, at=day.now)
