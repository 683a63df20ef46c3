"""A board on a screen follows the trucks by itself, and finds its way back when the live stream was cut."""

from collections.abc import Callable

import pytest

from tests.browser import acting
from tests.browser.node import PLACE
from tests.browser.sitting import Sitting

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]

WITHIN_MS = 5000
BACK_MS = 15_000  # the browser tries again after 3 s, a page waits 1.2 to 1.7 s for more of the same news
SHOWS = "([box, text]) => document.querySelector(box).textContent.includes(text)"


@pytest.mark.parametrize(("screen", "box"), [("/board/", "#board"), (f"/wall/{PLACE}/", "#wall-board")])
def test_a_truck_that_another_officer_moves_shows_within_five_seconds(sit: Seat, screen: str, box: str):
    plate = acting.new_plate()
    officer = sit("yard_officer").context
    truck = acting.announce(officer, plate, PLACE)
    watching = sit("gate_officer")
    page = watching.open(screen)
    page.evaluate("window.stillHere = true")
    assert not page.evaluate(SHOWS, [box, plate])
    acting.act(officer, truck, "join_queue")
    page.wait_for_function(SHOWS, arg=[box, plate], timeout=WITHIN_MS)
    assert page.evaluate("window.stillHere") is True, "the page was loaded anew"
    assert watching.troubles == []


def test_a_screen_whose_stream_was_cut_catches_up_when_it_is_back(sit: Seat):
    plate = acting.new_plate()
    officer = sit("yard_officer").context
    truck = acting.announce(officer, plate, PLACE)
    watching = sit("gate_officer")
    watching.context.route("**/live?*", lambda route: route.abort("connectionfailed"))
    page = watching.open("/board/")
    page.evaluate("window.stillHere = true")
    acting.act(officer, truck, "join_queue")
    page.wait_for_timeout(2500)
    assert not page.evaluate(SHOWS, ["#board", plate]), "the screen hears what it cannot hear"
    watching.context.unroute("**/live?*")
    page.wait_for_function(SHOWS, arg=["#board", plate], timeout=BACK_MS)
    assert page.evaluate("window.stillHere") is True


def test_a_wall_that_the_node_does_not_answer_says_so_and_takes_it_back(sit: Seat):
    watching = sit(width=1920)
    page = watching.open(f"/wall/{PLACE}/")
    assert page.locator("#no-news").is_hidden()
    watching.context.route("**/fragment/*", lambda route: route.abort("connectionfailed"))
    news = "document.body.dispatchEvent(new CustomEvent('mabar:changed'))"
    page.evaluate(news)
    page.wait_for_selector("#no-news", state="visible", timeout=WITHIN_MS)
    watching.context.unroute("**/fragment/*")
    page.evaluate(news)
    page.wait_for_selector("#no-news", state="hidden", timeout=WITHIN_MS)
