"""What a person types wrongly, twice or too late: refused with its remedy, and nothing half done."""

import re
from collections.abc import Callable

import pytest

from tests.browser import acting, looking
from tests.browser.node import PLACE
from tests.browser.sitting import Sitting, send

pytestmark = pytest.mark.browser
Seat = Callable[..., Sitting]

RIGHT_TO_LEFT_OVERRIDE = "\u202e"


def _events(context, truck: str) -> int:
    html = context.request.get(truck).text()
    return len(re.findall(r'class="event-word"', html))


def test_a_plate_that_hides_its_direction_is_refused_at_its_box(sit: Seat):
    officer = sit("yard_officer")
    page = officer.open("/passages/new/")
    page.fill("[name=plate]", f"99904{RIGHT_TO_LEFT_OVERRIDE}-329-30")
    page.fill("[name=carrier]", "Transports Exemple")
    officer.press('button[form="announce"]')
    refusal = page.locator('[role="alert"]').first
    assert refusal.is_visible()
    assert page.input_value("[name=carrier]") == "Transports Exemple", "what was typed is lost"
    listed = officer.context.request.get(f"/passages/?place={PLACE}&state=announced").text()
    assert "-329-30" not in listed
    assert RIGHT_TO_LEFT_OVERRIDE not in listed


def test_a_reason_without_end_is_refused_and_the_page_stays_whole(sit: Seat):
    officer = sit("yard_officer")
    truck = acting.announce(officer.context, acting.new_plate(), PLACE)
    acting.act(officer.context, truck, "join_queue")
    before = _events(officer.context, truck)
    page = officer.open(truck)
    form = page.locator('form[action$="/turn_back/"]')
    form.evaluate("form => { form.closest('details').open = true; form.reason.removeAttribute('maxlength'); }")
    form.locator("[name=reason]").fill("ا" * 100_000)
    officer.press('form[action$="/turn_back/"] button')
    assert page.locator(".error-summary, .is-refused").first.is_visible()
    assert _events(officer.context, truck) == before
    assert looking.hanging_over(page, 390) == []


def test_one_word_without_a_blank_breaks_no_page(sit: Seat):
    officer = sit("yard_officer")
    truck = acting.announce(officer.context, acting.new_plate(), PLACE)
    acting.act(officer.context, truck, "join_queue")
    acting.act(officer.context, truck, "hold", {"wants": "س" * 200, "reason": "ع" * 200, "desk": "7"})
    for path in (truck, "/board/", f"/wall/{PLACE}/"):
        page = officer.open(path)
        assert looking.hanging_over(page, 390) == [], path


def test_a_button_pressed_twice_and_a_form_sent_again_are_one_event(sit: Seat):
    officer = sit("yard_officer")
    truck = acting.announce(officer.context, acting.new_plate(), PLACE)
    before = _events(officer.context, truck)
    again = acting.typed_form(officer.context, truck, f"{truck}join_queue/", {})
    page = officer.open(truck)
    page.evaluate("key => { document.querySelector('#act [name=event_key]').value = key; }", again["event_key"])
    with page.expect_navigation(wait_until="load"):
        page.locator('button[form="act"]').dblclick()
    assert _events(officer.context, truck) == before + 1
    send(officer.context, f"{truck}join_queue/", again)
    assert _events(officer.context, truck) == before + 1


def test_the_second_of_two_officers_on_one_truck_is_told_and_may_go_on(sit: Seat):
    first, second = sit("gate_officer"), sit("yard_officer")
    plate = acting.new_plate()
    truck = acting.announce(first.context, plate, PLACE)
    acting.act(first.context, truck, "join_queue")
    typed = {"plate": plate, "seals": acting.SEALS, "documents": "3"}
    for officer in (first, second):
        officer.open(truck)
        for name, text in typed.items():
            officer.page.locator(f"#act [name={name}]").fill(text)
    first.press('button[form="act"]')
    before = _events(first.context, truck)
    with second.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        second.press('button[form="act"]')
    assert answered.value.status == 409
    told = second.page.locator('[role="alert"]')
    assert "OutOfTurn" in told.inner_text()
    assert len(told.inner_text().split()) > 10, "no remedy is named"
    assert _events(first.context, truck) == before
    assert second.page.locator('button[form="act"]').count() == 1, "the page offers what may be done now"
