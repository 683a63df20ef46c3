"""Vehicles for a time: one comes in by its scan; one overdue is on the morning list, leaves across, and is settled."""

from typing import Any

import pytest

from tests.browser.node import FACING, PLACE
from tests.journeys.day import Day, fill

pytestmark = pytest.mark.browser

# language, width, the vehicle that comes, and the one whose last day is past; all are of the demonstration
READERS = [("ar", 1366, "6-310977", "118341", "5-482913"), ("fr", 390, "203 TU 1182", "204417", "5-118840")]


@pytest.mark.parametrize(("language", "width", "comes", "chassis", "overdue"), READERS)
def test_a_vehicle_overdue(sit, language, width, comes, chassis, overdue):
    day = Day(sit(width=width), language, width, overdue, place=PLACE)
    _comes_in(day, comes, chassis)
    _stands_on_the_list_of_the_morning(day)
    _leaves_across(day)
    _is_settled(day)
    assert day.window.troubles == []


def _comes_in(day: Day, plate: str, chassis: str) -> None:
    page = _act(day, "vehicle_officer", plate, "comes-in", {"plate": plate, "chassis": chassis, "days": "10"})
    assert page.locator('form[action$="/note_exit/"]').count() == 1, "it is in, and its exit is what comes next"


def _act(day: Day, desk: str, plate: str, name: str, typed: dict[str, str]) -> Any:
    """Scan at the counter, fill in what is read on the vehicle, and send: one field, one form."""
    page = day.at(desk, "/vehicles/")
    fill(page, {"scan": plate})
    day.press(".scan-form button")
    day.show(page, f"{name}-found")
    fill(page.locator("#act"), typed)
    day.press("#act button.main")
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    day.show(page, name)
    return page


def _stands_on_the_list_of_the_morning(day: Day) -> None:
    page = day.at("head_of_vehicles", "/vehicles/overdue/")
    day.show(page, "morning-list")
    told = page.locator("main").inner_text()
    assert day.plate in told
    assert "مثال" not in told, "the list names a holder"


def _leaves_across(day: Day) -> None:
    day.place = FACING
    page = _act(day, "vehicle_officer", day.plate, "leaves-across", {"plate": day.plate})
    assert page.locator('form[action$="/note_exit/"]').count() == 0


def _is_settled(day: Day) -> None:
    day.place = PLACE
    page = day.at("head_of_vehicles", "/vehicles/overdue/")
    page.locator(f'main a:has-text("{day.plate}")').first.click()
    page.wait_for_selector("#act")
    fill(page.locator("#act"), {"outcome": "settled", "receipt": "Q-2026-17", "reason": day.words["lift"]})
    day.press("#act button.main")
    day.show(page, "settled")
    page = day.at("head_of_vehicles", "/vehicles/overdue/")
    assert day.plate not in page.locator("main").inner_text()
