"""The ways that need no mouse and no scripts."""

from collections.abc import Callable

import pytest

from tests.browser import acting
from tests.browser.keyboard import tab_to, type_and_send
from tests.browser.node import PLACE
from tests.browser.sitting import Sitting

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]


def test_a_truck_enters_with_the_keyboard_alone(sit: Seat):
    officer = sit("gate_officer")
    plate = acting.new_plate()
    truck = acting.announce(officer.context, plate, PLACE)
    acting.act(officer.context, truck, "join_queue")
    page = officer.open(truck)
    type_and_send(page, {"plate": plate, "seals": acting.SEALS, "documents": "3"})
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()


def test_the_keyboard_reaches_a_truck_from_the_board(sit: Seat):
    page = sit("gate_officer").open("/board/")
    first = page.locator("#board th a").first.inner_text()
    tab_to(page, first, most=60)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert first in page.locator("h1").inner_text()


@pytest.mark.parametrize("width", [1366, 390])
def test_a_node_is_worked_without_scripts(sit: Seat, width: int):
    officer = sit("gate_officer", width=width, scripts=False)
    truck = acting.announce(officer.context, acting.new_plate(), PLACE)
    page = officer.open("/passages/")
    with page.expect_navigation():
        page.locator(f'a[href="{truck}"]').click()
    with page.expect_navigation():
        page.locator('button[form="act"]').first.click()
    assert page.locator(".toast.ok").count() == 1
    page = officer.open(f"/wall/{PLACE}/")
    assert page.locator("#wall-board h1").is_visible()


def test_signing_in_needs_no_scripts(sit: Seat, running_node):
    person = running_node.person("gate_officer")
    visitor = sit(scripts=False)
    page = visitor.open("/sign-in/")
    page.fill("[name=login]", person.key)
    page.fill("[name=password]", person.password)
    with page.expect_navigation():
        page.locator("button.main").click()
    assert page.locator("header.bar").is_visible()
    assert "/sign-in/" not in page.url
