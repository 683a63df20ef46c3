"""The crossing itself: established, opened, closed, its lanes."""

import pytest
from django.db import IntegrityError, transaction

from mabar.base.models import JournalLine, Place
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Crossing, Lane, OpeningEvent
from tests.crossings.yard import later, lines
from tests.world import NOON


def change(yard, *, kind: str = "goods", is_open: bool, minutes: int = 0, reason: str = "decree 14") -> OpeningEvent:
    officer = yard.officers["place_administrator"]
    return commands.change_opening(officer, "dz.debdeb", kind=kind, is_open=is_open, reason=reason, at=later(minutes))


def test_a_crossing_has_its_other_names_from_the_list_and_an_unknown_position_stays_empty(world) -> None:
    crossing = commands.establish(world.node, "dz.debdeb", gates=3, office_code="DZ401", at=NOON)
    assert (crossing.gates, crossing.office_code) == (3, "DZ401")
    assert "Deb-Deb" in crossing.aliases
    assert (crossing.latitude, crossing.longitude) == (None, None)


def test_a_known_position_is_kept_as_exact_text(world, monkeypatch) -> None:
    from dataclasses import replace

    from mabar.crossings import atlas

    position = atlas.Position(30.0125, 9.4, "survey")
    listed = tuple(replace(each, position=position) for each in atlas.crossings() if each.code == "dz.debdeb")
    monkeypatch.setattr(atlas, "crossings", lambda: listed)
    crossing = commands.establish(world.node, "dz.debdeb", gates=1, at=NOON)
    assert (crossing.latitude, crossing.longitude) == ("30.0125", "9.4")


def test_establishing_again_changes_gates_and_office(world) -> None:
    commands.establish(world.node, "dz.debdeb", gates=1, at=NOON)
    commands.establish(world.node, "dz.debdeb", gates=4, office_code="DZ401", at=NOON)
    crossing = Crossing.objects.get()
    assert (crossing.gates, crossing.office_code) == (4, "DZ401")
    assert lines("establish") == 2


def test_a_crossing_that_the_list_does_not_have_has_no_other_names(world) -> None:
    names = {"name_ar": "جديد", "name_fr": "Nouveau", "name_en": "New"}
    Place.objects.create(code="dz.new", administration_id="dz", kind="crossing", zone="Africa/Algiers", **names)
    assert commands.establish(world.node, "dz.new", gates=1, at=NOON).aliases == []


def test_a_place_that_the_node_does_not_have_becomes_no_crossing(world) -> None:
    with pytest.raises(NoSuchRecord):
        commands.establish(world.node, "dz.nowhere", gates=1, at=NOON)
    assert lines("establish") == 0


def test_a_crossing_has_a_gate(world) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        commands.establish(world.node, "dz.debdeb", gates=0, at=NOON)


def test_only_the_node_establishes(world) -> None:
    with pytest.raises(NotMandated):
        commands.establish(world.officers["place_administrator"], "dz.debdeb", gates=1, at=NOON)


def test_nothing_is_known_of_an_opening_that_nobody_entered(yard) -> None:
    assert queries.opening_now("dz.debdeb", NOON) == {}


def test_the_newest_opening_of_each_kind_counts(yard) -> None:
    change(yard, is_open=True)
    change(yard, is_open=False, minutes=5, reason=" sandstorm ")
    change(yard, kind="persons", is_open=True, minutes=2)
    change(yard, is_open=True, minutes=60)
    now = queries.opening_now("dz.debdeb", later(10))
    assert (now["goods"].is_open, now["goods"].at, now["goods"].reason) == (False, later(5), "sandstorm")
    assert (now["persons"].is_open, now["persons"].by) == (True, "DEB-0015")
    assert queries.opening_now("dz.debdeb", later(60))["goods"].is_open
    assert queries.opening_now("ly.ghadames", later(60)) == {}


def test_of_two_entries_for_one_instant_the_later_one_counts(yard) -> None:
    change(yard, is_open=True)
    change(yard, is_open=False)
    assert not queries.opening_now("dz.debdeb", NOON)["goods"].is_open


def test_an_opening_leaves_its_line(yard) -> None:
    change(yard, is_open=False)
    line = JournalLine.objects.get(verb="crossings.change_opening")
    assert (line.subject, line.place) == ("dz.debdeb", "dz.debdeb")
    assert line.facts.body == '{"is_open":false,"kind":"goods","reason":"decree 14"}'


def test_a_crossing_is_not_closed_without_a_reason(yard) -> None:
    with pytest.raises(rules.ReasonMissing):
        change(yard, is_open=False, reason=" ")
    assert not OpeningEvent.objects.exists()


def test_a_place_that_is_no_crossing_is_neither_opened_nor_given_lanes(world) -> None:
    with pytest.raises(NoSuchRecord):
        change(world, is_open=True)
    with pytest.raises(NoSuchRecord):
        commands.change_lane(
            world.officers["yard_officer"], "dz.debdeb", number=1, is_open=True, colours=["red"], at=NOON
        )


def test_nobody_changes_a_crossing_without_a_mandate(yard) -> None:
    for actor in (yard.officers["gate_officer"], yard.across["place_administrator"]):
        with pytest.raises(NotMandated):
            commands.change_opening(actor, "dz.debdeb", kind="goods", is_open=False, reason="x", at=NOON)
        with pytest.raises(NotMandated):
            commands.change_lane(actor, "dz.debdeb", number=1, is_open=False, at=NOON)


def test_a_lane_is_closed_with_a_note_and_keeps_its_colours(yard) -> None:
    officer = yard.officers["yard_officer"]
    lane = commands.change_lane(officer, "dz.debdeb", number=3, is_open=False, note=" scanner down ", at=NOON)
    assert (lane.is_open, lane.note, lane.colours) == (False, "scanner down", ["yellow"])
    assert [(row.number, row.is_open) for row in queries.lanes("dz.debdeb")] == [
        (1, True),
        (2, True),
        (3, False),
        (4, True),
    ]
    body = JournalLine.objects.filter(verb="crossings.change_lane").latest("pk").facts.body
    assert body == '{"colours":null,"is_open":false,"note":" scanner down ","number":3}'


def test_a_lane_takes_other_colours_in_the_order_of_the_lanes(yard) -> None:
    officer = yard.officers["yard_officer"]
    lane = commands.change_lane(officer, "dz.debdeb", number=1, is_open=True, colours=["red", "blue", "pink"], at=NOON)
    assert Lane.objects.get(pk=lane.pk).colours == ["blue", "red"]
    assert Lane.objects.count() == 4


def test_a_new_lane_must_name_its_colours(yard) -> None:
    officer = yard.officers["yard_officer"]
    with pytest.raises(NoSuchRecord):
        commands.change_lane(officer, "dz.debdeb", number=9, is_open=True, at=NOON)
    commands.change_lane(officer, "dz.debdeb", number=9, is_open=True, colours=["green"], at=NOON)
    assert Lane.objects.count() == 5
