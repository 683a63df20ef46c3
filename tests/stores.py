"""Empty stores of today's tables: the first worker of a run makes them by the migrations, and all take copies.

The migrations replayed on an empty store are three seconds, and a run needs more than a dozen stores.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.browser.node import locked

FOLDER = Path(os.environ["MABAR_TEST_STORES"])
ADDRESS = os.environ.get("MABAR_TEST_DATABASE", "")


def lay(folder: Path) -> None:
    """Put empty stores into a node's folder, where this run has any: on PostgreSQL who wants files migrates them."""
    for store in () if ADDRESS else _sqlite().glob("*.sqlite3"):
        shutil.copy(store, folder / store.name)


def acts() -> Path:
    """Give the empty store of acts that is copied."""
    return _sqlite() / "acts.sqlite3"


def template() -> str:
    """Give the name of the empty database of PostgreSQL from which others are made."""
    name = _template_name()
    with locked(FOLDER, "lock"):
        if not (FOLDER / name).exists():
            drop_template()
            _at_server(f'CREATE DATABASE "{name}"')
            _make(FOLDER, _address(name))
            (FOLDER / name).touch()
    return name


def drop_template() -> None:
    """Let the server forget the empty database, if there is one."""
    if ADDRESS:
        _at_server(f'DROP DATABASE IF EXISTS "{_template_name()}" WITH (FORCE)')


def create(name: str) -> None:
    """Make a database of today's tables on the server, in place of one that was left behind."""
    _at_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{template()}"')


def _sqlite() -> Path:
    folder = FOLDER / "sqlite"
    with locked(FOLDER, "lock"):
        if not folder.exists():
            making = FOLDER / "making"
            making.mkdir()
            _make(making, "")
            making.replace(folder)
    return folder


def _make(folder: Path, database: str) -> None:
    from mabar.site import founding
    from mabar.site.at_node import Desk
    from mabar.site.node import Node

    desk = Desk(Node(folder, "dz.debdeb", "localhost", 8080, "tests only", database=database, has_tls=False))
    with desk.open():
        founding.make_stores()
    desk.close()


def _address(name: str) -> str:
    return urlunsplit(urlsplit(ADDRESS)._replace(path=f"/{name}"))


def _template_name() -> str:
    return urlsplit(ADDRESS).path.lstrip("/") + "_empty"


def _at_server(*orders: str) -> None:
    import psycopg

    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        for order in orders:
            connection.execute(order)
