"""Two nodes to be killed: made and brought together, run as processes of their own, and given something to say."""

import os
import random
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

from tools.ports import free_port

if TYPE_CHECKING:  # what needs Django is imported when there is a node to set it up on
    from mabar.site.at_node import Desk
    from mabar.site.node import Node

A, B = "dz.debdeb", "ly.ghadames"
PARTS = ("pages", "worker")  # the live stream has no part in the exchange
THREADS, MOST_WAIT_S = 4, 180
SUBJECTS = tuple(f"subject-{number}" for number in range(6))
DRILL = "exchange.drill/1.0"
ONE_BACKEND, ALL_BACKENDS = "one backend of its store", "all backends of its store"


@dataclass
class Process:
    """One node as processes that can be killed, by the number of each."""

    node: "Node"
    _running: dict[str, int] = field(default_factory=dict)
    _starter: subprocess.Popen[str] | None = None
    _began: float = 0.0

    def start(self) -> None:
        """Start each part that does not run."""
        from mabar.site import running

        self._began = time.time()
        for part in running.parts_of(self.node, THREADS):
            if part.name in PARTS and part.name not in self._running:
                self._running[part.name] = int(self._asked(shlex.join(part.command[len(running.PART) :])))

    def _asked(self, line: str) -> str:
        if self._starter is None:
            self._starter = self._make_starter()
        stdin, stdout = self._starter.stdin, self._starter.stdout
        if stdin is None or stdout is None:
            raise SystemExit("the starter has no pipes")
        if line:
            stdin.write(line + "\n")
            stdin.flush()
        return stdout.readline()

    def _make_starter(self) -> subprocess.Popen[str]:
        folder = Path(self.node.folder)
        named = {"MABAR_NODE": str(folder), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
        with (folder.parent / f"{self.node.code}.log").open("ab") as log:
            starter = subprocess.Popen(
                [sys.executable, "-m", "tools.soak_start"],
                env={**os.environ, **named},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        if starter.stdout is None or starter.stdout.readline() != "ready\n":
            raise SystemExit(f"{self.node.code} cannot be started")
        return starter

    def kill(self, parts: Collection[str] = PARTS) -> None:
        """Kill parts with all that they have started, without a word of warning."""
        self._end([self._running.pop(name) for name in parts if name in self._running], signal.SIGKILL)

    def stop(self) -> None:
        """Let the node end as its keeper ends it, and what has started it."""
        self._end(list(self._running.values()), signal.SIGTERM)
        self._running.clear()
        if self._starter is not None:
            self._starter.communicate()

    @staticmethod
    def _end(parts: Collection[int], number: int) -> None:
        family = [each for pid in parts for each in _with_children(pid)]
        for pid in parts:
            with suppress(ProcessLookupError):
                os.killpg(pid, number)
        end = time.monotonic() + MOST_WAIT_S
        while any(map(_runs, family)):
            if time.monotonic() > end:
                raise SystemExit("a part of a node does not end")
            time.sleep(0.01)

    def strike_store(self, what: str) -> None:
        """Kill one backend of PostgreSQL, after which the server recovers as from a crash, or end all of the node."""
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        with connected(self.node.database) as connection:
            if what == ALL_BACKENDS:
                connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
                return
            found = connection.execute(f"SELECT pid FROM pg_stat_activity WHERE {others} ORDER BY random()").fetchone()
        if found is not None:
            os.kill(found[0], signal.SIGKILL)
            connected(self.node.database).close()

    @property
    def is_up(self) -> bool:
        """Whether the pages answer and the worker has done its first round."""
        return _answers(self.node.port) and self._is_at_work()

    def _is_at_work(self) -> bool:
        alive = Path(self.node.folder) / "worker.alive"
        return alive.exists() and alive.stat().st_mtime >= self._began


def _with_children(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def connected(address: str) -> psycopg.Connection[Any]:
    """Connect to a PostgreSQL server, which may be recovering yet."""
    end = time.monotonic() + MOST_WAIT_S
    while True:
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def make(folder: Path, server: str) -> dict[str, "Desk"]:
    """Make both nodes' folders; `server` is the address of a PostgreSQL server, or empty.  Sets Django up on them."""
    from mabar.site.making import Wish, make_folder
    from mabar.site.node import read_node

    at = datetime.now(UTC)
    for code in (A, B):
        database = _database(server, f"soak_{code[:2]}_{os.getpid()}") if server else ""
        wish = Wish("localhost", code, (code,), free_port(), database, second_factor="offered")
        make_folder(folder / code, wish, folder / f"{code}.key", at=at)
    os.environ |= {"MABAR_NODE": str(folder / A), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
    import django

    django.setup()
    from mabar.site.at_node import Desk

    return {code: Desk(read_node(folder / code)) for code in (A, B)}


def _database(server: str, name: str) -> str:
    with psycopg.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def bring_together(desks: Mapping[str, "Desk"], doors: Mapping[str, int]) -> None:
    """Fill the stores and let the nodes know each other, each by the port of `doors`."""
    from mabar.site import demo_nodes, founding
    from mabar.site.at_node import Desk

    at = datetime.now(UTC)
    if desks[A].node.database:
        for code, desk in desks.items():
            with desk.open():
                founding.make_stores()
                founding.lay_out((code,), at)
    else:
        demo_nodes.found(list(desks.values()), at)
    seen = {code: Desk(replace(desk.node, port=doors[code])) for code, desk in desks.items()}
    demo_nodes.bring_together(seen, at)
    for desk in (*desks.values(), *seen.values()):
        desk.close()


@dataclass
class Clerk:
    """Leaves drills at a node for the other, of all classes, and remembers those whose act was confirmed."""

    desks: Mapping[str, "Desk"]
    rng: random.Random
    handed: list[dict[str, Any]] = field(default_factory=list)
    # the store broke before it said whether it had taken them
    uncertain: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0

    def leave(self, code: str, count: int) -> None:
        """Leave some drills in one act; a fault of the store confirms none of them."""
        from django.db import Error

        drills = [self._drill(code) for _ in range(count)]
        try:
            with at(self.desks[code]):
                _write(drills)
            self.handed += drills
        except Error:
            self.uncertain += drills

    def _drill(self, code: str) -> dict[str, Any]:
        from mabar.base.keys import new_key

        self.number += 1
        return {
            "key": new_key(datetime.now(UTC)),
            "sender": code,
            "receiver": B if code == A else A,
            "urgency": self.rng.choice((0, 1, 2, 2, 2, 3, 3)),
            "subject": self.rng.choice(SUBJECTS),
            "number": self.number,
            "taken": True,
        }

    def confirmed(self, databases: Mapping[str, Path]) -> list[dict[str, Any]]:
        """Give what was taken: what the store confirmed, and what it has although it broke before saying so."""
        kept: set[str] = set()
        for path in databases.values():
            with closing(sqlite3.connect(path)) as connection:
                kept.update(key for (key,) in connection.execute("SELECT message FROM exchange_sent"))
        return [*self.handed, *(each for each in self.uncertain if each["key"] in kept)]

    def waits(self) -> int:
        """Count the drills that have no answer yet."""
        from mabar.exchange.models import Outgoing, Sent

        count = 0
        for desk in self.desks.values():
            with at(desk):
                count += Outgoing.objects.filter(kind=DRILL, done_at=None).count()
                count += Sent.objects.filter(kind=DRILL, said="").count()
        return count


def _write(drills: Sequence[Mapping[str, Any]]) -> None:
    from mabar.exchange.models import Outgoing
    from mabar.exchange.protocol import documents

    now = datetime.now(UTC)
    Outgoing.objects.bulk_create(
        Outgoing(
            key=each["key"],
            address=each["receiver"],
            kind=DRILL,
            subject=each["subject"],
            body=documents.written({"number": each["number"], "subject": each["subject"], "text": ""}).decode(),
            left_at=now,
            next_at=now,
            urgency=each["urgency"],
        )
        for each in drills
    )


@contextmanager
def at(desk: "Desk") -> Iterator[None]:
    """Work at a node, and leave no connection open: a store that nobody has open is what a killed node finds."""
    try:
        with desk.open():
            yield
    finally:
        desk.close()
