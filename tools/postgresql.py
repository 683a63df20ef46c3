"""Find a PostgreSQL server for the tests: one that is named, one that answers, or one started from a wheel."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

NAMED = "MABAR_TEST_DATABASE"
OLDEST = 150_000  # the oldest version that knows NULLS NOT DISTINCT, on which a constraint of the ground rests


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Give the environment in which the tests find a database of their own; empty where no server is to be had."""
    address = os.environ.get(NAMED) or _answering()
    if address:
        yield {NAMED: address}
        return
    with from_wheel() as environment:
        yield environment


def _answering() -> str:
    users = dict.fromkeys(["postgres", os.environ.get("USER", "postgres"), os.environ.get("PGUSER", "postgres")])
    for user in users:
        if accepts(f"postgresql://{user}@127.0.0.1:5432/postgres"):
            return f"postgresql://{user}@127.0.0.1:5432/{_own_name()}"
    return ""


def _own_name() -> str:
    # two runs on one server must not make the same database
    return f"mabar_{os.getpid()}"


def accepts(address: str) -> bool:
    """Tell whether a server answers there, is new enough, and lets this user make databases."""
    try:
        with psycopg.connect(address, connect_timeout=3) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = user").fetchone()
            return bool(row and row[0]) and connection.info.server_version >= OLDEST
    except psycopg.Error:
        return False


@contextmanager
def from_wheel() -> Iterator[dict[str, str]]:
    """Start a server that is ours alone, and give its environment; empty where there is no wheel for this Python."""
    try:
        import pgserver
    except ImportError:  # the wheel does not exist for every Python
        yield {}
        return
    # short, because the server's socket lies in it and a socket's path may have 107 characters
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    try:
        started = pgserver.get_server(folder / "data", cleanup_mode="delete")
    except (OSError, AssertionError, subprocess.SubprocessError) as fault:
        print(f"the PostgreSQL of the wheel did not start: {fault}")
        yield {}
        return
    try:
        yield {NAMED: f"postgresql://postgres@/{_own_name()}", "PGHOST": str(started.get_postmaster_info().socket_dir)}
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
