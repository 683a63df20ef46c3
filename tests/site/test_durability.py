"""A node does not start on a store from which a power cut would take what was confirmed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ConnectionHandler

from mabar.site import durability, fitness, stores


@pytest.fixture
def faults_with(tmp_path: Path, django_db_blocker: Any) -> Callable[[str], list[str]]:
    """Open a file with other pragmas than a node's, and list what is wrong with it."""

    def listed(pragmas: str) -> list[str]:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "acts.sqlite3"}
        handler = ConnectionHandler({"default": {**database, "OPTIONS": {"init_command": pragmas}}})
        with django_db_blocker.unblock():
            found = durability.faults(handler["default"])
            handler.close_all()
        return found

    return listed


def test_the_pragmas_of_a_node_confirm_only_what_is_on_the_disk(faults_with: Callable[[str], list[str]]) -> None:
    assert faults_with(stores.ACTS_PRAGMAS) == []


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_sqlite_that_does_not_wait_for_the_disk_is_named(faults_with: Callable[[str], list[str]], level: str) -> None:
    (fault,) = faults_with(f"PRAGMA journal_mode=WAL; PRAGMA synchronous={level};")
    assert "does not wait for the disk" in fault


def test_a_journal_that_is_no_log_is_named(faults_with: Callable[[str], list[str]]) -> None:
    (fault,) = faults_with("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;")
    assert "delete, not as wal" in fault


@pytest.mark.parametrize("name", durability.SETTINGS)
def test_each_setting_of_postgresql_that_is_off_is_named(name: str) -> None:
    safe = dict.fromkeys(durability.SETTINGS, "on")
    assert durability.faults_of_settings(safe) == []
    assert durability.faults_of_settings({**safe, "synchronous_commit": "local"}) == []
    (fault,) = durability.faults_of_settings({**safe, name: "off"})
    assert f"{name} = off" in fault


@pytest.mark.django_db
def test_the_stores_of_the_tests_confirm_only_what_is_on_the_disk() -> None:
    assert durability.faults(connection) == []


@pytest.mark.django_db
@pytest.mark.postgresql
def test_a_role_of_postgresql_that_does_not_wait_for_the_disk_stops_the_node() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    (fault,) = fitness.faults_that_stop(settings.NODE)
    assert "synchronous_commit = off" in fault
    assert not {each.what: each.is_fit for each in fitness.examine(settings.NODE)}[
        "a power cut takes nothing that was confirmed"
    ]


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_of_postgresql_that_loses_what_it_confirmed_stops_the_node(name: str) -> None:
    with connection.cursor() as cursor:
        # no session can change it; a table of its own that comes first when the name is looked up says so
        cursor.execute(
            "CREATE TEMPORARY TABLE pg_settings ON COMMIT DROP AS SELECT %s AS name, 'off' AS setting", [name]
        )
    assert [name in each for each in fitness.faults_that_stop(settings.NODE)] == [True]


def test_a_page_leaves_its_files_open_for_the_next(tmp_path: Path, django_db_blocker: Any) -> None:
    handler = ConnectionHandler({"default": stores._sqlite(tmp_path / "acts.sqlite3", stores.ACTS_PRAGMAS)})
    with django_db_blocker.unblock():
        handler["default"].ensure_connection()
        opened = handler["default"].connection
        handler["default"].close_if_unusable_or_obsolete()
        assert handler["default"].connection is opened
        handler.close_all()
