"""The wall: what everybody in the yard may read, and nothing else."""

import json
from dataclasses import asdict
from datetime import timedelta

from mabar.base.models import Agency
from mabar.crossings import commands, queries
from tests.crossings.yard import announce, attach, hold, later, step, truck
from tests.world import NOON


def mark(yard, key: str, colour: str, declaration: str = "D1") -> None:
    commands.mark_lane(yard.officers["registrar"], key, declaration=declaration, colour=colour, at=NOON)


def test_before_the_gate_a_truck_shows_its_place_hour_and_gate_and_no_lane(yard) -> None:
    late, early = announce(yard, plate="2-2"), announce(yard, plate="1-1")
    attach(yard, early, lane="red")
    step(yard, early, "queued", at=later(1))
    step(yard, late, "queued", at=later(2))
    wall = queries.wall("dz.debdeb", later(3))
    nothing = dict.fromkeys(("appointment_at", "mark", "expected_at", "earliest_at", "latest_at"))
    assert [asdict(each) for each in wall.waiting] == [
        {"position": 1, "plate": "1-1", "queued_at": later(1), "gate": 1} | nothing,
        {"position": 2, "plate": "2-2", "queued_at": later(2), "gate": 2} | nothing,
    ]
    assert (wall.yard, wall.held) == ((), ())


def test_announced_and_departed_trucks_are_not_on_the_wall(yard) -> None:
    truck(yard, "closed")
    announce(yard)
    step(yard, announce(yard, place="ly.ghadames", actor=yard.across["yard_officer"]), "queued", actor=yard.node)
    wall = queries.wall("dz.debdeb", NOON)
    assert (wall.waiting, wall.yard, wall.held) == ((), (), ())


def test_after_the_gate_a_truck_shows_its_lane_once_every_paper_has_one(yard) -> None:
    key = truck(yard, "gate_in")
    attach(yard, key, "D2", lane="green")
    assert queries.wall("dz.debdeb", NOON).yard == (queries.YardTruck("99417-322-33", None, None),)
    mark(yard, key, "yellow")
    assert queries.wall("dz.debdeb", NOON).yard == (queries.YardTruck("99417-322-33", "yellow", 3),)
    mark(yard, key, "blue")
    assert queries.wall("dz.debdeb", NOON).yard == (queries.YardTruck("99417-322-33", "blue", None),)


def test_a_closed_lane_is_nobodys_way(yard) -> None:
    key = truck(yard, "weighed")
    mark(yard, key, "red")
    commands.change_lane(yard.officers["yard_officer"], "dz.debdeb", number=4, is_open=False, at=NOON)
    assert queries.wall("dz.debdeb", NOON).yard == (queries.YardTruck("99417-322-33", "red", None),)


def test_a_held_truck_shows_its_agency_and_its_desk_and_neither_lane_nor_reason(yard) -> None:
    key = truck(yard, "presented")
    mark(yard, key, "red")
    hold(yard, key, reason="smuggled cigarettes", wants="the spare wheel", desk="7")
    hold(yard, key, "plant_health_officer")
    wall = queries.wall("dz.debdeb", NOON)
    assert wall.yard == ()
    assert [(each.plate, each.agency, each.desk) for each in wall.held] == [
        ("99417-322-33", "dz.police", "7"),
        ("99417-322-33", "dz.plant_health", ""),
    ]
    assert wall.held[0].agency_names == {"ar": "police", "fr": "police", "en": "police"}


def test_an_agency_sends_the_driver_one_way_the_newest(yard) -> None:
    key = truck(yard, "presented")
    hold(yard, key, desk="7")
    hold(yard, key, desk="8", at=later(1))
    assert [each.desk for each in queries.wall("dz.debdeb", NOON).held] == ["8"]


def test_a_truck_held_in_the_queue_keeps_its_place(yard) -> None:
    key = truck(yard, "queued")
    hold(yard, key)
    wall = queries.wall("dz.debdeb", NOON)
    assert [each.position for each in wall.waiting] == [1]
    assert [each.agency for each in wall.held] == ["dz.police"]


