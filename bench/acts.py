"""One real command for each message at both ends: trucks go out here, and are announced where they arrive."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import nodes

A, B = "dz.debdeb", "ly.ghadames"
NOTICE = "crossings.exit-notice/1.0"
URGENCY = 1
Desks = Mapping[str, Any]


@dataclass
class Road:
    """Trucks that stand before the way out of one crossing, and the officers there."""

    trucks: int
    cast: Any = None
    keys: list[str] = field(default_factory=list)

    def prepare(self, desks: Desks) -> None:
        """Bring the trucks to the way out, before the nodes run."""
        self.cast = _enrolled(desks)
        desks[A].trust_the_power()
        with desks[A].open():
            self.keys = [_before_the_gate(self.cast, number) for number in range(self.trucks)]
        desks[A].doubt_the_power()

    def rate(self, desks: Desks) -> float:
        """Let the trucks out, act by act, and wait until the other node has announced each of them.

        Returns:
            messages a second, from the first act to the last effect and the last R1 that the sender has verified.
        """
        began = time.perf_counter()
        with desks[A].open():
            for key in self.keys:
                _let_out(self.cast, key)
        nodes.until(lambda: _settled(desks[A]) == _arrived(desks[B]) == self.trucks, within_s=300)
        return self.trucks / (time.perf_counter() - began)


def _enrolled(desks: Desks) -> Any:
    from mabar.site import demo_cast

    at, cast = datetime.now(UTC) - timedelta(hours=1), None
    for place, desk in desks.items():
        with desk.open():
            cast = demo_cast.enrol(at, at.date(), (place,), cast)
    return cast


def _before_the_gate(cast: Any, number: int) -> str:
    """Bring an empty truck as far as the way out."""
    from mabar.base.keys import new_key
    from mabar.crossings import commands

    gate, weigh = cast.officers[A, "gate_officer"], cast.officers[A, "weigh_officer"]
    at = datetime.now(UTC)
    key, plate = new_key(at), f"{10_000 + number}-322-33"
    commands.announce(gate, key, place=A, direction="exit", plate=plate, at=at)
    commands.join_queue(gate, key, at=at)
    commands.note_gate_in(gate, key, plate=plate, seals=(), documents=0, at=at)
    commands.note_weight(weigh, key, gross_mass_g=15_000_000, tare_mass_g=15_000_000, is_empty=True, at=at)
    commands.present(gate, key, at=at)
    return key


def _let_out(cast: Any, key: str) -> None:
    from mabar.crossings import commands

    commands.note_gate_out(cast.officers[A, "gate_officer"], key, seals=(), at=datetime.now(UTC))


def _settled(desk: Any) -> int:
    """Count the exit notices whose R1 the sender has verified."""
    from mabar.exchange.models import Sent, Stream

    with desk.open():
        rows = Stream.objects.filter(is_outward=True, urgency=URGENCY)
        return sum(Sent.objects.filter(stream=row, seq__lte=row.settled, kind=NOTICE).count() for row in rows)


def _arrived(desk: Any) -> int:
    from mabar.crossings.models import Passage

    with desk.open():
        return Passage.objects.filter(place=B, direction="entry", state="announced").count()
