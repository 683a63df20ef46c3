"""The power is cut under a real process: what it has said is on the disk, unless it does not wait for the disk."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mabar.site import stores
from tools import soak_power
from tools.soak_power import Power

NODE, CUTS, MOST_CUTS = "dz.debdeb", 6, 60  # more, where every cut so far came while nothing was unsaid
# signs receipts and marks until it is killed, and says each number only then
SIGNER = """
import sqlite3, sys
from pathlib import Path
from mabar.exchange.durable_files import Files, Folder

folder, pragmas = Path(sys.argv[1]), sys.argv[2]
store = sqlite3.connect(folder / "acts.sqlite3", isolation_level=None)
store.executescript(pragmas + "PRAGMA wal_autocheckpoint=20;")
store.execute("CREATE TABLE IF NOT EXISTS receipts(number INTEGER PRIMARY KEY, said BLOB)")
first = store.execute("SELECT COALESCE(MAX(number), 0) FROM receipts").fetchone()[0] + 1
for number in range(first, first + 100_000):
    store.execute("INSERT INTO receipts VALUES(?, zeroblob(3000))", (number,))
    Files(Folder(folder / "marks")).replace("mark", str(number).encode())
    print(number, flush=True)
"""
compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="what watches a process's files is compiled from C")


def killed(folder: Path, environment: dict[str, str], pragmas: str, rng: random.Random) -> int:
    """Let a process sign for a while, kill it, and give the last number that it has said."""
    command = [sys.executable, "-c", SIGNER, str(folder), pragmas]
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True) as signer:
        assert signer.stdout is not None
        said = [int(signer.stdout.readline()) for _ in range(rng.randint(5, 60))]
        signer.send_signal(signal.SIGKILL)
        said += [int(line) for line in signer.stdout if line.endswith("\n")]
    return said[-1]


def lost_in_cuts(tmp_path: Path, pragmas: str) -> list[str]:
    """Cut the power under a process again and again; list what it had said and is gone."""
    watched, rng = tmp_path / "nodes", random.Random(7)
    node = watched / NODE
    (node / "marks").mkdir(parents=True)
    environment = soak_power.environment(watched, tmp_path)
    power, found = Power(watched, tmp_path / "power.log"), []
    power.log.touch()
    power.begin()
    while power.counts["cuts"] < CUTS or (not power.counts["changes lost"] and power.counts["cuts"] < MOST_CUTS):
        said = killed(node, environment, pragmas, rng)
        power.cut(NODE, rng)
        found += gone(node, said)
        if found:
            break
    assert power.counts["changes lost"] > 0
    return found


def gone(node: Path, said: int) -> list[str]:
    """List what of a number that was said is not on the disk; a copy is read, since reading takes the log in."""
    copy = node.parents[1] / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(node, copy)
    try:
        with closing(sqlite3.connect(copy / "acts.sqlite3")) as store:
            kept = {number for (number,) in store.execute("SELECT number FROM receipts")}
            whole = store.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as broken:
        return [str(broken)]
    mark = (node / "marks" / "mark").read_bytes()
    faults = [] if whole == "ok" else [whole]
    faults += [f"receipt {number}" for number in range(1, said + 1) if number not in kept]
    return faults if mark.isdigit() and int(mark) >= said else [*faults, f"mark {mark!r} of {said}"]


@compiler
def test_a_process_with_the_pragmas_of_a_node_keeps_every_receipt_and_its_mark(tmp_path: Path) -> None:
    assert lost_in_cuts(tmp_path, stores.ACTS_PRAGMAS) == []


@compiler
def test_a_process_that_does_not_wait_for_the_disk_is_found_out(tmp_path: Path) -> None:
    careless = stores.ACTS_PRAGMAS.replace("synchronous=FULL", "synchronous=OFF")
    assert any(
        "receipt" in each or "disk image" in each or "no such table" in each
        for each in lost_in_cuts(tmp_path, careless)
    )
