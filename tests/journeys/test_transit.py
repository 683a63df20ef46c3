"""Goods under transit over three countries: from Radès by Ras Jedir and Ghadames to Debdeb, then written off."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.sitting import Sitting
from tests.journeys import two_nodes
from tests.journeys.day import Day, act, act_aside, fill
from tests.journeys.founding import ACROSS, HERE, HOLDER, NODES, PORT, THIRD
from tests.journeys.two_nodes import until

pytestmark = pytest.mark.browser
DECLARED = {
    "departure": PORT,
    "passage_1": THIRD,
    "passage_2": ACROSS,
    "destination": HERE,
    "holder_code": HOLDER,
    "holder_name": "وسيط رادس النموذجي (مثال)",
    "goods": "قطع غيار مضخات مياه",
    "packages": "120",
    "gross_mass_kg": "14300",
    "plate": "212 TUN 4471",
    "amount": "21450",
    "currency": "TND",
}
SEALS = ("TN-90311", "TN-90312")
NEW = "LY-77190"


@pytest.fixture
def road(browser: Any, chromium: str, tmp_path: Any) -> Iterator[tuple[Day, Day, Day, str]]:
    """A window at each of the three nodes, in Arabic, in French and on a telephone; and the guarantee at Radès."""
    with two_nodes.started(tmp_path / "nodes", NODES) as (nodes, told):
        windows = [Sitting.begin(browser, node, java_script_enabled=True) for node in nodes]
        looks = (("ar", 1366, HERE), ("fr", 390, ACROSS), ("ar", 1366, THIRD))
        days = []
        for window, (language, width, place) in zip(windows, looks, strict=True):
            window.resize(width)
            days.append(Day(window, language, width, "", place=place))
        yield days[0], days[1], days[2], told["guarantee"]
        for window in windows:
            assert window.troubles == []
            window.context.close()


def found(side: Day, desk: str, number: str) -> str:
    """Wait until the news of a movement has come to a node, and give its page there."""
    page = until(side.at(desk, "/transit/"), number)
    return str(page.locator(f'main a[href^="/transit/"]:has-text("{number}")').first.get_attribute("href"))


def test_goods_go_under_transit_through_three_countries_and_are_written_off(road):
    here, across, third, guarantee = road
    number, home = _released(third, guarantee)
    act(third, "passage_officer", home, "passed", {"seen": "\n".join(SEALS)})
    path = found(across, "passage_officer", number)
    told = {"number": SEALS[0], "new_number": NEW, "reason": "Scellé rompu au contrôle du conteneur"}
    act_aside(across, "passage_officer", path, "replace_seal", "replaced", told)
    act(across, "passage_officer", path, "passed", {"seen": f"{NEW}\n{SEALS[1]}"})
    path = found(here, "destination_officer", number)
    until(here.at("destination_officer", path), NEW)
    _at_destination(here, path)
    third.place = PORT
    page = until(third.at("head_of_transit", home), "ملاحظات التفريغ")
    act(third, "head_of_transit", home, "discharged")
    here.show(until(here.at("destination_officer", path), "مُبرَأ"), "discharged")
    page = until(across.at("passage_officer", found(across, "passage_officer", number)), "Apuré")
    across.show(page, "discharged")


def _released(third: Day, guarantee: str) -> tuple[str, str]:
    """The broker lodges at the port of Radès; an officer there accepts, and releases under two seals."""
    page = third.at("declarant", "/transit/new/", HOLDER.lower())
    fill(page.locator("#lodge"), DECLARED | {"guarantee": guarantee})
    third.press('button[form="lodge"]')
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    third.show(page, "lodged")
    home = page.url[page.url.index("/transit/") :].split("#")[0]
    third.place = PORT
    number = str(act(third, "departure_officer", home, "accepted").locator("h1 bdi").inner_text())
    act(third, "departure_officer", home, "released", {"days": "5", "seals": "\n".join(SEALS)})
    third.place = THIRD
    return number, home


def _at_destination(here: Day, path: str) -> None:
    """One seal is not the one in force: an incident for all to see; the goods are unloaded with a remark."""
    page = act(here, "destination_officer", path, "arrived", {"seen": f"{NEW}9\n{SEALS[1]}"})
    assert "غير مطابقة" in page.locator("main").inner_text()
    act(here, "destination_officer", path, "unloading")
    act(here, "destination_officer", path, "remarked", {"outcome": "conform"})
