"""Signing in at the real page, by keyboard alone, from the one-time password to the front page."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.keyboard import type_and_send
from tests.browser.node import FACING, RunningNode
from tests.browser.sitting import Sitting

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]


def test_an_officer_signs_in_and_chooses_his_password_with_the_keyboard_alone(sit: Seat, running_node: RunningNode):
    person = running_node.person("duty_officer", FACING)
    visitor = sit(language="fr")
    page = visitor.open("/sign-in/")
    type_and_send(page, {"login": person.key, "password": person.password})
    assert page.url.endswith("/sign-in/password/")
    own = f"own words of {person.key}"
    type_and_send(page, {"oldpassword": person.password, "password1": own, "password2": own})
    assert urlsplit(page.url).path == "/sign-in/"
    type_and_send(page, {"login": person.key, "password": own})
    assert page.locator("nav.menu a").count() > 1
    assert visitor.troubles == []


def test_the_first_stop_of_the_keyboard_leads_past_the_bar(sit: Seat):
    page = sit("gate_officer").open("/board/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
