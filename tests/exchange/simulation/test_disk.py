"""What was committed survives every power cut, and what would not survive is found."""

import random
import sqlite3
from pathlib import Path

import pytest

from mabar.exchange.simulation import library, vfs
from mabar.exchange.simulation.disk import POWER, Disk, Injection
from tests.exchange.simulation.machine import NAME, cut_and_start, disk_in, opened, receipts, sign

CUTS = 110


def lost_in_cuts(disk: Disk, rng: random.Random, *, synchronous: str, journal: str, cuts: int = CUTS) -> int:
    """Sign receipts and cut the power again and again, also within a commit; count what was signed and is gone."""
    lost, signed = 0, 0
    for _ in range(cuts):
        connection = opened(disk, synchronous=synchronous, journal=journal)
        connection.execute(f"PRAGMA wal_autocheckpoint={rng.choice((1, 5, 40))}")
        confirmed: set[int] = set()
        disk.inject(Injection(rng.choice(("write", "sync")), POWER, after=rng.randrange(60)))
        try:
            while len(confirmed) < 30:
                sign(connection, signed + 1, rng.choice((40, 2000, 9000)))
                signed += 1
                confirmed.add(signed)
        except sqlite3.OperationalError:
            signed += 1  # nobody was told, so it may be there or not
        cut_and_start(disk, connection, rng)
        connection = opened(disk, synchronous=synchronous, journal=journal)
        lost += len(confirmed - set(receipts(connection)))
        connection.close()
    return lost


@pytest.mark.parametrize(("journal", "synchronous"), [("WAL", "FULL"), ("DELETE", "EXTRA")])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_committed_in_full_survives_every_power_cut(
    tmp_path: Path, journal: str, synchronous: str, seed: int
) -> None:
    with disk_in(tmp_path) as disk:
        assert lost_in_cuts(disk, random.Random(seed), synchronous=synchronous, journal=journal) == 0
        assert disk.counts["power cut"] == CUTS
        assert min(disk.counts[name] for name in ("write lost", "write kept", "write torn")) >= 10


def test_without_waiting_for_the_disk_receipts_are_lost(tmp_path: Path) -> None:
    with disk_in(tmp_path) as disk:
        try:
            lost = lost_in_cuts(disk, random.Random(1), synchronous="OFF", journal="WAL")
        except (sqlite3.DatabaseError, AssertionError):
            lost = 1  # the whole file is broken
        assert lost > 0


def test_in_full_a_journal_whose_removal_was_not_flushed_takes_the_last_commit_back(tmp_path: Path) -> None:
    with disk_in(tmp_path) as disk:  # that is why SQLite knows EXTRA, and why a node keeps its log in WAL
        assert lost_in_cuts(disk, random.Random(1), synchronous="FULL", journal="DELETE") > 0


def test_normal_loses_the_last_commits_but_never_the_file(tmp_path: Path) -> None:
    with disk_in(tmp_path) as disk:
        assert lost_in_cuts(disk, random.Random(1), synchronous="NORMAL", journal="WAL") > 0


