"""A simulated year of transit over nodes that are off for days and lines that lose and double; the ledgers to the unit.

    python -m tools.soak_transit [--movements N] [--nodes 2|3] [--seed N] [--days N]

Guarantees of each kind are kept at each office and lent in tranches to the others.  Movements are declared, covered,
released, passed, arrive, are discharged; some are never seen again, some arrive late, some find their guarantee used up
or revoked.  At the end everything is counted: each timer once with both instants, each ledger exact to the unit, each
movement ended, and the same on all nodes.
"""

import argparse
import heapq
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what needs Django is imported when there is a node to set it up on
    from tools.transit_nodes import Lines

BEGINS = datetime(2026, 1, 1, 6, tzinfo=UTC)
STEP = timedelta(hours=6)
AFTER_DAYS = 120  # the longest chain of the terms: time limit, request to the holder, his answer
CLERKS_AFTER_DAYS = 20  # all that was asked for in the year has come by then
GUARANTEES_EACH, AMOUNT_MINOR, TRANCHE_MINOR = 6, 4_000_000, 400_000
HOUSE = "HOUSE-1"
LOST, LATE, UNSAFE, HELD_UP = 0.03, 0.04, 0.02, 0.05
SEALS = ("S-1", "S-2")


@dataclass(order=True)
class Due:
    """Something that is to be done at a node at an instant; a node that is off does it when it is on again."""

    at: datetime
    number: int
    node: str = field(compare=False)
    act: Callable[[datetime], None] = field(compare=False)


@dataclass
class Year:
    """The nodes, their lines, and what is still to be done."""

    lines: "Lines"
    rng: random.Random
    now: datetime = BEGINS
    ends: datetime = BEGINS
    due: list[Due] = field(default_factory=list)
    guarantees: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    on_again: dict[str, datetime] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """The nodes."""
        return list(self.lines.desks)

    def later(self, node: str, hours: float, act: Callable[[datetime], None], *, after: datetime | None = None) -> None:
        """Have something done at a node so many hours after now, or after another instant."""
        at = (after or self.now) + timedelta(hours=hours)
        heapq.heappush(self.due, Due(at, self.counts["acts planned"], node, act))
        self.counts["acts planned"] += 1

    def run(self, until: datetime) -> None:
        """Let time pass: what is due is done, clocks fire, nodes go off and come back, lines carry what they can."""
        self.ends = until + timedelta(days=AFTER_DAYS)
        while self.now < until:
            self.now += STEP
            self._switch()
            self._do_due()
            self._fire()
            self.lines.carry(self.now)

    def settle(self) -> None:
        """Switch everything on, mend the lines, and let all that is still due happen."""
        self.lines.lost = self.lines.doubled = 0.0
        self.lines.off.clear()
        self.on_again.clear()
        while self.now < self.ends or self.due or not self.lines.is_silent():
            self.now += STEP if self.due else timedelta(days=1)
            self._do_due()
            self._fire()
            self.lines.carry(self.now)

    def _switch(self) -> None:
        for node in self.codes:
            if node in self.on_again:
                if self.now >= self.on_again[node]:
                    self.lines.off.discard(node)
                    del self.on_again[node]
            elif self.rng.random() < 0.01:
                self.on_again[node] = self.now + timedelta(days=self.rng.uniform(1, 9))
                self.lines.off.add(node)
                self.lines.desks[node].close()  # its processes end with it
                self.counts["times a node was off for days"] += 1

    def _do_due(self) -> None:
        put_off = []
        while self.due and self.due[0].at <= self.now:
            due = heapq.heappop(self.due)
            if due.node in self.lines.off:
                put_off.append(Due(self.on_again[due.node] + timedelta(hours=1), due.number, due.node, due.act))
                continue
            with self.lines.desks[due.node].open():
                # an act put off is done when the node is on again, not before
                due.act(max(due.at, self.now - STEP))
        for due in put_off:
            heapq.heappush(self.due, due)

    def _fire(self) -> None:
        from mabar.base import timers

        for node in self.codes:
            if node not in self.lines.off:
                with self.lines.desks[node].open():
                    while timers.fire_due(self.now):
                        self.counts["rounds of the clock"] += 1


