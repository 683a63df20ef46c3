"""Several nodes in one process, each with its own file, its own clock and its own fate."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from mabar.exchange import crash_points
from mabar.exchange.models import Opened, Outgoing
from mabar.exchange.simulation import checker, nodes_in_one, vfs
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.nodes_in_one import ACTS, Crash, Machine, on
from tests.exchange.simulation.conftest import MakeMachine
from tests.exchange.simulation.toy import ask
from tests.world import NOON


def leave(key: str) -> None:
    """Leave a message of the toy."""
    ask("INSERT INTO left VALUES (%s, 'ly.hq', 2, 'subject', 1)", key)


def left() -> list[str]:
    """Give the keys of the messages of the toy."""
    return [row[0] for row in ask("SELECT key FROM left ORDER BY key")]


def test_the_same_code_runs_on_the_file_of_each_node(make_machine: MakeMachine) -> None:
    here, there = make_machine("dz.hq"), make_machine("ly.hq")
    with on(here):
        leave("A")
        with on(there):
            leave("B")
            assert (left(), settings.NODE) == (["B"], "ly.hq")
        assert (left(), settings.NODE) == (["A"], "dz.hq")


def test_afterwards_everything_is_as_it_was(make_machine: MakeMachine) -> None:
    node, wrapper = settings.NODE, connection._connections["default"]
    with on(make_machine("dz.hq")), pytest.raises(ValueError, match="x"):
        raise ValueError("x")
    assert settings.NODE is node
    assert connection._connections["default"] is wrapper
    crash_points.reached("anything")  # nobody listens any more


def test_the_file_is_opened_as_a_node_opens_it_and_lies_on_the_simulated_disk(make_machine: MakeMachine) -> None:
    machine = make_machine("dz.hq")
    with on(machine):
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        assert [ask(f"PRAGMA {name}")[0][0] for name in pragmas] == ["wal", 2, 1, 1]
        assert connection.transaction_mode == "IMMEDIATE"
        leave("A")
    assert machine.disk.counts["sync"] > 0
    assert f"vfs={vfs.NAME}" in str(machine.connection.settings_dict["NAME"])


def test_a_fall_at_a_crash_point_takes_the_open_transaction_along(make_machine: MakeMachine) -> None:
    machine = make_machine("dz.hq")
    machine.crashes.at = {"left-not-committed": 2}
    with on(machine), transaction.atomic():
        leave("A")
        crash_points.reached("left-not-committed")
    with pytest.raises(Crash, match="left-not-committed"), on(machine):
        _leave_in_a_careless_way("B")
    assert not machine.is_up
    machine.end()
    machine.start()
    with on(machine):
        assert left() == ["A"]
    assert (machine.crashes.passed["left-not-committed"], machine.crashes.fallen["left-not-committed"]) == (2, 1)


def _leave_in_a_careless_way(key: str) -> None:
    try:
        with transaction.atomic():
            leave(key)
            crash_points.reached("left-not-committed")
    except Exception:
        leave("after-death")
    finally:
        connection.cursor().execute("SELECT 1")


def test_nothing_is_written_after_the_fall_not_even_by_a_last_wish(make_machine: MakeMachine) -> None:
    machine = make_machine("dz.hq")
    machine.crashes.at = {"here": 1}

    def last_wish() -> None:
        try:
            crash_points.reached("here")
        finally:
            leave("last wish")

    with on(machine):
        leave("A")
    with pytest.raises(Exception, match="disk I/O error"), on(machine):
        last_wish()
    machine.end()
    machine.start()
    with on(machine):
        assert left() == ["A"]


def test_a_cursor_that_is_still_read_does_not_keep_a_dead_process_alive(make_machine: MakeMachine) -> None:
    machine = make_machine("dz.hq")
    kept: list[Any] = []
    with on(machine):
        for key in ("A", "B", "C"):
            leave(key)
        cursor = connection.cursor()
        cursor.execute("SELECT key FROM left")
        kept.append([cursor.fetchone(), cursor])
        kept[0].append(kept)  # a ring, which only the collector takes apart
    del cursor
    kept.clear()
    machine.power_cut(random.Random(1))
    machine.start()
    with on(machine):
        assert left() == ["A", "B", "C"]


def test_a_machine_whose_power_is_gone_falls_at_the_next_point(make_machine: MakeMachine) -> None:
    machine = make_machine("dz.hq")
    machine.disk.kill()
    with on(machine), pytest.raises(Crash):
        crash_points.reached("next")


def test_a_backup_brings_back_the_acts_and_leaves_the_files_beside_them(
    make_machine: MakeMachine, tmp_path: Path
) -> None:
    machine = make_machine("dz.hq")
    with on(machine):
        leave("A")
    machine.files.replace("mark", b"1")
    machine.back_up(tmp_path / "copy")
    with on(machine):
        leave("B")
    machine.files.replace("mark", b"2")
    machine.restore(tmp_path / "copy")
    assert machine.is_restored
    with on(machine):
        assert left() == ["A"]
    assert machine.files.read("mark") == b"2"


def test_the_memory_of_one_node_is_emptied_before_another_works(make_machine: MakeMachine) -> None:
    seen: list[str] = []
    here, there = make_machine("dz.hq"), make_machine("ly.hq")
    here.forget, there.forget = (lambda: seen.append("here")), (lambda: seen.append("there"))
    with on(here), on(there):
        pass
    assert seen == ["here", "there", "there", "here"]


@pytest.fixture(scope="module")
def real_template(tmp_path_factory: pytest.TempPathFactory, options: dict[str, Any]) -> Path:
    """A database with all tables of a node."""
    return nodes_in_one.make_template(tmp_path_factory.mktemp("real-template"), options)


def test_a_node_of_the_world_has_every_table_of_a_real_one(
    tmp_path: Path, options: dict[str, Any], real_template: Path
) -> None:
    machine = Machine("dz.hq", Disk(tmp_path), options)
    machine.disk.put(ACTS, real_template)
    with on(machine):
        Opened.objects.create(key="A", kind="exchange.drill/1", opened_at=NOON)
        machine.power_cut(random.Random(1))
        machine.start()
    with on(machine):
        assert Opened.objects.get().opened_at == NOON
        assert not Outgoing.objects.exists()
        assert ask("SELECT COUNT(*) FROM simulated_effects") == [(0,)]
    machine.close()


@pytest.mark.parametrize("name", checker.READS)
def test_the_checker_can_read_a_real_node(real_template: Path, name: str) -> None:
    assert checker.read(real_template, name) == []
