"""Goods change truck at kilometre zero: the whole way, and what it does to both trucks."""

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Passage, PassageEvent, Transshipment
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import transshipping
from mabar.crossings.rules import transshipping_refusals as refused
from mabar.crossings.rules.counting import Count
from tests.crossings import km0
from tests.crossings.km0 import NEW_SEAL, ONWARD, SECOND
from tests.crossings.yard import PLATE, SEAL, announce, hold, later, lines, state_of
from tests.world import NOON


@pytest.fixture
def line_at(yard):
    """The yard at the line, whose other side is worked at a node of its own."""
    return km0.alone(yard)


def test_the_goods_of_one_truck_go_on_with_another_and_nothing_is_lost(line_at) -> None:
    unloaded, onward = km0.laden(line_at, "D1", "D2"), km0.empty(line_at)
    both = (Count("D1", 10, 12_000_000), Count("D2", 10, 12_050_000))
    key = km0.opened(line_at, unloaded, onward)
    km0.unload(line_at, key)
    km0.tally(line_at, key, both)
    km0.confirm(line_at, key)
    km0.load(line_at, key, onward, both)
    km0.sign(line_at, key)
    done = km0.countersign(line_at, key)
    assert (done.state, done.done_at, state_of(unloaded)) == ("done", NOON, "transshipped_km0")
    assert km0.shares_on(unloaded) == {}
    assert km0.shares_on(onward) == {"D1": (10, 12_000_000), "D2": (10, 12_000_000)}
    truck = Passage.objects.get(key=onward)
    assert (truck.state, truck.seals, truck.is_empty) == ("presented", [NEW_SEAL], False)
    assert all(link.cleared_at == NOON for link in truck.declarations.all())


def test_the_onward_truck_leaves_as_any_other_and_tells_of_the_declarations(line_at) -> None:
    onward = km0.empty(line_at)
    km0.to(line_at, "done", onward=onward)
    left = commands.note_gate_out(line_at.officers["gate_officer"], onward, seals=[NEW_SEAL], at=NOON)
    assert left.state == "closed"
    assert queries.declarations_on(onward) == ("D1",)


