"""A small honest node, so that the world can be tried without the exchange: batches, numbers, a log, and R1.

Each rule stands in a function of its own, so that a test can plant a bug in it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from mabar.exchange import crash_points
from mabar.exchange.simulation import drills
from mabar.exchange.simulation.clockwork import Dice
from mabar.exchange.simulation.drills import Drill
from mabar.exchange.simulation.nodes_in_one import Machine
from mabar.lib.merkle import Frontier, leaf_hash

TABLES = (
    "CREATE TABLE left (key TEXT PRIMARY KEY, partner TEXT, class INT, subject TEXT, number INT)",
    "CREATE TABLE said (partner TEXT, class INT, seq INT, key TEXT, statement BLOB, answer TEXT DEFAULT '',"
    " PRIMARY KEY (partner, class, seq))",
    "CREATE TABLE heard (partner TEXT, class INT, seq INT, key TEXT, statement BLOB,"
    " PRIMARY KEY (partner, class, seq))",
    "CREATE TABLE receipts (partner TEXT, class INT, size INT, root TEXT)",
)
READS = {
    "effects": "SELECT message, sender, subject, number FROM simulated_effects ORDER BY id",
    "said": "SELECT partner, class, 1, seq, key, statement, answer FROM said ORDER BY 1, 2, 4",
    "heard": "SELECT partner, class, 1, seq, key, statement, 'accepted' FROM heard ORDER BY 1, 2, 4",
    "receipts": "SELECT partner, class, 1, size, root FROM receipts",
    "closed": "SELECT 1, 2 WHERE 0",
    "accused": "SELECT 1, 2 WHERE 0",
    "said_up_to": "SELECT partner, class, 1, MAX(size) FROM receipts GROUP BY 1, 2",
    "heard_up_to": "SELECT partner, class, 1, MAX(seq) FROM heard GROUP BY 1, 2",
}
BATCH = 20


def ask(statement: str, *facts: Any) -> list[tuple[Any, ...]]:
    """Run a statement on the node at work."""
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall() if cursor.description else []


def make_tables() -> None:
    """Make the tables of the toy beside that of the effects."""
    drills.make_table()
    for table in TABLES:
        ask(table)


def is_whole(body: bytes) -> bool:
    """Tell whether a body came as it was sent."""
    return hashlib.sha256(body[32:]).digest() == body[:32]


def new_rows(rows: list[Any], stored: int) -> list[Any]:
    """Give the rows after what is stored; none when one is missing between."""
    return [row for row in rows if row[0] > stored] if rows[0][0] <= stored + 1 else []


def is_first(key: str) -> bool:
    """Tell whether a message has had no effect yet."""
    return not ask("SELECT 1 FROM simulated_effects WHERE message = %s", key)


def root_of(statements: Iterable[bytes]) -> str:
    """Give the root of a log."""
    log = Frontier()
    for each in statements:
        log, _ = log.append(leaf_hash(each))
    return log.root().hex()


def sealed(told: dict[str, Any]) -> bytes:
    """Write a body."""
    text = json.dumps(told).encode()
    return hashlib.sha256(text).digest() + text


class Layer:
    """How a run makes toys."""

    acts: tuple[str, ...] = ()
    guilty: frozenset[str] = frozenset()

    def prepare(self, machines: Sequence[Machine], dice: Dice) -> None:
        """Name the node of each machine; a toy needs nothing else."""
        for machine in machines:
            machine.node = machine.name

    def make(self, machine: Machine) -> "Toy":
        """Give the toy of a machine."""
        return Toy(machine)

    def at_work(self, machines: Sequence[Machine], dice: Dice) -> AbstractContextManager[None]:
        """Nothing has to hold around toys."""
        return nullcontext()

    def befall(self, world: Any, fault: Any) -> None:
        """A toy does no acts."""

    def tally(self, databases: Any) -> dict[str, int]:
        """There is nothing else to count."""
        return {}

    bundles: tuple[bytes, ...] = ()

    def left_again(self) -> tuple[str, ...]:
        """Nothing is left again here."""
        return ()


class Toy:
    """The layer of a toy node; all that it knows lies in its file."""

    def __init__(self, machine: Machine) -> None:
        self.name = machine.name

    def hand_in(self, drill: Drill, at: datetime) -> None:
        """Leave a message, once."""
        about = (drill.key, drill.receiver, drill.urgency, drill.subject, drill.number)
        ask("INSERT OR IGNORE INTO left VALUES (%s, %s, %s, %s, %s)", *about)
        crash_points.reached("left-not-told")

    def tick(self, at: datetime) -> None:
        """Number what waits."""
        with transaction.atomic():
            waiting = ask("SELECT * FROM left WHERE key NOT IN (SELECT key FROM said) ORDER BY key")
            for key, partner, urgency, subject, number in waiting:
                last = ask("SELECT COUNT(*) FROM said WHERE partner = %s AND class = %s", partner, urgency)[0][0]
                row = json.dumps([last + 1, key, subject, number]).encode()
                ask("INSERT INTO said VALUES (%s, %s, %s, %s, %s, '')", partner, urgency, last + 1, key, row)
        crash_points.reached("numbered-not-sent")

    def bodies_to_send(self, at: datetime) -> list[tuple[str, bytes]]:
        """Give a batch of each stream from its first message without an answer on."""
        bodies = []
        streams = ask("SELECT partner, class, MIN(seq) FROM said WHERE answer = '' GROUP BY 1, 2 ORDER BY 1, 2")
        for partner, urgency, first in streams:
            rows = ask(
                "SELECT statement FROM said WHERE partner = %s AND class = %s AND seq >= %s ORDER BY seq LIMIT %s",
                partner, urgency, first, BATCH,
            )  # fmt: skip
            told = {"from": self.name, "to": partner, "class": urgency, "rows": [json.loads(row[0]) for row in rows]}
            bodies.append((partner, sealed(told)))
        return bodies

    def receive(self, body: bytes, at: datetime) -> bytes:
        """Take a batch or a receipt; what is spoiled or for another node draws no answer."""
        try:
            told = json.loads(body[32:])
            if not is_whole(body) or told["to"] != self.name:
                return b""
            return self._take_receipt(told) if "size" in told else self._take_batch(told, at)
        except (ValueError, KeyError, TypeError, IndexError):
            return b""

    def hear(self, partner: str, answer: bytes, at: datetime) -> None:
        """Take an answer, like anything else."""
        self.receive(answer, at)

    def store(self, sender: str, urgency: int, rows: list[Any], at: datetime) -> None:
        """Store rows with their effects, all or none."""
        with transaction.atomic():
            for seq, key, subject, number in rows:
                statement = json.dumps([seq, key, subject, number]).encode()
                ask("INSERT OR IGNORE INTO heard VALUES (%s, %s, %s, %s, %s)", sender, urgency, seq, key, statement)
                crash_points.reached("heard-without-effect")
                if is_first(key):
                    drills.take_effect(key, sender=sender, subject=subject, number=number, at=at)
        crash_points.reached("stored-not-answered")

    def _take_batch(self, told: dict[str, Any], at: datetime) -> bytes:
        stream = (told["from"], told["class"])
        stored = ask("SELECT COUNT(*) FROM heard WHERE partner = %s AND class = %s", *stream)[0][0]
        rows = new_rows(told["rows"], stored)
        self.store(*stream, rows, at)
        log = ask("SELECT statement FROM heard WHERE partner = %s AND class = %s ORDER BY seq", *stream)
        said = [bytes(row[0]) for row in log] + [json.dumps(row).encode() for row in rows if row[0] > len(log)]
        receipt = {"from": self.name, "to": told["from"], "class": told["class"], "size": len(said)}
        return sealed({**receipt, "root": root_of(said)})

    def _take_receipt(self, told: dict[str, Any]) -> bytes:
        stream, size = (told["from"], told["class"]), told["size"]
        with transaction.atomic():
            ask("INSERT INTO receipts VALUES (%s, %s, %s, %s)", *stream, size, told["root"])
            ask("UPDATE said SET answer = 'accepted' WHERE partner = %s AND class = %s AND seq <= %s", *stream, size)
        return b""
