"""Seals as a chain, and the two kinds of number that a movement may bear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings import atlas
from mabar.lib.identifiers import check_digit_by_weights, container_check_digit
from mabar.transit import rules
from mabar.transit.rules import Seal, SealNote, SealSeen

ONE, TWO = Seal("A1", "Atlas Seals"), Seal("A2")
CHAIN = (SealNote("affixed", "A1", "Atlas Seals"), SealNote("affixed", "A2"))


def test_a_reference_number_has_eighteen_signs_and_its_check_digit() -> None:
    number = rules.mrn("dz.debdeb", year=2026, serial=1)
    assert number[:17] == "26DZDEBDEB000001J"
    assert len(number) == 18
    assert rules.check_mrn(" 26dz debdeb 000001 " + number[16:].lower()) == number
    # the digit is that of ISO 6346, whose published example is the container CSQU3054383
    assert container_check_digit("CSQU305438") == check_digit_by_weights("CSQU305438") == 3


@given(st.integers(1, 999_999), st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHKLMNPQRSTUVWXYZ"))
def test_a_number_with_one_other_sign_is_refused_or_differs_in_a_way_that_its_digit_cannot_see(
    serial, place, sign
) -> None:
    number = rules.mrn("ly.ghadames", year=2026, serial=serial)
    other = number[:place] + sign + number[place + 1 :]
    if other == number:
        assert rules.check_mrn(other) == number
        return
    # modulo 11, of which ten is written nought: all but these two of eleven are told apart
    if check_digit_by_weights(other[:-1]) != int(number[-1]):
        with pytest.raises(rules.MrnUnfit):
            rules.check_mrn(other)


@pytest.mark.parametrize("told", ["", "26DZ", "26DZDEBDEB000001J", "26DZDEBDEB000001JX", "DZ26DEBDEB000001J1"])
def test_what_has_another_shape_is_no_reference_number(told: str) -> None:
    with pytest.raises(rules.MrnUnfit):
        rules.check_mrn(told)


def test_a_serial_that_has_no_room_is_a_fault_and_no_number() -> None:
    with pytest.raises(ValueError, match="serial"):
        rules.mrn("dz.debdeb", year=2026, serial=1_000_000)


def test_no_two_crossings_of_a_country_bear_the_same_signs() -> None:
    signs = [each.code[:2] + rules.office_signs(each.code) for each in atlas.crossings()]
    assert len(signs) == len(set(signs))


def test_a_paper_is_called_by_its_office_and_stamp() -> None:
    assert rules.number_on_paper("dz.debdeb", rules.check_stamp("bcp-0042 ")) == "dz.debdeb/BCP-0042"
    assert rules.check_number("DZ.debdeb / BCP-0042") == "dz.debdeb/BCP-0042"
    assert len(rules.number_on_paper("d" * 32, "S" * 35)) == rules.LONGEST_NUMBER
    for stamp in ("", "a", "B/P", "-1", "x" * 36):
        with pytest.raises(rules.StampUnfit):
            rules.check_stamp(stamp)
    with pytest.raises(rules.MrnUnfit):
        rules.check_number("nowhere/BCP-1")


def test_a_seal_of_any_maker_is_affixed_once() -> None:
    assert rules.check_seals([Seal(" a1 ", "Atlas  Seals"), TWO]) == (Seal("A1", "Atlas Seals"), TWO)
    for seals in ([ONE, Seal("a1")], [Seal("")], [Seal("x" * 36)]):
        with pytest.raises(rules.SealUnfit):
            rules.check_seals(seals)
    with pytest.raises(rules.SealUnfit):
        rules.check_seals([ONE], in_force=[ONE])
    with pytest.raises(rules.SealUnfit):
        rules.check_seals([Seal(f"S{n}") for n in range(21)])


def test_each_seal_in_force_is_found_intact_broken_or_missing_and_a_strange_one_is_unknown() -> None:
    found = rules.compared([SealSeen("a1"), SealSeen("X9")], with_seals=rules.in_force(CHAIN))
    assert [(each.note, each.number) for each in found] == [("intact", "A1"), ("missing", "A2"), ("unknown", "X9")]
    assert not rules.are_in_order(found)
    assert rules.are_in_order(rules.compared([SealSeen("A1"), SealSeen("A2")], with_seals=rules.in_force(CHAIN)))
    broken = rules.compared([SealSeen("A1", is_broken=True), SealSeen("A2")], with_seals=rules.in_force(CHAIN))
    assert [each.note for each in broken] == ["broken", "intact"]
    with pytest.raises(rules.SealUnfit):
        rules.compared([SealSeen("A1"), SealSeen("a1")], with_seals=())


def test_a_replaced_seal_is_in_force_no_more_and_a_broken_one_may_still_be_replaced() -> None:
    broken = rules.found_broken(["A1"], notes=CHAIN)
    chain = (*CHAIN, *broken)
    assert rules.in_force(chain) == (TWO,)
    note = rules.replacement("a1", Seal("B7", "Border Seals"), notes=chain)
    assert rules.in_force((*chain, note)) == (TWO, Seal("B7", "Border Seals"))
    with pytest.raises(rules.SealNotInForce, match="A1"):
        rules.replacement("A1", Seal("B8"), notes=(*chain, note))
    with pytest.raises(rules.SealNotInForce):
        rules.found_broken(["Z"], notes=CHAIN)
    with pytest.raises(rules.SealUnfit):
        rules.replacement("A2", Seal("B7"), notes=(*chain, note))


def test_home_judges_by_its_own_chain_what_an_office_found_that_had_none() -> None:
    told = (SealNote("unknown", "A1"), SealNote("unknown", "A2"))
    assert [each.note for each in rules.judged(told, with_seals=rules.in_force(CHAIN))] == ["intact", "intact"]
    assert [each.note for each in rules.judged(told[:1], with_seals=rules.in_force(CHAIN))] == ["intact", "missing"]
    assert rules.judged((), with_seals=rules.in_force(CHAIN)) == ()


NOTES = st.builds(
    SealNote, st.sampled_from(["affixed", "broken", "missing", "intact", "unknown"]), st.sampled_from("ABCD")
)


@given(st.lists(NOTES, max_size=12))
def test_what_is_in_force_was_affixed_and_never_stands_twice(notes: list[SealNote]) -> None:
    numbers = [each.number for each in rules.in_force(notes)]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= {each.number for each in notes if each.note == "affixed"}


def test_a_seal_that_a_copy_did_not_know_stays_broken_at_home() -> None:
    told = rules.compared([SealSeen("S1", is_broken=True), SealSeen("S2")], with_seals=())
    assert [(each.note, each.number) for each in told] == [("broken", "S1"), ("unknown", "S2")]
    at_home = rules.judged(told, with_seals=(Seal("S1"), Seal("S2")))
    assert [each.note for each in at_home] == ["broken", "intact"]


def test_a_number_is_of_the_office_whose_signs_it_bears() -> None:
    number = rules.mrn("tn.rades", year=2026, serial=1)
    assert rules.is_number_of(number, "tn.rades")
    assert not rules.is_number_of(number, "tn.ras-jedir")
    assert not rules.is_number_of(number, "dz.rades")
    assert rules.is_number_of("tn.rades/PAPER-1", "tn.rades")
    assert not rules.is_number_of("tn.rades/PAPER-1", "tn.ras-jedir")
