"""Several nodes in one process: each with its disk, its clock and its database, and only one at work at a time.

While a node is at work, Django's default connection and `settings.NODE` are its own, so that its code runs unchanged.
"""

import gc
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from mabar.exchange import crash_points
from mabar.exchange.durable_files import Files
from mabar.exchange.simulation import drills, vfs
from mabar.exchange.simulation.clockwork import Clock, Dice
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.plain_files import PlainFiles

ACTS = "acts.sqlite3"


class Crash(BaseException):
    """The process of a node ends at this very point; no `except Exception` of the node may go on after it."""


@dataclass
class CrashPlan:
    """At which crash points a node falls: with a chance at each, or at the nth passing of a named one."""

    rng: random.Random = field(default_factory=lambda: Dice(0).of("crash points"))
    chance: float = 0.0
    at: dict[str, int] = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    fallen: Counter[str] = field(default_factory=Counter)

    def decides(self, name: str) -> bool:
        """Count that a point was reached and tell whether the node falls there."""
        self.passed[name] += 1
        falls = self.at.get(name) == self.passed[name] or (self.chance > 0 and self.rng.random() < self.chance)
        self.fallen[name] += falls
        return falls


def database(options: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Give Django's settings of a database; `options` are those that a real node has for its acts."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": address, "OPTIONS": dict(options)}


@dataclass
class Machine:
    """A node with its computer.

    `options` are the database options of a real node, `node` goes to `settings.NODE`; `forget` empties what the code
    keeps in memory of the node it runs for.  Whoever makes the node's object anew after a fall reads `is_restored`, and
    takes it back once the restored node has asked its partners.
    """

    name: str
    disk: Disk
    options: Mapping[str, Any]
    node: Any = None
    clock: Clock = field(default_factory=Clock)
    crashes: CrashPlan = field(default_factory=CrashPlan)
    forget: Callable[[], None] = lambda: None
    is_restored: bool = False

    def __post_init__(self) -> None:
        vfs.mount(self.disk)
        self.files = Files(PlainFiles(self.disk))
        self._connection: BaseDatabaseWrapper | None = None

    @property
    def database_file(self) -> Path:
        """The file of the acts."""
        return self.disk.folder / ACTS

    @property
    def is_up(self) -> bool:
        """Whether it has power and its process runs."""
        return not self.disk.is_off

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """Django's connection to the acts, made when it is first asked for."""
        if self._connection is None:
            told = database(self.options, vfs.address(self.disk, ACTS))
            self._connection = ConnectionHandler({"default": told}).create_connection("default")
        return self._connection

    def reached(self, name: str) -> None:
        """Fall at a crash point if the plan says so, or if the power is gone already.  Raises: Crash."""
        falls = self.crashes.decides(name)
        if falls or not self.is_up:
            self.disk.kill()  # at once, so that no clean-up on the way out does what a dead process cannot
            raise Crash(name)

    def end(self) -> None:
        """End the process; an open transaction is gone, and what it wrote stays as the system has it."""
        self.disk.kill()
        self._let_go()

    def power_cut(self, rng: random.Random) -> None:
        """End the process with the power: what was not synced is gone, but for a part by chance."""
        self.end()
        self.disk.power_cut(rng)

    def start(self) -> None:
        """Give the machine power again; the connection is made when it is asked for."""
        self.disk.start()

    def shut_down(self) -> None:
        """End the process in good order."""
        self._let_go()

    def close(self) -> None:
        """Take the machine away; its folder may then be removed."""
        self.end()
        vfs.unmount(self.disk)

    def back_up(self, path: Path) -> None:
        """Copy the acts as they are now, as a backup does."""
        with on(self):
            self.connection.ensure_connection()
            with closing(sqlite3.connect(path)) as copy:
                self.connection.connection.backup(copy)

    def restore(self, path: Path) -> None:
        """Put an old copy of the acts in place of the present ones; files beside them stay as they are."""
        self.end()
        self.disk.put(ACTS, path)
        self.disk.start()
        self.is_restored = True

    def _let_go(self) -> None:
        wrapper, self._connection = self._connection, None
        if wrapper is not None and wrapper.connection is not None:
            wrapper.connection.close()
            wrapper.connection = None
        if self.disk.open_files:
            gc.collect()  # a cursor that an error's frames still hold keeps the file open


@contextmanager
def on(machine: Machine) -> Iterator[Machine]:
    """Let everything inside run as this node."""
    outer, outer_node = connections["default"], getattr(settings, "NODE", None)
    machine.forget()
    connections["default"] = machine.connection
    settings.NODE = machine.node
    before = crash_points.listen(machine.reached)
    try:
        yield machine
    finally:
        crash_points.listen(before)
        settings.NODE = outer_node
        connections["default"] = outer
        machine.forget()


def make_template(folder: Path, options: Mapping[str, Any]) -> Path:
    """Make an empty database of today's tables, of which every node of every run gets a copy."""
    machine = Machine("template", Disk(folder), options, node=getattr(settings, "NODE", None))
    try:
        with on(machine):
            call_command("migrate", database="default", interactive=False, verbosity=0)
            drills.make_table()
        machine.shut_down()
    finally:
        machine.close()
    return folder.resolve() / ACTS