def test_the_onward_truck_waits_for_a_declaration_that_is_not_cleared(line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    Passage.objects.get(key=unloaded).declarations.update(cleared_at=None, lane="yellow")
    km0.to(line_at, "done", unloaded, onward)
    with pytest.raises(rules.NotCleared):
        commands.note_gate_out(line_at.officers["gate_officer"], onward, seals=[NEW_SEAL], at=NOON)
    link = Passage.objects.get(key=onward).declarations.get()
    assert (link.lane, link.reference) == ("yellow", "DEB-2026-C-D1")


def test_both_trucks_tell_it_in_their_events_and_each_act_leaves_one_line(line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    key = km0.to(line_at, "done", unloaded, onward)
    kinds = list(PassageEvent.objects.filter(passage=unloaded).order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["open_transshipment", "break_seals", "transship"]
    kinds = list(PassageEvent.objects.filter(passage=onward).order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["open_transshipment", "record_seal", "attach"]
    verbs = list(JournalLine.objects.filter(subject=key).order_by("pk").values_list("verb", flat=True))
    assert [verb.removeprefix("crossings.") for verb in verbs] == [
        "open_transshipment",
        "note_unloading",
        "note_tally",
        "confirm_tally",
        "note_loading",
        "sign_protocol",
        "countersign_protocol",
    ]


def test_goods_go_on_with_two_trucks_and_the_sums_stand(line_at) -> None:
    unloaded, first, second = km0.laden(line_at), km0.empty(line_at), km0.empty(line_at, SECOND)
    key = km0.to(line_at, "accepted", unloaded, first)
    km0.load(line_at, key, first, (Count("D1", 7, 8_333_333),))
    km0.load(line_at, key, second, (Count("D1", 3, 3_666_666),), seals=["LY 0044108"])
    km0.sign(line_at, key)
    km0.countersign(line_at, key)
    one, other = km0.shares_on(first)["D1"], km0.shares_on(second)["D1"]
    assert (one[0], other[0]) == (7, 3)
    assert one[1] + other[1] == 12_000_000
    assert queries.load_elsewhere("D1", "") == rules.Load(10, 12_000_000)


def test_two_trucks_are_loaded_on_one_in_turn(line_at) -> None:
    onward = km0.empty(line_at)
    km0.to(line_at, "done", onward=onward)
    other = km0.laden(line_at, plate=SECOND)
    km0.to(line_at, "done", other, onward)
    assert km0.shares_on(onward) == {"D1": (20, 24_000_000)}


def test_a_truck_bound_by_a_transshipment_goes_nowhere(line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    km0.to(line_at, "loading", unloaded, onward)
    gate, yard_officer = line_at.officers["gate_officer"], line_at.officers["yard_officer"]
    for key in (unloaded, onward):
        for act in (
            lambda key=key: commands.note_gate_out(gate, key, seals=[], at=NOON),
            lambda key=key: commands.turn_back(gate, key, reason="x", at=NOON),
            lambda key=key: commands.correct_event(yard_officer, key, reason="x", at=NOON),
        ):
            with pytest.raises(refused.TransshipmentUnderWay) as told_so:
                act()
            assert told_so.value.sentence("fr").remedy
    third = km0.empty(line_at, SECOND)
    with pytest.raises(refused.TransshipmentUnderWay):
        km0.opened(line_at, unloaded, third)
    other = km0.laden(line_at, plate="7-7")
    with pytest.raises(refused.TransshipmentUnderWay):
        km0.opened(line_at, other, onward)
    assert Transshipment.objects.count() == 1


def test_what_two_have_signed_one_does_not_undo(line_at) -> None:
    unloaded = km0.laden(line_at)
    km0.to(line_at, "done", unloaded)
    with pytest.raises(refused.ProtocolSigned):
        commands.correct_event(line_at.officers["yard_officer"], unloaded, reason="x", at=NOON)
    assert state_of(unloaded) == "transshipped_km0"


def test_a_truck_that_took_signed_goods_on_has_come_in(line_at) -> None:
    onward, bare = km0.empty(line_at, state="gate_in"), km0.empty(line_at, SECOND, state="gate_in")
    km0.to(line_at, "done", onward=onward)
    officer = line_at.officers["yard_officer"]
    with pytest.raises(refused.ProtocolSigned) as told_so:
        commands.correct_event(officer, onward, reason="x", at=NOON)
    assert told_so.value.sentence("fr").remedy
    assert (state_of(onward), lines("correct_event")) == ("gate_in", 0)
    assert commands.correct_event(officer, bare, reason="x", at=NOON).state == "queued"


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        ("one truck", refused.SameTruck),
        ("other way", refused.WaysDiffer),
        ("other crossing", refused.NotAtThisCrossing),
        ("no declaration", refused.NothingToTransship),
        ("not in the yard", rules.OutOfTurn),
        ("onward truck not in the yard", rules.OutOfTurn),
        ("held", rules.Held),
        ("nowhere", NoSuchRecord),
    ],
)
def test_a_transshipment_opens_between_two_trucks_in_the_yard_that_go_one_way(yard, case, refusal) -> None:
    unloaded = km0.laden(yard, state="gate_in") if case != "no declaration" else km0.empty(yard, PLATE)
    if case == "not in the yard":
        unloaded = announce(yard, direction="exit", plate="8-8")
    onward = {
        "one truck": lambda: unloaded,
        "other way": lambda: announce(yard, plate=ONWARD),
        "other crossing": lambda: announce(
            yard, plate=ONWARD, place="ly.ghadames", direction="exit", actor=yard.across["yard_officer"]
        ),
        "onward truck not in the yard": lambda: announce(yard, direction="exit", plate=ONWARD),
        "nowhere": lambda: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    }.get(case, lambda: km0.empty(yard))()
    if case == "held":
        hold(yard, unloaded)
    with pytest.raises(refusal) as told_so:
        km0.opened(yard, unloaded, onward)
    assert told_so.value.sentence("ar").what
    assert not Transshipment.objects.exists()
    assert lines("open_transshipment") == 0


def test_seals_that_differ_are_noted_and_all_are_broken(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.opened(line_at, unloaded, km0.empty(line_at))
    km0.unload(line_at, key, seals=["DZ 1"])
    assert Passage.objects.get(key=unloaded).seals == []
    event = PassageEvent.objects.get(passage=unloaded, kind="break_seals")
    assert (event.facts["seals_missing"], event.facts["seals_unexpected"]) == ([SEAL], ["DZ 1"])
    assert set(told.broken_seals(key)) == {SEAL, "DZ 1"}
    other = km0.opened(line_at, km0.laden(line_at, plate=SECOND), km0.empty(line_at, "7-7"))
    with pytest.raises(rules.ReasonMissing):
        km0.unload(line_at, other, reason=" ")


def test_goods_that_came_under_seal_do_not_go_on_without_one(line_at) -> None:
    onward = km0.empty(line_at)
    key = km0.to(line_at, "accepted", onward=onward)
    km0.load(line_at, key, onward, seals=[])
    with pytest.raises(refused.NotResealed) as told_so:
        km0.sign(line_at, key)
    assert told_so.value.details == {"plates": ONWARD}
    commands.record_seal(line_at.officers["yard_officer"], onward, seal=NEW_SEAL, report="7", at=NOON)
    assert km0.sign(line_at, key).state == "agreed"


def test_a_hold_never_changes_truck(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "agreed", unloaded)
    number = hold(line_at, unloaded)
    with pytest.raises(rules.Held):
        km0.countersign(line_at, key)
    assert (km0.state(key), state_of(unloaded)) == ("agreed", "presented")
    commands.lift_hold(line_at.officers["police_officer"], unloaded, hold=number, note="", at=NOON)
    assert km0.countersign(line_at, key).state == "done"


def test_a_held_onward_truck_holds_the_protocol_up_too(line_at) -> None:
    onward = km0.empty(line_at)
    key = km0.to(line_at, "agreed", onward=onward)
    hold(line_at, onward)
    with pytest.raises(rules.Held):
        km0.countersign(line_at, key)


def test_the_second_signature_is_another_officers(line_at) -> None:
    key = km0.to(line_at, "agreed")
    with pytest.raises(refused.SameOfficer):
        km0.countersign(line_at, key, actor=line_at.officers["yard_officer"])
    assert km0.countersign(line_at, key, actor=km0.second_yard_officer(line_at)).state == "done"


def test_where_both_services_work_at_the_node_each_counts_and_signs_once(yard) -> None:
    across = yard.across["inspector"]
    onward = km0.empty(yard)
    key = km0.to(yard, "tallied", onward=onward)
    with pytest.raises(refused.OtherServiceNeeded) as told_so:
        km0.confirm(yard, key)
    assert told_so.value.details == {"service": "ly"}
    assert km0.confirm(yard, key, actor=across).state == "accepted"
    km0.load(yard, key, onward)
    km0.sign(yard, key, actor=across)
    with pytest.raises(refused.OtherServiceNeeded):
        km0.countersign(yard, key, actor=yard.across["yard_officer"])
    assert km0.countersign(yard, key).state == "done"


def test_the_empty_truck_leaves_once_and_crosses_nothing(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "agreed", unloaded)
    gate = line_at.officers["gate_officer"]
    with pytest.raises(refused.TransshipmentOutOfTurn):
        commands.note_empty_exit(gate, key, at=NOON)
    km0.countersign(line_at, key)
    with pytest.raises(rules.HourOutOfOrder):
        commands.note_empty_exit(gate, key, at=later(-1))
    left = commands.note_empty_exit(gate, key, at=later(5))
    assert left.left_empty_at == later(5)
    with pytest.raises(refused.LeftEmptyBefore):
        commands.note_empty_exit(gate, key, at=later(6))
    passage = Passage.objects.get(key=unloaded)
    assert (passage.state, passage.gate_out_at) == ("transshipped_km0", None)


def test_it_is_abandoned_with_a_reason_while_nothing_lies_on_the_other_truck(line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    key = km0.to(line_at, "loading", unloaded, onward)
    officer = km0.second_yard_officer(line_at)
    with pytest.raises(refused.SomethingLoaded) as told_so:
        commands.abandon_transshipment(officer, key, reason="rain", at=NOON)
    assert told_so.value.details == {"plates": ONWARD}
    km0.load(line_at, key, onward, (), seals=[])
    commands.record_seal(officer, unloaded, seal=NEW_SEAL, report="put back", at=NOON)
    with pytest.raises(rules.ReasonMissing):
        commands.abandon_transshipment(officer, key, reason="", at=NOON)
    assert commands.abandon_transshipment(officer, key, reason="rain", at=NOON).state == "abandoned"
    assert km0.shares_on(unloaded) == {"D1": (10, 12_000_000)}
    assert state_of(unloaded) == "presented"
    assert km0.opened(line_at, unloaded, onward)


ACTS = {
    "open_transshipment": (None, "weigh_officer"),
    "note_unloading": ("opened", "inspector"),
    "note_tally": ("unloading", "gate_officer"),
    "confirm_tally": ("tallied", "gate_officer"),
    "decide_difference": ("stopped", "inspector"),
    "note_loading": ("accepted", "inspector"),
    "sign_protocol": ("loading", "gate_officer"),
    "countersign_protocol": ("agreed", "gate_officer"),
    "abandon_transshipment": ("opened", "inspector"),
    "note_empty_exit": ("done", "inspector"),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_asks_for_its_own_mandate_and_leaves_nothing_without_it(line_at, act) -> None:
    state, desk = ACTS[act]
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    facts = {
        "open_transshipment": {"passage": unloaded, "onward": [onward]},
        "note_unloading": {"seals": [SEAL], "reason": "km 0"},
        "note_tally": {"counted": km0.EXACT},
        "decide_difference": {"reason": "x"},
        "note_loading": {"truck": onward, "loaded": km0.EXACT},
        "abandon_transshipment": {"reason": "x"},
    }.get(act, {})
    if state == "stopped":
        key = km0.to(line_at, "accepted", unloaded, onward, counted=(Count("D1", 9, 12_000_000),))
    else:
        key = km0.to(line_at, state, unloaded, onward) if state else "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    before = lines(act)
    for actor in (line_at.officers[desk], line_at.stranger, line_at.broker):
        with pytest.raises(NotMandated):
            getattr(commands, act)(actor, key, at=NOON, **facts)
    assert lines(act) == before


def test_a_truck_whose_onward_trucks_have_all_left_is_told_as_entered(line_at) -> None:
    unloaded, first, second = km0.laden(line_at), km0.empty(line_at), km0.empty(line_at, SECOND)
    key = km0.to(line_at, "accepted", unloaded, first)
    km0.load(line_at, key, first, (Count("D1", 5, 6_000_000),))
    km0.load(line_at, key, second, (Count("D1", 5, 6_000_000),), seals=["LY 2"])
    km0.sign(line_at, key)
    km0.countersign(line_at, key)
    gate = line_at.officers["gate_officer"]
    commands.note_gate_out(gate, first, seals=[NEW_SEAL], at=NOON)
    assert told.unloaded_onto(first) == []
    commands.note_gate_out(gate, second, seals=["LY 2"], at=NOON)
    assert told.unloaded_onto(second) == [unloaded]


def test_the_digest_is_that_of_the_figures_and_stays(line_at) -> None:
    key = km0.to(line_at, "agreed")
    signed = Transshipment.objects.get(key=key)
    assert signed.digest == transshipping.digest_of(told.protocol_of(signed))
    km0.countersign(line_at, key)
    done = Transshipment.objects.get(key=key)
    assert done.digest == signed.digest == transshipping.digest_of(told.protocol_of(done))


def test_a_loading_recorded_anew_takes_the_signature_back(line_at) -> None:
    onward = km0.empty(line_at)
    key = km0.to(line_at, "agreed", onward=onward)
    again = km0.load(line_at, key, onward, (Count("D1", 10, 11_990_000),), at=later(1))
    assert (again.state, again.digest) == ("loading", "")
    km0.sign(line_at, key, at=later(2))
    km0.countersign(line_at, key, at=later(3))
    assert km0.shares_on(onward) == {"D1": (10, 12_000_000)}
