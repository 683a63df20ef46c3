"""What officers ask: the board, a passage, lists, the day's counts."""

import pytest

from mabar.base.rules import NoSuchRecord
from mabar.crossings import commands, queries
from tests.crossings.yard import SEAL, announce, attach, clear, hold, later, step, truck
from tests.world import NOON


def test_the_office_board_shows_all_that_officers_need(yard) -> None:
    second = truck(yard, "queued", plate="2-2")
    inside = truck(yard, "weighed", plate="1-1", carrier="Oasis Haulage")
    commands.mark_lane(yard.officers["registrar"], inside, declaration="D1", colour="yellow", at=NOON)
    hold(yard, inside, wants="the chassis", reason="a tip")
    truck(yard, "announced", plate="3-3")
    truck(yard, "closed", plate="4-4")
    board = queries.office_board("dz.debdeb", NOON)
    assert [(row.passage.key, row.position, row.lane, row.lane_number, row.is_held) for row in board.rows] == [
        (second, 1, None, None, False),
        (inside, None, "yellow", 3, True),
    ]
    assert board.counts == {"announced": 1, "queued": 1, "gate_in": 0, "weighed": 1, "presented": 0}
    row = board.rows[1]
    assert (row.passage.carrier, row.holds[0].reason, row.declarations[0].reference) == (
        "Oasis Haulage",
        "a tip",
        "DEB-2026-C-D1",
    )


def test_the_office_board_takes_a_bounded_number_of_queries(yard, django_assert_max_num_queries) -> None:
    for number in range(6):
        hold(yard, truck(yard, "queued" if number % 2 else "weighed", plate=f"6-{number}"))
    with django_assert_max_num_queries(11):
        assert len(queries.office_board("dz.debdeb", NOON).rows) == 6


def test_the_queue_and_the_yard_stand_in_the_order_of_their_hours(yard) -> None:
    keys = [announce(yard, plate=f"1-{n}") for n in range(4)]
    for key, minutes in zip(keys, (4, 3, 2, 1), strict=True):
        step(yard, key, "queued", at=later(minutes))
    assert [each.turn.key for each in queries.queue("dz.debdeb", later(5)).turns] == keys[::-1]
    for number, minutes in ((0, 10), (2, 9)):
        step(yard, keys[number], "gate_in", plate=f"1-{number}", at=later(minutes))
    assert [row.key for row in queries.in_yard("dz.debdeb")] == [keys[2], keys[0]]
    board = queries.office_board("dz.debdeb", later(11))
    assert [row.passage.key for row in board.rows] == [keys[3], keys[1], keys[2], keys[0]]
    assert queries.in_yard("ly.ghadames") == []


def test_a_passage_has_its_events_papers_and_holds(yard, django_assert_max_num_queries) -> None:
    key = truck(yard, "gate_in")
    number = hold(yard, key)
    commands.lift_hold(yard.officers["police_officer"], key, hold=number, note="", at=later(1))
    hold(yard, key, "inspector", at=later(2))
    with django_assert_max_num_queries(5):
        found = queries.passage(key)
    assert [event.kind for event in found.events] == [
        "announce",
        "attach",
        "join_queue",
        "note_gate_in",
        "hold",
        "lift_hold",
        "hold",
    ]
    assert [held.is_open for held in found.holds] == [False, True]
    assert [held.agency for held in found.open_holds] == ["dz.customs"]
    assert (found.row.seals, found.row.since, found.row.is_live, found.lane) == ((SEAL,), NOON, True, None)
    assert not found.is_cleared
    clear(yard, key)
    assert queries.passage(key).is_cleared
    assert queries.passage(key).declarations[0].is_cleared


def test_a_passage_drives_to_the_lane_of_its_heaviest_paper(yard) -> None:
    key = truck(yard, "gate_in")
    attach(yard, key, "D2", lane="green")
    commands.mark_lane(yard.officers["registrar"], key, declaration="D1", colour="red", at=NOON)
    found = queries.passage(key)
    assert (found.lane, found.lane_number) == ("red", 4)


def test_an_empty_truck_has_every_paper_that_it_needs(yard) -> None:
    key = announce(yard)
    step(yard, key, "queued")
    step(yard, key, "gate_in")
    assert not queries.passage(key).is_cleared
    step(yard, key, "weighed", is_empty=True)
    assert queries.passage(key).is_cleared


