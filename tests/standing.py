"""The cast stands in the tests' database from the beginning of a run, and again after a test that commits for real.

To make it anew for each test, and to truncate a hundred tables after each that commits, took a fifth of a run.
"""

import pickle
from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.test import TransactionTestCase

from mabar.base import triggers
from tests.world import World, make_world

DEFERRED = {"sqlite": ["PRAGMA defer_foreign_keys = ON"], "postgresql": ["SET CONSTRAINTS ALL DEFERRED"]}
KEPT = {"django_migrations", "django_content_type", "auth_permission"}  # what the migrations themselves wrote

_cast = b""


def begin() -> None:
    """Let the cast stand for all tests to come, and again after each that commits.

    What a run before this one in the same process has left is cleared away first.
    """
    TransactionTestCase._fixture_teardown = _cleared  # type: ignore[attr-defined]
    _clear(tuple(connections))


def cast() -> World:
    """Give the cast that stands in the database, each time in objects of its own."""
    return pickle.loads(_cast)  # type: ignore[no-any-return]  # written below, by this process


def _cleared(case: Any) -> None:
    _clear(case._databases_names(include_mirrors=False))


def _clear(databases: Iterable[str]) -> None:
    """Empty the tables that hold anything, and let the cast stand."""
    global _cast
    for name in databases:
        with transaction.atomic(name):
            _empty(connections[name], is_of_acts=name == "default")
    _cast = pickle.dumps(make_world())


def _empty(store: Any, *, is_of_acts: bool) -> None:
    if is_of_acts:
        triggers.drop(store)
    quoted = {name: store.ops.quote_name(name) for name in store.introspection.table_names() if name not in KEPT}
    holds = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quoted[name]})" for name in quoted)
    with store.cursor() as cursor:
        cursor.execute(holds)
        full = [quoted[name] for (name,) in cursor.fetchall()]
        # not TRUNCATE, which makes a new file of each table; foreign keys are looked after when all is committed
        for emptied in [*DEFERRED[store.vendor], *(f"DELETE FROM {table}" for table in full)]:
            cursor.execute(emptied)
    if is_of_acts:
        triggers.make(store)
