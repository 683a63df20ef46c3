"""A second Algerian crossing of the demonstration: closed, and its trucks on their way to Debdeb, hour by hour."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from mabar.base import actors
from mabar.base import commands as ground
from mabar.base.keys import new_key
from mabar.base.models import Place
from mabar.crossings import commands as crossings
from mabar.declarations import commands as declarations
from mabar.site import demo_cast, generator
from mabar.site.demo_cast import Cast
from mabar.site.demo_day import Day, Life, minutes
from mabar.site.generator import Truckload

CLOSED, RECEIVING = "dz.tin-alkoum", "dz.debdeb"
DESKS = ("yard_officer", "gate_officer", "place_administrator")
CLOSING = "قطعت السيول الطريق إلى المعبر (مثال)"
TRUCKS, AN_HOUR, HOURS, ROAD_HOURS = 12, 3, 3, 14
ANSWERS = ("keep", "keep", "decline", "keep")
BEFORE_OPENING = timedelta(hours=3)


def enrol(cast: Cast, at: datetime, first_day: date) -> None:
    """Make the closed place a crossing of Debdeb's node, with its officers and the brokers who announce there."""
    node, place = actors.node(), Place.objects.get(code=CLOSED)
    crossings.establish(node, CLOSED, gates=1, at=at)
    crossings.state_capacity(node, RECEIVING, an_hour=AN_HOUR, at=at)
    for number, desk in enumerate(DESKS, start=1):
        demo_cast.enrol_officer(cast, place, desk, f"TAK-{number:02}1", at, first_day)
    for declarant in cast.declarants.values():
        if declarant.place_id == RECEIVING:
            told: dict[str, Any] = {
                "function": "declarant",
                "place": place,
                "from_on": first_day,
                "until_on": None,
                "at": at,
            }
            ground.grant_mandate(node, declarant.key, **told)


def begin(day: Day, began_at: datetime, opens_at: datetime) -> None:
    """Let the closing come in the morning, so that at `opens_at` some carriers have answered and some have not."""
    loads = generator.exits(day.seed + 2, TRUCKS, place=RECEIVING, day=began_at.date())
    day.begin(_closed, loads[0], opens_at - BEFORE_OPENING, loads=loads)


def _closed(day: Day, _first: Truckload, rng: random.Random, *, loads: Sequence[Truckload]) -> Life:
    """The trucks come, the crossing is closed, one officer proposes all of them, the other gives hours."""
    keys = [_arrived(day, load, rng) for load in loads]
    yield timedelta(hours=2)
    told: dict[str, Any] = {"kind": "goods", "is_open": False, "reason": CLOSING}
    crossings.change_opening(day.officer(CLOSED, "place_administrator"), CLOSED, at=day.now, **told)
    yield timedelta(minutes=20)
    way: dict[str, Any] = {"place": CLOSED, "target": RECEIVING, "reason": CLOSING, "road_hours": ROAD_HOURS}
    proposed = crossings.propose_diversion(day.officer(CLOSED, "yard_officer"), new_key(day.now), at=day.now, **way)
    yield timedelta(minutes=20)
    receiving = day.officer(RECEIVING, "yard_officer")
    crossings.accept_diversion(receiving, proposed.key, an_hour=AN_HOUR, hours=HOURS, at=day.now)
    for key, load, answer in zip(keys, loads, ANSWERS, strict=False):
        yield minutes(rng, 1, 4)
        _answer(day, key, load, answer)


def _arrived(day: Day, load: Truckload, rng: random.Random) -> str:
    declarant, key = day.cast.declarants[load.broker], new_key(day.now)
    truck: dict[str, Any] = {
        "plate": load.plate,
        "trailer_plate": load.trailer_plate,
        "carrier": load.carrier,
        "seals": load.seals,
    }
    crossings.announce(declarant, key, place=CLOSED, direction=load.direction, at=day.now, **truck)
    for record in load.declarations:
        lodged = declarations.lodge(
            declarant, new_key(day.now), record=record, place=RECEIVING, seed=str(rng.random()), at=day.now
        )
        share: dict[str, Any] = {
            "packages": record.package_count or 0,
            "gross_mass_g": record.valuation.gross_mass_g or 0,
        }
        declarations.attach(declarant, lodged.key, passage=key, at=day.now, **share)
    crossings.join_queue(day.officer(CLOSED, "gate_officer"), key, at=day.now)
    return key


def _answer(day: Day, key: str, load: Truckload, answer: str) -> None:
    declarant = day.cast.declarants[load.broker]
    if answer == "keep":
        crossings.keep_diversion(declarant, key, successor=new_key(day.now), at=day.now)
    else:
        crossings.decline_diversion(declarant, key, at=day.now)
