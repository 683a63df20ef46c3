"""Debdeb and Ghadames as two nodes that run as `mabar start` runs them, with their line between them."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.node import PROJECT, Person, RunningNode, _environment, _wait
from tests.journeys.founding import ACROSS, HERE
from tools.ports import free_port

START = (sys.executable, "-c", "from mabar.site.cli import main; main()", "start")
WORD_S = 15  # in which a word is on the other side's page, on a busy machine too


@dataclass(frozen=True)
class TwoNodes:
    """Both nodes, the export that Debdeb has still to release (broker and plate too), an import at Ghadames."""

    here: RunningNode
    across: RunningNode
    export: dict[str, str]
    incoming: dict[str, str]


@contextmanager
def running(folder: Path) -> Iterator[TwoNodes]:
    """Make both nodes and let them run."""
    ports = {HERE: free_port(), ACROSS: free_port()}
    command = [sys.executable, "-m", "tests.journeys.founding", str(folder), *map(str, ports.values())]
    made = subprocess.run(command, cwd=PROJECT, env=_environment(), capture_output=True, check=True)
    told = json.loads(made.stdout)
    with ExitStack() as stack:
        for place in ports:
            stack.enter_context(_started(folder / place))
        for port in ports.values():
            _wait(port)
        yield of(folder, ports, told)


def of(folder: Path, ports: dict[str, int], told: dict[str, Any]) -> TwoNodes:
    """Give the nodes that run on these ports."""
    people = {
        place: tuple(Person(key, **each) for key, each in all_there.items())
        for place, all_there in told["people"].items()
    }
    here, across = (RunningNode(folder / place, ports[place], people[place]) for place in (HERE, ACROSS))
    return TwoNodes(here, across, told["export"], told["incoming"])


@contextmanager
def _started(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen([*START, str(folder), "--threads", "4"], env=_environment(), stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def until(page: Any, words: str, inside: str = "main") -> Any:
    """Read a page again and again until it says so; what comes from across takes its time."""
    return _until(page, words, lambda: any(words in text for text in page.locator(inside).all_text_contents()))


def until_gone(page: Any, selector: str) -> Any:
    """Read a page again and again until nothing of this stands on it any more."""
    return _until(page, f"nothing of {selector}", lambda: page.locator(selector).count() == 0)


def _until(page: Any, wanted: str, is_so: Callable[[], bool]) -> Any:
    for _ in range(WORD_S * 4):
        if is_so():
            return page
        page.wait_for_timeout(250)
        page.reload(wait_until="load")
    raise AssertionError(f"{page.url} never showed {wanted}: {page.locator('main').inner_text()}")
