"""The pages of the vehicles: each for whom it is, in the three languages, and a vehicle in and out in few steps."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache

from mabar.base import doors, paper_making, timers
from mabar.vehicles import queries
from mabar.vehicles.models import StayTerm, VehiclePass
from tests.declarations.test_pages_office_files import work_off
from tests.languages import EACH_LANGUAGE
from tests.vehicles.garage import (
    BASIS,
    CHASSIS,
    DUE,
    HOLDER,
    NEXT_MORNING,
    PLATE,
    later,
    prefill,
    the_pass,
    vehicle,
)

pytestmark = pytest.mark.django_db(databases="__all__")
WRITES = ("INSERT", "UPDATE", "DELETE")
PAGES = {
    "/vehicles/": "vehicle_officer",
    "/vehicles/?scan=5-123456": "vehicle_officer",
    "/vehicles/?scan=nothing": "vehicle_officer",
    "/vehicles/new/": "vehicle_officer",
    "/vehicles/overdue/": "head_of_vehicles",
    "/vehicles/overdue/?place=dz.debdeb": "head_of_vehicles",
    "/vehicles/overdue/paper/": "head_of_vehicles",
    "/vehicles/terms/": "node_administrator",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


class Clock:
    """The hour that the doors read."""

    at = later(1)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(doors, "now", lambda: Clock.at)
    Clock.at = later(1)
    return Clock


@pytest.fixture
def enter(client, garage, clock):
    cache.clear()

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def office(enter, garage):
    return lambda function, language="en", side="officers": enter(getattr(garage, side)[function], language)


def send(client, page, action, **typed):
    """Send a form of a page as a browser does, with what its hidden fields hold."""
    text = client.get(page).content.decode()
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert form, f"no form for {action} on {page}"
    return client.post(action, dict(HIDDEN.findall(form[1])) | typed)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_page_opens_in_each_language(office, garage, language):
    vehicle(garage, "overdue")
    for page, function in PAGES.items():
        answer = office(function, language).get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert f'lang="{language}"' in text, page
        assert text.count("<h1") == 1, page
        assert ' style="' not in text, page
        assert text.count('class="button main"') <= 1, page


def test_each_page_asks_for_a_sign_in_and_refuses_a_stranger(client, enter, garage):
    for page in PAGES:
        assert client.get(page)["Location"].startswith("/sign-in/?next=/"), page
    for page in PAGES:
        assert enter(garage.stranger).get(page).status_code == 403, page
        client.logout()


def test_reading_a_page_writes_nothing_and_asks_little(office, garage, django_assert_max_num_queries):
    vehicle(garage, "overdue")
    for page, function in PAGES.items():
        reader = office(function)
        reader.get("/account/")
        with django_assert_max_num_queries(22, info=page) as asked:
            reader.get(page)
        assert [query["sql"] for query in asked if query["sql"].split()[0] in WRITES] == [], page


def test_a_hundred_overdue_vehicles_cost_no_question_more(office, garage, django_assert_max_num_queries):
    vehicle(garage, "overdue")
    reader = office("head_of_vehicles")
    reader.get("/vehicles/overdue/")
    with django_assert_max_num_queries(22) as few:
        reader.get("/vehicles/overdue/")
    before = len(few)
    for number in range(20):
        vehicle(garage, "overdue", plate=f"8-{number:04}", chassis=f"WVWZZZ1JZXW0{number:05}")
    with django_assert_max_num_queries(before):
        assert reader.get("/vehicles/overdue/").content.decode().count("WVWZZZ1JZXW0") == 20


def test_a_prefilled_vehicle_is_in_with_one_scan_and_one_form(office, garage, clock, django_assert_max_num_queries):
    key = prefill(garage)
    counter = office("vehicle_officer")
    counter.get("/vehicles/")
    with django_assert_max_num_queries(22):
        page = counter.get("/vehicles/", {"scan": "٥ ١٢٣٤٥٦"}).content.decode()
    assert BASIS in page
    assert 'name="days" value="30"' in page
    assert 'name="plate" value="5 123456"' in page, "the plate that was scanned is not typed again"
    action = f"/vehicles/{key}/validate_at_entry/"
    typed = {"plate": PLATE, "chassis": "123456", "days": "30"}
    with django_assert_max_num_queries(60):
        answer = send(counter, "/vehicles/?scan=5-123456", action, **typed)
    assert answer["Location"] == f"/vehicles/{key}/"
    assert the_pass(key).state == "validated"
    assert the_pass(key).entered_at == clock.at


def test_the_code_of_the_paper_finds_the_pass_and_leaves_the_plate_to_be_read(office, garage):
    key = prefill(garage)
    page = office("vehicle_officer").get("/vehicles/", {"scan": f"MABAR:V:DZ.DEBDEB:{key}"}).content.decode()
    assert f"/vehicles/{key}/validate_at_entry/" in page
    assert 'name="plate" value' not in page


def test_a_vehicle_leaves_by_the_counter_across(office, garage):
    key = vehicle(garage, "validated")
    across = office("vehicle_officer", side="across")
    answer = send(across, "/vehicles/?scan=5-123456", f"/vehicles/{key}/note_exit/", plate=PLATE)
    assert answer.status_code == 302
    assert (the_pass(key).state, the_pass(key).exit_place_id) == ("exited", "ly.ghadames")


def test_an_exit_learnt_late_is_typed_on_the_clock_of_the_crossing(office, garage, clock):
    key = vehicle(garage, "overdue")
    clock.at = NEXT_MORNING
    across, page, action = office("vehicle_officer", side="across"), f"/vehicles/{key}/", f"/vehicles/{key}/note_exit/"
    assert "It left earlier" in across.get(page).content.decode()
    typed = {"plate": PLATE, "left_at": "2026-12-22T23:30"}
    refused = send(across, page, action, **typed)
    assert refused.status_code == 422
    assert "ReasonMissing" in refused.content.decode()
    assert 'value="2026-12-22T23:30"' in refused.content.decode()
    assert send(across, page, action, reason="the register was found", **typed).status_code == 302
    stay = the_pass(key)
    # half past eleven at Ghadames is half past nine in the evening of UTC
    assert (stay.state, stay.exited_at.isoformat()) == ("exited", "2026-12-22T21:30:00+00:00")
    assert "the register was found" in across.get(page).content.decode()


def test_a_wrong_pass_is_cancelled_by_the_counter_to_which_the_vehicle_came(office, garage):
    key = prefill(garage)
    across = office("vehicle_officer", side="across")
    page = "/vehicles/?scan=5-123456"
    answer = send(across, f"/vehicles/{key}/", f"/vehicles/{key}/cancel/", reason="wrong chassis")
    assert answer.status_code == 302
    assert the_pass(key).state == "cancelled"
    assert "No pass is in force" in across.get(page).content.decode()


def test_a_refused_act_keeps_what_was_typed_and_says_why(office, garage):
    key = prefill(garage)
    typed = {"plate": PLATE, "chassis": "999999", "days": "30"}
    answer = send(office("vehicle_officer", "fr"), f"/vehicles/{key}/", f"/vehicles/{key}/validate_at_entry/", **typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "ChassisNotOfPass" in text
    assert 'value="999999"' in text
    assert the_pass(key).state == "prefilled"


def test_an_unreadable_form_is_told_at_its_field(office, garage):
    key = prefill(garage)
    typed = {"plate": "", "chassis": "123456", "days": "many"}
    answer = send(office("vehicle_officer"), f"/vehicles/{key}/", f"/vehicles/{key}/validate_at_entry/", **typed)
    assert answer.status_code == 422
    assert answer.content.decode().count("is-refused") == 2


def test_a_name_finds_nothing_at_the_counter_and_in_search(office, garage):
    prefill(garage)
    text = office("vehicle_officer").get("/vehicles/", {"scan": HOLDER}).content.decode()
    assert "No pass is in force" in text
    assert PLATE not in text


def test_two_countries_with_one_plate_are_both_shown(office, garage):
    prefill(garage)
    prefill(garage, plate_country="TN", chassis="WVWZZZ1JZXW000001")
    text = office("vehicle_officer").get("/vehicles/", {"scan": PLATE}).content.decode()
    assert "Several vehicles" in text
    assert CHASSIS in text
    assert "WVWZZZ1JZXW000001" in text
    assert "validate_at_entry" not in text


def test_where_no_term_is_set_the_page_says_so(office, garage):
    prefill(garage, kind="bus", purpose="transport")
    text = office("vehicle_officer").get("/vehicles/", {"scan": PLATE}).content.decode()
    assert "No term of stay is set here" in text


def test_a_declarant_prefills_reads_and_cancels_his_own_alone(enter, garage):
    broker = enter(garage.broker)
    typed = {"place": "dz.debdeb", "kind": "car", "purpose": "visit", "plate": "٧-٧٧", "plate_country": "LY"}
    typed |= {"chassis": CHASSIS, "holder": HOLDER, "document": "", "make": "Clio", "reference": ""}
    answer = send(broker, "/vehicles/new/", "/vehicles/new/", **typed)
    stay = VehiclePass.objects.get()
    assert answer["Location"] == f"/vehicles/{stay.key}/"
    assert (stay.plate, stay.firm_id) == ("7-77", "BROKER-OASIS")
    assert HOLDER in broker.get(f"/vehicles/{stay.key}/").content.decode()
    assert "7-77" in broker.get("/vehicles/mine/").content.decode()
    rival = enter(garage.rival)
    assert rival.get(f"/vehicles/{stay.key}/").status_code == 404
    assert rival.get(f"/vehicles/{stay.key}/paper/").status_code == 404
    assert "7-77" not in rival.get("/vehicles/mine/").content.decode()
    broker = enter(garage.broker)
    send(broker, f"/vehicles/{stay.key}/", f"/vehicles/{stay.key}/cancel/", reason="sold")
    assert the_pass(stay.key).state == "cancelled"


def test_a_wrong_prefilling_is_shown_again_with_its_reason(enter, garage):
    vehicle(garage, "validated")
    typed = {"place": "dz.debdeb", "kind": "car", "purpose": "visit", "plate": PLATE, "plate_country": "LY"}
    answer = send(enter(garage.broker), "/vehicles/new/", "/vehicles/new/", chassis=CHASSIS, holder="X", **typed)
    assert answer.status_code == 422
    assert "PassLiveElsewhere" in answer.content.decode()


def test_the_list_of_the_next_morning_as_page_file_and_paper_names_nobody(office, garage, clock):
    vehicle(garage, "validated")
    timers.fire_due(DUE)
    clock.at = NEXT_MORNING
    head = office("head_of_vehicles", "fr")
    for page in ("/vehicles/overdue/", "/vehicles/overdue/paper/", "/vehicles/overdue/list.csv"):
        text = head.get(page).content.decode()
        assert PLATE in text, page
        assert CHASSIS in text, page
        assert HOLDER not in text, page
    answer = head.get("/vehicles/overdue/list.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="overdue-2026-12-23.csv"'
    heads, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert heads[1:4] == ["Immatriculation", "Pays d'immatriculation", "Numéro de châssis"]
    assert row[1:4] == [PLATE, "LY", CHASSIS]
    assert row[6:8] == ["2026-12-22", "1"]


def test_a_cell_that_a_spreadsheet_would_reckon_is_written_as_text(office, garage):
    vehicle(garage, "overdue", plate="=5-5")
    text = office("head_of_vehicles").get("/vehicles/overdue/list.csv").content.decode("utf-8-sig")
    assert ",'=5-5," in text


def test_the_head_settles_what_the_counter_noted(office, garage, clock):
    key = vehicle(garage, "exited_late")
    clock.at = NEXT_MORNING + timedelta(days=1)
    typed = {"outcome": "settled", "receipt": "Q-17", "reason": "fine paid"}
    answer = send(office("head_of_vehicles"), f"/vehicles/{key}/", f"/vehicles/{key}/regularise/", **typed)
    assert answer.status_code == 302
    assert the_pass(key).state == "regularised"
    text = office("head_of_vehicles").get(f"/vehicles/{key}/").content.decode()
    assert "Q-17" in text
    assert "fine paid" in text


def test_a_stay_is_extended_from_its_page(office, garage):
    key = vehicle(garage, "validated")
    typed = {"days": "١٠", "reason": "broke down"}
    send(office("vehicle_officer"), f"/vehicles/{key}/", f"/vehicles/{key}/extend_stay/", **typed)
    assert (the_pass(key).state, the_pass(key).days) == ("extended", 40)


def test_the_administrator_sets_a_term_with_its_legal_basis(office, garage):
    admin = office("node_administrator")
    typed = {"place": "dz.debdeb", "kind": "bus", "purpose": "transport", "days": "3", "most_days": "6"}
    typed |= {"legal_basis": "Order 9", "from_on": "2026-11-23"}
    assert send(admin, "/vehicles/terms/", "/vehicles/terms/", **typed).status_code == 302
    term = StayTerm.objects.get(kind="bus")
    assert (term.days, term.most_days, term.legal_basis, term.by) == (3, 6, "Order 9", "DEB-0016")
    refused = send(admin, "/vehicles/terms/", "/vehicles/terms/", **(typed | {"most_days": "2"}))
    assert refused.status_code == 422
    assert "TermUnfit" in refused.content.decode()


def test_an_erased_holder_is_told_as_erased(office, garage, clock):
    key = vehicle(garage, "exited")
    clock.at = later(400)
    timers.fire_due(clock.at)
    assert queries.holder_of(key) is None
    assert "Erased when due" in office("vehicle_officer").get(f"/vehicles/{key}/").content.decode()


def test_an_act_that_no_pass_has_is_not_found(office, garage):
    key = prefill(garage)
    assert office("vehicle_officer").post(f"/vehicles/{key}/abandon/").status_code == 404
    assert office("vehicle_officer").get("/vehicles/01KAPQ2Z6T0123456789ABCDEF/").status_code == 404


def test_the_pdf_is_made_by_the_worker_and_handed_out_to_who_asked(office, garage):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    key = vehicle(garage, "validated")
    counter = office("vehicle_officer")
    waiting = counter.post(f"/vehicles/{key}/pdf/")["Location"]
    assert "The paper is being made" in counter.get(waiting).content.decode()
    assert counter.get(f"{waiting}file/").status_code == 404
    work_off()
    assert "Download the PDF" in counter.get(waiting).content.decode()
    answer = counter.get(f"{waiting}file/")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''pass-{key}.pdf"
    assert office("head_of_vehicles").get(waiting).status_code == 404
    assert office("head_of_vehicles").get(f"/vehicles/{key}/pdf/no-number/").status_code == 404


def test_a_paper_is_not_handed_out_once_its_holder_is_erased(office, garage, clock):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    key = vehicle(garage, "exited")
    counter = office("vehicle_officer")
    waiting = counter.post(f"/vehicles/{key}/pdf/")["Location"]
    work_off()
    assert counter.get(f"{waiting}file/").status_code == 200
    clock.at = later(400)
    timers.fire_due(clock.at)
    assert office("vehicle_officer").get(f"{waiting}file/").status_code == 404


def test_a_machine_without_pdf_offers_the_page_to_print(office, garage, monkeypatch):
    monkeypatch.setattr(paper_making, "can_make_pdf", lambda: False)
    key = prefill(garage)
    assert office("vehicle_officer").post(f"/vehicles/{key}/pdf/")["Location"] == f"/vehicles/{key}/paper/"


def test_a_vehicle_overdue_from_desk_to_desk_by_the_hour_of_each(office, garage, clock):
    key = prefill(garage)
    typed = {"plate": PLATE, "chassis": "123456", "days": "30"}
    clock.at = later(0)
    send(office("vehicle_officer"), "/vehicles/?scan=5-123456", f"/vehicles/{key}/validate_at_entry/", **typed)
    timers.fire_due(DUE)
    clock.at = NEXT_MORNING
    assert PLATE in office("head_of_vehicles").get("/vehicles/overdue/").content.decode()
    across = office("vehicle_officer", side="across")
    send(across, "/vehicles/?scan=5-123456", f"/vehicles/{key}/note_exit/", plate=PLATE)
    assert the_pass(key).state == "exited_late"
    typed = {"outcome": "settled", "receipt": "Q-17", "reason": "fine paid"}
    send(office("head_of_vehicles"), f"/vehicles/{key}/", f"/vehicles/{key}/regularise/", **typed)
    assert PLATE not in office("head_of_vehicles").get("/vehicles/overdue/").content.decode()
    assert the_pass(key).state == "regularised"
