"""The office board, the lists, the holds and the crossing itself: each for whom it is, in the three languages."""

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.crossings import queries
from mabar.crossings.models import Passage
from tests.crossings import yard as trucks
from tests.crossings.yard import PLATE, later
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")
PAGES = {
    "/board/": "gate_officer",
    "/board/?state=held": "gate_officer",
    "/passages/": "gate_officer",
    "/passages/?plate=99417": "gate_officer",
    "/passages/new/": "gate_officer",
    "/holds/": "police_officer",
    "/crossing/": "place_administrator",
}


WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def enter(client, yard, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(60))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.fixture
def office(enter, yard):
    return lambda function, language="en": enter(yard.officers[function], language)


@pytest.fixture
def full(yard):
    """Trucks on the whole road, one of them held."""
    trucks.truck(yard, "announced", plate="11111-111-11")
    trucks.truck(yard, "queued", plate="22222-222-22")
    trucks.truck(yard, "closed", plate="33333-333-33")
    held = trucks.truck(yard, "presented")
    trucks.hold(yard, held, wants="the chassis number", reason="a tip", desk="7")
    return held


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_each_page_opens_in_each_language(office, full, language):
    for page, function in PAGES.items():
        answer = office(function, language).get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert f'lang="{language}"' in text, page
        assert text.count("<h1") == 1, page
        assert ' style="' not in text, page
        assert text.count('class="button main"') <= 1, page


def test_each_page_asks_for_a_sign_in(client, yard):
    for page in PAGES:
        assert client.get(page)["Location"].startswith("/sign-in/?next=/"), page


def test_each_page_refuses_a_stranger(enter, yard):
    for page in PAGES:
        assert enter(yard.stranger).get(page).status_code == 403, page


def test_reading_a_page_writes_nothing_and_asks_little(office, full, django_assert_max_num_queries):
    for page, function in PAGES.items():
        reader = office(function)
        reader.get("/account/")
        with django_assert_max_num_queries(24, info=page) as asked:
            reader.get(page)
        assert [query["sql"] for query in asked if query["sql"].split()[0] in WRITES] == [], page


def test_twenty_trucks_more_cost_no_question_more(office, full, yard, django_assert_num_queries):
    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            assert reader.get("/board/").status_code == 200
        return len(asked)

    reader = office("gate_officer")
    reader.get("/board/")
    before = count()
    for number in range(20):
        trucks.truck(yard, "weighed", plate=f"77{number:03}-777-77")
    assert count() == before


def test_the_office_board_shows_what_the_wall_does_not(office, full):
    text = office("gate_officer").get("/board/").content.decode()
    for shown in (PLATE, "DEB-2026-C-D1", "the chassis number", "cleared of"):
        assert shown in text
    assert "11111-111-11" not in text
    assert "33333-333-33" not in text


@pytest.mark.parametrize(("state", "shown"), [("queued", "22222-222-22"), ("held", PLATE), ("presented", PLATE)])
def test_the_board_is_narrowed_to_a_state(office, full, state, shown):
    text = office("gate_officer").get(f"/board/?state={state}").content.decode()
    table = text[text.index("<tbody") :]
    assert shown in table
    assert table.count("<tr") == 1


def test_a_full_board_is_told_twenty_five_trucks_a_page_and_refreshes_the_page_it_shows(office, yard):
    for number in range(27):
        trucks.truck(yard, "queued", plate=f"{44000 + number}-444-44")
    client = office("gate_officer")
    first, second = (client.get(f"/board/?state=queued&page={page}").content.decode() for page in (1, 2))
    assert (first.count('role="rowheader"'), second.count('role="rowheader"')) == (25, 2)
    assert 'hx-get="?place=dz.debdeb&amp;state=queued&amp;page=2"' in second
    assert 'href="?state=queued&amp;page=2"' in first


def test_the_board_says_of_a_declaration_without_a_number_that_it_has_none(office, yard, full):
    key = "01JD9GHJ2N8RZ7Q5T4W3X1Y0AB"
    trucks.attach(yard, full, declaration=key, reference=key)
    text = office("gate_officer").get("/board/").content.decode()
    assert f'<a href="/declarations/{key}/">not numbered yet</a>' in text


def test_the_board_of_another_place_is_refused(office, full):
    assert office("gate_officer").get("/board/?place=ly.ghadames").status_code == 403


def test_the_list_finds_a_plate_however_it_is_written(office, full):
    text = office("gate_officer").get("/passages/?plate=٩٩٤١٧ 322.33").content.decode()
    assert PLATE in text
    assert "22222-222-22" not in text


def test_a_plate_that_can_be_none_is_refused_in_the_form(office, full):
    answer = office("gate_officer").get("/passages/?plate=---")
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_the_list_goes_on_page_by_page(office, yard, monkeypatch):
    monkeypatch.setattr(queries.passages, "__kwdefaults__", {**queries.passages.__kwdefaults__, "limit": 2})
    for number in range(5):
        trucks.announce(yard, plate=f"99{number}00-111-22")
    reader, address, seen = office("gate_officer"), "/passages/", []
    while address:
        answer = reader.get(address)
        seen += [row.plate for row in answer.context["page"].rows]
        older = answer.context["older"]
        address = f"/passages/{older}" if older else ""
    assert len(seen) == len(set(seen)) == 5


