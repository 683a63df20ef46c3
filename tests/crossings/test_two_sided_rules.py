"""The tally of both sides, as rules: what is the same, what differs, and what the newest of each side makes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings.rules import Load, two_sided
from mabar.crossings.rules import transshipping_refusals as refused
from mabar.crossings.rules.two_sided import Settlement, SideTally

ONE, OTHER = Load(10, 12_000_000), Load(9, 12_000_000)
BOTH = (Settlement("ours", 1, 1), Settlement("theirs", 1, 1))


def side(load: Load = ONE, *, number: int = 1, seals: tuple[str, ...] = ("DZ 0091874",)) -> SideTally:
    return SideTally(number, {"DEB-1": load}, seals)


@pytest.mark.parametrize(
    ("ours", "theirs", "settled", "state"),
    [
        (None, None, (), "awaited"),
        (side(), None, (), "awaited"),
        (None, side(), (), "awaited"),
        (side(), side(), (), "agreed"),
        (
            side(),
            side(number=7, seals=("dz-0091874",)),
            (),
            "agreed",
        ),  # a number is its own side's; a seal, however written
        (side(), side(OTHER), (), "disagreed"),
        (side(), side(Load(10, 12_000_001)), (), "disagreed"),  # to the gram
        (side(), side(seals=()), (), "disagreed"),
        (side(), side(OTHER), BOTH[:1], "disagreed"),  # one head alone settles nothing
        (side(), side(OTHER), BOTH[1:], "disagreed"),
        (side(), side(OTHER), BOTH, "settled"),
        (side(), side(OTHER, number=2), BOTH, "disagreed"),  # a recount leaves the settlement behind
        (side(number=2), side(OTHER, number=2), BOTH, "disagreed"),
        (side(), side(), BOTH, "agreed"),
    ],
)
def test_the_state_follows_from_the_newest_tally_of_each_side(ours, theirs, settled, state) -> None:
    assert two_sided.state_of(ours, theirs, settled) == state


sides = st.none() | st.builds(side, st.sampled_from([ONE, OTHER]), number=st.integers(1, 2))
settlements = st.sets(st.builds(Settlement, st.sampled_from(two_sided.SIDES), st.integers(1, 2), st.integers(1, 2)))


def mirrored(settled: set[Settlement]) -> set[Settlement]:
    turn = {"ours": "theirs", "theirs": "ours"}
    return {Settlement(turn[each.side], each.theirs, each.ours) for each in settled}


@given(sides, sides, settlements)
def test_both_sides_that_know_the_same_see_the_same_state(ours, theirs, settled) -> None:
    assert two_sided.state_of(ours, theirs, settled) == two_sided.state_of(theirs, ours, mirrored(settled))


def test_every_state_that_figures_make_stands_in_the_table() -> None:
    assert set(two_sided.TRANSITIONS.values()) == set(two_sided.STATES)
    assert two_sided.TRANSITIONS["disagreed", "settle"] == "settled"


def test_a_declaration_that_one_side_left_out_counts_as_nothing_found() -> None:
    found = two_sided.compared({"A": ONE}, side(), SideTally(1, {"A": ONE}, ()))
    assert [(each.reference, each.ours, each.theirs, each.is_different) for each in found] == [
        ("A", Load(0, 0), ONE, True),
        ("DEB-1", ONE, Load(0, 0), True),
    ]
    (alone,) = two_sided.compared({"DEB-1": ONE}, side(), None)
    assert (alone.theirs, alone.is_different) == (None, False)


def test_a_count_names_each_declaration_that_was_asked_once() -> None:
    two_sided.check_each_reference(["A", "B"], ["B", "A"])
    for counted in (["A"], ["A", "A", "B"], ["A", "B", "C"]):
        with pytest.raises(refused.TallyIncomplete):
            two_sided.check_each_reference(counted, ["A", "B"])


@pytest.mark.parametrize(
    "told",
    [
        ["A"],
        [{"reference": "", "packages": 1, "gross_mass_g": 1}],
        [{"reference": "A" * 65, "packages": 1, "gross_mass_g": 1}],
        [{"reference": "A", "packages": -1, "gross_mass_g": 1}],
        [{"reference": "A", "packages": True, "gross_mass_g": 1}],
        [{"reference": "A", "packages": 1, "gross_mass_g": 10**13}],
        [{"reference": "A", "packages": 1}],
        [{"reference": "A", "packages": 1, "gross_mass_g": 1}] * 2,
        [{"reference": f"{n}", "packages": 1, "gross_mass_g": 1} for n in range(201)],
    ],
)
def test_counts_that_are_not_of_their_form_are_refused(told) -> None:
    with pytest.raises(refused.TallyUnreadable):
        two_sided.read_counts(told)


@pytest.mark.parametrize("number", [0, -1, True, "1", 10_001, None])
def test_a_number_of_a_tally_is_one(number) -> None:
    with pytest.raises(refused.TallyUnreadable):
        two_sided.read_number(number)
    assert two_sided.read_number(3) == 3