@dataclass
class Movement:
    """One movement of the year, from its declaration to its end; each step plans the next."""

    year: Year
    offices: tuple[str, ...]
    amount_minor: int
    days: int
    fate: str
    key: str = ""
    number: str = ""

    def lodge(self, at: datetime) -> None:
        """Declare it, have it accepted, and try to release it."""
        from mabar.base import actors
        from mabar.base.keys import new_key
        from mabar.transit import commands, rules

        node, self.key = actors.node(), new_key(at)
        guarantee = self.year.rng.choice(self.year.guarantees[self.offices[0]])
        lodgement = rules.Lodgement(
            offices=self.offices,
            holder_code=HOUSE,
            holder_name="House 1",
            goods="dates",
            packages=10,
            gross_mass_g=1_000_000,
            plate="1-23456",
            amount_minor=self.amount_minor,
            currency="LYD",
            guarantee=guarantee,
        )
        commands.lodge(node, self.key, lodgement=lodgement, at=at)
        self.number = commands.accept(node, self.key, at=at).number
        self.release(at, guarantee)

    def release(self, at: datetime, guarantee: str) -> None:
        """Release it; where the guarantee does not cover it, it is not released, and a tranche is asked for."""
        from mabar.base import actors
        from mabar.transit import commands, rules
        from mabar.transit.rules import refusals

        node, seals = actors.node(), [rules.Seal(each) for each in SEALS]
        uncovered = (refusals.GuaranteeShort, refusals.GuaranteeRevoked, refusals.GuaranteeNotValid)
        try:
            commands.release(node, self.key, days=self.days, seals=seals, at=at)
        except (*uncovered, refusals.IndividualUsed) as refusal:
            self.year.counts[f"not covered: {refusal.code}"] += 1
            commands.refuse_guarantee(node, self.key, reason=refusal.code, at=at)
            commands.refuse_release(node, self.key, reason=refusal.code, at=at)
            if isinstance(refusal, refusals.GuaranteeShort):
                ask_more(guarantee, at)
            return
        self.year.counts["released"] += 1
        self._go(at)

    def _go(self, at: datetime) -> None:
        if self.fate == "lost":
            return
        *passages, destination = self.offices[1:]
        hours = 0.0
        for office in passages:
            hours += self.year.rng.uniform(6, 30)
            self.year.later(office, hours, partial(self._pass, office), after=at)
        late = self.days * 24 + 24 * self.year.rng.uniform(2, 12) if self.fate == "late" else 0.0
        hours += late or self.year.rng.uniform(6, self.days * 12)
        self.year.later(destination, hours, self._arrive, after=at)

    def _known(self) -> Any:
        from mabar.transit.models import Movement as Row

        return Row.objects.filter(number=self.number).first()

    def _pass(self, office: str, at: datetime) -> None:
        from mabar.base import actors
        from mabar.transit import commands, rules
        from mabar.transit.rules import road

        row = self._known()
        if row is None:  # its record has not come yet
            self.year.later(office, 12, partial(self._pass, office), after=at)
            return
        if row.state in road.ON_THE_WAY:
            seen = [rules.SealSeen(each) for each in SEALS]
            commands.pass_office(actors.node(), row.key, office=office, seen=seen, at=max(at, row.released_at))

    def _arrive(self, at: datetime) -> None:
        from mabar.base import actors
        from mabar.transit import commands, rules
        from mabar.transit.rules import road

        office, row = self.offices[-1], self._known()
        if row is None:
            self.year.later(office, 12, self._arrive, after=at)
            return
        if row.state not in road.ON_THE_WAY:
            self.year.counts[f"came when it was in {row.state}"] += 1
            return
        seen = [rules.SealSeen(each) for each in SEALS]
        at = max(at, row.released_at)
        commands.arrive(actors.node(), row.key, office=office, seen=seen, at=at)
        held_up = self.year.rng.uniform(7, 12) * 24 if self.fate == "held up" else self.year.rng.uniform(2, 48)
        self.year.later(office, held_up, self._unload, after=at)

    def _unload(self, at: datetime) -> None:
        from mabar.base import actors
        from mabar.transit import commands

        node, office, row = actors.node(), self.offices[-1], self._known()
        if row.state != "arrived":
            self.year.counts[f"unloaded when it was in {row.state}"] += 1
            return
        commands.permit_unloading(node, row.key, office=office, at=at)
        commands.remark(node, row.key, office=office, outcome="conform", at=at)
        self.year.later(self.offices[0], 12, self._discharge, after=at)

    def _discharge(self, at: datetime) -> None:
        from mabar.base import actors
        from mabar.transit import commands

        row = self._known()
        if row.state in ("discharged", "recovery"):
            return
        if row.state != "remarked":  # the news is still on its way
            self.year.later(self.offices[0], 24, self._discharge, after=at)
            return
        commands.discharge(actors.node(), row.key, at=at)


