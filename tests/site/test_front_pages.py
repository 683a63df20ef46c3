"""The front page leads each desk to its screen; search finds what the reader may know of, and nothing else."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.base import doors, sealer, search
from mabar.base.models import Mandate, Post
from tests.crossings import yard as trucks
from tests.crossings.yard import later
from tests.languages import EACH_LANGUAGE

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def enter(client, world, monkeypatch):
    cache.clear()
    monkeypatch.setattr(doors, "now", lambda: later(60))

    def as_actor(actor, language="en"):
        actor.language = language
        actor.save(update_fields=["language"])
        client.force_login(actor)
        return client

    return as_actor


@pytest.mark.parametrize(
    ("function", "screen"),
    [
        ("gate_officer", "/board/"),
        ("weigh_officer", "/board/"),
        ("police_officer", "/holds/"),
        ("place_administrator", "/people/"),
        ("duty_officer", "/operations/"),
        ("oversight_reader", "/journal/"),
    ],
)
def test_each_desk_is_led_to_its_first_screen(enter, world, function, screen):
    assert enter(world.officers[function]).get("/")["Location"] == screen


def test_a_declarant_is_led_to_his_papers(enter, world):
    assert enter(world.broker).get("/")["Location"] == "/declarations/mine/"


def test_every_desk_is_led_somewhere_that_opens(enter, world):
    trucks.open_yard(world)
    for actor in (*world.officers.values(), world.broker):
        answer = enter(actor).get("/", follow=True)
        assert answer.status_code == 200, actor.name


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_who_works_at_several_desks_chooses(enter, world, language):
    officer = world.officers["gate_officer"]
    post = Post.objects.get(agency=world.officers["police_officer"].agency, function="police_officer")
    Mandate.objects.create(actor=officer, post=post, place=world.debdeb, from_on=later(0).date())
    text = enter(officer, language).get("/").content.decode()
    assert 'href="/board/"' in text
    assert 'href="/holds/"' in text


def test_who_has_no_mandate_is_told_so(enter, world):
    answer = enter(world.stranger).get("/")
    assert (answer.status_code, "No mandate is in force today" in answer.content.decode()) == (200, True)


def test_a_visitor_is_led_to_the_sign_in(client, world):
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert client.get("/search/?q=99")["Location"].startswith("/sign-in/")


@pytest.fixture
def found(world):
    """Trucks of two houses at two places, sealed and read by search."""
    trucks.open_yard(world)
    trucks.announce(world, actor=world.broker, plate="11111-111-11", carrier="Fictive Carriers")
    trucks.announce(world, actor=world.rival, plate="11112-222-22", carrier="Fictive Carriers")
    across = world.across["yard_officer"]
    trucks.announce(world, actor=across, place="ly.ghadames", plate="11113-333-33", carrier="Fictive Carriers")
    while sealer.seal(later(1)):
        pass
    while search.index_from_journal(at=later(1)):
        pass


def plates(page, query="Fictive"):
    answer = page.get(f"/search/?q={query}")
    assert answer.status_code == 200
    return {row.title for section in answer.context["sections"] for row in section.rows}


def test_an_officer_finds_the_trucks_of_his_place(enter, world, found):
    page = enter(world.officers["yard_officer"])
    assert plates(page) == {"11111-111-11", "11112-222-22"}
    assert plates(page, "11111 111") == {"11111-111-11"}
    assert "/passages/" in page.get("/search/?q=11111").content.decode()


def test_a_declarant_finds_those_of_his_house_only(enter, world, found):
    assert plates(enter(world.broker)) == {"11111-111-11"}
    assert plates(enter(world.broker), "11112") == set()


def test_search_is_refused_to_who_may_find_nothing(enter, world, found):
    assert enter(world.stranger).get("/search/?q=11111").status_code == 403


@pytest.mark.parametrize("language", EACH_LANGUAGE)
@pytest.mark.parametrize("query", ["", "Fictive", "nothing-like-it"])
def test_search_opens_in_each_language_and_writes_nothing(enter, world, found, language, query):
    page = enter(world.officers["yard_officer"], language)
    page.get("/account/")
    with CaptureQueriesContext(connection) as asked:
        answer = page.get(f"/search/?q={query}")
    assert (answer.status_code, f'lang="{language}"' in answer.content.decode()) == (200, True)
    assert len(asked) <= 36
    assert [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []


def test_search_goes_on_where_the_page_ended(enter, world, found, monkeypatch):
    from mabar.site import pages_search

    monkeypatch.setattr(pages_search, "PAGE", 1)
    page = enter(world.officers["yard_officer"])
    first = page.get("/search/?q=Fictive").context["sections"][0]
    second = page.get(f"/search/{first.older}").context["sections"][0]
    assert {first.rows[0].title, second.rows[0].title} == {"11111-111-11", "11112-222-22"}


def test_search_says_how_far_it_is_behind(enter, world, found, monkeypatch):
    page = enter(world.officers["yard_officer"])
    assert "within five seconds" in page.get("/search/?q=x").content.decode()
    trucks.announce(world, plate="99999-999-99")
    while sealer.seal(later(61)):
        pass
    monkeypatch.setattr(doors, "now", lambda: later(62))
    assert "not found yet" in page.get("/search/?q=x").content.decode()
