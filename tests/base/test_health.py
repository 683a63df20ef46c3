"""The state of the node: each measure taken from the thing itself, shown, counted and answered."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from mabar.base import commands, doors, health, sealer, triggers
from mabar.exchange.models import Outgoing
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def folder(settings, tmp_path):
    import dataclasses

    (tmp_path / "keys").mkdir()
    settings.NODE = dataclasses.replace(settings.NODE, folder=tmp_path)
    return tmp_path


def tell(folder, name, at):
    (folder / name).write_text(json.dumps({"at": at.isoformat()}), encoding="utf-8")


def measured(at=NOON):
    return {measure.name: measure for measure in health.measures(at)}


@pytest.mark.parametrize(
    ("age_s", "state"), [(0, "conforms"), (10, "conforms"), (11, "alert"), (60, "alert"), (61, "refused")]
)
def test_the_age_of_the_workers_last_sign_says_whether_it_works(folder, db, age_s, state):
    tell(folder, health.WORKER_FILE, NOON - timedelta(seconds=age_s))
    assert (measured()["worker_age"].value, measured()["worker_age"].state) == (age_s, state)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"at": "noon"}', '{"at": "2026-11-22T11:00:00"}'])
def test_a_worker_that_says_nothing_readable_is_not_known(folder, db, text):
    (folder / health.WORKER_FILE).write_text(text, encoding="utf-8")
    assert (measured()["worker_age"].value, measured()["worker_age"].state) == (None, "unknown")


def test_lines_without_a_seal_are_counted_with_the_age_of_the_oldest(folder, world):
    commands.note_sign_in(world.node, "DEB-0001", at=NOON - timedelta(seconds=400))
    assert measured()["lines_unsealed"].value == 1
    assert (measured()["sealer_lag"].value, measured()["sealer_lag"].state) == (400, "refused")
    from mabar.base import node_keys

    node_keys.make(folder) if not (folder / "keys" / "node.key").exists() else None
    sealer.seal(NOON)
    assert (measured()["lines_unsealed"].value, measured()["sealer_lag"].value) == (0, 0)
    assert measured()["search_lines_behind"].value == 1


def test_a_missing_trigger_is_a_reason_to_stop(folder, db):
    assert measured()["triggers_missing"].state == "conforms"
    table, name = triggers.names(connection.vendor)[0]
    with connection.cursor() as cursor:
        on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on_table}")
    assert (measured()["triggers_missing"].value, measured()["triggers_missing"].state) == (1, "refused")


def test_a_message_not_opened_is_counted(folder, db):
    Outgoing.objects.create(
        key="K", address="here", kind="k/1", body="{}", left_at=NOON - timedelta(minutes=2), next_at=NOON
    )
    assert measured()["messages_unopened"].value == 1
    assert (measured()["messages_waiting"].value, measured()["messages_waiting"].state) == (120, "alert")


def test_no_backup_is_an_alert_and_an_old_one_a_reason_to_stop(folder, db):
    assert (measured()["backup_age"].value, measured()["backup_age"].state) == (None, "alert")
    tell(folder, health.BACKUP_FILE, NOON - timedelta(hours=1))
    assert measured()["backup_age"].state == "conforms"
    tell(folder, health.BACKUP_FILE, NOON - timedelta(days=8))
    assert measured()["backup_age"].state == "refused"


def test_the_recovery_key_is_there_or_not(folder, db):
    assert measured()["recovery_key_made"].state == "alert"
    (folder / "keys" / "recovery.pub").write_text("00", encoding="ascii")
    assert measured()["recovery_key_made"].state == "conforms"


def test_a_node_without_https_has_no_certificate(folder, db):
    assert "certificate_left" not in measured()


@pytest.mark.parametrize(("days", "state"), [(31, "conforms"), (29, "alert"), (-1, "refused")])
def test_the_certificate_is_read_from_its_file(folder, db, settings, days, state):
    import dataclasses

    from mabar.site import authority

    settings.NODE = dataclasses.replace(settings.NODE, has_tls=True)
    authority.certify(folder / "keys", "dz.debdeb", "localhost", NOON - timedelta(days=397 - days))
    left = measured()["certificate_left"]
    assert left.state == state
    assert left.value == pytest.approx(days * 86400, abs=2 * 86400)


def test_disk_and_databases_have_a_size(folder, db):
    taken = measured()
    assert taken["disk_free"].value > 0
    assert taken["database_default"].value > 0
    if connection.vendor == "sqlite":
        assert taken["wal_default"].value >= 0


@pytest.mark.parametrize(
    ("judge", "value", "state"),
    [
        (health.above, None, "unknown"),
        (health.above, 1, "conforms"),
        (health.above, 2, "alert"),
        (health.above, 4, "refused"),
        (health.below, None, "unknown"),
        (health.below, 3, "conforms"),
    ],
)
def test_a_measure_is_judged_by_its_two_bounds(judge, value, state):
    assert judge("m", value, "count", alert=1, stop=3).state == state


@pytest.mark.parametrize(("value", "state"), [(0, "refused"), (2, "alert"), (3, "conforms")])
def test_a_measure_that_is_bad_when_low(value, state):
    assert health.below("m", value, "count", alert=3, stop=1).state == state


def test_the_kernel_is_asked_for_its_clock_and_its_silence_is_not_a_good_clock(folder, db, monkeypatch):
    told = health.kernel_clock()
    assert told is None or told.error_s >= 0
    monkeypatch.setattr(health, "kernel_clock", lambda: None)
    assert measured()["clock_synchronised"].state == "unknown"
    monkeypatch.setattr(health, "kernel_clock", lambda: health.KernelClock(True, 0.2))
    assert (measured()["clock_synchronised"].state, measured()["clock_error"].value) == ("conforms", 0.2)
    monkeypatch.setattr(health, "kernel_clock", lambda: health.KernelClock(False, 16.0))
    assert (measured()["clock_synchronised"].state, measured()["clock_error"].value) == ("alert", None)


def test_a_machine_without_the_call_says_nothing_of_its_clock(monkeypatch):
    class Library:
        @property
        def adjtimex(self):
            raise AttributeError

    monkeypatch.setattr(health.ctypes, "CDLL", lambda *a, **k: Library())
    assert health.kernel_clock() is None


def test_a_kernel_that_refuses_says_nothing_of_its_clock(monkeypatch):
    class Library:
        @staticmethod
        def adjtimex(told):
            return -1

    monkeypatch.setattr(health.ctypes, "CDLL", lambda *a, **k: Library())
    assert health.kernel_clock() is None


def test_the_probe_answers_200_while_the_node_can_take_acts(client, folder, db):
    tell(folder, health.WORKER_FILE, doors.now())
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": True, "journal_guarded": True, "worker": True},
    )


def test_the_probe_answers_503_without_the_worker(client, folder, db):
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["worker"]) == (503, False)


def test_the_probe_answers_503_without_the_database(client, folder, db, monkeypatch):
    def broken(connection):
        raise DatabaseError

    monkeypatch.setattr(triggers, "missing", broken)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_the_probe_asks_the_database_once(client, folder, db, django_assert_num_queries):
    tell(folder, health.WORKER_FILE, doors.now())
    with django_assert_num_queries(1):
        client.get("/health")


def test_metrics_are_for_this_machine_alone_or_for_a_station(client, folder, db):
    text = client.get("/metrics").content.decode()
    for line in text.splitlines():
        assert line.startswith("# TYPE mabar_") or float(line.split()[1]) is not None
    assert "mabar_worker_age" not in text
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 401


def test_a_package_watches_once_however_often_it_says_so():
    before = len(health._watched)
    health.watch(health._watched[0])
    assert len(health._watched) == before


def test_the_node_of_the_tests_is_the_one_measured():
    assert settings.NODE.code == "dz.debdeb"
