"""The driver's page on a phone, with and without scripts: given at the counter, read at the wheel, ended at once."""

import re
from collections.abc import Callable

import pytest

from tests.browser import acting, looking
from tests.browser.node import PLACE
from tests.browser.sitting import Sitting, send

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]
PHONE = 390


def given(officer: Sitting) -> tuple[str, str]:
    """Announce a truck, put it into the queue and give its driver a link; give the truck's path and the link's."""
    truck = acting.announce(officer.context, acting.new_plate(), PLACE)
    acting.act(officer.context, truck, "join_queue")
    page = officer.open(truck)
    with page.expect_navigation(wait_until="load"):
        page.locator("form[action$='/follow-link/'] button").click()
    return truck, re.search(r"/follow/[0-9A-Z]{26}/", page.locator(".slip-address").inner_text())[0]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_driver_reads_his_place_on_his_phone_and_changes_the_language(sit: Seat, running_node, scripts: bool):
    _truck, link = given(sit("gate_officer"))
    driver = sit(width=PHONE, scripts=scripts)
    page = driver.open(link)
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("dl .figure").first.is_visible()
    with page.expect_navigation():
        page.locator("nav a[lang=fr]").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert "Votre rang" in page.locator("main").inner_text()
    assert driver.troubles == []
    assert driver.context.cookies(running_node.origin) == [
        each for each in driver.context.cookies(running_node.origin) if each["name"] == "csrftoken"
    ]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_is_in_one_language_accessible_and_as_wide_as_the_phone(sit: Seat, language: str):
    _truck, link = given(sit("gate_officer"))
    driver = sit(width=PHONE)
    page = driver.open(f"{link}?language={language}")
    found = [*looking.wrongly_headed(page, language), *looking.untranslated(page, language)]
    found += [*looking.grave_findings(page), *looking.small_targets(page)]
    # who cannot read so fast lets it stand still by the link at its foot (WCAG 2.2.1)
    found = [each for each in found if not each.startswith("axe meta-refresh")]
    assert page.locator("footer a[href$='still=1']").count() == 1
    for width in (PHONE, 320):
        found += looking.hanging_over(page, width)
    assert found == []


def test_a_withdrawn_link_opens_nothing_and_no_token_is_in_the_log(sit: Seat, running_node):
    officer = sit("gate_officer")
    truck, link = given(officer)
    driver = sit(width=PHONE)
    driver.open(link)
    send(officer.context, f"{truck}follow-link/withdraw/", {})
    page = driver.open(f"{link}?language=en", status=404)
    assert "opens nothing" in page.locator("main").inner_text()
    driver.open(f"{link}more", status=404)
    log = (running_node.folder.parent / "log").read_text(encoding="utf-8", errors="replace")
    assert '"route": "crossings:follow"' in log
    assert link.split("/")[2] not in log


def test_the_page_asks_for_its_sheet_alone_and_tells_it_no_address(sit: Seat):
    _truck, link = given(sit("gate_officer"))
    driver, asked = sit(width=PHONE), []
    driver.page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    driver.open(link)
    others = [(url, referer) for url, referer in asked if link not in url]
    assert [url.rpartition("/")[2] for url, _referer in others] == ["follow.css"]
    assert {referer for _url, referer in others} == {""}


def test_the_slip_fits_a_phone_and_a_desk(sit: Seat):
    officer = sit("gate_officer")
    given(officer)
    found = [*looking.wrongly_headed(officer.page, "ar"), *looking.grave_findings(officer.page)]
    found += [*looking.hanging_over(officer.page, PHONE), *looking.hanging_over(officer.page, 1366)]
    assert found == []
    assert officer.troubles == []
