"""Goods that both customs count, each at its own node: asked, told, the same or not, counted again, settled."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, inbox_tallies
from mabar.crossings import rules as yard_rules
from mabar.crossings.messages import Tally, TallyAsked, TallySettled
from mabar.crossings.models import SideTallyRow, TallySettlement, TwoSidedTally
from mabar.crossings.queries import two_sided as rows
from mabar.crossings.rules import Load
from mabar.crossings.rules import transshipping_refusals as refused
from mabar.crossings.rules.counting import Count
from mabar.exchange.kinds import Letter
from mabar.exchange.models import Partner, Received, Sent
from tests.crossings import km0
from tests.crossings.across_nodes import DEB, GHA, Pair, facing
from tests.crossings.yard import SEAL

REFERENCE = "DEB-2026-C-D1"
EXACT, SHORT = {REFERENCE: Load(10, 12_000_000)}, {REFERENCE: Load(9, 12_000_000)}


@pytest.fixture
def pair(tmp_path: Path, django_db_blocker: Any) -> Iterator[Pair]:
    """Debdeb and Ghadames, each at its own node."""
    with django_db_blocker.unblock(), facing(tmp_path) as made:
        yield made


class Line:
    """A truck that is unloaded at Debdeb, and what either side does about it."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.deb, self.gha = pair, pair.worlds[DEB], pair.worlds[GHA]
        with pair.on(DEB):
            self.onward = km0.empty(self.deb)
            self.key = km0.to(self.deb, "unloading", onward=self.onward)

    def counts_here(self, counted: Any = km0.EXACT) -> None:
        with self.pair.on(DEB):
            km0.tally(self.deb, self.key, counted, at=self.pair.at)
            km0.confirm(self.deb, self.key, at=self.pair.at)

    def counts_there(self, counted: Any = EXACT, **facts: Any) -> TwoSidedTally:
        actor = facts.pop("actor", self.gha.across["inspector"])
        with self.pair.on(GHA):
            told = {"seals": [SEAL], "at": self.pair.at, **facts}
            return commands.note_own_tally(actor, self.key, counted=counted, **told)

    def settles(self, code: str, function: str = "head_of_inspection") -> TwoSidedTally:
        with self.pair.on(code):
            world = self.pair.worlds[code]
            actor = (world.officers if code == DEB else world.across)[function]
            return commands.settle_tallies(actor, self.key, reason=f"torn bag, seen by {code}", at=self.pair.at)

    def states(self) -> tuple[str, str]:
        found = []
        for code in (DEB, GHA):
            with self.pair.on(code):
                found.append(TwoSidedTally.objects.get(key=self.key).state)
        return found[0], found[1]

    def sheet(self, code: str) -> rows.TallySheet:
        with self.pair.on(code):
            return rows.tally(self.key)

    def signs(self) -> None:
        with self.pair.on(DEB):
            km0.load(self.deb, self.key, self.onward, at=self.pair.at)
            km0.sign(self.deb, self.key, at=self.pair.at)
            km0.countersign(self.deb, self.key, at=self.pair.at)


@pytest.fixture
def line(pair: Pair) -> Line:
    return Line(pair)


def test_unloading_asks_the_other_side_to_count(line: Line) -> None:
    line.pair.carry()
    assert line.states() == ("awaited", "awaited")
    there = line.sheet(GHA)
    assert (there.row.unloads_at, there.row.partner, there.row.place) == (DEB, DEB, GHA)
    assert there.declared == EXACT


def test_the_same_figures_are_agreed_on_both_sides_and_each_keeps_both_signed_messages(line: Line) -> None:
    line.pair.carry()
    line.counts_there()
    line.counts_here()
    line.pair.carry()
    assert line.states() == ("agreed", "agreed")
    kept = {}
    for code in (DEB, GHA):
        sheet = line.sheet(code)
        kept[code] = {each.side: each.message for each in sheet.counted}
        with line.pair.on(code):
            assert Sent.objects.get(message=kept[code]["ours"]).kind == Tally.KIND
            assert Received.objects.get(message=kept[code]["theirs"]).said == "accepted"
        assert {each.kind for each in sheet.told} >= {TallyAsked.KIND, Tally.KIND}
    assert (kept[DEB]["ours"], kept[DEB]["theirs"]) == (kept[GHA]["theirs"], kept[GHA]["ours"])
    line.signs()


