"""Ways out of a transshipment that is not finished: none of them lets goods go on unseen, unsealed or uncounted."""

import pytest

from mabar.crossings import commands
from mabar.crossings.models import Passage, PassageDeclaration
from mabar.crossings.rules import transshipping_refusals as refused
from mabar.crossings.rules.counting import Count
from tests.crossings import km0
from tests.crossings.km0 import NEW_SEAL, ONWARD
from tests.crossings.yard import PLATE, later, lines
from tests.world import NOON

SHORT = (Count("D1", 9, 10_800_000),)


@pytest.fixture
def line_at(yard):
    """The yard at the line, whose other side is worked at a node of its own."""
    return km0.alone(yard)


def test_a_truck_whose_seals_were_broken_goes_on_only_under_a_new_one(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "unloading", unloaded)
    officer = line_at.officers["yard_officer"]
    with pytest.raises(refused.NotResealed) as told_so:
        commands.abandon_transshipment(officer, key, reason="rain", at=NOON)
    assert told_so.value.details == {"plates": PLATE}
    for language in ("ar", "fr", "en"):
        assert told_so.value.sentence(language).remedy
    assert (km0.state(key), lines("abandon_transshipment")) == ("unloading", 0)
    commands.record_seal(officer, unloaded, seal=NEW_SEAL, report="put back", at=NOON)
    assert commands.abandon_transshipment(officer, key, reason="rain", at=NOON).state == "abandoned"


def test_a_truck_that_came_without_a_seal_needs_none_when_it_stays_laden(line_at) -> None:
    unloaded = km0.laden(line_at)
    Passage.objects.filter(key=unloaded).update(seals=[])
    key = km0.opened(line_at, unloaded, km0.empty(line_at))
    km0.unload(line_at, key, seals=[])
    officer = line_at.officers["yard_officer"]
    assert commands.abandon_transshipment(officer, key, reason="rain", at=NOON).state == "abandoned"


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_who_unloaded_and_counted_does_not_end_alone_what_was_counted(line_at, is_confirmed) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "accepted" if is_confirmed else "tallied", unloaded, counted=SHORT)
    assert km0.state(key) == ("stopped" if is_confirmed else "tallied")
    first, second = line_at.officers["yard_officer"], km0.second_yard_officer(line_at)
    commands.record_seal(first, unloaded, seal=NEW_SEAL, report="put back", at=NOON)
    with pytest.raises(refused.SameOfficer):
        commands.abandon_transshipment(first, key, reason="rain", at=NOON)
    assert km0.state(key) != "abandoned"
    assert commands.abandon_transshipment(second, key, reason="rain", at=NOON).state == "abandoned"


def test_who_unloaded_what_a_device_counted_does_not_end_it_either(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "unloading", unloaded)
    km0.tally(line_at, key, actor=line_at.node)
    officer = line_at.officers["yard_officer"]
    commands.record_seal(officer, unloaded, seal=NEW_SEAL, report="put back", at=NOON)
    with pytest.raises(refused.SameOfficer):
        commands.abandon_transshipment(officer, key, reason="rain", at=NOON)
    assert commands.abandon_transshipment(line_at.officers["head_of_inspection"], key, reason="x", at=NOON)


def test_goods_whose_declaration_left_the_papers_do_not_go_on_unsigned_for(line_at) -> None:
    unloaded, onward = km0.laden(line_at, "D1", "D2"), km0.empty(line_at)
    both = (*km0.EXACT, Count("D2", 10, 12_000_000))
    key = km0.to(line_at, "accepted", unloaded, onward, counted=both)
    km0.load(line_at, key, onward, both)
    commands.detach(line_at.officers["registrar"], unloaded, declaration="D2", at=NOON)
    km0.tally(line_at, key, at=later(1))
    km0.confirm(line_at, key, at=later(2))
    km0.load(line_at, key, km0.empty(line_at, km0.SECOND), (), seals=[], at=later(3))
    with pytest.raises(refused.PapersChanged) as told_so:
        km0.sign(line_at, key, at=later(4))
    assert told_so.value.details == {"references": "D2"}
    km0.load(line_at, key, onward, at=later(5))
    assert km0.sign(line_at, key, at=later(6)).state == "agreed"


