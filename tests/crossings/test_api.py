"""The door for gates, weighbridges, carriers' programs and displays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mabar.base import actors, doors
from mabar.base import commands as ground
from mabar.base import rules as ground_rules
from mabar.base.models import Actor, Mandate, Post
from mabar.crossings import commands, queries
from mabar.crossings.models import Passage, PassageEvent
from tests.crossings import km0
from tests.crossings.yard import PLATE, SEAL, announce, attach, hold, later, lines, step
from tests.world import NOON, World

# the count of a key's requests lies among the passing things
pytestmark = pytest.mark.django_db(databases="__all__")

TRUCK = {"place": "dz.debdeb", "direction": "entry", "plate": PLATE, "seals": [SEAL]}
GATE_IN = {"kind": "note_gate_in", "plate": PLATE, "seals": [SEAL], "documents": 3}


class Station:
    """A program with a key, which asks in French."""

    def __init__(self, client, token: str) -> None:
        self.client, self.headers = client, {"authorization": f"Bearer {token}", "accept-language": "fr"}

    def post(self, path: str, **body):
        return self.client.post(f"/api/1/{path}", body, content_type="application/json", headers=self.headers)

    def get(self, path: str):
        return self.client.get(f"/api/1/{path}", headers=self.headers)

    def event(self, key: str, **body):
        return self.post(f"passages/{key}/events", **body)


@pytest.fixture
def program(yard: World, client):
    """Give a program of a station with a post at Debdeb."""

    def of(function: str) -> Station:
        key = f"station-{function}"
        station = Actor.objects.create(key=key, kind=Actor.STATION, name=key, place=yard.debdeb, password="!")
        post, _ = Post.objects.get_or_create(agency_id="dz.customs", function=function)
        Mandate.objects.create(actor=station, post=post, place=yard.debdeb, from_on=date(2026, 1, 1))
        now = datetime.now(UTC)
        term = {"scopes": ground_rules.verbs_of(function), "expires_at": now + timedelta(days=1), "at": now}
        return Station(client, ground.make_api_key(yard.officers["node_administrator"], key, **term).token)

    return of


def now() -> datetime:
    return datetime.now(UTC)


def announced(yard: World, **facts) -> str:
    return announce(yard, **{"at": now(), **facts})


def test_a_carriers_program_announces_a_truck_once(yard, program) -> None:
    carrier = program("carrier_station")
    answer = carrier.post("passages", event_key="a-1", carrier="Oasis Haulage", **TRUCK)
    assert answer.status_code == 201
    told = answer.json()
    assert told == {
        "key": told["key"],
        "place": "dz.debdeb",
        "direction": "entry",
        "plate": PLATE,
        "state": "announced",
        "gate": None,
        "version": 1,
    }
    again = carrier.post("passages", event_key="a-1", carrier="Oasis Haulage", **TRUCK)
    assert (again.status_code, again.json()) == (201, told)
    assert lines("announce") == 1
    assert Passage.objects.get().carrier == "Oasis Haulage"


def test_a_carriers_program_withdraws_its_truck(yard, program) -> None:
    carrier = program("carrier_station")
    key = carrier.post("passages", event_key="a-1", **TRUCK).json()["key"]
    answer = carrier.event(key, kind="withdraw", event_key="a-2", reason="broke down")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")


def test_the_gates_camera_takes_a_truck_from_the_queue_to_the_yard(yard, program) -> None:
    gate, key = program("gate_station"), announced(yard)
    queued = gate.event(key, kind="join_queue", event_key="g-1").json()
    assert (queued["state"], queued["gate"]) == ("queued", 1)
    assert gate.event(key, event_key="g-2", **GATE_IN).json()["state"] == "gate_in"
    assert gate.event(key, event_key="g-2", **GATE_IN).json()["state"] == "gate_in"
    assert lines("note_gate_in") == 1
    assert PassageEvent.objects.get(event_key="g-2").facts["documents"] == 3


def test_the_weighbridge_sends_what_it_shows(yard, program) -> None:
    key = announced(yard)
    step(yard, key, "queued", at=now())
    step(yard, key, "gate_in", at=now())
    bridge = program("weighbridge_station")
    answer = bridge.event(key, kind="note_weight", event_key="w-1", gross_mass_g=27_000_000, tare_mass_g=15_000_000)
    assert answer.json()["state"] == "weighed"
    passage = Passage.objects.get(key=key)
    assert (passage.gross_mass_g, passage.tare_mass_g, passage.is_empty) == (27_000_000, 15_000_000, False)


def test_the_gate_lets_a_cleared_truck_out(yard, program) -> None:
    key = announced(yard)
    attach(yard, key, is_cleared=True, at=now())
    for state in ("queued", "gate_in", "weighed", "presented"):
        step(yard, key, state, at=now())
    answer = program("gate_station").event(key, kind="note_gate_out", event_key="o-1", seals=[SEAL])
    assert answer.json()["state"] == "closed"


def test_a_refusal_is_told_in_the_programs_language_with_its_code(yard, program) -> None:
    key = announced(yard)
    answer = program("gate_station").event(key, event_key="g-1", **GATE_IN)
    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["details"]) == ("OutOfTurn", {"verb": "note_gate_in", "state": "announced"})
    assert "Annoncé" in told["what"]
    assert "Rouvrir" in told["remedy"]


def test_a_wrong_plate_is_refused_and_nothing_is_written(yard, program) -> None:
    key = announced(yard)
    step(yard, key, "queued", at=now())
    answer = program("gate_station").event(key, event_key="g-1", **{**GATE_IN, "plate": "1-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "PlateDiffers")
    assert Passage.objects.get(key=key).state == "queued"


def test_a_station_does_only_what_its_post_holds(yard, program) -> None:
    answer = program("weighbridge_station").event(announced(yard), kind="join_queue", event_key="x")
    assert (answer.status_code, answer.json()["code"]) == (403, "NotMandated")


def test_no_key_no_answer(yard, client) -> None:
    answer = client.post("/api/1/passages", {"event_key": "a", **TRUCK}, content_type="application/json")
    assert answer.status_code == 401
    assert not Passage.objects.exists()


def test_an_hour_ahead_of_the_node_or_before_the_last_event_is_refused(yard, program) -> None:
    gate, key = program("gate_station"), announced(yard)
    for minutes in (10, -10):
        at = now() + timedelta(minutes=minutes)
        answer = gate.event(key, kind="join_queue", event_key="g", at=at.isoformat())
        assert (answer.status_code, answer.json()["code"]) == (422, "HourOutOfOrder")
        assert f"{at.astimezone(yard.debdeb.clock):%Y-%m-%d %H:%M:%S}" in answer.json()["what"]


def test_an_event_kept_while_the_line_was_cut_bears_its_own_hour(yard, program) -> None:
    begun = now() - timedelta(hours=2)
    gate, key = program("gate_station"), announced(yard, at=begun)
    gate.event(key, kind="join_queue", event_key="g", at=(begun + timedelta(hours=1)).isoformat())
    assert Passage.objects.get(key=key).queued_at == begun + timedelta(hours=1)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "join_queue"},
        {"kind": "join_queue", "event_key": ""},
        {"kind": "join_queue", "event_key": "x" * 65},
        {"kind": "join_queue", "event_key": "x", "at": "2026-11-22T10:00:00"},
        {"kind": "lapse", "event_key": "x"},
        {"kind": "note_gate_in", "event_key": "x"},
        {"kind": "note_gate_in", "event_key": "x", "plate": "1\u0000"},
        {"kind": "note_weight", "event_key": "x", "gross_mass_g": -1},
        {"kind": "note_weight", "event_key": "x", "gross_mass_g": 1.5},
        {"kind": "note_gate_out", "event_key": "x", "seals": ["1"] * 41},
        {},
    ],
)
def test_a_request_of_another_shape_is_named_and_stores_nothing(yard, program, body) -> None:
    key = announced(yard)
    answer = program("gate_station").event(key, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "RequestNotUnderstood")
    assert PassageEvent.objects.count() == 1


def test_a_passage_is_read_without_reasons_and_with_its_lane_only_after_the_gate(yard, program) -> None:
    display = program("display_station")
    key = announced(yard)
    attach(yard, key, lane="red")
    hold(yard, key, reason="smuggled cigarettes", wants="the spare wheel", desk="4")
    outside = display.get(f"passages/{key}")
    assert outside.status_code == 200
    told = outside.json()
    assert (told["state"], told["lane"], told["lane_number"]) == ("announced", None, None)
    assert [event["kind"] for event in told["events"]] == ["announce", "attach", "hold"]
    assert [(held["agency"], held["desk"]) for held in told["holds"]] == [("dz.police", "4")]
    assert "smuggled" not in outside.text
    assert "spare wheel" not in outside.text
    step(yard, key, "queued", at=now())
    step(yard, key, "gate_in", at=now())
    inside = display.get(f"passages/{key}").json()
    assert (inside["lane"], inside["lane_number"]) == ("red", 4)


def test_the_board_of_a_crossing_shows_what_the_wall_shows(yard, program) -> None:
    waiting, inside = announced(yard), announced(yard, plate="5-5")
    step(yard, waiting, "queued", at=now())
    step(yard, inside, "queued", at=now())
    step(yard, inside, "gate_in", plate="5-5", at=now())
    hold(yard, waiting, at=now())
    told = program("display_station").get("board/dz.debdeb").json()
    assert [(each["position"], each["plate"]) for each in told["waiting"]] == [(1, PLATE)]
    assert told["yard"] == [{"plate": "5-5", "colour": None, "number": None}]
    assert [(each["agency"], each["desk"]) for each in told["held"]] == [("dz.police", "")]


def test_the_other_sides_board_and_passages_are_not_this_stations(yard, program) -> None:
    across = announced(yard, place="ly.ghadames", actor=yard.across["yard_officer"])
    display = program("display_station")
    for path in ("board/ly.ghadames", f"passages/{across}"):
        answer = display.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "NotMandated")


def test_what_is_not_there_is_not_found(yard, program) -> None:
    display = program("display_station")
    assert display.get("passages/NOTHING").status_code == 404


def test_the_api_describes_its_events(yard, client) -> None:
    kinds = client.get("/api/1/openapi.json").json()["components"]["schemas"]
    assert {"GateIn", "Weight", "PassageOut", "BoardOut"} <= set(kinds)
    assert commands.note_gate_in.__name__ in kinds["GateIn"]["properties"]["kind"]["const"]


def offered(closed, program, monkeypatch) -> tuple[Station, str]:
    """Give a carrier's program and a truck of its own to which an hour is offered at another crossing."""
    monkeypatch.setattr(doors, "now", lambda: later(1))
    carrier = program("carrier_station")
    key = carrier.post("passages", event_key="a-1", **TRUCK).json()["key"]
    closed.accept(closed.propose(at=later(1)), at=later(1))
    return carrier, key