def test_different_figures_are_shown_on_both_sides_and_nothing_is_signed(line: Line) -> None:
    line.pair.carry()
    line.counts_there(SHORT)
    line.counts_here()
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")
    (here,), (there,) = line.sheet(DEB).lines, line.sheet(GHA).lines
    assert (here.ours, here.theirs) == (EXACT[REFERENCE], SHORT[REFERENCE])
    assert (there.ours, there.theirs) == (SHORT[REFERENCE], EXACT[REFERENCE])
    with line.pair.on(DEB):
        km0.load(line.deb, line.key, line.onward, at=line.pair.at)
        with pytest.raises(refused.TalliesDisagree) as raised:
            km0.sign(line.deb, line.key, at=line.pair.at)
    assert raised.value.details == {"references": REFERENCE}


def test_a_recount_of_one_side_makes_them_agree_and_the_goods_go_on(line: Line) -> None:
    line.pair.carry()
    line.counts_there(SHORT)
    line.counts_here()
    line.pair.carry()
    line.counts_there(EXACT)
    line.pair.carry()
    assert line.states() == ("agreed", "agreed")
    assert [(each.side, each.number) for each in line.sheet(DEB).counted] == [
        ("ours", 1),
        ("theirs", 1),
        ("theirs", 2),
    ]
    line.signs()


def test_seals_that_were_read_differently_are_a_difference_too(line: Line) -> None:
    line.pair.carry()
    line.counts_there(seals=["LY 1"])
    line.counts_here()
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")
    assert line.sheet(DEB).do_seals_differ
    assert not any(each.is_different for each in line.sheet(DEB).lines)


def test_both_heads_settle_what_differs_each_with_a_reason_that_both_read(line: Line) -> None:
    line.pair.carry()
    line.counts_there(SHORT)
    line.counts_here()
    line.pair.carry()
    line.settles(DEB)
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")
    assert (line.sheet(GHA).is_settled_across, line.sheet(GHA).is_settled_here) == (True, False)
    line.settles(GHA)
    line.pair.carry()
    assert line.states() == ("settled", "settled")
    for code in (DEB, GHA):
        assert {each.reason for each in line.sheet(code).settled} == {
            f"torn bag, seen by {DEB}",
            f"torn bag, seen by {GHA}",
        }
    line.signs()


def test_a_recount_leaves_a_settlement_behind(line: Line) -> None:
    line.pair.carry()
    line.counts_there(SHORT)
    line.counts_here()
    line.pair.carry()
    for code in (DEB, GHA):
        line.settles(code)
    line.pair.carry()
    line.counts_there({REFERENCE: Load(8, 12_000_000)})
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")


def test_both_count_again_at_once_and_the_newest_of_each_counts(line: Line) -> None:
    line.pair.carry()
    line.counts_there(SHORT)
    line.counts_here()
    line.pair.carry()
    # each finds its own mistake before it hears of the other's
    line.counts_there(EXACT)
    line.counts_here((Count("D1", 9, 12_000_000),))
    assert line.states() == ("agreed", "agreed")  # with what each knows of the other
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")
    assert [each.theirs for each in line.sheet(GHA).lines] == [SHORT[REFERENCE]]


def test_a_settlement_that_crosses_a_recount_settles_nothing(line: Line) -> None:
    line.pair.carry()
    line.counts_there(SHORT)
    line.counts_here()
    line.pair.carry()
    line.settles(DEB)
    line.settles(GHA)
    line.counts_there({REFERENCE: Load(8, 12_000_000)})
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")


