"""The pages of transit: each for whom it is, in three languages; a movement from its declaration to its discharge."""

import re

import pytest
from django.core.cache import cache

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.transit import commands, rules
from mabar.transit.models import Fallback, Movement
from mabar.transit.rules import SealSeen
from tests.languages import EACH_LANGUAGE
from tests.transit.road import DEB, GHD, accepted, arrived, guarantee, later, lodged, released, remarked, the
from tests.transit.test_way import ALK, ground_place

pytestmark = pytest.mark.django_db(databases="__all__")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


@pytest.fixture
def enter(client, world, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(20))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


def text(answer) -> str:
    return answer.content.decode()


def form_of(browser, path: str, act: str) -> dict[str, str]:
    """Give what the form of an act hides."""
    page = text(browser.get(path))
    form = page.split(f'action="{path}{act}/"')[1].split("</form>")[0]
    return {name: value for name, value in HIDDEN.findall(form) if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_every_page_opens_in_each_language_and_writes_nothing(enter, world, language) -> None:
    keys = [lodged(world), accepted(world), arrived(world, seen=[SealSeen("X")]), remarked(world)]
    fallback = commands.begin_fallback(
        world.officers["head_of_transit"], new_key(later(12)), place=DEB, began_at=later(11), reason="x", at=later(12)
    )
    before = Movement.objects.count(), Fallback.objects.count()
    for actor in (world.officers["departure_officer"], world.officers["head_of_transit"]):
        browser = enter(actor, language)
        for path in ("/transit/", "/transit/?state=lodged", "/transit/?number=26DZ", *(f"/transit/{k}/" for k in keys)):
            answer = browser.get(path)
            assert answer.status_code == 200, path
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text(answer)
    assert enter(world.officers["head_of_transit"], language).get("/transit/fallbacks/").status_code == 200
    assert enter(world.officers["departure_officer"], language).get("/transit/new/").status_code == 200
    assert enter(world.officers["destination_officer"], language).get("/transit/unannounced/").status_code == 200
    mine = enter(world.broker, language)
    assert text(mine.get("/transit/mine/")).count("/transit/") >= 4
    assert mine.get(f"/transit/{keys[0]}/").status_code == 200
    assert (Movement.objects.count(), Fallback.objects.count()) == before
    assert fallback.ended_at is None


def test_the_page_offers_the_act_that_is_in_turn_and_does_it(enter, world) -> None:
    key = lodged(world)
    browser, path = enter(world.officers["departure_officer"]), f"/transit/{key}/"
    for act, typed in (
        ("accept", {}),
        ("release", {"days": "٥", "seals": "DZ-0001 Atlas Seals\nDZ-0002"}),
    ):
        answer = browser.post(f"{path}{act}/", {**form_of(browser, path, act), **typed})
        assert answer.status_code == 302, text(answer)
    assert [each.number for each in rules.in_force(_chain(key))] == ["DZ-0001", "DZ-0002"]
    across = enter(world.across["destination_officer"])
    typed = {**form_of(across, path, "arrive"), "seen": "DZ-0001\n!DZ-0002", "reason": ""}
    assert across.post(f"{path}arrive/", typed).status_code == 302
    page = text(across.get(path))
    assert "Seals not as they should be" in page
    assert [each.note for each in _chain(key)][-2:] == ["intact", "broken"]
    for act, typed in (("permit_unloading", {}), ("remark", {"outcome": "conform", "reason": ""})):
        assert across.post(f"{path}{act}/", {**form_of(across, path, act), **typed}).status_code == 302
    head = enter(world.officers["head_of_transit"])
    assert head.post(f"{path}discharge/", {**form_of(head, path, "discharge"), "reason": ""}).status_code == 302
    assert the(key).state == "discharged"


def _chain(key: str):
    from mabar.transit import nodes

    return rules.seal_notes(nodes.events_of(the(key)))


def test_a_refused_act_shows_the_page_again_with_what_was_typed_and_why(enter, world) -> None:
    key = accepted(world)
    browser, path = enter(world.officers["departure_officer"]), f"/transit/{key}/"
    typed = {**form_of(browser, path, "release"), "days": "99", "seals": "S-1"}
    answer = browser.post(f"{path}release/", typed)
    assert answer.status_code == 422
    assert "LimitUnfit" in text(answer)
    assert "S-1" in text(answer)
    assert browser.post(f"{path}release/", {**typed, "days": "x"}).status_code == 422
    assert browser.post(f"{path}fly/", typed).status_code == 404
    assert the(key).state == "accepted"


def test_a_house_lodges_on_the_page_and_sees_no_other_house_nor_who_acted(enter, world) -> None:
    browser = enter(world.broker)
    hidden = dict(HIDDEN.findall(text(browser.get("/transit/new/"))))
    typed = {
        "event_key": hidden["event_key"], "departure": DEB, "destination": GHD, "holder_code": "BROKER-OASIS",
        "holder_name": "Oasis Brokers", "goods": "تمور", "packages": "40", "gross_mass_kg": "8000",
        "plate": "00123-116-30", "amount": "1.5", "currency": "LYD", "guarantee": guarantee(world),
        "procedure": "electronic",
    }  # fmt: skip
    assert browser.post("/transit/new/", {**typed, "destination": DEB}).status_code == 422
    answer = browser.post("/transit/new/", typed)
    assert answer.status_code == 302, text(answer)
    movement = Movement.objects.get()
    assert (movement.gross_mass_g, movement.firm_id) == (8_000_000, "BROKER-OASIS")
    # the dinar of Libya has three places
    assert movement.amount_minor == 1_500
    commands.accept(world.officers["departure_officer"], movement.key, at=later(20))
    page = text(browser.get(answer["Location"]))
    assert world.officers["departure_officer"].key not in page
    assert enter(world.rival).get(answer["Location"]).status_code == 404
    assert enter(world.stranger).get("/transit/").status_code == 403


def test_an_officer_reads_what_goes_over_his_office_alone(enter, world) -> None:
    ground_place(ALK)
    key, over = released(world, offices=(DEB, ALK)), released(world)
    across = enter(world.across["destination_officer"])
    assert across.get(f"/transit/{over}/").status_code == 200
    assert across.get(f"/transit/{key}/").status_code == 404
    listed = text(across.get("/transit/"))
    assert (over in listed, key in listed) == (True, False)


def test_work_on_paper_is_declared_and_ended_and_lists_what_it_left_unfinished(enter, world) -> None:
    left, gone = lodged(world), released(world)
    browser = enter(world.officers["head_of_transit"])
    told = {"place": DEB, "began_at": "2026-11-22T20:00", "reason": "no power"}
    assert browser.post("/transit/fallbacks/", told).status_code == 302
    page = text(browser.get("/transit/fallbacks/"))
    assert (f"/transit/{left}/" in page, f"/transit/{gone}/" in page) == (True, False)
    again = browser.post("/transit/fallbacks/", told)
    assert (again.status_code, "FallbackUnfit" in text(again)) == (422, True)
    key = Fallback.objects.get().key
    assert browser.post(f"/transit/fallbacks/{key}/end/", {"ended_at": "2026-11-22T10:00"}).status_code == 422
    assert browser.post(f"/transit/fallbacks/{key}/end/", {"ended_at": "2026-11-22T23:00"}).status_code == 302
    # eleven at night on the clock of Debdeb
    assert Fallback.objects.get().ended_at == later(11)


def test_goods_without_news_are_opened_by_the_number_on_their_paper(enter, world, across) -> None:
    browser = enter(world.officers["destination_officer"])
    number = rules.mrn(GHD, year=2026, serial=7)
    told = {"number": number, "home": GHD, "office": DEB}
    assert browser.post("/transit/unannounced/", {**told, "number": "x"}).status_code == 422
    answer = browser.post("/transit/unannounced/", told)
    assert answer.status_code == 302
    assert "stands on its paper alone" in text(browser.get(answer["Location"]))


def test_the_pages_ask_the_database_a_bounded_number_of_questions(enter, world, django_assert_max_num_queries) -> None:
    keys = [released(world) for _ in range(6)]
    browser = enter(world.officers["head_of_transit"])
    with django_assert_max_num_queries(30):
        browser.get("/transit/")
    with django_assert_max_num_queries(45):
        browser.get(f"/transit/{keys[0]}/")
