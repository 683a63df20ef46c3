"""Who works at the two crossings of the demonstration; every name is a function, never a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from mabar.base import actors, commands
from mabar.base.keys import new_key
from mabar.base.models import Actor, Agency, Firm, Place
from mabar.crossings import commands as crossings
from mabar.declarations import commands as declarations
from mabar.duties import commands as duties
from mabar.duties import loading
from mabar.lib import words
from mabar.site import demo_vehicles
from mabar.site.generator import CURRENCY, FACING

PLACES = tuple(FACING)
PREFIX = {"dz.debdeb": "DEB", "ly.ghadames": "GHD"}
LANGUAGE = "ar"
DESKS = {
    "gate_officer": "customs",
    "weigh_officer": "customs",
    "yard_officer": "customs",
    "registrar": "customs",
    "examiner": "customs",
    "scanner_officer": "customs",
    "inspector": "customs",
    "head_of_inspection": "customs",
    "assessor": "customs",
    "cashier": "customs",
    "release_officer": "customs",
    "police_officer": "police",
    "plant_health_officer": "plant_health",
    "duty_officer": "crossing",
    "place_administrator": "crossing",
    "oversight_reader": "crossing",
    "duty_engineer": "crossing",
    "terms_officer": "customs",
    "tariff_officer": "customs",
    "vehicle_officer": "customs",
    "head_of_vehicles": "customs",
    "origin_officer": "customs",
    "issuing_officer": "customs",
    "verifying_officer": "customs",
    "liaison_officer": "customs",
    "head_of_assistance": "customs",
    "departure_officer": "customs",
    "passage_officer": "customs",
    "destination_officer": "customs",
    "head_of_transit": "customs",
    "guarantee_officer": "customs",
}
SLOTS = {"slot_min": 60, "trucks_a_slot": 12, "tolerance_min": 30}
INSPECTORS = 3  # a team of two is drawn from them
LANES = {1: ("green", "blue"), 2: ("green", "blue"), 3: ("yellow",), 4: ("red",)}


@dataclass(frozen=True)
class SignIn:
    """A desk's sign-in, told once."""

    key: str
    desk: str
    place: str
    password: str


@dataclass
class Cast:
    """Everybody who acts in the day."""

    officers: dict[tuple[str, str], Actor]
    declarants: dict[str, Actor]
    sign_ins: list[SignIn]


def enrol(at: datetime, first_day: date, places: Collection[str] = PLACES, cast: Cast | None = None) -> Cast:
    """Enrol an officer for each desk at the crossings, the brokers' declarants, and set the crossings up.

    `cast`: who works at the other nodes of the day already.
    """
    cast = cast or Cast({}, {}, [])
    for place in Place.objects.filter(code__in=places).order_by("code"):
        _set_up(place, at)
        for number, desk in enumerate(DESKS, start=1):
            for twin in range(INSPECTORS if desk == "inspector" else 1):
                enrol_officer(cast, place, desk, f"{PREFIX[place.code]}-{number:02}{twin + 1}", at, first_day)
        _load_tariff(cast, place, at)
        for broker in words.table("site", "sample_trade")["brokers"][place.code[:2]]:
            _declarant(cast, place, broker, at, first_day)
        demo_vehicles.come(place, at)
    return cast


def _load_tariff(cast: Cast, place: Place, at: datetime) -> None:
    """Load the sample tariff of the country, which says of itself that it is none of the law."""
    country = place.code[:2]
    officer = cast.officers[place.code, "tariff_officer"]
    made = loading.sample(country, name="تعريفة نموذجية 2026", currency=CURRENCY[country])
    duties.load_tariff(officer, new_key(at), offer=made, place=place.code, at=at)


def _set_up(place: Place, at: datetime) -> None:
    node, today = actors.node(), at.astimezone(place.clock).date()
    crossings.establish(node, place.code, gates=2, at=at)
    for kind, is_open in (("goods", True), ("persons", False)):
        reason = "عرض تجريبي" if is_open else "البضائع أولاً، والمسافرون بعد التقييم"
        crossings.change_opening(node, place.code, kind=kind, is_open=is_open, reason=reason, at=at)
    for number, colours in LANES.items():
        crossings.change_lane(node, place.code, number=number, is_open=True, colours=colours, at=at)
    # round the clock, because the demonstration opens at any hour of the day
    crossings.change_hours(node, place.code, days=range(1, 8), opens_min=0, closes_min=1440, at=at, **SLOTS)
    declarations.change_register(node, place.code, keeper="mabar", from_on=today, at=at)
    if place.code == "ly.ghadames":
        # so that the demonstration shows both: exports of Ghadames are registered by the national system
        declarations.change_register(
            node, place.code, keeper="national", system="ASYCUDA World", flow="export", from_on=today, at=at
        )


def enrol_officer(cast: Cast, place: Place, desk: str, key: str, at: datetime, first_day: date) -> None:
    """Enrol an officer at a desk of a place, with the mandate of his post."""
    node = actors.node()
    agency = Agency.objects.get(code=f"{place.code[:2]}.{DESKS[desk]}")
    name = words.word("base", f"post.{desk}", LANGUAGE)
    enrolled = commands.enrol_actor(
        node,
        key,
        kind=Actor.OFFICER,
        name=name,
        place=place,
        agency=agency,
        language=LANGUAGE,
        at=at,
    )
    commands.grant_mandate(node, key, function=desk, place=place, from_on=first_day, until_on=None, at=at)
    cast.officers.setdefault((place.code, desk), enrolled.actor)
    if key.endswith("1"):
        cast.sign_ins.append(SignIn(key, desk, place.code, enrolled.password))


def _declarant(cast: Cast, place: Place, broker: dict[str, str], at: datetime, first_day: date) -> None:
    node = actors.node()
    firm, _ = Firm.objects.get_or_create(code=broker["code"], defaults={"name": broker["name"], "kind": "broker"})
    key = broker["code"].lower()
    enrolled = commands.enrol_actor(
        node, key, kind=Actor.DECLARANT, name=broker["name"], place=place, firm=firm, language="ar", at=at
    )
    commands.grant_mandate(node, key, function="declarant", place=place, from_on=first_day, until_on=None, at=at)
    cast.declarants[broker["code"]] = enrolled.actor
    cast.sign_ins.append(SignIn(key, "declarant", place.code, enrolled.password))
