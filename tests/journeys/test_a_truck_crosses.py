"""A truck with an import crosses at Ghadames: lodged, weighed, found wanting, held, cleared and let go."""

import time

import pytest

from tests.browser.node import FACING
from tests.journeys import day as desks
from tests.journeys.day import Day, act, act_aside, fill

pytestmark = pytest.mark.browser

READERS = [("ar", 1366), ("fr", 390)]


@pytest.mark.parametrize(("language", "width"), READERS)
def test_a_truck_crosses(sit, language, width):
    # 327 is no year of the generator's plates, so no other truck of the node bears it
    plate = f"99{int(time.time()) % 1000:03}-327-{30 + READERS.index((language, width))}"
    day = Day(sit(width=width), language, width, plate)
    desks.lodge(day)
    desks.announce(day)
    _through_the_yard(day)
    _found_wanting(day)
    _held_and_let_go(day)
    _paid_and_released(day)
    _out(day)
    assert day.window.troubles == []


def _through_the_yard(day: Day) -> None:
    act(day, "yard_officer", day.truck, "in-the-queue")
    assert day.plate in day.wall()
    seals = desks.SEALS.replace(", ", "\n")
    act(day, "yard_officer", day.truck, "gate-in", {"plate": day.plate, "seals": seals, "documents": "3"})
    weights = {"gross_mass_g": "16000", "tare_mass_g": "15000"}
    act(day, "weigh_officer", day.truck, "weighed", weights)
    act(day, "yard_officer", day.truck, "presented")


def _found_wanting(day: Day) -> None:
    _sent_to_red(day)
    act(day, "examiner", day.declaration, "documents-checked", {"remark": day.words["remark"]})
    _scanned_if_drawn(day)
    page = act(day, "head_of_inspection", day.declaration, "team-drawn")
    team = page.locator(".team bdi").all_inner_texts()
    assert len(team) == 2
    finding = {"kind": "discrepancy", "item": "2", "details": day.words["found"]}
    typed = {f"finding-0-{name}": text for name, text in finding.items()}
    found = act(day, "inspector", day.declaration, "discrepancy", typed, key=team[0])
    assert day.words["found"] in found.locator("main").inner_text()


def _sent_to_red(day: Day) -> None:
    """The head of inspection sends it to the red lane, unless the random share already did."""
    head = day.at("head_of_inspection", day.declaration)
    if head.locator(".chips .tone-red").count() == 0:
        told = {"lane": "red", "reason": day.words["lane"]}
        head = act_aside(day, "head_of_inspection", day.declaration, "change_lane", "red-lane", told)
    assert head.locator(".chips .tone-red").count() == 1


def _scanned_if_drawn(day: Day) -> None:
    """A share of all trucks is drawn for the scan, whatever the lane."""
    page = day.at("scanner_officer", day.declaration)
    if page.locator('button[form="act"]').count():
        act(day, "scanner_officer", day.declaration, "scanned", {"image": "SCAN-02201", "outcome": day.words["lift"]})


def _held_and_let_go(day: Day) -> None:
    told = {"wants": day.words["wants"], "reason": day.words["hold"], "desk": "7"}
    act_aside(day, "police_officer", day.truck, "hold", "held", told)
    wall = day.wall("wall-held")
    assert day.plate in wall
    assert day.words["hold"] not in wall
    assert day.words["wants"] not in wall
    act_aside(day, "police_officer", day.truck, "lift_hold", "hold-lifted", {"note": day.words["lift"]})


def _paid_and_released(day: Day) -> None:
    _assessed_with_a_correction(day)
    act(day, "cashier", day.declaration, "paid", {"reference": "R-2201"})
    act(day, "release_officer", day.declaration, "released")


def _assessed_with_a_correction(day: Day) -> None:
    """The invoice names no value in dinars: the assessor types what was found, sees what it comes to, and assesses."""
    page = day.at("assessor", day.declaration)
    day.press(".actions a.main")
    day.show(page, "duties-without-a-value")
    assert "ValueMissing" in page.locator("main").inner_text()
    found = {"1": "24000", "2": "12500.500"}
    for row, (item, value) in enumerate(found.items()):
        fill(page, {f"found{row}-item": item, f"found{row}-what": "value", f"found{row}-value": value})
    day.press('#found button[formmethod="get"]')
    day.show(page, "duties-worked-out")
    assert "LYD" in page.locator("main").inner_text()
    day.press('.actions button[form="found"]')
    day.show(page, "assessed")


def _out(day: Day) -> None:
    act(day, "gate_officer", day.truck, "gate-out", {"seals": desks.SEALS.replace(", ", "\n")})
    assert day.plate not in day.wall("wall-after")
    page = day.at("declarant", day.declaration)
    day.show(page, "declaration-at-the-end")
    assert page.locator(f'main a[href="{day.truck}"]').count() >= 1
    office = day.at("gate_officer", f"/board/?place={FACING}")
    day.show(office, "board-at-the-end")
    assert day.plate not in office.locator("#board").inner_text()
