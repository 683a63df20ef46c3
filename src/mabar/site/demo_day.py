"""A day at two facing crossings: each truck lives its own life, act by act, through the product's own commands.

The crossings may be two places of one node, or each a node of its own: an act is done at the node of its place.
"""

import heapq
import logging
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.crossings import commands as crossings
from mabar.crossings import queries as passages
from mabar.declarations import commands as declarations
from mabar.declarations import queries as papers
from mabar.duties import commands as duties
from mabar.exchange import inbox
from mabar.lib.refusals import Refusal
from mabar.site import demo_queue, generator
from mabar.site.demo_cast import Cast
from mabar.site.generator import FACING, Truckload

log = logging.getLogger(__name__)
Life = Iterator[timedelta]
POLICE_HOLDS, PLANT_HOLDS, DISCREPANCIES = 0.06, 0.25, 0.3
MOST_LOOKS = 2_000  # a driver waits for days before he gives up


def _here(place: str) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass
class Day:
    """The clock of the day and every truck that still has something to do; `at_node` opens the node of a place."""

    cast: Cast
    seed: int
    now: datetime
    at_node: Callable[[str], AbstractContextManager[object]] = _here
    due: list[tuple[datetime, int, str, Life]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    refused: list[str] = field(default_factory=list)

    def begin(self, life: Callable[..., Life], load: Truckload, at: datetime, **facts: Any) -> None:
        """Let a truck's life at one crossing begin at an instant."""
        rng = random.Random(f"{self.seed} {load.plate} {load.place}")  # noqa: S311  # a day that can be drawn again
        heapq.heappush(self.due, (at, next(self.numbers), load.place, life(self, load, rng, **facts)))

    def step(self) -> None:
        """Do the next act that is due, at the instant at which it is due, at the node of its place."""
        self.now, number, place, life = heapq.heappop(self.due)
        try:
            with self.at_node(place):
                pause = next(life)
        except StopIteration:
            return
        except Refusal as refusal:
            self.refused.append(refusal.code)
            log.warning("the day refused an act", extra={"code": refusal.code})
            return
        heapq.heappush(self.due, (self.now + pause, number, place, life))

    def officer(self, place: str, desk: str) -> Actor:
        """Give the officer at a desk."""
        return self.cast.officers[place, desk]


def minutes(rng: random.Random, shortest: float, longest: float) -> timedelta:
    """Draw a pause, short ones more often than long ones."""
    return timedelta(minutes=rng.triangular(shortest, longest, shortest + (longest - shortest) / 4))


def out_and_over(day: Day, load: Truckload, rng: random.Random) -> Life:
    """A truck's life from the lodging of its export to its gate-out; it then goes on at the other side."""
    yield minutes(rng, 0, 1)
    passage = yield from prepare(day, load, rng, new_key(day.now))
    yield from cross(day, load, rng, passage)
    inbox.open_waiting(day.now)
    day.begin(over, generator.on_the_other_side(load), day.now + minutes(rng, 1, 5), origin=passage.key)


def over(day: Day, load: Truckload, rng: random.Random, *, origin: str) -> Life:
    """A truck's life at the crossing across, once that knows of it."""
    for _ in range(MOST_LOOKS):
        if tied := passages.tied_to(origin):
            break
        yield minutes(rng, 1, 4)  # the line is slow, or cut
    else:
        return
    following = Passage(tied[0].key, _lodge(day, load, rng))
    _attach(day, load, following)
    yield minutes(rng, 10, 30)
    yield from cross(day, load, rng, following)


@dataclass(frozen=True)
class Passage:
    """A truck's passage of this day, and the declarations of what it carries, by their keys."""

    key: str
    declarations: tuple[str, ...]


def prepare(day: Day, load: Truckload, rng: random.Random, key: str) -> Generator[timedelta, None, Passage]:
    """Lodge and announce before the arrival, then wait until the truck is there."""
    passage = announced(day, load, rng, key)
    demo_queue.ask_for_an_hour(day, load, key)
    yield minutes(rng, 20, 120)
    return passage


def announced(day: Day, load: Truckload, rng: random.Random, key: str) -> Passage:
    """Lodge what a truck carries, announce the truck and put the declarations on it."""
    declarant = day.cast.declarants[load.broker]
    lodged = _lodge(day, load, rng)
    crossings.announce(
        declarant,
        key,
        place=load.place,
        direction=load.direction,
        plate=load.plate,
        trailer_plate=load.trailer_plate,
        carrier=load.carrier,
        seals=load.seals,
        at=day.now,
    )
    passage = Passage(key, lodged)
    _attach(day, load, passage)
    return passage


def _lodge(day: Day, load: Truckload, rng: random.Random) -> tuple[str, ...]:
    declarant = day.cast.declarants[load.broker]
    keys = []
    for record in load.declarations:
        lodged = declarations.lodge(
            declarant, new_key(day.now), record=record, place=load.place, seed=str(rng.random()), at=day.now
        )
        keys.append(lodged.key)
    return tuple(keys)


def _attach(day: Day, load: Truckload, passage: Passage) -> None:
    declarant = day.cast.declarants[load.broker]
    for key, record in zip(passage.declarations, load.declarations, strict=True):
        declarations.attach(
            declarant,
            key,
            passage=passage.key,
            packages=record.package_count or 0,
            gross_mass_g=record.valuation.gross_mass_g or 0,
            at=day.now,
        )


def cross(day: Day, load: Truckload, rng: random.Random, passage: Passage) -> Life:
    """From the queue to the gate-out of one crossing."""
    gate, weigh = day.officer(load.place, "gate_officer"), day.officer(load.place, "weigh_officer")
    crossings.join_queue(gate, passage.key, at=day.now)
    yield minutes(rng, 8, 55)
    yield from demo_queue.until_its_turn(day, load, passage.key)
    papers = 3 * len(load.declarations)
    crossings.note_gate_in(gate, passage.key, plate=load.plate, seals=load.seals, documents=papers, at=day.now)
    yield minutes(rng, 2, 8)
    gross = load.tare_mass_g + round(load.goods_mass_g * rng.gauss(1, 0.006))
    crossings.note_weight(
        weigh, passage.key, gross_mass_g=gross, tare_mass_g=load.tare_mass_g, is_empty=False, at=day.now
    )
    yield minutes(rng, 1, 5)
    crossings.present(gate, passage.key, at=day.now)
    held = _held_by(load, rng)
    if held:
        yield from _hold(day, load, rng, passage, held)
    for key in passage.declarations:
        yield from cleared(day, load, rng, key)
    yield minutes(rng, 2, 10)
    crossings.note_gate_out(gate, passage.key, seals=_seals(passage), at=day.now)


def _seals(passage: Passage) -> tuple[str, ...]:
    return passages.passage(passage.key).row.seals


def _held_by(load: Truckload, rng: random.Random) -> str:
    if demo_queue.has_plants(load) and rng.random() < PLANT_HOLDS:
        return "plant_health_officer"
    return "police_officer" if rng.random() < POLICE_HOLDS else ""


WANTS = {
    "police_officer": ("مطابقة رقم الهيكل", "رقم الهيكل غير مقروء في الوثيقة", "7"),
    "plant_health_officer": ("أصل شهادة الصحة النباتية", "قُدّمت نسخة فقط", "5"),
}


def _hold(day: Day, load: Truckload, rng: random.Random, passage: Passage, desk: str) -> Life:
    officer = day.officer(load.place, desk)
    wants, reason, number = WANTS[desk]
    crossings.hold(officer, passage.key, wants=wants, reason=reason, desk=number, at=day.now)
    yield minutes(rng, 15, 70)
    for hold in passages.passage(passage.key).holds:
        if hold.lifted_at is None:
            crossings.lift_hold(officer, passage.key, hold=hold.number, note="مطابق", at=day.now)


def cleared(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    """Whatever the lane and the register ask for, until the goods are released."""
    while (now := papers.standing(key)).state not in ("released", "closed"):
        if now.register == "national":
            yield from _follow_national(day, load, rng, key)
        else:
            act = next(act for act in STEPS if act in now.acts)
            yield from STEPS[act](day, load, rng, key)


def _follow_national(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    registrar = day.officer(load.place, "registrar")
    reference = f"C {rng.randint(1000, 9999)}"
    for claimed in ("registered", "assessed", "receipted", "released"):
        yield minutes(rng, 2, 12)
        on, system = day.now.date(), "ASYCUDA World"
        declarations.note_national_state(
            registrar, key, reference=reference, on=on, claimed=claimed, received_from=system, at=day.now
        )


def _check_documents(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    yield minutes(rng, 4, 25)
    declarations.check_documents(day.officer(load.place, "examiner"), key, at=day.now)


def _note_scan(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    yield minutes(rng, 6, 20)
    image = f"SCAN-{rng.randint(0, 99999):05d}"
    declarations.note_scan(
        day.officer(load.place, "scanner_officer"), key, image=image, outcome="لا اختلاف ظاهر", at=day.now
    )


def _inspect(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    yield minutes(rng, 3, 10)
    head = day.officer(load.place, "head_of_inspection")
    drawn = declarations.assign_team(head, key, seed=str(rng.random()), at=day.now)
    yield minutes(rng, 20, 80)
    team = {actor.key: actor for actor in Actor.objects.filter(key__in=drawn.team)}
    found = []
    if rng.random() < DISCREPANCIES:
        found = [declarations.Found("discrepancy", 1, "عدد الطرود أقل باثنين من المصرّح به")]
    declarations.inspect(team[drawn.team[0]], key, found=found, at=day.now)


def _assess(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    yield minutes(rng, 2, 12)
    duties.assess(day.officer(load.place, "assessor"), key, at=day.now)


def _pay(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    yield minutes(rng, 3, 20)
    owed = papers.standing(key)
    declarations.note_payment(
        day.officer(load.place, "cashier"),
        key,
        reference=f"R-{rng.randint(0, 99999):05d}",
        amount_minor=owed.assessed_minor,
        currency=owed.assessed_currency,
        at=day.now,
    )


def _release(day: Day, load: Truckload, rng: random.Random, key: str) -> Life:
    yield minutes(rng, 1, 6)
    declarations.release(day.officer(load.place, "release_officer"), key, at=day.now)


STEPS: dict[str, Callable[[Day, Truckload, random.Random, str], Life]] = {
    "check_documents": _check_documents,
    "note_scan": _note_scan,
    "inspect": _inspect,
    "assess": _assess,
    "note_payment": _pay,
    "release": _release,
}


def arrivals(day: Day, trucks: int, began_at: datetime, life: Callable[..., Life] = out_and_over) -> None:
    """Draw the day's trucks, three of five from the Algerian side, and let each begin its life before its arrival."""
    shares = {"dz.debdeb": trucks * 3 // 5, "ly.ghadames": trucks - trucks * 3 // 5}
    for place in FACING:
        for load in generator.exits(day.seed, shares[place], place=place, day=began_at.date()):
            day.begin(life, load, began_at + load.arrives_after - timedelta(hours=1))
