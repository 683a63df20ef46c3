"""What the gate checks: plates, seals, papers, holds, desks, hours, reasons."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from mabar.crossings import rules
from mabar.lib import words
from mabar.lib.identifiers import BidiControl, NotAPlate
from tests.world import NOON

POLICE = rules.AgencyName("dz.police", "الشرطة", "Police", "Police")
TRIPOLI = ZoneInfo("Africa/Tripoli")
PLANTS = rules.AgencyName("dz.plant_health", "الصحة النباتية", "Protection des végétaux", "Plant health")


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_an_act_that_needs_a_reason_is_refused_without_one(reason: str) -> None:
    with pytest.raises(rules.ReasonMissing):
        rules.check_reason(reason)


def test_a_reason_is_kept_without_blanks_around_it() -> None:
    assert rules.check_reason("  misread plate ") == "misread plate"


def test_a_step_never_comes_before_the_one_it_follows() -> None:
    rules.check_hour(NOON, latest=NOON, zone=TRIPOLI)
    with pytest.raises(rules.HourOutOfOrder) as refused:
        rules.check_hour(NOON - timedelta(seconds=1), latest=NOON, zone=TRIPOLI)
    assert refused.value.details == {"at": "2026-11-22 12:59:59", "limit": "2026-11-22 13:00:00"}


def test_a_clock_two_minutes_ahead_is_borne_and_no_more() -> None:
    rules.check_not_ahead(NOON + timedelta(minutes=2), now=NOON, zone=TRIPOLI)
    with pytest.raises(rules.HourOutOfOrder):
        rules.check_not_ahead(NOON + timedelta(minutes=2, seconds=1), now=NOON, zone=TRIPOLI)


@pytest.mark.parametrize(("given", "shown"), [(" 99417  322 33 ", "99417 322 33"), ("123تونس4567", "123تونس4567")])
def test_a_plate_is_shown_as_it_was_written(given: str, shown: str) -> None:
    assert rules.check_plate(given) == shown


@pytest.mark.parametrize("given", ["", "ABC", "1" + "-" * 32, "1" * 21])
def test_what_no_plate_shows_is_refused(given: str) -> None:
    with pytest.raises(NotAPlate) as refused:
        rules.check_plate(given)
    assert refused.value.details == {"given": given}


def test_the_longest_plate_has_32_characters() -> None:
    assert rules.check_plate("1" + "-" * 30 + "2") == "1" + "-" * 30 + "2"


def test_a_plate_that_reads_otherwise_than_it_is_written_is_refused() -> None:
    with pytest.raises(BidiControl):
        rules.check_plate("99417\u202e322-33")


def test_a_truck_under_anothers_papers_is_refused() -> None:
    rules.check_same_plate(announced="99417-322-33", seen="٩٩٤١٧ 322 33")
    with pytest.raises(rules.PlateDiffers) as refused:
        rules.check_same_plate(announced="99417-322-33", seen="99417-323-33")
    assert refused.value.details == {"announced": "99417-322-33", "seen": "99417-323-33"}


@pytest.mark.parametrize(("given", "desk"), [("", ""), (" 4 ", "4"), ("٠١٢", "012"), ("999", "999")])
def test_a_desk_is_a_short_number_or_nothing(given: str, desk: str) -> None:
    assert rules.check_desk(given) == desk


@pytest.mark.parametrize("given", ["1000", "police", "4b", "²", "smuggling"])
def test_a_desk_in_words_is_refused_because_everybody_reads_it(given: str) -> None:
    with pytest.raises(rules.NotADesk) as refused:
        rules.check_desk(given)
    assert refused.value.details == {"given": given}


def test_seals_are_shown_once_each_in_their_order() -> None:
    assert rules.tidy_seals(["DZ  0091874", "b 2", "dz0091874", "A1"]) == ["DZ 0091874", "b 2", "A1"]


@pytest.mark.parametrize("given", ["", "  ", "--", "x" * 36])
def test_a_text_that_is_no_seal_is_refused(given: str) -> None:
    with pytest.raises(rules.NotASeal) as refused:
        rules.tidy_seals([given])
    assert refused.value.details == {"given": given}


def test_the_longest_seal_has_35_characters() -> None:
    assert rules.tidy_seals(["x" * 35]) == ["x" * 35]


@pytest.mark.parametrize(
    ("declared", "seen", "missing", "unexpected"),
    [
        ([], [], (), ()),
        (["DZ 1"], ["dz1"], (), ()),
        (["A", "B"], ["B", "A"], (), ()),
        (["A", "B"], ["A"], ("B",), ()),
        (["A"], ["A", "C"], (), ("C",)),
        (["A"], ["C"], ("A",), ("C",)),
    ],
)
def test_seals_are_compared_by_what_stands_on_them(declared, seen, missing, unexpected) -> None:
    reading = rules.compare_seals(declared=declared, seen=seen)
    assert (reading.missing, reading.unexpected) == (missing, unexpected)
    if reading.is_whole:
        rules.check_seals(declared=declared, seen=seen)
        return
    with pytest.raises(rules.SealBroken):
        rules.check_seals(declared=declared, seen=seen)


def test_a_broken_seal_names_what_was_declared_and_what_was_read() -> None:
    with pytest.raises(rules.SealBroken) as refused:
        rules.check_seals(declared=["DZ 0091874", "DZ 2"], seen=["DZ 0091847"])
    assert refused.value.details == {"declared": "DZ 0091874, DZ 2", "seen": "DZ 0091847"}
    said = refused.value.sentence("ar")
    assert "\u2068DZ 0091847\u2069" in said.what
    with pytest.raises(rules.SealBroken) as refused:
        rules.check_seals(declared=[], seen=["A", "B"])
    assert refused.value.details == {"declared": "–", "seen": "A, B"}
    with pytest.raises(rules.SealBroken) as refused:
        rules.check_seals(declared=["A"], seen=[])
    assert refused.value.details == {"declared": "A", "seen": "–"}


def test_a_new_seal_replaces_the_one_that_is_named_or_stands_beside_the_others() -> None:
    assert rules.replace_seal(["A", "B"], new="C", old="a") == ["B", "C"]
    assert rules.replace_seal(["A", "B"], new="C", old="") == ["A", "B", "C"]
    assert rules.replace_seal([], new="C", old="") == ["C"]
    with pytest.raises(rules.NotASeal) as refused:
        rules.replace_seal(["A"], new="C", old="D")
    assert refused.value.details == {"given": "D"}


CLEARED, WAITING = rules.LinkedDeclaration("C 1", True), rules.LinkedDeclaration("C 2", False)


@pytest.mark.parametrize(("declarations", "is_empty"), [([CLEARED], False), ([CLEARED, CLEARED], True), ([], True)])
def test_a_truck_leaves_when_all_is_cleared_or_when_it_is_empty(declarations, is_empty) -> None:
    rules.check_cleared(declarations, is_empty=is_empty)


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_truck_stays_while_one_declaration_waits(is_empty) -> None:
    with pytest.raises(rules.NotCleared) as refused:
        rules.check_cleared([WAITING, CLEARED, rules.LinkedDeclaration("C 3", False)], is_empty=is_empty)
    assert refused.value.details == {"references": "C 2, C 3"}


def test_a_laden_truck_without_any_declaration_stays() -> None:
    with pytest.raises(rules.NothingDeclared):
        rules.check_cleared([], is_empty=False)


def test_a_held_truck_stays_and_the_refusal_names_agencies_in_the_readers_language() -> None:
    rules.check_not_held([])
    with pytest.raises(rules.Held) as refused:
        rules.check_not_held([POLICE, PLANTS])
    assert refused.value.details == {"agencies": "dz.police, dz.plant_health"}
    assert "الشرطة، الصحة النباتية" in refused.value.sentence("ar").what
    assert "Police, Protection des végétaux" in refused.value.sentence("fr").what
    assert "Police, Plant health" in refused.value.sentence("en").what


def test_an_agency_lifts_its_own_holds_only() -> None:
    rules.check_own_hold(POLICE, lifter="dz.police")
    with pytest.raises(rules.HoldNotYours) as refused:
        rules.check_own_hold(POLICE, lifter="dz.customs")
    assert "الشرطة" in refused.value.sentence("ar").what


def test_a_closed_crossing_says_since_when_and_why() -> None:
    rules.check_open(is_open=True, since=NOON, reason="", zone=TRIPOLI)
    with pytest.raises(rules.CrossingClosed) as refused:
        rules.check_open(is_open=False, since=NOON, reason="sandstorm", zone=TRIPOLI)
    assert refused.value.details == {"since": "2026-11-22 13:00", "reason": "sandstorm"}
    with pytest.raises(rules.CrossingClosed) as refused:
        rules.check_open(is_open=False, since=NOON, reason="", zone=TRIPOLI)
    assert refused.value.details["reason"] == "–"


@pytest.mark.parametrize("code", sorted(words.table("crossings", "refusals")))
def test_every_refusal_speaks_three_languages(code: str) -> None:
    for language in words.LANGUAGES:
        said = words.sentence("crossings", code, language, {})
        assert said.what.endswith(".")
        assert said.remedy.endswith(".")
