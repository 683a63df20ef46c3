"""The driver's page: small, without an account, and closed to everybody but who has its link."""

import io
import logging
import re
from contextlib import ExitStack

import pytest
from django.db import connections
from django.templatetags.static import static
from django.test.utils import CaptureQueriesContext

from mabar.base import doors, keys, limits, own_files
from mabar.base.logs import JsonLines
from mabar.crossings import commands, following_page, queries, rules
from mabar.crossings.models import FollowLink
from mabar.crossings.pages import following as pages
from tests.crossings import yard as trucks
from tests.crossings.following import give, words_of
from tests.crossings.yard import PLATE, SEAL, later, truck
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
LARGEST = 60_000
SECRETS = ("Fictive Carriers", "chassis", "a tip", "DEB-2026", SEAL, PLATE, "99417", "DEB-0", "Oasis", "police", "D1")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    pages.QUEUES.forget()
    pages.PLACES.forget()
    monkeypatch.setattr(doors, "now", lambda: later(60))


@pytest.fixture
def log():
    """All that the node would write to its log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def waiting(yard):
    """The third truck of a queue from which one was let in every four minutes, with everything that could be told."""
    for number in range(14):
        plate = f"{number}-111-11"
        key = truck(yard, "queued", plate=plate)
        if number < 12:
            trucks.step(yard, key, "gate_in", plate=plate, at=later(4 * number))
    key = trucks.announce(yard, carrier="Fictive Carriers", actor=yard.broker)
    trucks.attach(yard, key)
    trucks.step(yard, key, "queued", at=later(50))
    return key


def page(client, token, language="ar", **asked):
    return client.get(f"/follow/{token}/?language={language}", **asked)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_a_driver_sees_his_place_his_hour_and_what_to_have_ready(client, yard, waiting, language):
    answer = page(client, give(yard, waiting), language)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert html.count("<h1") == 1
    said = words_of(html)
    stands = queries.standing_of(waiting, later(60))
    hours = [
        f"{each.astimezone(yard.debdeb.clock):%H:%M}"
        for each in (stands.expected_at, stands.earliest_at, stands.latest_at)
    ]
    for expected in ("…2233", "2026-11-22 13:00", *hours):
        assert expected in said, expected
    place = {"ar": "دورك 3 من 3", "fr": "Votre rang 3 sur 3", "en": "Place in the queue 3 of 3"}[language]
    assert place in said
    assert {"ar": "الدبداب", "fr": "Debdeb", "en": "Debdeb"}[language] in said
    assert {"ar": "التصريح الجمركي", "fr": "La déclaration", "en": "The customs declaration"}[language] in said


def test_without_a_word_the_page_is_arabic_and_a_link_leads_to_the_others(client, yard, waiting):
    token = give(yard, waiting)
    html = client.get(f"/follow/{token}/").content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert re.findall(r"<nav.*?</nav>", html, re.DOTALL)[0].count("<a ") == 3
    assert 'href="?language=fr" lang="fr"' in html
    assert client.get(f"/follow/{token}/?language=xx").headers["Content-Language"] == "ar"


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_names_nobody_no_goods_no_firm_no_reason_and_no_whole_plate(client, yard, waiting, language):
    token = give(yard, waiting)
    trucks.hold(yard, waiting, wants="the chassis number", reason="a tip", desk="7")
    for plain in (page(client, token, language), page(client, keys.new_token(), language)):
        for secret in (*SECRETS, waiting, yard.broker.name, yard.officers["gate_officer"].key):
            assert secret not in plain.content.decode()


def test_a_held_driver_is_sent_to_the_desk_or_told_to_wait(client, yard, waiting):
    token = give(yard, waiting)
    trucks.hold(yard, waiting)
    assert "an agency will call you" in words_of(page(client, token, "en").content.decode())
    trucks.hold(yard, waiting, "plant_health_officer", desk="7")
    assert "Go to desk 7" in words_of(page(client, token, "en").content.decode())


def test_a_closed_crossing_says_so_and_tells_no_hour(client, yard, waiting):
    token, boss = give(yard, waiting), yard.officers["place_administrator"]
    commands.change_opening(boss, "dz.debdeb", kind="goods", is_open=False, reason="a storm", at=later(55))
    said = words_of(page(client, token, "en").content.decode())
    assert "closed to goods since 2026-11-22 12:55" in said
    assert "Place in the queue 3 of 3" in said
    assert "Gate opens for you" not in said
    assert "Too few trucks" not in said
    assert "a storm" not in said


@pytest.mark.parametrize("state", [*trucks.ROAD[:-1], "closed", "turned_back", "withdrawn", "lapsed"])
def test_the_page_speaks_in_every_state_of_the_road(client, yard, state):
    key = truck(
        yard, state if state in trucks.ROAD[:-1] else "announced" if state in ("withdrawn", "lapsed") else "presented"
    )
    token, officer = give(yard, key), yard.officers["yard_officer"]
    if state == "closed":
        trucks.clear(yard, key)
        trucks.step(yard, key, "closed")
    elif state == "turned_back":
        commands.turn_back(officer, key, reason="papers", at=NOON)
    elif state == "withdrawn":
        commands.withdraw(officer, key, at=NOON)
    elif state == "lapsed":
        commands.lapse(yard.node, key, due_at=NOON, at=NOON)
    for language in ("ar", "fr", "en"):
        answer = page(client, token, language)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert ("2026-11-23 12:00" in html) == (state not in rules.LIVE), "the end of the link is told when it is known"
        assert not re.search(r"state\.passage|None", html)


def test_page_and_sheet_together_stay_below_60_kb_and_nothing_else_is_loaded(client, yard, waiting):
    trucks.hold(yard, waiting)
    html = page(client, give(yard, waiting)).content
    loaded = re.findall(rb'(?:src|href)="([^"?][^"]*)"', html)
    assert [each.decode() for each in loaded] == [static("mabar/crossings/follow.css")]
    sheet = own_files.text_of("mabar/crossings/follow.css").encode()
    assert b"url(" not in sheet
    assert b"@import" not in sheet
    assert len(html) + len(sheet) <= LARGEST
    assert len(html) + len(sheet) <= 15_000, "what it is today, so that growth is seen"
    assert b"<script" not in html


def test_the_page_renews_itself_modestly(client, yard, waiting):
    html = page(client, give(yard, waiting)).content.decode()
    assert 60 <= int(re.search(r'http-equiv="refresh" content="(\d+)"', html)[1]) <= 300


def test_who_reads_slowly_lets_the_page_stand_still_also_in_another_language(client, yard, waiting):
    token = give(yard, waiting)
    assert "?language=en&amp;still=1" in page(client, token, "en").content.decode()
    still = client.get(f"/follow/{token}/?language=en&still=1").content.decode()
    assert 'http-equiv="refresh"' not in still
    assert 'href="?language=fr&amp;still=1"' in still
    assert 'href="?language=en"' in still


@pytest.mark.parametrize("given", ["right", "wrong"])
def test_the_answer_keeps_its_address_from_other_sites_stores_and_finders(client, yard, waiting, given):
    right = give(yard, waiting)
    answer = page(client, right if given == "right" else keys.new_token())
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert '<meta name="robots" content="noindex' in answer.content.decode()
    assert '<meta name="referrer" content="no-referrer">' in answer.content.decode()
    assert not answer.cookies
    assert not re.search(r'href="(?:https?:)?//', answer.content.decode())


def test_a_link_that_is_over_one_withdrawn_and_one_never_given_answer_alike(client, yard, waiting, monkeypatch):
    over = give(yard, truck(yard, "announced", plate="77777-777-77"))
    commands.withdraw(yard.officers["yard_officer"], FollowLink.objects.get().passage_id, at=NOON)
    withdrawn, stands = give(yard, waiting), give(yard, waiting)
    monkeypatch.setattr(doors, "now", lambda: later(25 * 60))
    answers = [page(client, token, "en") for token in (over, withdrawn, keys.new_token(), "nonsense", "0" * 26)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert "Ask for a new link" in words_of(answers[0].content.decode())
    assert page(client, stands).status_code == 200


def test_a_token_leaves_no_trace_in_the_log(client, yard, waiting, log, settings):
    right, wrong = give(yard, waiting), keys.new_token()
    for token in (right, wrong, right.lower()):
        page(client, token, REMOTE_ADDR="203.0.113.7")
        client.get(f"/follow/{token}")
        client.post(f"/follow/{token}/")
        client.get(f"/follow/{token}/more/")
    text = log.getvalue()
    assert '"route": "crossings:follow"' in text
    for secret in (
        right,
        wrong,
        right.lower(),
        rules.digest_of(right),
        rules.page_name(rules.digest_of(right)),
        "203.0.113.7",
    ):
        assert secret not in text


def test_a_fault_while_the_page_is_made_tells_the_log_and_the_reader_no_token(client, yard, waiting, log, monkeypatch):
    def fails(*_args, **_facts):
        raise RuntimeError("the disk is gone")

    token = give(yard, waiting)
    monkeypatch.setattr(following_page, "drawn", fails)
    client.raise_request_exception = False
    answer = page(client, token)
    assert answer.status_code == 500
    assert token not in log.getvalue() + answer.content.decode()
    assert '"fault": "RuntimeError"' in log.getvalue()


def test_who_asks_too_often_waits_and_others_do_not(client, yard, waiting, monkeypatch):
    monkeypatch.setattr(pages, "OF_AN_ADDRESS", limits.Bucket(burst=3.0, per_second=0.01))
    token = give(yard, waiting)
    asked = [page(client, token, "en", REMOTE_ADDR="203.0.113.7") for _ in range(4)]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
    assert 0 < int(asked[3]["Retry-After"]) <= 100
    assert asked[3]["Referrer-Policy"] == "no-referrer"
    assert len(asked[3].content) < 4_000
    assert page(client, token, REMOTE_ADDR="203.0.113.8").status_code == 200


def test_who_guesses_is_stopped_and_drivers_of_the_same_address_are_not(client, yard, waiting, monkeypatch):
    monkeypatch.setattr(pages, "OF_WRONG_LINKS", limits.Bucket(burst=3.0, per_second=0.01))
    token, here = give(yard, waiting), {"REMOTE_ADDR": "203.0.113.7"}
    asked = [page(client, keys.new_token(), **here).status_code for _ in range(5)]
    assert asked == [404, 404, 404, 429, 429]
    assert page(client, token, **here).status_code == 200


def test_the_addresses_of_one_house_are_one_and_stand_nowhere_in_clear(rf, client, yard, waiting):
    def named(address):
        return limits.asker(rf.get("/", REMOTE_ADDR=address))

    assert named("2001:db8:1:2::7") == named("2001:db8:1:2:ffff::1") != named("2001:db8:1:3::7")
    assert named("203.0.113.7") != named("203.0.113.8")
    assert "203.0.113" not in named("203.0.113.7")
    assert named("unix:") != named("203.0.113.7")


def test_looking_at_the_page_asks_the_database_little_however_long_the_queue(client, yard, waiting):
    token = give(yard, waiting)
    page(client, token)
    assert len(asked_by(lambda: page(client, token))) <= 3


@pytest.mark.parametrize("given", ["right", "wrong"])
def test_a_look_writes_nothing(client, yard, waiting, given):
    token = give(yard, waiting) if given == "right" else keys.new_token()
    asked = asked_by(lambda: page(client, token))
    assert asked
    assert not [sql for sql in asked if not sql.startswith("SELECT")]


def asked_by(look):
    """List what a look asks of all databases of the node."""
    with ExitStack() as stack:
        seen = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        assert look().status_code in (200, 404)
    return [each["sql"] for queries_of in seen for each in queries_of.captured_queries]


def enter(client, actor, language="en"):
    actor.language = language
    actor.save(update_fields=["language"])
    client.force_login(actor)


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_officer_gives_a_link_and_prints_it_once(client, yard, waiting, language):
    enter(client, yard.officers["gate_officer"], language)
    answer = client.post(f"/passages/{waiting}/follow-link/")
    assert answer.status_code == 200
    html = answer.content.decode()
    token = re.search(r"/follow/([0-9A-Z]{26})/", html)[1]
    assert FollowLink.objects.get().digest == rules.digest_of(token)
    assert '<svg class="qr"' in html
    assert all(f'lang="{each}"' in html for each in ("ar", "fr", "en"))
    assert client.get(f"/follow/{token}/").status_code == 200
    assert token not in client.get(f"/passages/{waiting}/").content.decode()
    again = client.get(f"/passages/{waiting}/follow-link/")
    assert again.status_code == 200
    assert "/follow/" not in again.content.decode()
    assert "2233: " in again.content.decode()
    assert FollowLink.objects.count() == 1


def test_the_truck_s_page_shows_that_a_link_is_given_and_withdraws_it(client, yard, waiting):
    enter(client, yard.officers["gate_officer"])
    assert "Give a follow link" in client.get(f"/passages/{waiting}/").content.decode()
    token = give(yard, waiting)
    html = client.get(f"/passages/{waiting}/").content.decode()
    assert "Give a new link" in html
    texts = words_of(client.get(f"/passages/{waiting}/follow-link/").content.decode())
    assert "place 3 of 3 in the queue" in texts
    assert "SMS: 2" in texts
    answer = client.post(f"/passages/{waiting}/follow-link/withdraw/")
    assert answer.status_code == 302
    assert page(client, token).status_code == 404
    assert client.post(f"/passages/{waiting}/follow-link/withdraw/").status_code == 422


def test_who_may_not_give_a_link_is_offered_none(client, yard, waiting):
    enter(client, yard.officers["police_officer"])
    assert "follow-link" not in client.get(f"/passages/{waiting}/").content.decode()
    assert client.post(f"/passages/{waiting}/follow-link/").status_code == 403
    assert client.get(f"/passages/{waiting}/follow-link/").status_code == 403
    enter(client, yard.rival)
    assert client.post(f"/passages/{waiting}/follow-link/").status_code == 404
    enter(client, yard.broker)
    assert client.post(f"/passages/{waiting}/follow-link/").status_code == 200


def test_a_node_with_a_server_outside_leads_the_driver_there(client, yard, waiting, settings):
    from dataclasses import replace

    settings.NODE = replace(settings.NODE, status_pages="https://trucks.example/dz/")
    enter(client, yard.officers["gate_officer"])
    html = client.post(f"/passages/{waiting}/follow-link/").content.decode()
    name = rules.page_name(FollowLink.objects.get().digest)
    assert f"https://trucks.example/dz/{name}.html" in html
    assert "/follow/" not in html
