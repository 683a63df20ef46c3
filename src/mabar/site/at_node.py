"""Working at one of several nodes from one process, as the demonstration and the benches do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.db.utils import ConnectionHandler

from mabar.site import stores
from mabar.site.node import Node


class Desk:
    """A node's folder and stores, opened beside those of other nodes; one thread works at one of them at a time."""

    def __init__(self, node: Node) -> None:
        self.node = node
        told = stores.databases(node)
        for database in told.values():
            # Django keeps one pool a process under the alias, and so would give one node's connections to another
            database["OPTIONS"] = {name: each for name, each in database["OPTIONS"].items() if name != "pool"}
        self._handler = ConnectionHandler(told)

    @contextmanager
    def open(self) -> Iterator[Node]:
        """Let everything inside happen at this node."""
        outer = settings.NODE, {alias: connections[alias] for alias in self._handler.settings}
        settings.NODE = self.node
        for alias in self._handler.settings:
            connections[alias] = self._handler[alias]
        try:
            yield self.node
        finally:
            settings.NODE = outer[0]
            for alias, connection in outer[1].items():
                connections[alias] = connection

    def trust_the_power(self) -> None:
        """Let commits not wait for the disk while a demonstration is prepared: a power cut would only end that."""
        self._set("PRAGMA synchronous=OFF")

    def doubt_the_power(self) -> None:
        """Let commits wait for the disk again."""
        self._set("PRAGMA synchronous=FULL")

    def _set(self, pragma: str) -> None:
        connection = self._handler["default"]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(pragma)

    def close(self) -> None:
        """Close the stores."""
        self._handler.close_all()