def test_an_alert_that_was_corrected_is_no_alert(yard) -> None:
    key = truck(yard, "queued")
    step(yard, key, "gate_in", seals=["X"])
    assert queries.passage(key).events[-1].is_alert
    commands.correct_event(yard.officers["gate_officer"], key, reason="misread", at=NOON)
    assert not [event for event in queries.passage(key).events if event.is_alert]


def test_a_passage_that_is_not_there_is_refused(yard) -> None:
    with pytest.raises(NoSuchRecord) as refused:
        queries.passage("NOTHING")
    assert refused.value.details == {"key": "NOTHING"}


def test_a_list_is_read_page_by_page_newest_first(yard, django_assert_max_num_queries) -> None:
    keys = sorted((truck(yard, "queued" if n % 2 else "announced", plate=f"1-{n}") for n in range(5)), reverse=True)
    seen, after = [], None
    while True:
        with django_assert_max_num_queries(1):
            page = queries.passages("dz.debdeb", after=after, limit=2)
        seen.append([row.key for row in page.rows])
        after = page.after
        if after is None:
            break
    assert seen == [keys[:2], keys[2:4], keys[4:]]
    assert {row.state for row in queries.passages("dz.debdeb", state="queued").rows} == {"queued"}
    assert queries.passages("ly.ghadames") == queries.PassagePage((), None)
    assert queries.passages("dz.debdeb", limit=5).after is None


def test_a_house_lists_what_it_announced(yard) -> None:
    own = announce(yard, actor=yard.broker)
    announce(yard, actor=yard.rival, plate="2-2")
    assert [row.key for row in queries.passages_of_firm("BROKER-OASIS").rows] == [own]


def test_a_live_passage_is_found_by_any_spelling_of_its_plate(yard) -> None:
    key = announce(yard)
    found = queries.live_passage_of("99417 322 33", place="dz.debdeb", direction="entry")
    assert found is not None
    assert found.key == key
    assert queries.live_passage_of("99417 322 33", place="dz.debdeb", direction="exit") is None


def test_the_trucks_of_a_declaration_are_listed_with_their_shares(yard, django_assert_max_num_queries) -> None:
    keys = [announce(yard, plate=f"1-{n}") for n in range(3)]
    for key in keys:
        attach(yard, key, packages=3)
    with django_assert_max_num_queries(1):
        found = queries.passages_of("D1")
    assert sorted(each.passage.key for each in found) == sorted(keys)
    assert {each.share.packages for each in found} == {3}
    assert queries.passages_of("D9") == []


def test_the_day_is_counted_on_the_clock_of_the_place(yard, django_assert_max_num_queries) -> None:
    truck(yard, "closed", plate="1-1")
    back = truck(yard, "queued", plate="1-2")
    commands.turn_back(yard.officers["gate_officer"], back, reason="x", at=later(1))
    undone = truck(yard, "queued", plate="1-3")
    commands.turn_back(yard.officers["gate_officer"], undone, reason="x", at=later(1))
    commands.correct_event(yard.officers["gate_officer"], undone, reason="x", at=later(2))
    held = truck(yard, "gate_in", plate="1-4")
    hold(yard, held)
    hold(yard, held, "inspector")
    truck(yard, "announced", plate="1-5")
    with django_assert_max_num_queries(8):
        counts = queries.day_counts("dz.debdeb", later(60))
    assert counts == queries.DayCounts(
        day=NOON.date(), announced=5, queued=4, gate_in=2, gate_out=1, turned_back=1, diverted=0, held_now=1
    )
    tomorrow = queries.day_counts("dz.debdeb", later(12 * 60))
    assert (tomorrow.day.day, tomorrow.announced, tomorrow.turned_back, tomorrow.held_now) == (23, 0, 0, 1)
    yesterday = queries.day_counts("dz.debdeb", later(-60))
    assert (yesterday.announced, yesterday.queued, yesterday.gate_in, yesterday.gate_out) == (0, 0, 0, 0)
    assert queries.day_counts("ly.ghadames", NOON).announced == 0


def test_a_place_that_is_no_crossing_has_no_counts(world) -> None:
    with pytest.raises(NoSuchRecord):
        queries.day_counts("dz.debdeb", NOON)


def test_the_crossings_of_the_node_are_listed(yard) -> None:
    assert [place.code for place in queries.crossing_places()] == ["dz.debdeb", "ly.ghadames"]
    assert queries.facing("dz.debdeb") == "ly.ghadames"
