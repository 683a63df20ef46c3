"""The records of a node on PostgreSQL, copied out and in through the server's own COPY, without its client programs."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from mabar.base import triggers

PASSING = ("django_session", "cache_entries", "django_tasks_database_dbtaskresult")
NAMES = "tables.json"


def copy_out(folder: Path) -> dict[str, object]:
    """Copy every lasting table of one snapshot into `folder` and tell the journal's last head."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = [n for n in connection.introspection.table_names(cursor) if n not in PASSING]
        columns = {name: _columns(cursor, name) for name in names if name != "django_migrations"}
        for name in columns:
            _copy_table_out(cursor, name, columns[name], folder / f"{name}.copy")
        cursor.execute("SELECT size, root FROM base_journalhead ORDER BY size DESC LIMIT 1")
        head = cursor.fetchone() or (0, "")
        applied = sorted(MigrationRecorder(connection).applied_migrations())
    (folder / NAMES).write_text(json.dumps({"columns": columns, "migrations": applied}), encoding="utf-8")
    return {"size": head[0], "root": head[1]}


def _columns(cursor: Any, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _quoted(names: list[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)


def _copy_table_out(cursor: Any, table: str, columns: list[str], target: Path) -> None:
    quoted = connection.ops.quote_name(table)
    with open(target, "wb") as stream, cursor.copy(f"COPY {quoted} ({_quoted(columns)}) TO STDOUT") as copy:
        for block in copy:
            stream.write(block)


def copy_in(folder: Path) -> None:
    """Make the tables in an empty database and fill them from `folder`, all in one transaction.

    Raises:
        ValueError: the database already holds records.
    """
    from mabar.base.models import JournalLine

    call_command("migrate", verbosity=0, interactive=False)
    if JournalLine.objects.exists():
        raise ValueError("the database already holds a journal")
    columns: dict[str, list[str]] = json.loads((folder / NAMES).read_text(encoding="utf-8"))["columns"]
    with transaction.atomic(), connection.cursor() as cursor:
        triggers.drop(connection)
        cursor.execute(f"TRUNCATE {_quoted(list(columns))}")
        for name in columns:
            _copy_table_in(cursor, name, columns[name], folder / f"{name}.copy")
        _set_sequences(cursor)
        triggers.make(connection)


def _copy_table_in(cursor: Any, table: str, columns: list[str], source: Path) -> None:
    quoted = connection.ops.quote_name(table)
    with open(source, "rb") as stream, cursor.copy(f"COPY {quoted} ({_quoted(columns)}) FROM STDIN") as copy:
        while block := stream.read(1 << 20):
            copy.write(block)


def _set_sequences(cursor: Any) -> None:
    # a load with explicit ids leaves the sequences behind, and every later insert would fail
    for sequence in connection.introspection.sequence_list():
        table, column = connection.ops.quote_name(sequence["table"]), connection.ops.quote_name(sequence["column"])
        following = f"(SELECT COALESCE(MAX({column}), 0) + 1 FROM {table})"
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), {following}, false)",
            [sequence["table"], sequence["column"]],
        )