def test_a_declarant_lists_the_trucks_of_his_house_only(enter, yard):
    trucks.announce(yard, actor=yard.broker, plate="11111-111-11")
    trucks.announce(yard, actor=yard.rival, plate="22222-222-22")
    text = enter(yard.broker).get("/passages/").content.decode()
    assert "11111-111-11" in text
    assert "22222-222-22" not in text


NEW = {"event_key": "k1", "place": "dz.debdeb", "direction": "entry", "plate": "٥-990142", "seals": "A 1\nB 2، C 3"}


def test_a_truck_is_announced_once_however_often_the_form_is_sent(enter, yard):
    page = enter(yard.broker)
    first = page.post("/passages/new/", NEW | {"expected_at": "2026-11-22T18:30"})
    again = page.post("/passages/new/", NEW | {"expected_at": "2026-11-22T18:30"})
    assert first["Location"] == again["Location"]
    announced = Passage.objects.get()
    assert (announced.plate, announced.seals, announced.firm) == ("5-990142", ["A 1", "B 2", "C 3"], yard.broker.firm)
    assert announced.expected_at.isoformat() == "2026-11-22T17:30:00+00:00"


def test_an_announcement_that_is_refused_keeps_what_was_typed(enter, yard):
    page = enter(yard.broker)
    page.post("/passages/new/", NEW)
    answer = page.post("/passages/new/", NEW | {"event_key": "k2"})
    text = answer.content.decode()
    assert "AnnouncedBefore" in text
    assert 'value="٥-990142"' in text
    assert Passage.objects.count() == 1


def test_an_announcement_without_a_plate_is_refused_above_the_form(enter, yard):
    answer = enter(yard.broker).post("/passages/new/", NEW | {"plate": ""})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_nobody_announces_at_a_place_that_is_not_his(office, yard):
    assert office("gate_officer").post("/passages/new/", NEW | {"place": "ly.ghadames"}).status_code == 422


def test_an_agency_lists_its_own_holds_with_their_reasons(office, full):
    text = office("police_officer").get("/holds/").content.decode()
    assert "a tip" in text
    assert "a tip" not in office("plant_health_officer").get("/holds/").content.decode()


def test_the_crossing_is_closed_with_a_reason_and_the_history_keeps_it(office, yard):
    page = office("place_administrator")
    told = {"place": "dz.debdeb", "kind": "goods", "is_open": "closed", "reason": "Sand on the road"}
    assert page.post("/crossing/opening/", told, follow=True).status_code == 200
    now = queries.opening_now("dz.debdeb", later(61))["goods"]
    assert (now.is_open, now.reason) == (False, "Sand on the road")
    assert "Sand on the road" in page.get("/crossing/").content.decode()


def test_an_opening_without_a_reason_is_refused(office, yard):
    told = {"place": "dz.debdeb", "kind": "goods", "is_open": "open", "reason": "  "}
    assert office("place_administrator").post("/crossing/opening/", told).status_code == 422
    assert queries.openings("dz.debdeb") == []


def test_who_may_not_open_the_crossing_is_refused_and_sees_no_form(office, yard):
    page = office("yard_officer")
    assert "/crossing/opening/" not in page.get("/crossing/").content.decode()
    told = {"place": "dz.debdeb", "kind": "goods", "is_open": "open", "reason": "now"}
    answer = page.post("/crossing/opening/", told)
    assert (answer.status_code, "NotMandated" in answer.content.decode()) == (403, True)


def test_a_lane_is_closed_with_a_note_and_another_is_added(office, yard):
    page = office("yard_officer")
    shut = {"place": "dz.debdeb", "number": "٢", "colours": ["green"], "note": "Scale under repair"}
    assert page.post("/crossing/lane/", shut).status_code == 302
    more = {"place": "dz.debdeb", "number": "5", "colours": ["yellow", "red"], "is_open": "on"}
    assert page.post("/crossing/lane/", more).status_code == 302
    lanes = {lane.number: lane for lane in queries.lanes("dz.debdeb")}
    assert (lanes[2].is_open, lanes[2].note) == (False, "Scale under repair")
    assert lanes[5].colours == ("yellow", "red")


def test_a_lane_of_no_colour_is_refused(office, yard):
    assert office("yard_officer").post("/crossing/lane/", {"place": "dz.debdeb", "number": "6"}).status_code == 422


def test_the_menu_has_the_yard_for_who_reads_it(office, enter, yard):
    assert 'href="/board/"' in office("gate_officer").get("/account/").content.decode()
    assert 'href="/board/"' not in enter(yard.broker).get("/account/").content.decode()


def test_a_board_that_refreshes_itself_keeps_no_session_alive(office, yard):
    page = office("gate_officer")
    page.get("/board/")
    session = page.session
    session["seen_at"] = session["began_at"] = doors.now().timestamp() - 600
    session.save()
    page.get("/board/", headers={"X-Live": "1"})
    assert page.session["seen_at"] == session["seen_at"]
    page.get("/board/")
    assert page.session["seen_at"] > session["seen_at"]
