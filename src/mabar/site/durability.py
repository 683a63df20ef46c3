"""Whether a store confirms only what is on the disk: else a power cut makes untrue a receipt that a partner holds."""

from collections.abc import Callable, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

_FULL = 2  # PRAGMA synchronous

# Source: PostgreSQL 15, 20.5 Write Ahead Log.  Every other synchronous_commit waits for the disk of this machine;
# without full pages a page that was torn by the cut is not healed.
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """List why what this store confirms may be lost with the power; empty where nothing is."""
    return _LOOK[connection.vendor](connection)


def faults_of_settings(settings: Mapping[str, str]) -> list[str]:
    """List the settings of PostgreSQL, as this node's role has them, that let a power cut take what was confirmed."""
    return [
        f"PostgreSQL has {name} = off, so a power cut takes what was confirmed; set {name} = on for the server and the"
        f" node's role"
        for name in SETTINGS
        if settings.get(name) == "off"
    ]


def _of_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SETTINGS)])
        return faults_of_settings(dict(cursor.fetchall()))


def _of_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    found = []
    if journal != "wal":  # SQLite stays silently in another mode where a file system cannot share memory
        found.append(
            f"SQLite keeps its journal as {journal}, not as wal; put the node's folder on a disk of this machine"
        )
    if synchronous < _FULL:
        found.append(
            "SQLite does not wait for the disk; the node sets synchronous = FULL, and something has changed it"
        )
    return found


_LOOK: Mapping[str, Callable[[BaseDatabaseWrapper], list[str]]] = {
    "postgresql": _of_postgresql,
    "sqlite": _of_sqlite,
}