def test_a_tally_that_comes_after_the_protocol_is_kept_and_shown(line: Line) -> None:
    line.counts_here()
    line.signs()  # the line was cut: the other side had not been heard
    line.pair.carry()
    line.counts_there(SHORT)
    line.pair.carry()
    assert line.states() == ("disagreed", "disagreed")
    with line.pair.on(DEB):
        assert km0.state(line.key) == "done"
    for code in (DEB, GHA):
        line.settles(code)
    line.pair.carry()
    assert line.states() == ("settled", "settled")


def test_goods_put_back_are_counted_no_more(line: Line) -> None:
    line.pair.carry()
    with line.pair.on(DEB):
        commands.record_seal(
            line.deb.officers["yard_officer"],
            rows.tally(line.key).row.passage,
            seal=km0.NEW_SEAL,
            replaces="",
            report="R-1",
            at=line.pair.at,
        )
        commands.abandon_transshipment(line.deb.officers["yard_officer"], line.key, reason="rain", at=line.pair.at)
    line.pair.carry()
    assert line.states() == ("withdrawn", "withdrawn")
    with pytest.raises(refused.TallyOutOfTurn):
        line.counts_there()


# What is told twice, late, or by another


def letter(key: str = "01M81EKCW0M00000000000000A", partner: str = DEB) -> Letter:
    return Letter(partner, key, "", {}, "crossing-control", "dz-ly.goods.1", 1.0, False, km0.NOON)


def told(number: int = 1, packages: int = 10) -> Tally:
    counted = ({"reference": REFERENCE, "packages": packages, "gross_mass_g": 12_000_000},)
    return Tally("01M81EKCW0T00000000000000A", DEB, number, "99417-322-33", km0.NOON, counted, (SEAL,))


@pytest.fixture
def there(world: Any) -> Any:
    """Ghadames as the one crossing of this node."""
    commands.establish(world.node, GHA, gates=2, at=km0.NOON)
    Partner.objects.create(code=DEB, since_at=km0.NOON)
    return world


@pytest.mark.django_db(databases="__all__")
def test_a_tally_that_comes_before_the_one_that_asks_begins_the_record(there: Any) -> None:
    inbox_tallies.open_tally(told(), letter())
    asked = TallyAsked("01M81EKCW0T00000000000000A", DEB, "asked", "99417-322-33", km0.NOON, "", told().counted)
    inbox_tallies.open_tally_asked(asked, letter("01M81EKCW0M00000000000000B"))
    kept = TwoSidedTally.objects.get()
    assert (kept.state, kept.declared) == ("awaited", [[REFERENCE, 10, 12_000_000]])


@pytest.mark.django_db(databases="__all__")
def test_told_again_it_stays_one_and_other_figures_under_its_number_are_refused(there: Any) -> None:
    inbox_tallies.open_tally(told(), letter())
    inbox_tallies.open_tally(told(), letter("01M81EKCW0M00000000000000B"))
    assert SideTallyRow.objects.count() == 1
    with pytest.raises(refused.TallyNumberReused):
        inbox_tallies.open_tally(told(packages=9), letter("01M81EKCW0M00000000000000C"))
    assert SideTallyRow.objects.get().counted == [[REFERENCE, 10, 12_000_000]]


@pytest.mark.django_db(databases="__all__")
def test_a_late_tally_is_kept_and_the_newest_number_counts(there: Any) -> None:
    inbox_tallies.open_tally(told(2, packages=9), letter())
    inbox_tallies.open_tally(told(1), letter("01M81EKCW0M00000000000000B"))
    sheet = rows.tally(told().transshipment)
    assert [each.theirs for each in sheet.lines] == [Load(9, 12_000_000)]
    assert len(sheet.counted) == 2


@pytest.mark.django_db(databases="__all__")
def test_only_the_crossing_that_faces_this_one_tells_of_it(there: Any) -> None:
    with pytest.raises(yard_rules.NotAcross):
        inbox_tallies.open_tally(told(), letter(partner="tn.hazoua"))
    settled = TallySettled(told().transshipment, DEB, 1, 1, "x", km0.NOON)
    with pytest.raises(NoSuchRecord):
        inbox_tallies.open_tally_settled(settled, letter())
    assert not TwoSidedTally.objects.exists()


