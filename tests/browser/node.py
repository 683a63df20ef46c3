"""The node that the browser tests look at: made once a run, run as `mabar start` does, shared by all workers."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.ports import free_port

PROJECT = Path(__file__).parents[2]
PLACE, FACING = "dz.debdeb", "ly.ghadames"


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in; the session is the cookie of one who has, empty for whom has yet to."""

    key: str
    desk: str
    place: str
    password: str
    session: str = ""


@dataclass(frozen=True)
class RunningNode:
    """A node that answers: where, who works there, and what it writes to its log."""

    folder: Path
    port: int
    people: tuple[Person, ...]

    @property
    def origin(self) -> str:
        """The address of its pages."""
        return f"http://localhost:{self.port}"

    def person(self, desk: str, place: str = PLACE) -> Person:
        """Give the first who works at a desk."""
        return next(person for person in self.people if (person.desk, person.place) == (desk, place))

    def by_key(self, key: str) -> Person:
        """Give the person who signs in under a key."""
        return next(person for person in self.people if person.key == key)

    def faults(self) -> list[str]:
        """Give the lines of its log that tell of a fault."""
        log = (self.folder.parent / "log").read_text(encoding="utf-8", errors="replace")
        return [line for line in log.splitlines() if '"level": "error"' in line or "Traceback" in line]


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Let one worker at a time through."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(folder: Path) -> Iterator[RunningNode]:
    """Give the run's node; the first worker makes and starts it, the last one stops it."""
    with locked(folder, "lock"):
        told = _read(folder) or _begin(folder)
        _write(folder, told | {"users": told["users"] + 1})
    people = tuple(Person(key, **person) for key, person in told["people"].items())
    try:
        yield RunningNode(folder / "node", told["port"], people)
    finally:
        with locked(folder, "lock"):
            left = _read(folder)["users"] - 1
            _write(folder, told | {"users": left})
            if left == 0:
                _stop(told["pid"])
                (folder / "state.json").unlink()


def _read(folder: Path) -> dict[str, Any]:
    file = folder / "state.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _write(folder: Path, told: dict[str, Any]) -> None:
    (folder / "state.json").write_text(json.dumps(told), encoding="utf-8")


def _begin(folder: Path) -> dict[str, Any]:
    if (folder / "node").exists():
        raise RuntimeError("the node was stopped before the last worker came")
    port = free_port()
    command = [sys.executable, "-m", "tests.browser.founding", str(folder / "node"), str(port)]
    with (folder / "log").open("ab") as log:
        told = subprocess.run(command, cwd=PROJECT, env=_environment(), stdout=subprocess.PIPE, stderr=log, check=True)
        start = [sys.executable, "-c", "from mabar.site.cli import main; main()", "start", str(folder / "node")]
        # a session of its own: another worker may still look at it when this one has ended
        process = subprocess.Popen(
            [*start, "--threads", "4"], env=_environment(), stdout=log, stderr=log, start_new_session=True
        )
    _wait(port)
    return {"port": port, "pid": process.pid, "users": 0, "people": json.loads(told.stdout)}


def _environment() -> dict[str, str]:
    """Give the environment without what the tests' own Django was told."""
    kept = {k: v for k, v in os.environ.items() if k not in ("MABAR_NODE", "DJANGO_SETTINGS_MODULE")}
    return kept | {"PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT)))}


def _wait(port: int, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the node did not answer within {seconds} s")


def _stop(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
        for _ in range(150):
            os.waitpid(pid, os.WNOHANG)
            os.kill(pid, 0)
            time.sleep(0.1)
    except (ProcessLookupError, ChildProcessError):
        return


if __name__ == "__main__":
    with shared(Path(sys.argv[1])) as held:
        print(f"{held.origin}/ until SIGTERM")  # noqa: T201
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
