"""One crossing cut off from the other for 72 simulated hours of 500 trucks a day, then joined again.

Both crossings are nodes of their own in this process; every truck lives by the product's own commands, act by act, and
is let in across by its papers, since nothing comes through.  `MABAR_BENCH_TRUCKS` sets another number of trucks a day.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench import pairs
from bench.pairs import A, B

TRUCKS = int(os.environ.get("MABAR_BENCH_TRUCKS", "500"))
DAYS, SEED = 3, 22
BEGAN_AT = datetime(2026, 11, 19, tzinfo=UTC)
JOINED_AT = BEGAN_AT + timedelta(days=DAYS)
LOOK_EVERY = timedelta(hours=6)
MOST_ROUNDS = 1_000
TRADE = ("crossings.exit-notice/1.0", "declarations.advance/1.0")
WELL = {"accepted", "late"}  # late: it has taken effect, and is shown with its age


def main() -> None:
    """Print what came of it; exit 1 when an act failed, or anything is lost or stands twice after joining."""
    with pairs.made(at=BEGAN_AT - timedelta(days=1)) as desks:
        for desk in desks.values():
            desk.trust_the_power()
        day, began = _day(desks), time.perf_counter()
        unseen = _live(day, desks)
        took_s = time.perf_counter() - began
        print(f"cut off: {DAYS * 24} h of {TRUCKS} trucks a day lived in {took_s:.0f} s of this machine")
        print(
            f"acts refused while cut: {dict(Counter(day.refused))}; looks at the board that missed anything: {unseen}"
        )
        for desk in desks.values():
            desk.doubt_the_power()
        _join(desks)
        faults = sum(_compare(desks, *way) for way in ((A, B), (B, A)))
    sys.exit(1 if faults or day.refused or unseen else 0)


def _day(desks: dict[str, object]) -> object:
    from mabar.site import demo_cast, demo_day

    cast = None
    for place, desk in desks.items():
        with desk.open():
            cast = demo_cast.enrol(BEGAN_AT - timedelta(hours=12), BEGAN_AT.date() - timedelta(days=1), (place,), cast)
    day = demo_day.Day(cast, SEED, BEGAN_AT, lambda place: desks[place].open())
    for number in range(DAYS):
        demo_day.arrivals(day, TRUCKS, BEGAN_AT + timedelta(days=number), out_and_in_by_papers)
    return day


def out_and_in_by_papers(day: object, load: object, rng: random.Random) -> Iterator[timedelta]:
    """A truck's life while the line is cut: the other side knows of it what its declarant and its driver show."""
    from mabar.site import demo_day, generator

    yield from _over_one_crossing(day, load, rng)
    day.begin(_over_one_crossing, generator.on_the_other_side(load), day.now + demo_day.minutes(rng, 1, 5))


def _over_one_crossing(day: object, load: object, rng: random.Random) -> Iterator[timedelta]:
    from mabar.base.keys import new_key
    from mabar.site import demo_day

    passage = yield from demo_day.prepare(day, load, rng, new_key(day.now))
    yield from demo_day.cross(day, load, rng, passage)


def _live(day: object, desks: dict[str, object]) -> int:
    """Live until nothing is left to do within the days cut off; count the looks at the board that missed something."""
    unseen, look_at = 0, BEGAN_AT + LOOK_EVERY
    while day.due and day.due[0][0] <= JOINED_AT:
        if day.due[0][0] >= look_at:
            unseen += sum(_is_unseen(desk, look_at) for desk in desks.values())
            look_at += LOOK_EVERY
        day.step()
    return unseen


def _is_unseen(desk: object, at: datetime) -> bool:
    """Tell whether the line's row on the board of the duty engineer misses anything that waits."""
    from mabar.exchange.models import Outgoing, Partner
    from mabar.exchange.queries import lines

    with desk.open():
        waiting = Outgoing.objects.filter(done_at=None, address__in=Partner.objects.values("code")).count()
        (row,) = lines(at)
        return not row.is_down or row.waiting != waiting


def _join(desks: dict[str, object]) -> None:
    waits = {code: _waiting(desk) for code, desk in desks.items()}
    began, at, bodies, carried = time.perf_counter(), JOINED_AT, 0, 0
    for said, heard in _contacts(desks):
        bodies, carried, at = bodies + 1, carried + said + heard, at + timedelta(seconds=1)
    took_s = time.perf_counter() - began
    print(f"waited when joined: {waits[A]} at {A}, {waits[B]} at {B}")
    print(f"joined in {took_s:.1f} s of this machine, {bodies} contacts, {carried / 1e6:.2f} MB both ways")


def _contacts(desks: dict[str, object]) -> Iterator[tuple[int, int]]:
    """Let the nodes speak, each in turn, until nothing waits; gives the bytes of each body and its answer."""
    from mabar.exchange import contact, opening
    from mabar.exchange.models import Partner

    at = JOINED_AT
    for _ in range(MOST_ROUNDS):
        if not any(_waiting(desk) for desk in desks.values()):
            return
        for code, other in ((A, B), (B, A)):
            at += timedelta(seconds=1)
            with desks[code].open():
                body = contact.body_for(Partner.objects.get(code=other), at, tells_descriptors=True)
            with desks[other].open():
                answer = contact.answer(body, at)
                while opening.open_stored(at):
                    pass
            with desks[code].open():
                contact.take(answer, at)
            yield len(body), len(answer)
    raise SystemExit("the nodes do not get anywhere")


def _waiting(desk: object) -> int:
    """Count what has not been numbered, or not been answered where an answer is due."""
    from mabar.exchange.models import Outgoing, Partner, Sent

    with desk.open():
        partners = Partner.objects.values("code")
        unsent = Outgoing.objects.filter(done_at=None, code="", address__in=partners).count()
        return unsent + Sent.objects.filter(said="").exclude(kind__startswith="exchange.").count()


def _compare(desks: dict[str, object], here: str, there: str) -> int:
    """Compare what one side told with what the other has of it; give the number of faults."""
    from mabar.crossings.models import Passage
    from mabar.exchange.models import Effect, Received, Sent

    with desks[here].open():
        told = dict(Sent.objects.filter(kind__in=TRADE).values_list("message", "said"))
        left = Passage.objects.filter(direction="exit", gate_out_at__isnull=False)
        left = set(left.filter(state="closed").values_list("key", flat=True))
    with desks[there].open():
        took = Counter(Effect.objects.values_list("message", flat=True))
        stored = Counter(Received.objects.filter(kind__in=TRADE).values_list("message", flat=True))
        tied = Counter(Passage.objects.filter(origin__isnull=False).values_list("origin", flat=True))
        untied = Passage.objects.filter(direction="entry", origin=None).count()
    lost = [key for key in told if not took[key]] + [key for key in left if not tied[key]]
    twice = [key for each in (took, stored, tied) for key, times in each.items() if times > 1]
    unwell = Counter(said for said in told.values() if said not in WELL)
    print(f"{here} to {there}: {len(told)} messages of {len(left)} trucks, {dict(Counter(told.values()))}")
    print(f"  {len(lost)} lost, {len(twice)} twice, {untied} trucks there that nobody told of")
    return len(lost) + len(twice) + sum(unwell.values()) + untied


if __name__ == "__main__":
    main()