def test_a_torn_page_is_healed_by_the_log(tmp_path: Path) -> None:
    rng = random.Random(7)
    with disk_in(tmp_path) as disk:
        connection = opened(disk)
        for number in range(60):
            sign(connection, number, 2000)
        disk.inject(Injection("sync", POWER, ending=NAME))  # the pages are written, and not one is synced
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
        while not disk.counts["write torn"]:
            cut_and_start(disk, connection, rng)
            connection = opened(disk)
            assert len(receipts(connection)) == 60
            disk.inject(Injection("sync", POWER, ending=NAME))
            connection.execute("UPDATE receipts SET said = zeroblob(2000)")
            with pytest.raises(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
        cut_and_start(disk, connection, rng)
        connection = opened(disk)
        assert len(receipts(connection)) == 60
        connection.close()


@pytest.mark.parametrize("code", [library.FULL, library.IOERR_WRITE])
def test_a_full_or_failing_disk_takes_a_transaction_whole_or_not_at_all(tmp_path: Path, code: int) -> None:
    with disk_in(tmp_path) as disk:
        connection = opened(disk, cache_pages=4)  # so small that pages go out before the commit
        for nth in range(40):
            before = set(receipts(connection))
            disk.inject(Injection("write", code, after=nth % 20))
            try:
                connection.execute("BEGIN IMMEDIATE")
                for part in range(6):
                    connection.execute("INSERT INTO receipts VALUES(?, zeroblob(5000))", (nth * 100 + part,))
                connection.execute("COMMIT")
            except sqlite3.OperationalError:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                disk.lift()
                assert set(receipts(connection)) == before
            disk.lift()
        assert disk.counts["disk full" if code == library.FULL else "write failed"] >= 20
        sign(connection, 10**6, 40)
        assert 10**6 in receipts(connection)
        connection.close()


@pytest.mark.parametrize("ending", ["-wal", NAME])
def test_a_sync_that_fails_confirms_nothing_and_breaks_nothing(tmp_path: Path, ending: str) -> None:
    rng = random.Random(5)
    with disk_in(tmp_path) as disk:
        confirmed = set()
        connection = opened(disk)
        connection.execute("PRAGMA wal_autocheckpoint=3")
        for number in range(200):
            if number % 4 == 0:
                disk.inject(Injection("sync", library.IOERR_SYNC, after=rng.randrange(4), ending=ending))
            try:
                sign(connection, number, 3000)
                confirmed.add(number)
            except sqlite3.OperationalError:
                assert not connection.in_transaction
            if number % 50 == 49:
                cut_and_start(disk, connection, rng)
                connection = opened(disk)
                assert confirmed <= set(receipts(connection))
        connection.close()
        assert disk.counts["sync failed"] > 10


def test_a_killed_process_leaves_what_the_system_had(tmp_path: Path) -> None:
    with disk_in(tmp_path) as disk:
        connection = opened(disk, synchronous="OFF")
        sign(connection, 1, 40)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO receipts VALUES(2, x'00')")
        disk.kill()
        connection.close()
        disk.start()
        connection = opened(disk)
        assert set(receipts(connection)) == {1}
        connection.close()


def test_a_machine_without_power_opens_nothing(tmp_path: Path) -> None:
    with disk_in(tmp_path) as disk:
        opened(disk).close()
        disk.kill()
        with pytest.raises(sqlite3.OperationalError):
            opened(disk)


def test_the_power_is_not_given_back_to_a_process_that_still_runs(tmp_path: Path) -> None:
    with disk_in(tmp_path) as disk:
        connection = opened(disk)
        disk.kill()
        with pytest.raises(RuntimeError):
            disk.start()
        connection.close()
        disk.start()


def test_two_disks_know_nothing_of_each_other(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    with disk_in(here) as one, disk_in(there) as other:
        ours, theirs = opened(one), opened(other)
        sign(ours, 1, 40)
        cut_and_start(one, ours, random.Random(1))
        sign(theirs, 2, 40)
        assert set(receipts(theirs)) == {2}
        theirs.close()


def test_a_file_outside_of_every_disk_is_an_ordinary_one(tmp_path: Path) -> None:
    vfs.file_system()
    connection = sqlite3.connect(f"file:{tmp_path / 'other.sqlite3'}?vfs={vfs.NAME}", uri=True)
    connection.execute("CREATE TABLE t(x)")
    connection.close()
    assert (tmp_path / "other.sqlite3").stat().st_size > 0


def test_a_fault_of_the_simulation_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with disk_in(tmp_path) as disk:
        connection = opened(disk)
        monkeypatch.setattr(disk, "verdict", None)  # any call of it now raises
        with pytest.raises(sqlite3.OperationalError):
            sign(connection, 1, 40)
        monkeypatch.undo()
        connection.close()


def test_a_library_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library.sqlite3, "sqlite_version", "3.0.0")  # as if the module's own copy were another one
    with pytest.raises(RuntimeError, match="linked in and hidden"):
        library.sqlite()
