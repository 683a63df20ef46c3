"""The door for portals that prefill and for the counter's own readers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mabar.base import commands as ground
from mabar.base import rules as ground_rules
from mabar.base.models import Actor, Mandate, Post
from mabar.vehicles import queries
from mabar.vehicles.models import VehiclePass
from tests.vehicles.garage import CHASSIS, HOLDER, PLATE, lines, prefill, the_pass, vehicle
from tests.world import World

# the count of a key's requests lies among the passing things
pytestmark = pytest.mark.django_db(databases="__all__")

CAR = {
    "place": "dz.debdeb",
    "kind": "car",
    "purpose": "visit",
    "plate": PLATE,
    "plate_country": "LY",
    "chassis": CHASSIS,
    "holder": HOLDER,
    "reference": "TPD-77",
}
ENTRY = {"kind": "validate_at_entry", "place": "dz.debdeb", "plate": PLATE, "chassis": "123456", "days": 30}


class Station:
    """A program with a key, which asks in French."""

    def __init__(self, client, token: str) -> None:
        self.client, self.headers = client, {"authorization": f"Bearer {token}", "accept-language": "fr"}

    def post(self, path: str, **body):
        return self.client.post(f"/api/1/{path}", body, content_type="application/json", headers=self.headers)

    def get(self, path: str, **asked):
        return self.client.get(f"/api/1/{path}", asked, headers=self.headers)

    def event(self, key: str, **body):
        return self.post(f"vehicle-passes/{key}/events", **body)


@pytest.fixture
def program(garage: World, client):
    """Give a program of a station with a post at Debdeb."""

    def of(function: str, name: str = "") -> Station:
        key = name or f"station-{function}"
        station = Actor.objects.create(key=key, kind=Actor.STATION, name=key, place=garage.debdeb, password="!")
        post, _ = Post.objects.get_or_create(agency_id="dz.customs", function=function)
        Mandate.objects.create(actor=station, post=post, place=garage.debdeb, from_on=date(2026, 1, 1))
        now = datetime.now(UTC)
        term = {"scopes": ground_rules.verbs_of(function), "expires_at": now + timedelta(days=1), "at": now}
        return Station(client, ground.make_api_key(garage.officers["node_administrator"], key, **term).token)

    return of


def test_a_portal_prefills_once_and_reads_its_own(garage, program) -> None:
    portal = program("portal_station")
    answer = portal.post("vehicle-passes", event_key="p-1", **CAR)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["plate"], told["chassis"], told["reference"]) == ("prefilled", PLATE, CHASSIS, "TPD-77")
    assert HOLDER not in answer.content.decode()
    again = portal.post("vehicle-passes", event_key="p-1", **CAR)
    assert (again.status_code, again.json()) == (201, told)
    assert lines("prefill") == 1
    assert portal.get(f"vehicle-passes/{told['key']}").json()["findings"] == []
    assert portal.get("vehicle-passes", scan=PLATE).status_code == 403
    other = program("portal_station", "another-portal")
    assert other.get(f"vehicle-passes/{told['key']}").status_code == 404


def test_the_counters_reader_finds_lets_in_and_lets_out_with_its_own_event_keys(garage, program) -> None:
    key = prefill(garage, at=datetime.now(UTC))
    reader = program("vehicle_station")
    for scan in (PLATE, CHASSIS, key, f"MABAR:V:DZ.DEBDEB:{key}"):
        assert [found["key"] for found in reader.get("vehicle-passes", scan=scan).json()] == [key]
    assert reader.get("vehicle-passes", scan=HOLDER).json() == []
    first = reader.event(key, event_key="e-1", **ENTRY).json()
    assert (first["state"], first["days"]) == ("validated", 30)
    assert reader.event(key, event_key="e-1", **ENTRY).json() == first
    left = reader.event(key, kind="note_exit", event_key="e-2", place="dz.debdeb", plate=PLATE).json()
    assert (left["state"], left["exit_place"]) == ("exited", "dz.debdeb")
    assert (lines("validate_at_entry"), lines("note_exit")) == (1, 1)


def test_a_refusal_is_told_in_the_programs_language_with_its_code(garage, program) -> None:
    key = prefill(garage, at=datetime.now(UTC))
    answer = program("vehicle_station").event(key, event_key="e-1", **{**ENTRY, "chassis": "999999"})
    assert (answer.status_code, answer.json()["code"]) == (422, "ChassisNotOfPass")
    assert "châssis" in answer.json()["what"]
    assert the_pass(key).state == "prefilled"


def test_an_event_from_a_clock_that_runs_ahead_is_refused(garage, program) -> None:
    key = prefill(garage, at=datetime.now(UTC))
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answer = program("vehicle_station").event(key, event_key="e-1", at=ahead, **ENTRY)
    assert (answer.status_code, answer.json()["code"]) == (422, "HourOutOfOrder")


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "spaceship"}, {"plate_country": "LYB"}, {"holder": "x\x00"}, {"event_key": ""}, {"chassis": None}],
)
def test_what_has_not_the_shape_that_the_api_describes_is_refused(garage, program, wrong) -> None:
    answer = program("portal_station").post("vehicle-passes", **({"event_key": "p-1"} | CAR | wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, "RequestNotUnderstood")
    assert not VehiclePass.objects.exists()


def test_a_portal_lets_nobody_in(garage, program) -> None:
    portal = program("portal_station")
    key = portal.post("vehicle-passes", event_key="p-1", **CAR).json()["key"]
    assert portal.event(key, event_key="e-1", **ENTRY).status_code == 403
    cancelled = portal.event(key, kind="cancel", event_key="e-2", reason="not coming")
    assert cancelled.json()["state"] == "cancelled"


def test_a_portal_learns_of_no_earlier_pass_and_of_no_other_plate(garage, program) -> None:
    earlier = vehicle(garage, "exited_late")
    portal = program("portal_station")
    told = portal.post("vehicle-passes", event_key="p-1", **CAR | {"plate": "9-999"}).json()
    assert [each.code for each in queries.vehicle_pass(told["key"]).findings] == ["EarlierPassUnsettled"]
    answer = portal.get(f"vehicle-passes/{told['key']}")
    assert (answer.status_code, answer.json()["findings"]) == (200, [])
    assert earlier not in answer.content.decode()
    office = program("vehicle_station").get(f"vehicle-passes/{told['key']}").json()
    assert [each["code"] for each in office["findings"]] == ["EarlierPassUnsettled"]
    other = program("portal_station", "another-portal").post("vehicle-passes", event_key="p-1", **CAR)
    assert (other.status_code, other.json()["code"]) == (422, "PassLiveElsewhere")
    assert other.json()["details"] == {"plate": PLATE, "chassis": CHASSIS}
    assert told["key"] not in other.content.decode()
    assert "9-999" not in other.content.decode()
