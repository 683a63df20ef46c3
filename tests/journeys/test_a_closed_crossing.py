"""A closed crossing and its diversion: proposed, given its hour, kept by the carrier, with a permit to show."""

import time

import pytest

from tests.browser.sitting import Sitting
from tests.journeys.day import Day, act, fill

pytestmark = pytest.mark.browser

CLOSED, RECEIVING = "dz.tin-alkoum", "dz.debdeb"
# one proposal takes every truck of its direction, so each reader has his own
READERS = [("ar", 1366, "entry"), ("fr", 390, "exit")]
WORDS = {"ar": "قطعت السيول الطريق", "fr": "La route est coupée par la crue"}


@pytest.mark.parametrize(("language", "width", "direction"), READERS)
def test_a_closed_crossing_and_its_diversion(sit, language: str, width: int, direction: str) -> None:
    # 329 is no year of the generator's plates, so no other truck of the node bears it
    plate = f"98{int(time.time()) % 1000:03}-329-{30 + width % 7}"
    day = Day(sit(width=width), language, width, plate, place=CLOSED)
    _announced_and_queued(day, direction)
    proposal = _proposed(day, direction)
    _given_an_hour(day, proposal)
    successor = _kept_by_the_declarant(day)
    _permit(day, successor)
    _at_one_crossing_alone(day, successor)
    assert day.window.troubles == []


def _announced_and_queued(day: Day, direction: str) -> None:
    page = day.at("declarant", "/passages/new/", key=_declarant(day.window))
    fill(page.locator("#announce"), {"place": CLOSED, "direction": direction, "plate": day.plate})
    day.press('button[form="announce"]')
    day.truck = page.url.split("#")[0]
    day.show(page, "announced")
    act(day, "gate_officer", day.truck, "in-the-queue")


def _declarant(window: Sitting) -> str:
    """Give who may announce at both crossings: a declarant of Debdeb's side."""
    return window.node.person("declarant", RECEIVING).key


def _proposed(day: Day, direction: str) -> str:
    page = day.at("yard_officer", "/diversions/")
    day.show(page, "diversions")
    day.press("a.button.main")
    assert day.plate in page.locator("main").inner_text()
    typed = {"target": RECEIVING, "direction": direction, "road_hours": "1", "reason": WORDS[day.language]}
    fill(page.locator("#propose"), typed)
    day.show(page, "propose")
    day.press('button[form="propose"]')
    day.show(page, "proposed")
    return str(page.url.split("#")[0])


def _given_an_hour(day: Day, proposal: str) -> None:
    receiving = day.window.node.person("yard_officer", RECEIVING).key
    page = day.at("yard_officer", proposal, key=receiving)
    fill(page.locator("#accept"), {"an_hour": "2", "hours": "2"})
    day.press('#accept button[name="show"]')
    day.show(page, "hour-by-hour")
    assert page.locator("#plan + table").count() == 1
    day.press('button[form="accept"]')
    day.show(page, "accepted")
    assert page.locator('a.tab[href="?state=offered"]').count() == 1


def _kept_by_the_declarant(day: Day) -> str:
    page = day.at("declarant", day.truck, key=_declarant(day.window))
    day.show(page, "offer")
    assert WORDS[day.language] in page.locator("#offer").inner_text()
    day.press('form[action$="/keep_diversion/"] button')
    day.show(page, "kept")
    permit = page.locator('#offer a[href$="/paper/"]').get_attribute("href")
    return str(permit.split("/")[2])


def _permit(day: Day, successor: str) -> None:
    page = day.at("declarant", f"/permits/{successor}/paper/", key=_declarant(day.window))
    text = page.locator("main").inner_text()
    for said in (day.plate, "تين الكوم", "الدبداب", WORDS[day.language], successor):
        assert said in text
    assert page.locator("svg.qr").count() == 1


def _at_one_crossing_alone(day: Day, successor: str) -> None:
    receiving = day.window.node.person("yard_officer", RECEIVING).key
    page = day.at("yard_officer", f"/passages/{successor}/", key=receiving)
    day.show(page, "announced-there")
    assert page.locator("#came").count() == 1
    board = day.at("yard_officer", f"/board/?place={CLOSED}")
    assert day.plate not in board.locator("#board").inner_text()
    assert day.plate not in day.wall("wall-after")
