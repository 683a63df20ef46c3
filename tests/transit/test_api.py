"""The door for programs: a house's system lodges and follows, a counter's program notifies arrivals."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mabar.base import commands as ground
from mabar.base.models import Actor, Mandate, Post
from mabar.transit.models import Movement
from tests.transit.road import DEB, GHD, guarantee, released, the

# the count of a key's requests lies among the passing things
pytestmark = pytest.mark.django_db(databases="__all__")


def asked(world, **changed):
    told = {
        "event_key": "e-1", "offices": [DEB, GHD], "holder_code": "BROKER-OASIS", "holder_name": "Oasis Brokers",
        "goods": "تمور", "packages": 40, "gross_mass_g": 8_000_000, "plate": "00123-116-30",
        "guarantee": guarantee(world), "amount_minor": 1000, "currency": "LYD",
    }  # fmt: skip
    return told | changed


def program_of(world, client, *scopes: str, place=None):
    """Give a program with a key that opens some verbs at a place."""
    today, at_place = datetime.now(UTC), place or world.debdeb
    station = Actor.objects.create(key=f"s-{at_place.code}", kind=Actor.STATION, name="S", place=at_place, password="!")
    post, _ = Post.objects.get_or_create(agency_id=f"{at_place.code[:2]}.customs", function="transit_station")
    Mandate.objects.create(actor=station, post=post, place=at_place, from_on=date(2026, 1, 1))
    officers = world.officers if at_place == world.debdeb else world.across
    officer = officers["node_administrator"]
    made = ground.make_api_key(officer, station.key, scopes=scopes, expires_at=today + timedelta(days=30), at=today)
    headers = {"authorization": f"Bearer {made.token}", "accept-language": "fr"}

    def asks(method: str, path: str, body=None):
        told = {"content_type": "application/json", "data": body} if method == "post" else {}
        return getattr(client, method)(f"/api/1/{path}", headers=headers, **told)

    return asks


def test_a_program_lodges_once_and_reads_what_became_of_it(world, client) -> None:
    program = program_of(world, client, "transit.lodge", "transit.read")
    answer = program("post", "transit-movements", asked(world))
    assert (answer.status_code, answer.json()["state"]) == (201, "lodged")
    assert program("post", "transit-movements", asked(world)).json()["key"] == answer.json()["key"]
    assert program("post", "transit-movements", asked(world, packages=41)).json()["code"] == "EventKeyReused"
    told = program("get", f"transit-movements/{answer.json()['key']}").json()
    assert [each["office"] for each in told["offices"]] == [DEB, GHD]
    assert Movement.objects.count() == 1


def test_a_program_notifies_an_arrival_once_with_the_seals_that_it_read(world, client) -> None:
    key = released(world)
    program = program_of(world, client, "transit.arrive", "transit.read", place=world.ghadames)
    told = {"event_key": "a-1", "office": GHD, "seals": [{"number": "DZ-0001"}, {"number": "X"}]}
    for _ in range(2):
        answer = program("post", f"transit-movements/{key}/arrival", told)
        assert (answer.status_code, answer.json()["state"]) == (200, "arrived"), answer.content
    assert the(key).events.filter(kind="note_incident").count() == 1


def test_a_refusal_is_json_with_its_code_and_a_program_does_no_act_without_its_verb(world, client) -> None:
    program = program_of(world, client, "transit.read")
    assert program("post", "transit-movements", asked(world)).status_code == 403
    assert program("get", "transit-movements/01M81EKCW0P00000000000000A").status_code == 404
    other = program_of(world, client, "transit.lodge", "transit.read", place=world.ghadames)
    unfit = other("post", "transit-movements", asked(world, offices=[GHD, GHD]))
    assert (unfit.status_code, unfit.json()["code"]) == (422, "ItineraryUnfit")
