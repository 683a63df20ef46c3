"""The queue before people's eyes: an hour asked for by hand, a truck called forward, and the wall that tells why."""

import time
from collections.abc import Callable

import pytest

from tests.browser import acting, looking
from tests.browser.node import PLACE
from tests.browser.sitting import Sitting

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]
WORDS = "لقاحات لمستشفى إليزي"
ACTS = {"ar": ("تقديم الشاحنة في الدور", "أدوية"), "fr": ("Appeler en priorité", "Médicaments")}


def wall(context, language: str) -> str:
    """Give the wall as it is drawn after this second."""
    time.sleep(1.1)
    return context.request.get(f"/wall/{PLACE}/?language={language}").text()


@pytest.mark.parametrize(("language", "width", "scripts"), [("ar", 1366, True), ("fr", 390, False)])
def test_a_truck_is_called_forward_and_everybody_sees_the_reason(sit: Seat, language: str, width: int, scripts: bool):
    officer = sit("yard_officer", language=language, width=width, scripts=scripts)
    plate = acting.new_plate()
    truck = acting.announce(officer.context, plate, PLACE)
    acting.act(officer.context, truck, "join_queue")
    page = officer.open(truck)
    verb, reason = ACTS[language]
    act = page.locator("details", has_text=verb).first
    act.locator("summary").click()
    act.locator("select[name=reason]").select_option("medicine")
    act.locator("input[name=words]").fill(WORDS)
    with page.expect_navigation(wait_until="load"):
        act.locator("button").click()
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    assert WORDS in page.locator("aside").inner_text()
    assert page.evaluate(looking.OVER_THE_SIDE) == 0
    drawn = wall(officer.context, language)
    assert plate in drawn
    assert reason in drawn
    assert WORDS not in drawn
    acting.act(officer.context, truck, "withdraw_exception", {"words": "x"})
    acting.act(officer.context, truck, "withdraw")


def test_a_driver_of_an_announced_truck_is_given_an_hour_without_scripts(sit: Seat):
    officer = sit("yard_officer", scripts=False, width=390)
    truck = acting.announce(officer.context, acting.new_plate(), PLACE)
    page = officer.open(truck)
    with page.expect_navigation():
        page.locator(f'a[href="{truck}hour/"]').click()
    hour = page.locator("button.slot").first
    chosen = hour.locator("bdi").first.inner_text()
    with page.expect_navigation():
        hour.click()
    assert page.locator(".toast.ok").count() == 1, page.locator("main").inner_text()
    assert chosen in page.locator("aside").inner_text()
    acting.act(officer.context, truck, "give_back_appointment")
    acting.act(officer.context, truck, "withdraw")


def test_who_reads_the_wall_finds_the_rule(sit: Seat):
    page = sit(width=390).open(f"/wall/{PLACE}/?language=ar")
    with page.expect_navigation():
        page.locator("a.rule-link").click()
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator(".rule-text li").count() == 5
