"""Debdeb and Ghadames as two nodes that run as `mabar start` runs them, with their line between them."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
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
    """Both nodes, the export that Debdeb has still to release, an import at Ghadames, a truck unloaded at Debdeb."""

    here: RunningNode
    across: RunningNode
    export: dict[str, str]
    incoming: dict[str, str]
    unloaded: dict[str, str]


@contextmanager
def running(folder: Path) -> Iterator[TwoNodes]:
    """Make both nodes and let them run."""
    with started(folder, (HERE, ACROSS)) as (nodes, told):
        yield TwoNodes(*nodes, told["export"], told["incoming"], told["unloaded"])


@contextmanager
def started(folder: Path, codes: Sequence[str]) -> Iterator[tuple[list[RunningNode], dict[str, Any]]]:
    """Make nodes and let them run; give them and what their founding tells."""
    ports = {code: free_port() for code in codes}
    command = [sys.executable, "-m", "tests.journeys.founding", str(folder), *map(str, ports.values())]
    made = subprocess.run(command, cwd=PROJECT, env=_environment(), capture_output=True, check=True)
    told = json.loads(made.stdout)
    with ExitStack() as stack:
        for code in codes:
            stack.enter_context(_started(folder / code))
        for port in ports.values():
            _wait(port)
        yield [_node(folder, code, port, told["people"][code]) for code, port in ports.items()], told


def _node(folder: Path, code: str, port: int, people: dict[str, Any]) -> RunningNode:
    return RunningNode(folder / code, port, tuple(Person(key, **each) for key, each in people.items()))


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
