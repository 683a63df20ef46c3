"""One truck through two nodes: released at Debdeb, awaited at Ghadames; the second verifier judges its evidence."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.node import PROJECT
from tests.browser.sitting import Sitting
from tests.journeys import day as desks
from tests.journeys import two_nodes
from tests.journeys.day import Day, act
from tests.journeys.founding import ACROSS, HERE
from tests.journeys.two_nodes import TwoNodes, until, until_gone

pytestmark = pytest.mark.browser
DOWN = ".panel .why[role='status']"  # that nothing is heard on a line, and how much waits
MISSING = "main svg path[stroke-dasharray='3 2.5']"  # a receipt that has not come, on the crossing line
VERIFY = PROJECT / "tools" / "verify-evidence" / "verify.mjs"
Both = tuple[Day, Day]


@pytest.fixture(scope="module")
def nodes(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNodes]:
    """Both nodes, once for the tests of this file."""
    with two_nodes.running(tmp_path_factory.mktemp("two") / "nodes") as running:
        yield running


@pytest.fixture
def both(browser: Any, nodes: TwoNodes) -> Iterator[Both]:
    """A window at each side of the line, in Arabic."""
    windows = [Sitting.begin(browser, node, java_script_enabled=True) for node in (nodes.here, nodes.across)]
    for window in windows:
        window.resize(1366)
    here, across = (
        Day(window, "ar", 1366, nodes.export["plate"], place=place)
        for window, place in zip(windows, (HERE, ACROSS), strict=True)
    )
    yield here, across
    for window in windows:
        assert window.troubles == []
        window.context.close()


def test_a_truck_goes_through_both_nodes_and_the_proof_of_its_exit_holds(both, nodes, tmp_path):
    here, across = both
    _declared_and_released(here, nodes.export)
    _awaited(across, nodes.export)
    _out(here)
    _arrived(across)
    page = until(here.at("gate_officer", here.truck), "إشعار الوصول")
    assert "إشعار خروج" in page.locator("main").text_content()
    until_gone(page, MISSING)
    here.show(page, "receipts")
    bundle = _proof_of_exit(here, tmp_path / "exit.mx1-evidence")
    _judged(bundle)


def _declared_and_released(here: Day, export: dict[str, str]) -> None:
    here.declaration = f"/declarations/{export['key']}/"
    desks.announce(here, broker=export["broker"])
    act(here, "release_officer", here.declaration, "released")


def _awaited(across: Day, export: dict[str, str]) -> None:
    """The advance data waits at Ghadames, and the importer's declarant claims the draft made of it."""
    page = until(across.at("registrar", "/declarations/from-across/"), export["reference"])
    across.show(page, "advance")
    page = across.at("declarant", "/declarations/from-across/")
    desks.fill(page, {"reference": export["reference"], "proof": export["key"]})
    across.press("main form button.main")
    across.show(page, "draft-from-across")
    assert page.locator('[name="export_country.code"]').input_value() == "DZ"


def _out(here: Day) -> None:
    seals = desks.SEALS.replace(", ", "\n")
    act(here, "yard_officer", here.truck, "in-the-queue")
    _through_the_gate(here)
    act(here, "weigh_officer", here.truck, "weighed", {"gross_mass_g": "36000", "tare_mass_g": "15000"})
    act(here, "yard_officer", here.truck, "presented")
    act(here, "gate_officer", here.truck, "gate-out", {"seals": seals})


def _through_the_gate(side: Day) -> None:
    seals = desks.SEALS.replace(", ", "\n")
    act(side, "yard_officer", side.truck, "gate-in", {"plate": side.plate, "seals": seals, "documents": "3"})


def _arrived(across: Day) -> None:
    page = until(across.at("yard_officer", f"/passages/?plate={across.plate}"), across.plate)
    across.show(page, "awaited")
    across.truck = page.locator(f'main a[href^="/passages/"]:has-text("{across.plate}")').first.get_attribute("href")
    act(across, "yard_officer", across.truck, "in-the-queue-across")
    _through_the_gate(across)


def _proof_of_exit(here: Day, file: Path) -> Path:
    """The gate officer follows his own message and takes its proof away."""
    page = until(here.at("gate_officer", "/exchange/messages/"), "إشعار خروج شاحنة")
    here.press('tr:has-text("إشعار خروج شاحنة") th a')
    until(page, "مقبول")
    here.show(page, "exit-notice")
    with page.expect_download() as download:
        page.locator(".actions a[download]").click()
    download.value.save_as(file)
    return file


def _judged(bundle: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed here: the second verifier is not asked")
    told = subprocess.run([node, str(VERIFY), str(bundle)], capture_output=True, text=True, timeout=60, check=False)
    assert told.stdout.splitlines()[-1:] == ["Verdict  valid"], told.stdout + told.stderr
    assert f"{HERE} to {ACROSS}" in told.stdout
    assert "crossings.exit-notice/1.0" in told.stdout


def test_a_line_is_cut_and_joined_and_both_boards_say_what_waits(both, nodes):
    here, _ = both
    _press(here, "cut_line", {"reason": "عاصفة عند الصاري"})
    for side in both:
        _press(side, "send_drill", {"text": "هل تسمعنا"})
    for side, name in zip(both, ("cut-here", "cut-across"), strict=True):
        page = until(side.at("duty_engineer", "/exchange/"), "تنتظر", inside=DOWN)
        side.show(page, name)
    _press(here, "join_line", {"reason": "هدأت العاصفة"})
    for side in both:
        page = until(side.at("duty_engineer", "/exchange/"), "الخط يحمل")
        assert page.locator(DOWN).count() == 0


def _press(side: Day, name: str, typed: dict[str, str]) -> None:
    desks.act_aside(side, "duty_engineer", "/exchange/", name, name, typed)
