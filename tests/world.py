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
}


def make_world() -> World:
    """Make the cast in the test's database."""
    debdeb, ghadames = _places()
    officers = {function: _officer("DEB", function, debdeb) for function in OFFICES}
    across = {function: _officer("GHD", function, ghadames) for function in OFFICES}
    return World(
        debdeb,
        ghadames,
        officers,
        across,
        broker=_declarant("broker-oasis", "Oasis Brokers", debdeb),
        rival=_declarant("broker-dune", "Dune Brokers", debdeb),
        stranger=Actor.objects.create(
            key="DEB-0999", kind=Actor.OFFICER, name="No mandate", place=debdeb, password="!"
        ),
        node=actors.node(),
    )


def _places() -> tuple[Place, Place]:
    for code, names in {"dz": ("الجزائر", "Algérie", "Algeria"), "ly": ("ليبيا", "Libye", "Libya")}.items():
        administration = Administration.objects.create(code=code, **_named(names))
        for kind in AGENCIES:
            Agency.objects.create(
                code=f"{code}.{kind}", administration=administration, kind=kind, **_named((kind, kind, kind))
            )
    debdeb = _place("dz.debdeb", "Africa/Algiers", ("الدبداب", "Debdeb", "Debdeb"))
    ghadames = _place("ly.ghadames", "Africa/Tripoli", ("غدامس", "Ghadamès", "Ghadames"))
    for one, other in ((debdeb, ghadames), (ghadames, debdeb)):
        one.faces = other
        one.save(update_fields=["faces"])
    return debdeb, ghadames


def _named(names: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("name_ar", "name_fr", "name_en"), names, strict=True))


def _place(code: str, zone: str, names: tuple[str, str, str]) -> Place:
    return Place.objects.create(code=code, administration_id=code[:2], kind="crossing", zone=zone, **_named(names))


def _officer(prefix: str, function: str, place: Place) -> Actor:
    agency = Agency.objects.get(code=f"{place.code[:2]}.{OFFICES[function]}")
    number = list(OFFICES).index(function) + 1
    actor = Actor.objects.create(
        key=f"{prefix}-{number:04}", kind=Actor.OFFICER, name=function, agency=agency, place=place, password="!"
    )
    post, _ = Post.objects.get_or_create(agency=agency, function=function)
    Mandate.objects.create(actor=actor, post=post, place=place, from_on=date(2026, 1, 1))
    return actor


def _declarant(key: str, house: str, place: Place) -> Actor:
    firm = Firm.objects.create(code=key.upper(), name=house, kind="broker")
    actor = Actor.objects.create(key=key, kind=Actor.DECLARANT, name=house, firm=firm, place=place, password="!")
    post, _ = Post.objects.get_or_create(agency=None, function="declarant")
    Mandate.objects.create(actor=actor, post=post, place=None, from_on=date(2026, 1, 1))
    return actor
