"""The honest messages of a run: drills about subjects, in an order, each with an effect that can be counted."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

CLASSES = (0, 1, 2, 3)
WEIGHTS = (1, 2, 6, 3)  # flash is rare and business is most
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Drill:
    """One message: the `number`th about `subject` from its sender to its receiver in its class."""

    key: str
    sender: str
    receiver: str
    urgency: int
    subject: str
    number: int
    at_ms: int

    @property
    def about(self) -> tuple[str, str, int, str]:
        """Within what the order counts."""
        return self.sender, self.receiver, self.urgency, self.subject


def write_drills(nodes: Sequence[str], count: int, *, rng: random.Random, start_ms: int, span_ms: int) -> list[Drill]:
    """Write `count` drills between all nodes, spread over a span, sometimes many at once."""
    moments = sorted(_moment(rng, span_ms) for _ in range(count))
    numbers: dict[tuple[str, str, int, str], int] = {}
    made = []
    for place, moment in enumerate(moments):
        sender, receiver = rng.sample(list(nodes), 2)
        urgency = rng.choices(CLASSES, WEIGHTS)[0]
        subject = f"subject-{rng.randrange(8)}"
        about = (sender, receiver, urgency, subject)
        numbers[about] = numbers.get(about, 0) + 1
        at_ms = start_ms + moment
        made.append(Drill(_key(at_ms, place, rng), *about, numbers[about], at_ms))
    return made


def _moment(rng: random.Random, span_ms: int) -> int:
    """Draw an instant; half of them fall into ten rushes."""
    if rng.random() < 0.5:
        return rng.randrange(10) * span_ms // 10
    return rng.randrange(span_ms)


def _key(at_ms: int, place: int, rng: random.Random) -> str:
    """Write a key as `base.keys` does, with draws that rise within a run, so that keys sort as the drills do."""
    number = at_ms << 80 | place << 56 | rng.getrandbits(56)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def make_table() -> None:
    """Make the table in which effects are counted; it has no rule against a second one, which is to be found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE simulated_effects (id INTEGER PRIMARY KEY, message TEXT NOT NULL, sender TEXT NOT NULL,"
            " subject TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL)"
        )


def take_effect(key: str, *, sender: str, subject: str, number: int, at: datetime) -> None:
    """Note that a drill took effect on the node at work, in the transaction of its opening."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO simulated_effects (message, sender, subject, number, at) VALUES (%s, %s, %s, %s, %s)",
            [key, sender, subject, number, at.isoformat()],
        )
