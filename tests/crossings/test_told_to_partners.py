"""The node across: what it is told of a truck, in the act itself, and what its own messages change here."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mabar.crossings import commands, inbox, queries, rules
from mabar.crossings.messages import (
    ArrivalNotice,
    EntryRefused,
    ExitNotice,
    ExitUndone,
    Tally,
    TallyAsked,
    TallySettled,
)
from mabar.crossings.models import Crossing, FarSide, Passage
from mabar.crossings.wire import KINDS
from mabar.exchange import kinds, messages
from mabar.exchange.kinds import Letter
from mabar.exchange.models import Outgoing, Partner, Received, Stream
from mabar.exchange.protocol import documents, paths
from tests.crossings.yard import PLATE, announce, later, step, truck
from tests.world import NOON

GOLDEN = Path(__file__).parent / "golden"
FAR, KEY = "01M81EKCW0P00000000000000A", "01M81EKCW0M00000000000000A"
WAY = ({"kind": "join_queue", "at": "2026-11-22T09:00:00+00:00"}, {"kind": "note_gate_out", "at": NOON.isoformat()})
KM0 = "01M81EKCW0T00000000000000A"
COUNTED = ({"reference": "DZDEB-2026-C-000123", "packages": 10, "gross_mass_g": 12_000_000},)
EXIT = ExitNotice(FAR, "dz.debdeb", PLATE, NOON, "T-12", "نقل الواحة", ("DZDEB-2026-C-000123",), ("DZ 0091874",), WAY)
TOLD = {
    "exit-notice-1": EXIT,
    "exit-undone-1": ExitUndone(FAR, "dz.debdeb", NOON),
    "arrival-notice-1": ArrivalNotice(FAR, "ly.ghadames", "arrived", NOON, WAY[:1]),
    "entry-refused-1": EntryRefused(FAR, "ly.ghadames", NOON, "وثيقة ناقصة", WAY[:1]),
    "tally-asked-1": TallyAsked(KM0, "dz.debdeb", "asked", PLATE, NOON, FAR, COUNTED),
    "tally-1": Tally(KM0, "ly.ghadames", 2, PLATE, NOON, COUNTED, ("DZ 0091874",)),
    "tally-settled-1": TallySettled(KM0, "ly.ghadames", 2, 1, "كيس ممزق", NOON),
}


def letter(partner: str, key: str = KEY, minutes: int = 30) -> Letter:
    return Letter(partner, key, "", {}, "crossing-control", "dz-ly.goods.1", 1.0, False, later(minutes))


@pytest.fixture
def across_the_line(yard):
    """Let Ghadames be worked by a partner node."""
    Crossing.objects.get(place="ly.ghadames").delete()
    Partner.objects.create(code="ly.ghadames", since_at=NOON)
    return yard


def left_for_ghadames() -> list[tuple[str, dict]]:
    rows = Outgoing.objects.filter(address="ly.ghadames").order_by("key")
    return [(row.kind, json.loads(row.body)) for row in rows]


@pytest.mark.parametrize("name", TOLD)
def test_a_message_crosses_as_it_was_published(name) -> None:
    published = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").rstrip("\n")
    assert documents.written(messages.document(TOLD[name])).decode() == published
    assert messages.taken(type(TOLD[name]), json.loads(published)) == TOLD[name]


@pytest.mark.parametrize("message", TOLD.values(), ids=TOLD)
def test_each_field_of_a_message_is_a_field_of_its_kind(message) -> None:
    row = KINDS[type(message)]
    tree = paths.tree([field.path for field in row.fields])
    document = messages.document(message)
    assert paths.projected(tree, document) == document
    assert kinds.for_partners(message.KIND).row is row


def test_a_truck_that_left_is_told_to_the_node_across_in_the_same_act(across_the_line) -> None:
    key = truck(across_the_line, "closed", direction="exit")
    ((kind, told),) = left_for_ghadames()
    assert kind == ExitNotice.KIND
    assert (told["passage"], told["place"], told["plate"]) == (key, "dz.debdeb", PLATE)
    assert [event["kind"] for event in told["events"]][-1] == "note_gate_out"
    row = Outgoing.objects.get(address="ly.ghadames")
    officer = across_the_line.officers["yard_officer"].key
    assert (row.author, row.subject, row.purpose, row.urgency) == (officer, key, "crossing-control", 1)


def test_what_a_truck_told_waits_a_week_for_a_line_that_is_cut(across_the_line) -> None:
    truck(across_the_line, "closed", direction="exit")
    row = Outgoing.objects.get(address="ly.ghadames")
    assert row.expires_at - row.left_at == timedelta(days=7)


def test_a_truck_that_entered_from_nowhere_known_is_told_to_nobody(across_the_line) -> None:
    truck(across_the_line, "closed", direction="entry")
    assert left_for_ghadames() == []


def test_an_exit_recorded_in_error_is_taken_back_across(across_the_line) -> None:
    key = truck(across_the_line, "closed", direction="exit")
    commands.correct_event(across_the_line.officers["yard_officer"], key, reason="wrong truck", at=later(60))
    assert [kind for kind, _ in left_for_ghadames()] == [ExitNotice.KIND, ExitUndone.KIND]


def test_an_exit_notice_announces_the_truck_with_its_way_so_far(yard) -> None:
    inbox.open_exit_notice(EXIT, letter("dz.debdeb"))
    here = Passage.objects.get(place="ly.ghadames")
    assert (here.state, here.direction, here.origin, here.plate) == ("announced", "entry", FAR, PLATE)
    side = FarSide.objects.get(passage=here)
    assert (side.state, side.key, side.message, side.references) == ("left", FAR, KEY, ["DZDEB-2026-C-000123"])
    across, told_at = queries.far_side(queries.passage(here.key))
    assert (across.row.queued_at.hour, across.row.gate_out_at, told_at) == (9, NOON, later(30))


def test_an_exit_notice_for_a_truck_that_its_broker_announced_ties_the_two(yard) -> None:
    key = announce(yard, place="ly.ghadames", direction="entry", actor=yard.across["yard_officer"])
    inbox.open_exit_notice(EXIT, letter("dz.debdeb"))
    assert Passage.objects.get().origin == FAR
    assert FarSide.objects.get().passage_id == key


def test_an_exit_taken_back_withdraws_what_its_notice_announced(yard) -> None:
    inbox.open_exit_notice(EXIT, letter("dz.debdeb"))
    inbox.open_exit_undone(TOLD["exit-undone-1"], letter("dz.debdeb", minutes=40))
    assert Passage.objects.get().state == "withdrawn"
    assert FarSide.objects.get().state == "undone"


def test_an_exit_taken_back_leaves_a_brokers_own_announcement(yard) -> None:
    announce(yard, place="ly.ghadames", direction="entry", actor=yard.across["yard_officer"])
    inbox.open_exit_notice(EXIT, letter("dz.debdeb"))
    inbox.open_exit_undone(TOLD["exit-undone-1"], letter("dz.debdeb", minutes=40))
    here = Passage.objects.get()
    assert (here.state, here.origin) == ("announced", None)


def test_nobody_announces_at_a_crossing_that_is_not_his(yard) -> None:
    with pytest.raises(rules.NotAcross):
        inbox.open_exit_notice(EXIT, letter("tn.ras-ajdir"))
    with pytest.raises(rules.NotAcross):
        inbox.open_exit_notice(replace(EXIT, place="tn.ras-ajdir"), letter("tn.ras-ajdir"))
    assert not Passage.objects.exists()


def test_an_arrival_across_stands_on_the_passage_that_left_here(across_the_line) -> None:
    key = truck(across_the_line, "closed", direction="exit")
    arrived = replace(TOLD["arrival-notice-1"], passage=key)
    inbox.open_arrival_notice(arrived, letter("ly.ghadames"))
    inbox.open_arrival_notice(replace(arrived, state="entered"), letter("ly.ghadames", minutes=90))
    assert FarSide.objects.get(passage=key).state == "entered"


def test_a_truck_refused_across_is_shown_with_the_reason(across_the_line) -> None:
    key = truck(across_the_line, "closed", direction="exit")
    inbox.open_entry_refused(replace(TOLD["entry-refused-1"], passage=key), letter("ly.ghadames"))
    side = FarSide.objects.get(passage=key)
    assert (side.state, side.reason) == ("refused", "وثيقة ناقصة")


def test_an_arrival_of_a_truck_that_never_left_here_is_refused(across_the_line) -> None:
    with pytest.raises(rules.NoSuchTruck):
        inbox.open_arrival_notice(TOLD["arrival-notice-1"], letter("ly.ghadames"))


def test_an_arrival_is_told_back_and_the_exit_notice_is_acted_upon(yard) -> None:
    partner = Partner.objects.create(code="dz.debdeb", since_at=NOON)
    stream = Stream.objects.create(partner=partner, is_outward=False, urgency=1, size=1)
    stored = {"suite": 1, "descriptor": 1, "statement": b"", "kind": EXIT.KIND, "stored_at": NOON}
    Received.objects.create(stream=stream, seq=1, message=KEY, **stored)
    inbox.open_exit_notice(EXIT, letter("dz.debdeb"))
    here = Passage.objects.get(place="ly.ghadames").key
    step(yard, here, "queued", at=later(60), actor=yard.node)
    step(yard, here, "gate_in", at=later(70), actor=yard.node)
    told = {row.kind: json.loads(row.body) for row in Outgoing.objects.filter(address="dz.debdeb")}
    assert told[ArrivalNotice.KIND]["passage"] == FAR
    assert told[ArrivalNotice.KIND]["state"] == "arrived"
    assert told["exchange.acted/1.0"]["act"] == "done"


def on_by_its_papers(yard, end: str) -> str:
    """Let a truck come to Ghadames after it left Debdeb, and go on or be turned back, before anybody tells of it."""
    gate = {"actor": yard.across["yard_officer"]}
    key = announce(yard, place="ly.ghadames", direction="entry", at=later(5), **gate)
    for minutes, state in enumerate(("queued", "gate_in", "weighed", "presented"), start=10):
        empty = {"is_empty": True, "gross_mass_g": 15_000_000} if state == "weighed" else {}
        step(yard, key, state, at=later(minutes), **empty, **gate)
    if end == "turned_back":
        commands.turn_back(yard.across["yard_officer"], key, reason="no permit", at=later(20))
    elif end == "closed":
        step(yard, key, end, at=later(20), **gate)
    return key


@pytest.mark.parametrize(
    ("end", "told"), [("presented", "arrived"), ("closed", "entered"), ("turned_back", EntryRefused.KIND)]
)
def test_a_notice_that_comes_late_finds_the_truck_that_has_come_and_announces_no_second_one(yard, end, told) -> None:
    Partner.objects.create(code="dz.debdeb", since_at=NOON)
    key = on_by_its_papers(yard, end)
    inbox.open_exit_notice(EXIT, letter("dz.debdeb", minutes=4000))
    assert [(row.key, row.origin) for row in Passage.objects.all()] == [(key, FAR)]
    assert FarSide.objects.get().passage_id == key
    row = Outgoing.objects.get(address="dz.debdeb", kind__in=(ArrivalNotice.KIND, EntryRefused.KIND))
    body = json.loads(row.body)
    assert told in (row.kind, body.get("state"))
    assert body["passage"] == FAR


def test_a_truck_that_came_before_it_left_across_came_on_another_day(yard) -> None:
    on_by_its_papers(yard, "closed")
    inbox.open_exit_notice(replace(EXIT, left_at=later(30)), letter("dz.debdeb", minutes=4000))
    assert sorted(Passage.objects.values_list("state", "origin")) == [("announced", FAR), ("closed", None)]