def test_a_carriers_program_reads_the_offer_to_its_truck_and_keeps_it(closed, program, monkeypatch) -> None:
    carrier, key = offered(closed, program, monkeypatch)
    offer = carrier.get(f"passages/{key}/diversion").json()
    assert (offer["state"], offer["target"], offer["successor"]) == ("offered", "dz.tin-alkoum", None)
    assert offer["answer_by"] < offer["slot_at"]
    for _ in range(2):
        kept = carrier.event(key, kind="keep_diversion", event_key="k-1")
        assert (kept.status_code, kept.json()["state"]) == (200, "diverted")
    successor = carrier.get(f"passages/{key}/diversion").json()["successor"]
    assert Passage.objects.get(key=successor).place_id == "dz.tin-alkoum"


def test_a_carriers_program_declines_and_hears_of_a_second_answer(closed, program, monkeypatch) -> None:
    carrier, key = offered(closed, program, monkeypatch)
    assert carrier.event(key, kind="decline_diversion", event_key="d-1").json()["state"] == "announced"
    refused = carrier.event(key, kind="keep_diversion", event_key="k-1")
    assert (refused.status_code, refused.json()["code"]) == (422, "AnsweredAlready")
    assert "reste dans la file" in refused.json()["what"].lower()


def test_a_program_still_speaks_for_its_truck_when_an_officer_kept_the_hour(closed, program, monkeypatch) -> None:
    _carrier, key = offered(closed, program, monkeypatch)
    sender = actors.by_key(PassageEvent.objects.get(passage=key, kind="announce").by)
    successor = closed.keep(key, at=later(2))
    assert sender.kind == Actor.STATION
    assert queries.speaks_for(sender, successor, firm=None)
    assert not queries.speaks_for(Actor(key="another", kind=Actor.STATION), successor, firm=None)