@pytest.mark.django_db(databases="__all__")
def test_a_withdrawal_of_what_was_never_asked_leaves_nothing(there: Any) -> None:
    asked = TallyAsked(told().transshipment, DEB, "withdrawn", "", km0.NOON)
    inbox_tallies.open_tally_asked(asked, letter())
    assert not TwoSidedTally.objects.exists()


# Who may


def counted(world: Any, actor: Any, **facts: Any) -> TwoSidedTally:
    told_so = {"counted": EXACT, "seals": [SEAL], "at": km0.NOON, **facts}
    return commands.note_own_tally(actor, told().transshipment, **told_so)


@pytest.mark.django_db(databases="__all__")
def test_an_officer_of_this_side_counts_and_nobody_of_another_place_or_agency(there: Any) -> None:
    inbox_tallies.open_tally(told(), letter())
    for actor in (there.officers["inspector"], there.across["police_officer"], there.across["head_of_inspection"]):
        with pytest.raises(NotMandated):
            counted(there, actor)
    assert counted(there, there.across["inspector"]).state == "agreed"


@pytest.mark.django_db(databases="__all__")
def test_a_count_sent_twice_is_one_and_a_page_that_is_old_is_refused(there: Any) -> None:
    inbox_tallies.open_tally(told(), letter())
    inspector = there.across["inspector"]
    first = counted(there, inspector, event_key="E1", version=2)
    assert counted(there, inspector, event_key="E1", version=2).version == first.version
    assert SideTallyRow.objects.filter(side="ours").count() == 1
    with pytest.raises(refused.TallyOutOfTurn):
        counted(there, inspector, version=2)


@pytest.mark.django_db(databases="__all__")
def test_a_count_is_whole_and_of_what_was_asked(there: Any) -> None:
    asked = TallyAsked(told().transshipment, DEB, "asked", "99417-322-33", km0.NOON, "", told().counted)
    inbox_tallies.open_tally_asked(asked, letter())
    with pytest.raises(refused.TallyIncomplete):
        counted(there, there.across["inspector"], counted={"X": Load(1, 1)})
    with pytest.raises(NoSuchRecord):
        commands.note_own_tally(there.across["inspector"], "NONE", counted={}, seals=[], at=km0.NOON)


@pytest.mark.django_db(databases="__all__")
def test_who_counted_does_not_settle_and_nothing_is_settled_twice(there: Any) -> None:
    inbox_tallies.open_tally(told(packages=9), letter())
    head = there.across["head_of_inspection"]
    with pytest.raises(refused.NothingToSettle):
        commands.settle_tallies(head, told().transshipment, reason="x", at=km0.NOON)
    counted(there, there.across["inspector"])
    with pytest.raises(NotMandated):
        commands.settle_tallies(there.across["inspector"], told().transshipment, reason="x", at=km0.NOON)
    SideTallyRow.objects.filter(side="ours").update(by=head.key)
    with pytest.raises(refused.SameOfficer):
        commands.settle_tallies(head, told().transshipment, reason="x", at=km0.NOON)
    SideTallyRow.objects.filter(side="ours").update(by=there.across["inspector"].key)
    commands.settle_tallies(head, told().transshipment, reason="wet", at=km0.NOON)
    with pytest.raises(refused.NothingToSettle):
        commands.settle_tallies(head, told().transshipment, reason="wet", at=km0.NOON)
    assert TallySettlement.objects.count() == 1


@pytest.mark.django_db(databases="__all__")
def test_the_side_that_unloads_counts_in_its_transshipment(yard: Any) -> None:
    world = km0.alone(yard)
    Partner.objects.create(code=GHA, since_at=km0.NOON)
    key = km0.to(world, "unloading")
    with pytest.raises(refused.CountedByHome):
        commands.note_own_tally(world.officers["inspector"], key, counted=EXACT, seals=[], at=km0.NOON)


@pytest.mark.django_db(databases="__all__")
def test_where_one_node_works_both_sides_nobody_is_asked(yard: Any) -> None:
    km0.to(yard, "unloading")
    assert not TwoSidedTally.objects.exists()