def test_an_announced_truck_that_is_held_is_not_on_the_wall(yard) -> None:
    hold(yard, truck(yard, "announced"))
    assert queries.wall("dz.debdeb", NOON).held == ()


SECRETS = ("Oasis", "OASIS", "smuggled", "spare wheel", "DEB-", "D1", "DZ 0091874", "T-99", "seen by Karim")


def test_nothing_on_the_wall_tells_names_goods_firms_papers_or_reasons(yard) -> None:
    Agency.objects.filter(code="dz.police").update(name_en="Police")
    for number, state in enumerate(("announced", "queued", "gate_in", "weighed", "presented")):
        key = truck(yard, state, plate=f"1-{number}", carrier="Oasis Haulage", trailer_plate="T-99", actor=yard.broker)
        mark(yard, key, "red")
        hold(yard, key, reason="smuggled cigarettes", wants="the spare wheel")
    wall = queries.wall("dz.debdeb", later(9))
    assert (len(wall.waiting), len(wall.yard), len(wall.held)) == (1, 0, 4)
    shown = json.dumps(
        [asdict(each) for each in (*wall.waiting, *wall.yard, *wall.held)], default=str, ensure_ascii=False
    )
    assert not [secret for secret in SECRETS if secret in shown]
    assert "red" not in shown
    assert [each["expected_at"] for each in map(asdict, wall.waiting)] == [None]


def test_the_wall_says_when_a_truck_may_come_in_once_the_gate_has_a_pace(yard) -> None:
    for number, minutes in enumerate((0, 10, 20, 30, 40, 50)):
        key = announce(yard, plate=f"3-{number}")
        step(yard, key, "queued")
        step(yard, key, "gate_in", plate=f"3-{number}", at=later(minutes))
    for number in range(2):
        step(yard, announce(yard, plate=f"4-{number}"), "queued", at=later(number))
    wall = queries.wall("dz.debdeb", later(51))
    assert (wall.pace.n, wall.pace.gap) == (5, timedelta(minutes=10))
    # nine minutes of the gap now running are left, and every gap was of ten: there is nothing to be unsure of
    assert [each.expected_at for each in wall.waiting] == [later(60), later(70)]
    assert [(each.earliest_at, each.latest_at) for each in wall.waiting] == [(later(60),) * 2, (later(70),) * 2]
    assert queries.wall("dz.debdeb", later(50 + 3 * 60)).pace.n == 0


def test_the_wall_says_whether_the_crossing_is_open(yard) -> None:
    officer = yard.officers["place_administrator"]
    commands.change_opening(officer, "dz.debdeb", kind="goods", is_open=False, reason="sandstorm", at=NOON)
    assert not queries.wall("dz.debdeb", NOON).opening["goods"].is_open


def test_the_wall_of_a_full_yard_takes_as_many_queries_as_an_empty_one(yard, django_assert_max_num_queries) -> None:
    for number in range(6):
        hold(yard, truck(yard, "queued" if number % 2 else "weighed", plate=f"6-{number}"))
    with django_assert_max_num_queries(10):
        queries.wall("dz.debdeb", NOON)


def test_the_median_wait_is_that_of_the_trucks_let_in_today_and_of_nobody_else(yard) -> None:
    began_at, waits = later(-60), (10, 20, 90)
    assert queries.median_wait_since("dz.debdeb", began_at, NOON) is None
    for number, minutes in enumerate(waits):
        key = announce(yard, plate=f"{number}-{number}")
        step(yard, key, "queued", at=later(1))
        step(yard, key, "gate_in", at=later(1 + minutes), plate=f"{number}-{number}")
    step(yard, announce(yard, plate="9-9"), "queued", at=later(1))  # still waits, nobody knows for how long
    assert queries.median_wait_since("dz.debdeb", began_at, later(200)) == timedelta(minutes=20)
    assert queries.median_wait_since("dz.debdeb", began_at, later(30)) == timedelta(minutes=15)
    assert queries.median_wait_since("dz.debdeb", later(201), later(300)) is None
