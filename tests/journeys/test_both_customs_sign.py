"""Two customs, each under its own signature: goods counted by both at kilometre zero; a trusted operator stopped."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.sitting import Sitting
from tests.journeys import two_nodes
from tests.journeys.day import Day, do, send
from tests.journeys.founding import ACROSS, HERE
from tests.journeys.two_nodes import TwoNodes, until

pytestmark = pytest.mark.browser
Both = tuple[Day, Day]
HOUSE = "BRK-DZ-01"


@pytest.fixture(scope="module")
def nodes(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNodes]:
    """Both nodes, once for the tests of this file."""
    with two_nodes.running(tmp_path_factory.mktemp("sign") / "nodes") as running:
        yield running


@pytest.fixture
def both(browser: Any, nodes: TwoNodes) -> Iterator[Both]:
    """A window at each side of the line: a counter in French, a telephone in Arabic."""
    windows = [Sitting.begin(browser, node, java_script_enabled=True) for node in (nodes.here, nodes.across)]
    sides = (("fr", 1366, HERE), ("ar", 390, ACROSS))
    days = []
    for window, (language, width, place) in zip(windows, sides, strict=True):
        window.resize(width)
        days.append(Day(window, language, width, "", place=place))
    yield days[0], days[1]
    for window in windows:
        assert window.troubles == []
        window.context.close()


def test_two_tallies_that_differ_stand_beside_each_other_on_both_sides_until_one_counts_again(both, nodes):
    here, across = both
    ours, theirs = f"/transshipments/{nodes.unloaded['key']}/", f"/tallies/{nodes.unloaded['key']}/"
    packages, more = nodes.unloaded["packages"], str(int(nodes.unloaded["packages"]) + 3)
    page = until(across.at("inspector", "/transshipments/"), "ينتظر عدّ أحد الجانبين")
    across.show(page, "asked")
    _counted(across, theirs, nodes, packages=more)
    assert "العدّان مختلفان" in page.locator("main").inner_text()
    page = until(here.at("head_of_inspection", ours), "Pointages discordants")
    assert {packages, more} <= set(page.locator("main").inner_text().split())
    here.show(page, "disagreed")
    _counted(across, theirs, nodes)
    here.show(until(here.at("head_of_inspection", ours), "Pointages concordants"), "recounted")


def _counted(across: Day, path: str, nodes: TwoNodes, **otherwise: str) -> None:
    told = {name: nodes.unloaded[name] for name in ("packages", "mass", "seals")} | otherwise
    typed = {"packages_": told["packages"], "mass_": told["mass"], "seals": told["seals"]}
    do(across, "inspector", path, "note_own_tally", typed)


def test_an_operator_is_recognised_across_and_stops_counting_there_when_his_own_customs_says_so(both):
    here, across = both
    page = here.at("terms_officer", "/operators/")
    told = {"firm": HOUSE, "kind": "customs", "valid_until": "2027-12-31"}
    send(here, page, "#issue", told, "issued")
    page = until(across.at("terms_officer", "/operators/"), HOUSE)
    path = page.locator(f'main a[href^="/operators/"]:has-text("{HOUSE}")').first.get_attribute("href")
    do(across, "terms_officer", path, "recognise_operator")
    own = here.at("terms_officer", "/operators/").locator(f'main a:has-text("{HOUSE}")').first.get_attribute("href")
    do(here, "terms_officer", own, "suspend_operator", {"reason": "Contrôle après dédouanement en cours"})
    across.show(until(across.at("terms_officer", path), "معلّقة"), "suspended")
