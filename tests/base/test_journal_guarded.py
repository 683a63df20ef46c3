"""The journal's guard: it stands again after a migration that remakes the table, and what slips past it is found."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.models.signals import post_migrate

from mabar.base import erasure, journal, mandates, sealer, triggers, verification
from mabar.base.models import JournalErasure, JournalFacts, JournalLine, JournalSeal
from mabar.base.rules import RETENTION_DAYS
from tests.world import NOON, World


def act(world: World, subject: str = "P1") -> JournalLine:
    officer = world.officers["gate_officer"]
    with journal.writes(officer, "crossings.join_queue", subject, at=NOON, place="dz.debdeb", n=1):
        mandates.require(officer, "crossings.join_queue", place="dz.debdeb")
    return JournalLine.objects.get(subject=subject)


def remake_the_table() -> None:
    """Alter the journal's table as a migration does, and back; on SQLite it is made anew, and its triggers fall."""
    told = JournalLine._meta.get_field("verb")
    wider = models.CharField(max_length=80)
    wider.set_attributes_from_name("verb")
    with connection.schema_editor() as editor:
        editor.alter_field(JournalLine, told, wider)
    with connection.schema_editor() as editor:
        editor.alter_field(JournalLine, wider, told)


def told_of_a_migration() -> None:
    post_migrate.send(
        sender=apps.get_app_config("base"), app_config=apps.get_app_config("base"), using="default", verbosity=0,
        interactive=False, plan=[], apps=apps,
    )  # fmt: skip


@pytest.fixture
def altered(real_world: World) -> World:
    """A journal with one sealed line, committed for real."""
    act(real_world)
    sealer.seal(NOON)
    return real_world


@pytest.mark.sqlite
def test_remaking_the_table_takes_the_triggers_and_the_end_of_the_migration_brings_them_back(altered):
    remake_the_table()
    assert "base_journalline_no_update" in triggers.missing(connection)
    told_of_a_migration()
    assert triggers.missing(connection) == []
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE base_journalline SET verb = 'crossings.nothing'")
    assert verification.verify().is_sound


def test_after_a_migration_every_trigger_stands_whatever_the_database(altered):
    remake_the_table()
    told_of_a_migration()
    assert triggers.missing(connection) == []
    for table in ("base_journalline", "base_journalfacts", "base_journalseal", "base_journalhead"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {table}")


def test_nothing_replaces_a_line(altered):
    if connection.vendor != "sqlite":
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute("TRUNCATE base_journalline CASCADE")
        return
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute("REPLACE INTO base_journalline SELECT * FROM base_journalline")


def test_every_trigger_that_is_gone_is_named(altered):
    triggers.drop(connection)
    assert sorted(triggers.missing(connection)) == sorted(name for _, name in triggers.names(connection.vendor))
    triggers.make(connection)
    assert triggers.missing(connection) == []


def test_facts_taken_away_without_an_erasure_are_a_fault(altered):
    triggers.drop(connection)
    JournalFacts.objects.all()._raw_delete("default")
    triggers.make(connection)
    outcome = verification.verify()
    assert outcome.faults == [(0, "facts are gone without an erasure")]
    assert not outcome.is_sound


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda: JournalLine.objects.update(verb="crossings.nothing"), (0, "line differs from its seal")),
        (lambda: JournalLine.objects.update(at=NOON.replace(hour=12)), (0, "line differs from its seal")),
        (lambda: JournalFacts.objects.update(body='{"n":2}'), (0, "facts differ from their digest")),
        (lambda: JournalSeal.objects.update(leaf="00" * 32), (0, "line differs from its seal")),
    ],
)
def test_what_is_changed_behind_the_guard_is_found(altered, spoil, fault):
    triggers.drop(connection)
    spoil()
    triggers.make(connection)
    assert fault in verification.verify().faults


def test_the_duty_of_the_worker_erases_what_is_due_and_only_that(world):
    act(world, "OLD")
    due_at = NOON.replace(year=NOON.year + RETENTION_DAYS["customs"] // 365 + 1)
    assert erasure.erase_due(world.node, NOON) == 0
    assert erasure.erase_due(world.node, due_at) == 1
    assert erasure.erase_due(world.node, due_at) == 0
    sealer.seal(due_at)
    line = JournalLine.objects.get(verb="base.erase_facts")
    assert (line.actor, line.mandate) == ("node", "node")
    assert JournalErasure.objects.get().erased_on == due_at.date()
    outcome = verification.verify()
    assert (outcome.is_sound, outcome.size, outcome.erased) == (True, 2, 1)


def test_the_facts_that_the_node_keeps_as_long_as_the_journal_are_never_due(world):
    with journal.writes(world.node, "base.reset_password", "M-1", at=NOON):
        mandates.require(world.node, "base.reset_password", place="dz.debdeb")
    assert JournalFacts.objects.get().due_on is None
    assert erasure.erase_due(world.node, NOON.replace(year=9000)) == 0


def test_migrating_again_changes_nothing_and_keeps_the_guard(altered):
    call_command("migrate", "base", verbosity=0)
    assert triggers.missing(connection) == []


def test_an_act_that_asked_for_no_mandate_is_a_fault_and_leaves_no_line(world):
    with (
        pytest.raises(ValueError, match="asked for no mandate"),
        journal.writes(world.node, "base.reset_password", "P1", at=NOON),
    ):
        pass
    assert not JournalLine.objects.exists()


def test_an_act_at_an_instant_without_a_zone_is_a_fault(world):
    naive = NOON.replace(tzinfo=None)
    with (
        pytest.raises(ValueError, match="without a zone"),
        journal.writes(world.node, "base.reset_password", "P1", at=naive),
    ):
        mandates.require(world.node, "base.reset_password")
    assert not JournalLine.objects.exists()