@pytest.mark.parametrize("kind", ["keep_diversion", "decline_diversion"])
def test_an_answer_counts_from_when_it_comes_whatever_hour_it_names(closed, program, monkeypatch, kind) -> None:
    carrier, key = offered(closed, program, monkeypatch)
    monkeypatch.setattr(doors, "now", lambda: later(119))
    late = carrier.event(key, kind=kind, event_key="k-1", at=later(2).isoformat())
    assert (late.status_code, late.json()["code"]) == (422, "OfferExpired")


def test_a_program_hears_nothing_of_the_trucks_of_others(closed, program, monkeypatch) -> None:
    carrier, _ = offered(closed, program, monkeypatch)
    (other,) = closed.trucks(1)
    closed.accept(closed.propose(at=later(1)), at=later(1))
    assert carrier.get(f"passages/{other}/diversion").status_code == 404
    assert carrier.event(other, kind="keep_diversion", event_key="k-2").status_code == 404
    assert carrier.get("passages/0000/diversion").status_code == 404
    (never,) = closed.trucks(1)
    assert carrier.get(f"passages/{never}/diversion").status_code == 404
    assert program("display_station").get(f"passages/{other}/diversion").status_code == 403


def test_a_carriers_program_finds_a_free_hour_takes_it_moves_it_and_gives_it_back(yard, program) -> None:
    hours = {"days": range(1, 8), "opens_min": 0, "closes_min": 1440, "slot_min": 60}
    commands.change_hours(yard.node, "dz.debdeb", at=now(), trucks_a_slot=1, tolerance_min=30, **hours)
    carrier = program("carrier_station")
    key = carrier.post("passages", event_key="a-1", **TRUCK).json()["key"]
    day = (now() + timedelta(days=2)).date()
    free = carrier.get(f"slots/dz.debdeb?day={day}").json()
    assert [slot["free"] for slot in free] == [1] * 24
    first, second = free[10]["begins_at"], free[11]["begins_at"]
    taken = carrier.event(key, event_key="s-1", kind="ask_appointment", slot_at=first)
    assert taken.status_code == 200
    assert carrier.event(key, event_key="s-1", kind="ask_appointment", slot_at=first).json() == taken.json()
    assert carrier.event(key, event_key="s-2", kind="move_appointment", slot_at=second).status_code == 200
    assert [slot["free"] for slot in carrier.get(f"slots/dz.debdeb?day={day}").json()[10:12]] == [1, 0]
    assert carrier.event(key, event_key="s-3", kind="give_back_appointment").status_code == 200
    refused = carrier.event(key, event_key="s-4", kind="give_back_appointment")
    assert (refused.status_code, refused.json()["code"]) == (422, "NoAppointment")