def test_a_truck_without_any_paper_is_not_tallied(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "unloading", unloaded)
    PassageDeclaration.objects.filter(passage=unloaded).delete()
    with pytest.raises(refused.NothingToTransship):
        km0.tally(line_at, key, ())
    assert (km0.state(key), lines("note_tally")) == ("unloading", 0)


def test_no_decision_lets_go_on_goods_in_bulk_that_nobody_declared(line_at) -> None:
    unloaded = km0.laden(line_at)
    PassageDeclaration.objects.filter(passage=unloaded).update(packages=0)
    key = km0.to(line_at, "accepted", unloaded, counted=(Count("D1", 0, 24_000_000),))
    head = line_at.officers["head_of_inspection"]
    with pytest.raises(refused.BulkSurplusUndeclared) as told_so:
        commands.decide_difference(head, key, reason="x", at=NOON)
    for language in ("ar", "fr", "en"):
        said = told_so.value.sentence(language)
        assert "24" in said.what
        assert said.remedy
    assert km0.state(key) == "stopped"
    km0.tally(line_at, key, (Count("D1", 0, 11_000_000),), at=later(1))
    km0.confirm(line_at, key, at=later(2))
    assert commands.decide_difference(head, key, reason="spilt", at=later(3)).state == "accepted"


def test_an_officer_of_the_crossing_across_affixes_the_seals_of_what_he_loads(yard) -> None:
    onward = km0.empty(yard)
    key = km0.to(yard, "tallied", onward=onward)
    km0.confirm(yard, key, actor=yard.across["inspector"])
    km0.load(yard, key, onward, actor=yard.across["yard_officer"], seals=[NEW_SEAL, "LY 7", NEW_SEAL])
    truck = Passage.objects.get(key=onward)
    assert truck.seals == [NEW_SEAL, "LY 7"]
    affixed = truck.events.filter(kind="record_seal").order_by("pk")
    assert [(event.by, event.facts["seal"]) for event in affixed] == [
        (yard.across["yard_officer"].key, NEW_SEAL),
        (yard.across["yard_officer"].key, "LY 7"),
    ]


def loaded_and_counted_anew(line_at, onward: str, unloaded: str = "") -> str:
    """Bring a transshipment whose goods lie on the other truck to a stop, by another tally."""
    key = km0.to(line_at, "loading", unloaded, onward)
    km0.tally(line_at, key, SHORT, at=later(1))
    return key


@pytest.mark.parametrize("state", ["tallied", "stopped"])
def test_goods_that_lie_on_another_truck_come_back_while_no_tally_stands(line_at, state) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    key = loaded_and_counted_anew(line_at, onward, unloaded)
    if state == "stopped":
        km0.confirm(line_at, key, at=later(2))
    officer = km0.second_yard_officer(line_at)
    with pytest.raises(refused.SomethingLoaded) as told_so:
        commands.abandon_transshipment(officer, key, reason="rain", at=later(3))
    assert told_so.value.details == {"plates": ONWARD}
    assert km0.load(line_at, key, onward, (Count("D1", 4, 5_000_000),), seals=[], at=later(4)).state == state
    for more in (Count("D1", 5, 5_000_000), Count("D1", 4, 5_000_001)):
        with pytest.raises(refused.TransshipmentOutOfTurn):
            km0.load(line_at, key, onward, (more,), at=later(5))
    with pytest.raises(refused.TransshipmentOutOfTurn):
        km0.load(line_at, key, km0.empty(line_at, km0.SECOND), (), seals=[], at=later(5))
    assert km0.load(line_at, key, onward, (), seals=[], at=later(6)).state == state
    commands.record_seal(officer, unloaded, seal="LY 9", report="put back", at=later(7))
    assert commands.abandon_transshipment(officer, key, reason="rain", at=later(8)).state == "abandoned"
