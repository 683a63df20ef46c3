"""The joint tally: packages exactly, mass within the tolerance, two pairs of eyes; or all stands still."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.crossings import commands, rules
from mabar.crossings.models import PassageDeclaration, Transshipment, TransshipmentLine
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import Load, counting, transshipping
from mabar.crossings.rules import transshipping_refusals as refused
from mabar.crossings.rules.counting import Count, Counted
from mabar.lib import words
from tests.crossings import km0
from tests.crossings.yard import attach, later, lines
from tests.world import NOON

SHORT = (Count("D1", 9, 12_000_000),)
LIGHT = (Count("D1", 10, 11_800_000),)
SURPLUS = (Count("D1", 11, 12_000_000),)


@pytest.fixture
def line_at(yard):
    """The yard at the line, whose other side is worked at a node of its own."""
    return km0.alone(yard)


@pytest.mark.parametrize(
    ("packages", "mass_g", "is_beyond"),
    [
        (10, 12_000_000, False),
        (10, 12_120_000, False),  # one percent exactly
        (10, 12_120_001, True),
        (10, 11_880_000, False),
        (10, 11_879_999, True),
        (9, 12_000_000, True),  # of packages not one may differ
        (11, 12_000_000, True),
        (0, 0, True),
    ],
)
def test_packages_balance_exactly_and_mass_to_the_gram_of_the_tolerance(packages, mass_g, is_beyond) -> None:
    found = counting.difference(declared=Load(10, 12_000_000), counted=Load(packages, mass_g), tolerance_percent="1")
    assert found == counting.Difference(packages - 10, mass_g - 12_000_000, is_beyond)


def test_a_tolerance_is_exact_decimal_text() -> None:
    declared, counted = Load(1, 1_000_000), Load(1, 1_001_000)
    for term, is_beyond in (("0.1", False), ("0.0999", True), ("0", True)):
        found = counting.difference(declared=declared, counted=counted, tolerance_percent=term)
        assert found.is_beyond_tolerance is is_beyond


loads = some.builds(Load, some.integers(0, 500), some.integers(0, 40_000_000))


@given(some.lists(some.tuples(loads, loads), max_size=6), some.sampled_from(["0", "0.5", "1", "2.25"]))
def test_a_tally_balances_when_and_only_when_each_declaration_does(pairs, term) -> None:
    tally = [Counted(f"D{n}", f"R{n}", declared, counted) for n, (declared, counted) in enumerate(pairs)]
    each = [
        declared.packages == counted.packages
        and abs(declared.gross_mass_g - counted.gross_mass_g) * 10_000 <= int(float(term) * 100) * declared.gross_mass_g
        for declared, counted in pairs
    ]
    assert counting.balances(tally, term) is all(each)


@given(loads, loads, some.lists(loads, min_size=1, max_size=5), some.sampled_from(["0", "1", "50"]))
def test_the_trucks_together_never_carry_more_than_was_declared_nor_lose_a_gram(declared, counted, parts, term) -> None:
    line = Counted("D", "R", declared, counted)
    whole = counting.carried(line, term)
    assert whole.packages <= declared.packages
    assert whole.gross_mass_g <= declared.gross_mass_g
    shared = counting.shares(line, parts, term)
    assert sum(share.gross_mass_g for share in shared) == whole.gross_mass_g
    assert [share.packages for share in shared] == [part.packages for part in parts]
    assert all(share.gross_mass_g >= 0 for share in shared)


@given(some.integers(0, 10**9), some.lists(loads, min_size=1, max_size=6))
def test_a_mass_is_parted_as_the_trucks_were_loaded_to_a_gram(mass_g, parts) -> None:
    weights = [part.gross_mass_g for part in parts]
    shared = counting.apportion(mass_g, parts)
    assert sum(shared) == mass_g
    if sum(weights):
        assert all(
            abs(share * sum(weights) - mass_g * weight) < sum(weights)
            for share, weight in zip(shared, weights, strict=True)
        )


def test_goods_in_bulk_are_parted_by_mass_and_unweighed_ones_by_packages() -> None:
    assert counting.apportion(10, [Load(0, 3), Load(0, 1)]) == [8, 2]
    assert counting.apportion(10, [Load(3, 0), Load(2, 0)]) == [6, 4]
    assert counting.apportion(3, [Load(0, 0), Load(0, 0)]) == [2, 1]


ACTS = sorted({act for _, act in transshipping.TRANSITIONS} - {"stop"})


@pytest.mark.parametrize("state", transshipping.STATES)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_out_of_turn_says_so_in_three_languages(act, state) -> None:
    if (state, act) in transshipping.TRANSITIONS:
        assert transshipping.after(act, state) in transshipping.STATES
        return
    with pytest.raises(refused.TransshipmentOutOfTurn) as told_so:
        transshipping.after(act, state)
    for language in words.LANGUAGES:
        said = told_so.value.sentence(language).what
        assert words.word("crossings", f"state.transshipment.{state}", language) in said
        assert words.word("crossings", f"verb.crossings.{act}", language) in said


def test_a_transshipment_ends_done_or_abandoned_and_nowhere_else() -> None:
    leading = {before for before, _ in transshipping.TRANSITIONS}
    assert set(transshipping.STATES) - leading == {"done", "abandoned"}
    assert set(transshipping.UNDER_WAY) == set(transshipping.STATES) - {"done", "abandoned"}
    assert {state for state, act in transshipping.TRANSITIONS if act == "abandon_transshipment"} == set(
        transshipping.UNDER_WAY
    )
    assert transshipping.BESIDE == {"note_empty_exit": ("done",)}


@pytest.mark.parametrize(
    "row",
    [
        transshipping.TruckSeen("1", "1", "dz.debdeb", "exit"),
        counting.Count("D", 1, 1),
        counting.Difference(0, 0, False),
        Counted("D", "R", Load(1, 1), Load(1, 1)),
        transshipping.Witness("a", "dz"),
    ],
)
def test_what_the_rules_hand_out_is_never_changed(row) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(row, next(iter(row.__dataclass_fields__)), None)


def test_a_tally_stands_when_another_officer_has_confirmed_it(line_at) -> None:
    key = km0.to(line_at, "tallied")
    with pytest.raises(refused.SameOfficer) as told_so:
        km0.confirm(line_at, key, actor=line_at.officers["yard_officer"])
    assert told_so.value.details == {"officer": line_at.officers["yard_officer"].key}
    assert km0.state(key) == "tallied"
    assert km0.confirm(line_at, key).state == "accepted"


def test_a_device_counts_and_two_officers_confirm(line_at) -> None:
    key = km0.to(line_at, "unloading")
    km0.tally(line_at, key, actor=line_at.node)
    assert km0.confirm(line_at, key).state == "tallied"
    with pytest.raises(refused.SameOfficer):
        km0.confirm(line_at, key)
    assert km0.confirm(line_at, key, actor=line_at.officers["yard_officer"]).state == "accepted"


@pytest.mark.parametrize("counted", [SHORT, LIGHT, SURPLUS])
def test_what_does_not_balance_stops_and_shows_both_figures(line_at, counted) -> None:
    key = km0.to(line_at, "tallied", counted=counted)
    assert km0.confirm(line_at, key).state == "stopped"
    (figure,) = told.transshipment(key).figures
    assert figure.declared == Load(10, 12_000_000)
    assert figure.counted == Load(counted[0].packages, counted[0].gross_mass_g)
    assert figure.difference.is_beyond_tolerance
    with pytest.raises(refused.TransshipmentOutOfTurn):
        km0.load(line_at, key, told.transshipment(key).row.onward[0].key)


def test_a_mistyped_tally_is_followed_by_another_and_stays_on_record(line_at) -> None:
    key = km0.to(line_at, "tallied", counted=SHORT)
    km0.confirm(line_at, key)
    km0.tally(line_at, key, at=later(1))
    assert km0.confirm(line_at, key, at=later(2)).state == "accepted"
    assert list(TransshipmentLine.objects.order_by("pk").values_list("packages", flat=True)) == [9, 10]
    assert told.tally_of(key)[0].counted == Load(10, 12_000_000)
    assert lines("note_tally") == 2


def test_goods_found_short_go_on_by_decision_and_only_what_was_found(line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    key = km0.to(line_at, "tallied", unloaded, onward, counted=(Count("D1", 9, 10_800_000),))
    km0.confirm(line_at, key)
    head = line_at.officers["head_of_inspection"]
    with pytest.raises(rules.ReasonMissing):
        commands.decide_difference(head, key, reason=" ", at=NOON)
    assert commands.decide_difference(head, key, reason="one fell", at=NOON).state == "accepted"
    km0.load(line_at, key, onward, (Count("D1", 9, 10_800_000),))
    km0.sign(line_at, key)
    km0.countersign(line_at, key)
    assert km0.shares_on(onward) == {"D1": (9, 10_800_000)}
    assert "one fell" in told.protocol_of(Transshipment.objects.get(key=key))["reasons"]


def test_goods_heavier_than_declared_go_on_by_decision_under_the_declared_mass(line_at) -> None:
    unloaded, onward = km0.laden(line_at), km0.empty(line_at)
    heavy = (Count("D1", 10, 12_500_000),)
    key = km0.to(line_at, "tallied", unloaded, onward, counted=heavy)
    km0.confirm(line_at, key)
    commands.decide_difference(line_at.officers["head_of_inspection"], key, reason="wet", at=NOON)
    km0.load(line_at, key, onward, heavy)
    km0.sign(line_at, key)
    km0.countersign(line_at, key)
    assert km0.shares_on(onward) == {"D1": (10, 12_000_000)}


def test_no_decision_lets_go_on_what_nobody_declared(line_at) -> None:
    key = km0.to(line_at, "tallied", counted=SURPLUS)
    km0.confirm(line_at, key)
    with pytest.raises(refused.SurplusUndeclared) as told_so:
        commands.decide_difference(line_at.officers["head_of_inspection"], key, reason="x", at=NOON)
    assert told_so.value.details == {"reference": "DEB-2026-C-D1", "counted": 11, "declared": 10}
    assert km0.state(key) == "stopped"


@pytest.mark.parametrize(
    "counted",
    [
        (),
        (Count("D1", 10, 12_000_000),),
        (Count("D1", 10, 12_000_000), Count("D1", 10, 12_000_000), Count("D2", 10, 12_000_000)),
        (Count("D1", 10, 12_000_000), Count("D2", 10, 12_000_000), Count("D9", 1, 1)),
    ],
)
def test_a_tally_counts_each_declaration_of_the_truck_once(line_at, counted) -> None:
    key = km0.to(line_at, "unloading", km0.laden(line_at, "D1", "D2"))
    with pytest.raises(refused.TallyIncomplete):
        km0.tally(line_at, key, counted)
    assert lines("note_tally") == 0
    assert not TransshipmentLine.objects.exists()


def test_papers_that_change_after_the_tally_ask_for_another(line_at) -> None:
    unloaded = km0.laden(line_at)
    key = km0.to(line_at, "loading", unloaded)
    attach(line_at, unloaded, "D2")
    with pytest.raises(refused.PapersChanged):
        km0.sign(line_at, key)
    PassageDeclaration.objects.filter(passage=unloaded, declaration="D2").delete()
    PassageDeclaration.objects.filter(passage=unloaded).update(packages=9)
    with pytest.raises(refused.PapersChanged) as told_so:
        km0.sign(line_at, key)
    assert told_so.value.details == {"references": "DEB-2026-C-D1"}
    km0.tally(line_at, key, SHORT, at=later(1))
    assert km0.confirm(line_at, key, at=later(2)).state == "accepted"


def test_more_is_never_loaded_than_came_off_and_all_of_it_before_the_signature(line_at) -> None:
    onward = km0.empty(line_at)
    key = km0.to(line_at, "accepted", onward=onward)
    with pytest.raises(refused.LoadDiffers):
        km0.load(line_at, key, onward, (Count("D1", 11, 12_000_000),))
    with pytest.raises(refused.TallyIncomplete):
        km0.load(line_at, key, onward, (Count("D7", 1, 1),))
    km0.load(line_at, key, onward, (Count("D1", 8, 9_600_000),))
    with pytest.raises(refused.LoadDiffers) as told_so:
        km0.sign(line_at, key)
    assert (told_so.value.details["packages"], told_so.value.details["counted"]) == (8, 10)
    km0.load(line_at, key, onward, at=later(1))
    assert km0.sign(line_at, key, at=later(2)).state == "agreed"


def test_an_event_sent_twice_is_one_event_and_its_key_is_for_one_act(line_at) -> None:
    key = km0.to(line_at, "unloading")
    once = km0.tally(line_at, key, event_key="e-1")
    again = km0.tally(line_at, key, event_key="e-1")
    assert (once.version, lines("note_tally")) == (again.version, 1)
    with pytest.raises(rules.EventKeyReused):
        commands.abandon_transshipment(line_at.officers["yard_officer"], key, reason="x", at=NOON, event_key="e-1")


def test_who_saw_an_older_version_is_out_of_turn(line_at) -> None:
    key = km0.to(line_at, "tallied")
    seen = Transshipment.objects.get(key=key).version
    km0.tally(line_at, key, LIGHT)
    with pytest.raises(refused.TransshipmentOutOfTurn):
        km0.confirm(line_at, key, version=seen)


def test_an_hour_before_the_last_act_is_refused(line_at) -> None:
    key = km0.to(line_at, "tallied")
    for act in (km0.tally, km0.confirm):
        with pytest.raises(rules.HourOutOfOrder):
            act(line_at, key, at=later(-1))