def test_a_program_asks_for_no_hour_in_the_name_of_yesterday_nor_for_anothers_truck(yard, program) -> None:
    hours = {"days": range(1, 8), "opens_min": 0, "closes_min": 1440, "slot_min": 60}
    commands.change_hours(yard.node, "dz.debdeb", at=now(), trucks_a_slot=1, tolerance_min=30, **hours)
    carrier = program("carrier_station")
    key = carrier.post("passages", event_key="a-1", **TRUCK).json()["key"]
    begun = now().replace(minute=0, second=0, microsecond=0)
    asked = {"kind": "ask_appointment", "slot_at": begun.isoformat()}
    refused = carrier.event(key, event_key="s-1", at=(begun - timedelta(hours=2)).isoformat(), **asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "SlotPast")
    other = announced(yard, plate="2-2")
    asked["slot_at"] = (begun + timedelta(hours=2)).isoformat()
    assert carrier.event(other, event_key="s-2", **asked).status_code == 404
    assert carrier.event(key, event_key="s-3", **asked | {"slot_at": "2026-11-22T13:00:00"}).status_code == 422
    assert carrier.get("slots/dz.debdeb?day=9999-12-31").status_code == 422
    assert program("weighbridge_station").get(f"slots/dz.debdeb?day={begun.date()}").status_code == 403


