"""The fixed cast of the tests: people and places that every test may count on.  All names are fictitious."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from mabar.base import actors
from mabar.base.models import Actor, Administration, Agency, Firm, Mandate, Place, Post

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
AGENCIES = ("customs", "police", "plant_health", "administration")


@dataclass(frozen=True)
class World:
    """Who is who.  `officers[function]` works at Debdeb; `across[function]` holds the same post at Ghadames."""

    debdeb: Place
    ghadames: Place
    officers: dict[str, Actor]
    across: dict[str, Actor]
    broker: Actor
    rival: Actor
    stranger: Actor
    node: Actor


OFFICES = {
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
    "duty_officer": "administration",
    "place_administrator": "administration",
    "node_administrator": "administration",
    "oversight_reader": "administration",
    "duty_engineer": "administration",
    "terms_officer": "administration",
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


HOUSES = {"broker-oasis": "Oasis Brokers", "broker-dune": "Dune Brokers"}
COUNTRIES = {"dz": ("الجزائر", "Algérie", "Algeria"), "ly": ("ليبيا", "Libye", "Libya")}


def make_world() -> World:
    """Make the cast in the test's database, each table at once: a thousand tests ask for it, each anew."""
    debdeb, ghadames = _places()
    officers, across = _officers("DEB", debdeb), _officers("GHD", ghadames)
    broker, rival = _declarants(debdeb)
    stranger = Actor(key="DEB-0999", kind=Actor.OFFICER, name="No mandate", place=debdeb, password="!")
    in_office = [*officers.values(), *across.values()]
    Actor.objects.bulk_create([*in_office, broker, rival, stranger])
    _mandate(in_office, [broker, rival])
    return World(debdeb, ghadames, officers, across, broker, rival, stranger, node=actors.node())


def _places() -> tuple[Place, Place]:
    Administration.objects.bulk_create(Administration(code=code, **_named(names)) for code, names in COUNTRIES.items())
    Agency.objects.bulk_create(
        Agency(code=f"{code}.{kind}", administration_id=code, kind=kind, **_named((kind, kind, kind)))
        for code in COUNTRIES
        for kind in AGENCIES
    )
    debdeb = _place("dz.debdeb", "Africa/Algiers", ("الدبداب", "Debdeb", "Debdeb"))
    ghadames = _place("ly.ghadames", "Africa/Tripoli", ("غدامس", "Ghadamès", "Ghadames"))
    Place.objects.bulk_create([debdeb, ghadames])
    debdeb.faces, ghadames.faces = ghadames, debdeb
    Place.objects.bulk_update([debdeb, ghadames], ["faces"])
    return debdeb, ghadames


def _named(names: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("name_ar", "name_fr", "name_en"), names, strict=True))


def _place(code: str, zone: str, names: tuple[str, str, str]) -> Place:
    return Place(code=code, administration_id=code[:2], kind="crossing", zone=zone, **_named(names))


def _officers(prefix: str, place: Place) -> dict[str, Actor]:
    agencies = Agency.objects.in_bulk([f"{place.code[:2]}.{kind}" for kind in AGENCIES])
    return {
        function: Actor(
            key=f"{prefix}-{number:04}",
            kind=Actor.OFFICER,
            name=function,
            agency=agencies[f"{place.code[:2]}.{kind}"],
            place=place,
            password="!",
        )
        for number, (function, kind) in enumerate(OFFICES.items(), 1)
    }


def _declarants(place: Place) -> list[Actor]:
    firms = [Firm(code=key.upper(), name=house, kind="broker") for key, house in HOUSES.items()]
    Firm.objects.bulk_create(firms)
    return [
        Actor(key=key, kind=Actor.DECLARANT, name=firm.name, firm=firm, place=place, password="!")
        for key, firm in zip(HOUSES, firms, strict=True)
    ]


def _mandate(in_office: list[Actor], of_houses: list[Actor]) -> None:
    """Give each officer his post at his place, and those of a house theirs at every place."""
    posts = [Post(agency=actor.agency, function=actor.name) for actor in in_office]
    everywhere = Post(agency=None, function="declarant")
    Post.objects.bulk_create([*posts, everywhere])
    held = [*zip(in_office, posts, strict=True), *((actor, everywhere) for actor in of_houses)]
    Mandate.objects.bulk_create(
        Mandate(actor=actor, post=post, place=post.agency and actor.place, from_on=date(2026, 1, 1))
        for actor, post in held
    )
