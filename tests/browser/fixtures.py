"""What a test in the browser may ask for: the node, Chromium, and a page on which somebody is signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import node as nodes
from tests.browser.node import PLACE, RunningNode
from tests.browser.sitting import Sitting

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's Chromium lies; the one that has no window at all, if it is there, spends a fifth less."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed here: what it would show is not tested")
    return found


@pytest.fixture(scope="session")
def running_node(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node with a small morning behind it, as real processes.

    With MABAR_BROWSER_FOLDER it stands where that names: whoever holds it there (`python -m tests.browser.node FOLDER`)
    keeps it over many runs while tests are written.
    """
    base = tmp_path_factory.getbasetemp()
    run = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with nodes.shared(Path(os.environ.get("MABAR_BROWSER_FOLDER") or run / "browser")) as running:
        yield running


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium, one for its folder's tests: the event loop must not outlive them, Django's would take it for theirs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def free_windows(browser: Any, running_node: RunningNode) -> dict[bool, list[Sitting]]:
    """Windows, with scripts and without, before which nobody sits: to open one takes longer than most tests."""
    return {True: [], False: []}


@pytest.fixture
def sit(
    browser: Any, running_node: RunningNode, free_windows: dict[bool, list[Sitting]]
) -> Iterator[Callable[..., Sitting]]:
    """Seat somebody at a desk: `sit("gate_officer", language="fr", width=390)`; without a desk, a visitor.

    The language is kept on the person, and workers share the people: so only one file chooses it for those of a place.
    """
    seated: list[tuple[bool, Sitting]] = []

    def seat(
        desk: str = "", *, place: str = PLACE, language: str = "", width: int = 1366, scripts: bool = True
    ) -> Sitting:
        free = free_windows[scripts]
        window = free.pop() if free else Sitting.begin(browser, running_node, java_script_enabled=scripts)
        seated.append((scripts, window))
        window.seat(running_node.person(desk, place) if desk else None)
        window.resize(width)
        if language:
            window.read_in(language)
        return window

    yield seat
    for scripts, window in seated:
        window.leave()
        free_windows[scripts].append(window)
