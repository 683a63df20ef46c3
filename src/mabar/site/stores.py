"""Where the node keeps what: acts that must survive a power cut, and passing things that may be made again."""

from functools import cache
from typing import Any
from urllib.parse import unquote, urlparse

from mabar.site.node import Node

PASSING_APPS = frozenset({"sessions", "django_tasks_db", "django_tasks_database"})

# WAL lets readers go on while one writes; FULL because a person or a node was told "accepted" and the power may go.
ACTS_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
)
# To open the files, and to close them with what that brings to the disk, costs more than to make a page.
KEPT_OPEN_S = 60
PASSING_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"


def databases(node: Node) -> dict[str, Any]:
    """Give the two SQLite files of the node, or the one PostgreSQL database that `node.toml` names."""
    if node.database:
        return {"default": _postgresql(node.database)}
    return {
        "default": _sqlite(node.folder / "acts.sqlite3", ACTS_PRAGMAS),
        "passing": _sqlite(node.folder / "passing.sqlite3", PASSING_PRAGMAS),
    }


def _sqlite(path: Any, pragmas: str) -> dict[str, Any]:
    # IMMEDIATE: a transaction that reads and then writes takes the lock at once, instead of failing half way
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": KEPT_OPEN_S,
        "OPTIONS": options,
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlparse(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
    }


def caches() -> dict[str, Any]:
    """Give the cache that counts sign-in attempts; it lies with the passing things."""
    # Django keeps 300 entries unless told; who asks from 300 addresses must not push the counts of others out
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_entries",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }


def passing_labels() -> list[str]:
    """List the applications of this node whose tables lie in the passing file."""
    from django.apps import apps

    return sorted(each.label for each in apps.get_app_configs() if each.label in PASSING_APPS)


class PassingRouter:
    """Send sessions, limits and queued work to the passing file, where the node has one."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Read passing things where they were written."""
        return _alias(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Write passing things where a power cut may take them."""
        return _alias(model._meta.app_label)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        """Allow relations inside one file only, which is Django's own rule."""
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Make each table in its own file."""
        from django.conf import settings

        if "passing" not in settings.DATABASES:
            return None
        return (db == "passing") == (app_label in PASSING_APPS or app_label == "django_cache")


@cache
def _alias(app_label: str) -> str | None:
    """Name the file of an app's rows; asked several times for each query."""
    from django.conf import settings

    has_passing = "passing" in settings.DATABASES
    return "passing" if has_passing and (app_label in PASSING_APPS or app_label == "django_cache") else None
