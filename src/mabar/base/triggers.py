"""The triggers that keep the journal as it was written, on SQLite and on PostgreSQL.

Django remakes a SQLite table to alter it, and the triggers fall with the old one; so they are made again after every
migration, and a node whose triggers are not there does not start.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

KEPT_WHOLE = ("base_journalline", "base_journalseal", "base_journalhead", "base_journalerasure")
FACTS = "base_journalfacts"
ALL = (*KEPT_WHOLE, FACTS)


def make_after_migration(sender: object, using: str, **kwargs: Any) -> None:
    """Make the triggers when the database that holds the journal has been migrated."""
    if FACTS in connections[using].introspection.table_names():
        make(connections[using])


def make(connection: BaseDatabaseWrapper) -> None:
    """Drop and create every trigger of the journal."""
    drop(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger of the journal, which only a migration and a test's clean-up may do."""
    with connection.cursor() as cursor:
        for table, name in names(connection.vendor):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """List the triggers that should be there and are not."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for _, name in names(connection.vendor) if name not in present]


def names(vendor: str) -> list[tuple[str, str]]:
    """List (table, trigger) for a vendor; PostgreSQL also guards against TRUNCATE."""
    kinds = ["update", "delete"] + (["truncate"] if vendor == "postgresql" else [])
    return [(table, f"{table}_no_{kind}") for table in ALL for kind in kinds]


def _statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [_sqlite(table, kind) for table in ALL for kind in ("update", "delete")]
    made = [_POSTGRESQL_FUNCTION, _POSTGRESQL_FACTS_FUNCTION]
    for table in ALL:
        made += [_postgresql(table, "update"), _postgresql(table, "delete")]
        made.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION mabar_keep_journal()"
        )
    return made


def _sqlite(table: str, kind: str) -> str:
    when = ""
    if table == FACTS and kind == "delete":
        when = "WHEN NOT EXISTS (SELECT 1 FROM base_journalerasure e WHERE e.line_id = OLD.line_id) "
    return (
        f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'the journal is never changed: {kind} on {table}'); END"
    )


def _postgresql(table: str, kind: str) -> str:
    function = "mabar_keep_facts" if table == FACTS and kind == "delete" else "mabar_keep_journal"
    return (
        f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION mabar_keep_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is never changed: % on %', TG_OP, TG_TABLE_NAME; END $$
"""
_POSTGRESQL_FACTS_FUNCTION = """
CREATE OR REPLACE FUNCTION mabar_keep_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM base_journalerasure e WHERE e.line_id = OLD.line_id) THEN
    RAISE EXCEPTION 'the journal is never changed: % on %', TG_OP, TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END $$
"""
