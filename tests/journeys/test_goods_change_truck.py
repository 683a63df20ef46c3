"""At kilometre zero the goods of one truck go on with another: opened, counted wrong, counted right, signed by both."""

import time

import pytest

from tests.browser.node import FACING, PLACE
from tests.journeys import day as desks
from tests.journeys.day import Day, act, fill

pytestmark = pytest.mark.browser

READERS = [("ar", 1366), ("fr", 390)]
NEW_SEAL = "LY 0044107"


@pytest.mark.parametrize(("language", "width"), READERS)
def test_goods_change_truck(sit, language, width):
    # 326 is no year of the generator's plates, so no other truck of the node bears it
    number = f"{int(time.time()) % 1000:03}-326-{30 + READERS.index((language, width))}"
    day = Day(sit(width=width), language, width, f"99{number}")
    desks.lodge(day)
    desks.announce(day)
    _into_the_yard(day, day.truck, day.plate, desks.SEALS)
    onward = _empty_truck(day, f"98{number}")
    page = _opened(day, onward)
    _counted_wrong_then_right(day, page)
    _loaded_and_signed(day, page, f"98{number}")
    _both_trucks_tell_it(day, page, onward)
    assert day.window.troubles == []


def _across(day: Day) -> str:
    """Give who works as inspector of the customs on the other side."""
    return day.window.node.person("inspector", PLACE).key


def _into_the_yard(day: Day, truck: str, plate: str, seals: str) -> None:
    act(day, "yard_officer", truck, "in-the-queue")
    read = seals.replace(", ", "\n")
    act(day, "yard_officer", truck, "gate-in", {"plate": plate, "seals": read, "documents": "1"})


def _empty_truck(day: Day, plate: str) -> str:
    page = day.at("yard_officer", "/passages/new/")
    form = page.locator("#announce")
    fill(form, {"place": FACING, "direction": "entry", "plate": plate, "carrier": day.words["carrier"]})
    day.press('button[form="announce"]')
    truck = page.url.split(day.window.node.origin)[1]
    _into_the_yard(day, truck, plate, "")
    return truck


def _opened(day: Day, onward: str) -> str:
    page = day.at("yard_officer", f"/transshipments/?place={FACING}")
    day.show(page, "transshipments")
    page.locator('#open [name="passage"]').select_option(day.truck.split("/")[-2])
    page.locator(f'#open [name="onward"][value="{onward.split("/")[-2]}"]').check()
    day.press('button[form="open"]')
    day.show(page, "transshipment-opened")
    return page.url.split(day.window.node.origin)[1]


def _counted_wrong_then_right(day: Day, path: str) -> None:
    read = desks.SEALS.replace(", ", "\n")
    act(day, "yard_officer", path, "unloading", {"seals": read, "reason": day.words["remark"]})
    act(day, "yard_officer", path, "tally", {"packages_": "19", "mass_": "1000"})
    stopped = act(day, "inspector", path, "stopped", key=_across(day))
    assert stopped.locator('section[role="alert"]').count() == 1
    act(day, "yard_officer", path, "tally-again", {"packages_": "20", "mass_": "1005"})
    accepted = act(day, "inspector", path, "accepted", key=_across(day))
    assert accepted.locator('section[role="alert"]').count() == 0


def _loaded_and_signed(day: Day, path: str, plate: str) -> None:
    page = day.at("yard_officer", path)
    page.locator('#act [name="truck"]').select_option(label=plate)
    act(day, "yard_officer", path, "loading", {"packages_": "20", "mass_": "1005", "seals": NEW_SEAL})
    act(day, "yard_officer", path, "signed")
    done = act(day, "inspector", path, "countersigned", key=_across(day))
    assert done.locator(".chips .ok").count() == 1
    act(day, "gate_officer", path, "left-empty")


def _both_trucks_tell_it(day: Day, path: str, onward: str) -> None:
    page = day.at("yard_officer", onward)
    day.show(page, "onward-truck")
    assert page.locator(f'main a[href="{path}"]').count() == 1
    assert page.locator(f'main a[href="{day.declaration.split(day.window.node.origin)[1]}"]').count() == 1
    page = day.at("yard_officer", day.truck)
    day.show(page, "unloaded-truck")
    assert page.locator(f'main a[href="{path}"]').count() == 1
    paper = day.at("yard_officer", f"{path}paper/")
    text = paper.locator("main").inner_text()
    for seen in (day.plate, NEW_SEAL, "20"):
        assert seen in text