def ask_more(guarantee: str, at: datetime) -> None:
    """Ask the office that keeps a guarantee for more of a tranche, if it is kept elsewhere and nothing is asked yet."""
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.transit import ledger
    from mabar.transit.commands import lending
    from mabar.transit.models import Guarantee

    row = Guarantee.objects.get(key=guarantee)
    if not ledger.is_kept_here(row) and not row.requests.filter(state="asked").exists():
        told: dict[str, Any] = {"reference": row.reference, "amount_minor": TRANCHE_MINOR, "currency": row.currency}
        lending.ask_tranche(actors.node(), new_key(at), place=row.place_id, node=row.home, at=at, **told)


def answer_requests(year: Year, node: str, at: datetime) -> None:
    """Lend what was asked for where it is left, decline where it is not; and return what lies unused for long."""
    from mabar.base import actors
    from mabar.lib.refusals import Refusal
    from mabar.transit import ledger
    from mabar.transit.commands import lending
    from mabar.transit.models import Guarantee, TrancheRequest

    clerk = actors.node()
    for asked in TrancheRequest.objects.filter(is_ours=False, state="asked"):
        told: dict[str, Any] = {"node": asked.node, "amount_minor": asked.amount_minor, "request": asked.key}
        try:
            lending.lend_tranche(clerk, str(asked.guarantee_id), at=at, **told)
            year.counts["tranches lent on request"] += 1
        except Refusal as refusal:
            lending.decline_tranche(clerk, asked.key, reason=refusal.code, at=at)
            year.counts["tranches declined"] += 1
    held = [each for each in Guarantee.objects.filter(left_minor__gt=0) if not ledger.is_kept_here(each)]
    for row in held:
        if year.rng.random() < 0.02:
            part = row.left_minor // 2 // max(row.title_minor, 1) * max(row.title_minor, 1)
            if part:
                lending.return_tranche(clerk, row.key, amount_minor=part, at=at)
                year.counts["parts of tranches returned"] += 1
    if at < year.ends - timedelta(days=AFTER_DAYS - CLERKS_AFTER_DAYS):
        year.later(node, 24, partial(answer_requests, year, node), after=at)


def keep_guarantees(year: Year) -> None:
    """Register guarantees at each node, lend tranches of them to the others, and plan that a few are revoked."""
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.base.models import Firm
    from mabar.transit.commands import guaranteeing, lending

    kinds = ("comprehensive", "comprehensive", "comprehensive", "voucher", "waiver", "individual")
    year.guarantees = {code: [] for code in year.codes}
    for code in year.codes:
        with year.lines.desks[code].open():
            Firm.objects.get_or_create(code=HOUSE, defaults={"name": "House 1", "kind": "broker"})
            for number in range(GUARANTEES_EACH):
                kind = kinds[number % len(kinds)]
                amount = 0 if kind == "waiver" else AMOUNT_MINOR
                last = date(2026, 9, 30) if number == 1 else date(2027, 12, 31)
                key = new_key(year.now)
                told: dict[str, Any] = {"kind": kind, "holder": HOUSE, "amount_minor": amount, "currency": "LYD"}
                told |= {"first_on": date(2025, 12, 1), "last_on": last, "title_minor": 5_000 * (kind == "voucher")}
                guaranteeing.register_guarantee(actors.node(), key, place=code, at=year.now, **told)
                year.guarantees[code].append(key)
                if number == 2:
                    year.later(code, year.rng.uniform(3000, 6000), partial(_revoke, key))
                for other in year.codes if kind != "individual" else ():
                    if other != code:
                        lent = TRANCHE_MINOR if amount else 0
                        lending.lend_tranche(actors.node(), key, node=other, amount_minor=lent, at=year.now)
                        year.guarantees[other].append(key)
        year.later(code, 24, partial(answer_requests, year, code))
    year.lines.carry(year.now)


