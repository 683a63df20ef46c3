"""The wall is read by everybody in the yard: it says where to go, and nothing of whom or what."""

import re

import pytest

from mabar.base import doors
from mabar.crossings import commands, queries
from mabar.crossings.pages import wall_board as pages
from tests.crossings import yard as trucks
from tests.crossings.yard import PLATE, later
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")
WALL = "/wall/dz.debdeb/"
FRAGMENT = WALL + "fragment/"


@pytest.fixture(autouse=True)
def fresh():
    """The board of a second is drawn once; the tests live many lives in one second."""
    pages.drawn.cache_clear()


@pytest.fixture
def full(yard):
    """A truck in each state, one of them held, all of one carrier and with goods."""
    told = {"carrier": "Fictive Carriers"}
    trucks.truck(yard, "announced", plate="11111-111-11", **told)
    trucks.truck(yard, "queued", plate="22222-222-22", **told)
    second = trucks.truck(yard, "announced", plate="33333-333-33", **told)
    trucks.attach(yard, second, "D2", lane="red")
    trucks.step(yard, second, "queued", at=later(1))
    inside = trucks.truck(yard, "gate_in", plate="44444-444-44", **told)
    commands.mark_lane(yard.officers["registrar"], inside, declaration="D1", colour="yellow", at=later(1))
    trucks.truck(yard, "weighed", plate="55555-555-55", **told)
    held = trucks.truck(yard, "presented", **told)
    trucks.hold(yard, held, wants="the chassis number", reason="a tip", desk="7")
    return yard


def text_of(client, address=WALL):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_wall_opens_without_a_sign_in_in_each_language(client, full, language):
    text = text_of(client, f"{WALL}?language={language}")
    assert f'lang="{language}"' in text
    assert text.count("<h1") == 1
    assert {"ar": "الدبداب", "fr": "Debdeb", "en": "Debdeb crossing"}[language] in text


def test_the_wall_says_no_name_no_goods_no_reason_and_no_reference(client, full):
    for language in ("ar", "fr", "en"):
        text = text_of(client, f"{FRAGMENT}?language={language}")
        for secret in ("Fictive Carriers", "chassis", "a tip", "DEB-2026", "DZ 0091874", "DEB-0", "Oasis"):
            assert secret not in text


def test_a_truck_that_is_only_announced_is_not_on_the_wall(client, full):
    assert "11111-111-11" not in text_of(client, FRAGMENT)


def test_a_truck_before_the_gate_has_its_turn_and_its_gate_and_no_lane(client, full):
    rows = re.findall(r"<tr role=\"row\"(?: class.*?)?>.*?</tr>", text_of(client, FRAGMENT + "?language=en"), re.DOTALL)
    waiting = [row for row in rows if "33333-333-33" in row or "22222-222-22" in row]
    assert len(waiting) == 2
    assert not any("lane" in row.lower() or "tone-" in row for row in waiting)


def test_a_truck_inside_is_told_its_lane_by_number_shape_and_word(client, full):
    text = text_of(client, FRAGMENT + "?language=en")
    row = text[text.index("44444-444-44", text.index("drives")) :][:400]
    assert ">3<" in row
    assert "Yellow lane" in row
    assert "triangle-alert" in row


def test_a_truck_inside_without_a_lane_is_told_to_wait(client, full):
    text = text_of(client, FRAGMENT + "?language=en")
    assert "Wait" in text[text.index("55555-555-55") :][:300]


def test_a_held_truck_is_told_the_agency_and_the_desk(client, full):
    text = text_of(client, FRAGMENT + "?language=en")
    row = text[text.index(PLATE) :][:500]
    assert "Go to desk" in row
    assert ">7<" in row
    assert "police" in row


def test_the_first_truck_of_each_gate_is_called_and_told_to_readers_by_ear(client, full):
    text = text_of(client, FRAGMENT + "?language=en")
    assert re.findall(r'data-call="([^"]*)"', text) == ["22222-222-22: go to gate 1", "33333-333-33: go to gate 2"]
    assert 'aria-live="polite"' in text_of(client)


def test_nobody_is_called_to_a_closed_gate(client, full):
    administrator = full.officers["place_administrator"]
    commands.change_opening(administrator, "dz.debdeb", kind="goods", is_open=False, reason="Sand", at=later(2))
    found = queries.wall("dz.debdeb", later(3))
    assert [row.is_called for row in pages.queue_rows(found)] == [False, False]


def test_a_lane_shows_whom_it_serves_and_how_many_stand_behind(full):
    found = queries.wall("dz.debdeb", later(3))
    shown = {tile.lane.number: (tile.plate, tile.behind) for tile in pages.tiles(found)}
    assert shown == {1: ("", 0), 2: ("", 0), 3: ("44444-444-44", 0), 4: ("", 0)}


@pytest.mark.parametrize(
    ("rows", "turn", "parts", "shown"), [(0, 0, 1, 1), (7, 5, 1, 1), (8, 0, 2, 1), (8, 1, 2, 2), (8, 2, 2, 1)]
)
def test_what_does_not_fit_takes_turns(rows, turn, parts, shown):
    turns = pages.in_turns(range(rows), 7, turn)
    assert (turns.count, turns.shown) == (parts, shown)
    assert sum(map(len, turns.parts)) == rows


def test_without_scripts_the_page_leads_itself_to_the_next_turn(client, yard):
    assert 'content="12;url=/wall/dz.debdeb/?language=ar&amp;turn=3"' in text_of(client, WALL + "?turn=2")
    assert "turn=1" in text_of(client, WALL + "?turn=never")


def test_the_screen_knows_where_news_come_from(client, yard):
    text = text_of(client)
    assert 'data-live-place="dz.debdeb"' in text
    assert 'data-live-origin="http://localhost:8081"' in text
    assert "mabar/live.js" in text


def test_a_screen_that_has_the_board_already_gets_no_second_copy(client, yard, monkeypatch):
    monkeypatch.setattr(doors, "now", lambda: later(5))
    first = client.get(FRAGMENT)
    again = client.get(FRAGMENT, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_fifty_screens_cost_one_drawing(client, full, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(doors, "now", lambda: later(5))
    with django_assert_max_num_queries(13):
        client.get(FRAGMENT)
    with django_assert_max_num_queries(0):
        for _ in range(50):
            client.get(FRAGMENT)


def test_the_next_second_shows_what_has_changed(client, full, monkeypatch):
    monkeypatch.setattr(doors, "now", lambda: later(5))
    before = text_of(client, FRAGMENT)
    trucks.truck(full, "queued", plate="66666-666-66")
    assert text_of(client, FRAGMENT) == before
    monkeypatch.setattr(doors, "now", lambda: later(6))
    assert "66666-666-66" in text_of(client, FRAGMENT)


def test_the_board_of_a_place_that_is_no_crossing_is_not_found(client, yard):
    assert client.get("/wall/dz.nowhere/").status_code == 404


def test_looking_at_the_wall_writes_nothing_and_asks_little(client, full, django_assert_max_num_queries):
    with django_assert_max_num_queries(14) as asked:
        client.get(WALL)
    assert [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []


def test_the_wall_takes_no_orders(client, yard):
    assert client.post(WALL).status_code == 405