def test_a_display_reads_the_order_its_marks_and_its_hours(yard, program) -> None:
    first, second = announced(yard, plate="1-1"), announced(yard, plate="2-2")
    for key in (first, second):
        step(yard, key, "queued", at=now())
    words = {"reason": "emergency", "words": "a driver who is ill"}
    commands.call_forward(yard.officers["yard_officer"], second, at=now(), **words)
    waiting = program("display_station").get("board/dz.debdeb").json()["waiting"]
    assert [(truck["plate"], truck["mark"]) for truck in waiting] == [
        ("2-2", {"act": "call_forward", "kind": "emergency"}),
        ("1-1", None),
    ]
    assert {"expected_at", "earliest_at", "latest_at", "appointment_at"} < set(waiting[0])


COUNTED = [{"declaration": "D1", "packages": 10, "gross_mass_g": 12_000_000}]


def test_a_device_sends_what_it_counted_and_what_it_loaded_once(yard, program) -> None:
    km0.alone(yard)
    onward = km0.empty(yard)
    key = km0.to(yard, "unloading", onward=onward)
    scale = program("tally_station")
    sent = {"kind": "note_tally", "event_key": "t-1", "counted": COUNTED}
    first = scale.post(f"transshipments/{key}/events", **sent)
    assert (first.status_code, first.json()["state"]) == (200, "tallied")
    again = scale.post(f"transshipments/{key}/events", **sent)
    assert (again.json(), lines("note_tally")) == (first.json(), 1)
    (figure,) = first.json()["figures"]
    assert (figure["declared_packages"], figure["packages"], figure["loaded_packages"]) == (10, 10, None)
    km0.confirm(yard, key, at=now())
    km0.confirm(yard, key, actor=yard.officers["yard_officer"], at=now())
    loading = {"kind": "note_loading", "event_key": "t-2", "truck": onward, "loaded": COUNTED}
    told = scale.post(f"transshipments/{key}/events", **loading).json()
    assert (told["state"], told["figures"][0]["loaded_mass_g"]) == ("loading", 12_000_000)
    assert scale.get(f"transshipments/{key}").json() == told


def test_an_hour_told_brings_no_ended_mandate_back(yard, program) -> None:
    begun = now() - timedelta(days=2)
    gate, scale = program("gate_station"), program("tally_station")
    key, counted = announced(yard, at=begun), km0.to(yard, "unloading")
    ended = Mandate.objects.filter(actor__key__in=["station-gate_station", "station-tally_station"])
    ended.update(until_on=(now() - timedelta(days=1)).date())
    at = (begun + timedelta(hours=1)).isoformat()
    answer = gate.event(key, kind="join_queue", event_key="g", at=at)
    assert (answer.status_code, answer.json()["code"]) == (403, "NotMandated")
    sent = {"kind": "note_tally", "event_key": "t-1", "counted": COUNTED, "at": NOON.isoformat()}
    answer = scale.post(f"transshipments/{counted}/events", **sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "NotMandated")
    assert (Passage.objects.get(key=key).state, km0.state(counted)) == ("announced", "unloading")
    ended.update(until_on=None)
    assert gate.event(key, kind="join_queue", event_key="g", at=at).status_code == 200
    assert scale.post(f"transshipments/{counted}/events", **sent).status_code == 200


def test_a_count_of_another_shape_or_by_another_device_is_refused(yard, program) -> None:
    key = km0.to(yard, "unloading")
    scale = program("tally_station")
    for counted in (None, [{"declaration": "D1", "packages": -1, "gross_mass_g": 1}], [{"packages": 1}]):
        answer = scale.post(f"transshipments/{key}/events", kind="note_tally", event_key="x", counted=counted)
        assert (answer.status_code, answer.json()["code"]) == (422, "RequestNotUnderstood")
    answer = scale.post(f"transshipments/{key}/events", kind="note_tally", event_key="x", counted=[])
    assert (answer.status_code, answer.json()["code"]) == (422, "TallyIncomplete")
    gate = program("gate_station")
    sent = {"kind": "note_tally", "event_key": "x", "counted": COUNTED}
    assert gate.post(f"transshipments/{key}/events", **sent).status_code == 403
    assert gate.get(f"transshipments/{key}").status_code == 403
    ahead = {"at": (now() + timedelta(hours=1)).isoformat()}
    assert scale.post(f"transshipments/{key}/events", **sent, **ahead).json()["code"] == "HourOutOfOrder"
    assert scale.get("transshipments/NOTHING").status_code == 404