def _revoke(key: str, at: datetime) -> None:
    from mabar.base import actors
    from mabar.transit.commands import guaranteeing

    guaranteeing.revoke_guarantee(actors.node(), key, reason="a simulated bankruptcy", at=at)


def plan(year: Year, movements: int, days: int) -> None:
    """Spread the movements over the year."""
    for _ in range(movements):
        offices = year.rng.sample(year.codes, year.rng.randint(2, len(year.codes)))
        drawn = year.rng.random()
        fates = (("lost", LOST), ("late", LATE), ("held up", HELD_UP))
        fate = "in time"
        for name, chance in fates:
            if drawn < chance:
                fate = name
                break
            drawn -= chance
        year.counts[f"fate: {fate}"] += 1
        one = Movement(year, tuple(offices), year.rng.randint(1, 40_000), year.rng.randint(3, 20), fate)
        year.later(offices[0], 1 + year.rng.uniform(0, days * 24), one.lodge)


def simulated(
    folder: Path, *, movements: int, nodes: int, seed: int, days: int, codes: Sequence[str] = ()
) -> tuple[Year, list[str]]:
    """Run a year in a folder, and give what was counted and what was found wrong."""
    from tools import soak_transit_counting, transit_nodes

    rng = random.Random(seed)
    desks = transit_nodes.make(folder, codes or transit_nodes.CODES[:nodes], BEGINS)
    year = Year(transit_nodes.Lines(desks, rng), rng)
    with _in_silence():
        keep_guarantees(year)
        plan(year, movements, days)
        year.run(BEGINS + timedelta(days=days))
        year.settle()
    year.counts += year.lines.counts
    wrong = soak_transit_counting.wrong(desks, year.counts)
    for desk in desks.values():
        desk.close()
    return year, wrong


@contextmanager
def _in_silence() -> Iterator[None]:
    import logging

    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def main(arguments: list[str]) -> int:
    """Run a year; return 1 when anything is wrong at its end."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--movements", type=int, default=2_000)
    asked.add_argument("--nodes", type=int, choices=(2, 3), default=3)
    asked.add_argument("--seed", type=int, default=35)
    asked.add_argument("--days", type=int, default=365)
    wish = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mabar-transit-") as passing:
        _enter(Path(passing))
        began = time.monotonic()
        told = {"movements": wish.movements, "nodes": wish.nodes, "seed": wish.seed, "days": wish.days}
        year, wrong = simulated(Path(passing), **told)
        took = time.monotonic() - began
    for name, count in sorted(year.counts.items()):
        print(f"{count:>9}  {name}")
    print(f"{wish.movements} movements in {took:.0f} s: {wish.movements / took:.1f} a second; seed {wish.seed}")
    print("wrong: " + ("; ".join(wrong[:10]) or "nothing"))
    return int(bool(wrong))


def _enter(folder: Path) -> None:
    from mabar.site.making import Wish, make_folder

    wish = Wish("localhost", "dz.debdeb", ("dz.debdeb",), 8080, "", second_factor="offered")
    make_folder(folder / "settings", wish, folder / "settings.key", at=BEGINS)
    os.environ |= {"MABAR_NODE": str(folder / "settings"), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
