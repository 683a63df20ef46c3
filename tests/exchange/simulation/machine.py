"""A machine with one simulated disk, as the tests of the disk use it."""

import gc
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mabar.exchange.simulation import vfs
from mabar.exchange.simulation.disk import Disk

NAME = "acts.sqlite3"


@contextmanager
def disk_in(folder: Path) -> Iterator[Disk]:
    """Put a simulated disk into a folder."""
    disk = vfs.mount(Disk(folder))
    try:
        yield disk
    finally:
        gc.collect()
        vfs.unmount(disk)


def opened(
    disk: Disk, *, synchronous: str = "FULL", journal: str = "WAL", cache_pages: int = -2000
) -> sqlite3.Connection:
    """Open the acts as a node does, with a table of receipts."""
    connection = sqlite3.connect(vfs.address(disk, NAME), uri=True, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute(f"PRAGMA cache_size={cache_pages}")
    connection.execute("CREATE TABLE IF NOT EXISTS receipts(number INTEGER PRIMARY KEY, said BLOB)")
    return connection


def sign(connection: sqlite3.Connection, number: int, length: int) -> None:
    """Commit one receipt."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO receipts VALUES(?, ?)", (number, number.to_bytes(4, "big") * (length // 4)))
    connection.execute("COMMIT")


def receipts(connection: sqlite3.Connection) -> dict[int, bytes]:
    """Give what is there, and demand that the file is whole."""
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return dict(connection.execute("SELECT number, said FROM receipts").fetchall())


def cut_and_start(disk: Disk, connection: sqlite3.Connection, rng: random.Random) -> None:
    """Take the power away and give it again."""
    disk.kill()
    connection.close()
    disk.power_cut(rng)
    disk.start()
