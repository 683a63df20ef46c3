"""The worker: one process beside the pages that seals, fires what is due, opens what waits, and indexes."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import close_old_connections

from mabar.site.running import Told

log = logging.getLogger(__name__)
ALIVE = "worker.alive"
TASK_COMMAND = (sys.executable, "-m", "django", "db_worker", "--batch", "--no-startup-delay")


@dataclass
class Duty:
    """One kind of work: how often, and what; it returns how much it did."""

    name: str
    every_s: float
    work: Callable[[datetime], int]
    next_at: float = 0.0
    done: int = 0


def duties() -> list[Duty]:
    """List the worker's duties; the sealer comes first, since search and live screens follow it."""
    from mabar.base import actors, erasure, sealer, search, timers
    from mabar.exchange import erasing, inbox, old_keys, opening

    return [
        Duty("sealed", 0.5, sealer.seal),
        Duty("heard", 0.2, opening.open_stored),
        Duty("opened", 2, inbox.open_waiting),
        Duty("fired", 1, timers.fire_due),
        Duty("indexed", 1, lambda at: search.index_from_journal(500, at=at)),
        Duty("erased", 3600, lambda at: erasure.erase_due(actors.node(), at)),
        Duty("payloads_erased", 600, erasing.erase_due),
        Duty("keys_destroyed", 3600, old_keys.destroy_due),
    ]


def run() -> None:
    """Work until the process is told to stop; each duty in turn, a fault in one never stopping the others."""
    django.setup()
    stop, told = threading.Event(), Told()
    told.listen()
    from mabar.exchange import links, opening, rejoined

    rejoined.check_marks(datetime.now(UTC))
    opening.apply_stops_again(datetime.now(UTC))
    lines = threading.Thread(target=links.keep, args=(stop,), daemon=True)
    lines.start()
    runner = TaskRunner()
    rounds = [*duties(), Duty("tasks", 1, runner.look)]
    while not told.is_so:
        busy = _round(rounds)
        _tell(Path(settings.NODE.folder), rounds)
        stop.wait(0.02 if busy else 0.25)
    stop.set()
    runner.stop()
    lines.join(timeout=10)


def _round(rounds: list[Duty]) -> bool:
    is_busy = False
    for duty in rounds:
        if time.monotonic() < duty.next_at:
            continue
        done = _do(duty)
        duty.done += done
        is_busy = is_busy or done > 0
        duty.next_at = time.monotonic() + (0 if done >= 1000 else duty.every_s)
    close_old_connections()
    return is_busy


def _do(duty: Duty) -> int:
    try:
        return duty.work(datetime.now(UTC))
    except Exception:
        log.exception("duty failed", extra={"task": duty.name})
        return 0


def _tell(folder: Path, rounds: list[Duty]) -> None:
    told = {"at": datetime.now(UTC).isoformat(), **{duty.name: duty.done for duty in rounds}}
    part = folder / f"{ALIVE}.part"
    part.write_text(json.dumps(told), encoding="utf-8")
    part.replace(folder / ALIVE)


class TaskRunner:
    """Runs queued tasks (papers, long imports) in a process of its own that ends when the queue is empty.

    So the heavy libraries that a task loads weigh on the node only while it runs.
    """

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def look(self, at: datetime) -> int:
        """Start the process when tasks wait and none runs; return how many were started."""
        from django_tasks_db.models import DBTaskResult

        if self.process is not None and self.process.poll() is None:
            return 0
        if not DBTaskResult.objects.ready().exists():
            return 0
        self.process = subprocess.Popen(TASK_COMMAND)
        return 1

    def stop(self) -> None:
        """Let the task under way end; a task cut off is tried again by the next start."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mabar.site.settings")
    run()
