"""Two transshipments of the demonstration at kilometre zero: one is done, the other stands still at its tally."""

import random
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta

from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.crossings import commands as crossings
from mabar.crossings import queries as passages
from mabar.crossings.queries import transshipments
from mabar.crossings.rules.counting import Count
from mabar.exchange import inbox
from mabar.site import demo_day, generator
from mabar.site.demo_day import Day, Life, minutes
from mabar.site.generator import Truckload

PLACE = "dz.debdeb"
ONWARD = {"done": ("5-41-77881", "LY 0044107"), "stopped": ("5-41-77902", "LY 0044115")}
CARRIER = "نقليات غدامس (مثال)"
STANDS_STILL = timedelta(hours=2)
LASTS = timedelta(minutes=100)  # from the arrival of the trucks to the tally, and somewhat longer


def begin(day: Day, began_at: datetime, opens_at: datetime) -> None:
    """Let one transshipment begin in the morning, and one so that it stands still at its tally at `opens_at`."""
    loads = generator.exits(day.seed + 1, 2, place=PLACE, day=began_at.date())
    for load, end, at in zip(loads, ONWARD, (began_at, opens_at - LASTS), strict=True):
        day.begin(_change_trucks, load, max(at, began_at), end=end)


def _change_trucks(day: Day, load: Truckload, rng: random.Random, *, end: str) -> Life:
    """Two trucks' life at the line: the goods of one go on with the other, and it turns home empty."""
    plate, seal = ONWARD[end]
    laden = yield from _in_the_yard(day, load, rng)
    empty = yield from _empty_truck(day, plate, rng)
    yard = day.officer(PLACE, "yard_officer")
    opened = crossings.open_transshipment(yard, new_key(day.now), passage=laden.key, onward=[empty], at=day.now)
    yield minutes(rng, 2, 6)
    crossings.note_unloading(yard, opened.key, seals=load.seals, reason="الكيلومتر صفر", at=day.now)
    yield minutes(rng, 10, 25)
    if end == "stopped":
        yield from _stands_still(day, opened.key, rng)
    _tally(day, opened.key, short=0)
    yield minutes(rng, 8, 20)
    crossings.note_loading(yard, opened.key, truck=empty, loaded=_counts(opened.key), seals=[seal], at=day.now)
    yield minutes(rng, 2, 5)
    crossings.sign_protocol(yard, opened.key, at=day.now)
    yield minutes(rng, 1, 4)
    crossings.countersign_protocol(_second(day), opened.key, at=day.now)
    yield minutes(rng, 3, 8)
    crossings.note_empty_exit(day.officer(PLACE, "gate_officer"), opened.key, at=day.now)
    yield from _on(day, replace(load, plate=plate, trailer_plate="", carrier=CARRIER, seals=(seal,)), rng, laden, empty)


def _in_the_yard(day: Day, load: Truckload, rng: random.Random) -> Generator[timedelta, None, demo_day.Passage]:
    laden = demo_day.announced(day, load, rng, new_key(day.now))
    yield minutes(rng, 5, 15)
    yield from _through_the_gate(day, laden.key, load.plate, load.seals, rng)
    gross, tare = load.tare_mass_g + load.goods_mass_g, load.tare_mass_g
    weigh = day.officer(PLACE, "weigh_officer")
    crossings.note_weight(weigh, laden.key, gross_mass_g=gross, tare_mass_g=tare, is_empty=False, at=day.now)
    yield minutes(rng, 1, 4)
    crossings.present(day.officer(PLACE, "gate_officer"), laden.key, at=day.now)
    return laden


def _empty_truck(day: Day, plate: str, rng: random.Random) -> Generator[timedelta, None, str]:
    gate, key = day.officer(PLACE, "gate_officer"), new_key(day.now)
    crossings.announce(gate, key, place=PLACE, direction="exit", plate=plate, carrier=CARRIER, at=day.now)
    yield minutes(rng, 1, 3)
    yield from _through_the_gate(day, key, plate, (), rng)
    weigh = day.officer(PLACE, "weigh_officer")
    crossings.note_weight(weigh, key, gross_mass_g=14_600_000, tare_mass_g=14_600_000, is_empty=True, at=day.now)
    crossings.present(gate, key, at=day.now)
    yield minutes(rng, 1, 3)
    return key


def _through_the_gate(day: Day, key: str, plate: str, seals: tuple[str, ...], rng: random.Random) -> Life:
    gate = day.officer(PLACE, "gate_officer")
    crossings.join_queue(gate, key, at=day.now)
    yield minutes(rng, 4, 10)
    crossings.note_gate_in(gate, key, plate=plate, seals=seals, documents=2, at=day.now)
    yield minutes(rng, 2, 5)


def _stands_still(day: Day, key: str, rng: random.Random) -> Life:
    _tally(day, key, short=2)
    yield STANDS_STILL
    yield minutes(rng, 5, 20)


def _tally(day: Day, key: str, *, short: int) -> None:
    """Count, with so many packages fewer than declared on the first line, and let the second officer confirm."""
    counts = _counts(key)
    first = replace(counts[0], packages=max(counts[0].packages - short, 0))
    counted = (first, *counts[1:])
    crossings.note_tally(day.officer(PLACE, "yard_officer"), key, counted=counted, at=day.now)
    crossings.confirm_tally(_second(day), key, at=day.now)


def _counts(key: str) -> tuple[Count, ...]:
    declared = [(each.declaration, each.declared) for each in transshipments.transshipment(key).figures]
    return tuple(Count(declaration, load.packages, load.gross_mass_g) for declaration, load in declared)


def _second(day: Day) -> Actor:
    """Give the second pair of eyes: of the customs across where they work at this node, else of these."""
    return day.officer(passages.facing(PLACE) or PLACE, "inspector")


def _on(day: Day, load: Truckload, rng: random.Random, laden: demo_day.Passage, empty: str) -> Life:
    """Clear the goods, let the other truck out, and let it cross over."""
    for key in laden.declarations:
        yield from demo_day.cleared(day, load, rng, key)
    crossings.note_gate_out(day.officer(PLACE, "gate_officer"), empty, seals=load.seals, at=day.now)
    inbox.open_waiting(day.now)
    yield minutes(rng, 1, 2)
    day.begin(demo_day.over, generator.on_the_other_side(load), day.now, origin=empty)
