"""The office of departure: a declaration is lodged, amended, accepted under its number, controlled and released."""

from dataclasses import replace

import pytest

from mabar.base import rules as ground
from mabar.base.keys import new_key
from mabar.transit import commands, rules
from mabar.transit.models import Draw, Guarantee, Movement, MovementSerial
from mabar.transit.rules.lodging import checked
from mabar.transit.rules.refusals import GuaranteeShort
from tests.transit.road import DEB, GHD, SEALS, accepted, facts, kinds_of, later, lodged, lodgement, released, the
from tests.world import NOON


def test_a_declaration_is_lodged_for_an_itinerary_and_bears_no_number_yet(world) -> None:
    movement = the(lodged(world))
    assert (movement.state, movement.number, movement.home, movement.is_home) == ("lodged", "", DEB, True)
    assert [(each.office, each.role) for each in movement.offices.order_by("position")] == [
        (DEB, "departure"),
        (GHD, "destination"),
    ]
    assert movement.firm_id == "BROKER-OASIS"


def test_a_declaration_sent_twice_is_one_and_its_key_serves_no_other(world) -> None:
    first = lodged(world, event_key="e-1")
    assert lodged(world, event_key="e-1", at=later(1)) == first
    with pytest.raises(rules.EventKeyReused):
        lodged(world, event_key="e-1", goods="other")
    assert Movement.objects.count() == 1


@pytest.mark.parametrize(
    ("box", "changed"),
    [
        ("holder_code", {"holder_code": " "}),
        ("holder_name", {"holder_name": ""}),
        ("goods", {"goods": "x" * 501}),
        ("packages", {"packages": 0}),
        ("gross_mass_g", {"gross_mass_g": -1}),
        ("plate", {"plate": "?"}),
        ("amount_minor", {"amount_minor": -1}),
        ("currency", {"currency": "XXX"}),
        ("procedure", {"procedure": "oral"}),
        ("declaration", {"container": "x" * 61}),
        ("begun_at", {"procedure": "continuity", "stamp": "BCP-1"}),
    ],
)
def test_an_unfit_box_is_refused_by_its_name(box: str, changed: dict) -> None:
    with pytest.raises(rules.LodgementUnfit) as refused:
        checked(lodgement(**changed), known={DEB, GHD})
    assert refused.value.details["box"] == box
    assert refused.value.sentence("ar").what


@pytest.mark.parametrize("offices", [(DEB,), (DEB, DEB), (DEB, "tn.nowhere")])
def test_an_itinerary_leads_from_one_known_office_to_another(world, offices) -> None:
    with pytest.raises(rules.ItineraryUnfit):
        lodged(world, offices=offices)
    assert not Movement.objects.exists()


def test_numbers_follow_each_other_and_are_never_given_again(world) -> None:
    first, second = the(accepted(world)).number, the(accepted(world)).number
    assert (first[10:16], second[10:16]) == ("000001", "000002")
    officer = world.officers["departure_officer"]
    commands.invalidate(officer, Movement.objects.get(number=second).key, reason="goods stay", at=later(1))
    assert the(accepted(world)).number[10:16] == "000003"
    assert MovementSerial.objects.get().last == 3


def test_a_declarant_lodges_and_amends_what_is_his_houses_alone(world) -> None:
    key = lodged(world, actor=world.broker)
    commands.amend(world.broker, key, changes={"packages": 41}, at=later(0.1))
    assert the(key).packages == 41
    with pytest.raises(ground.NoSuchRecord):
        commands.amend(world.rival, key, changes={"packages": 1}, at=later(0.2))
    with pytest.raises(ground.NotMandated):
        commands.accept(world.broker, key, at=later(0.2))
    commands.invalidate(world.broker, key, reason="sold here", at=later(0.3))
    assert the(key).state == "invalidated"


def test_a_stranger_and_an_officer_across_do_nothing_at_the_office_of_departure(world) -> None:
    key = lodged(world)
    for nobody in (world.stranger, world.across["departure_officer"], world.officers["destination_officer"]):
        with pytest.raises(ground.NotMandated):
            commands.accept(nobody, key, at=later(0.1))
    assert the(key).state == "lodged"


def test_the_office_of_departure_of_another_node_is_refused(world, across) -> None:
    with pytest.raises(rules.NotAtThisNode):
        lodged(world, actor=world.across["departure_officer"], offices=(GHD, DEB))


def test_an_amendment_keeps_the_departure_and_ends_with_the_release(world) -> None:
    officer, key = world.officers["departure_officer"], lodged(world)
    with pytest.raises(rules.ItineraryUnfit):
        commands.amend(officer, key, changes={"offices": (GHD, DEB)}, at=later(0.1))
    out = released(world)
    with pytest.raises(rules.OutOfTurn):
        commands.amend(officer, out, changes={"packages": 1}, at=later(1))


def test_a_control_is_ordered_with_its_reason_and_its_finding_is_kept(world) -> None:
    officer, key = world.officers["departure_officer"], accepted(world)
    with pytest.raises(rules.ReasonMissing):
        commands.order_control(officer, key, reason=" ", at=later(0.1))
    commands.order_control(officer, key, reason="random draw", at=later(0.1))
    with pytest.raises(rules.OutOfTurn):
        commands.release(officer, key, days=5, at=later(0.2))
    commands.note_control(officer, key, found="as declared", at=later(0.3))
    assert (the(key).state, the(key).control) == ("accepted", "as declared")


def test_a_refused_guarantee_is_replaced_by_an_amendment_or_ends_the_movement(world) -> None:
    officer, key, other = world.officers["departure_officer"], accepted(world), accepted(world)
    for each in (key, other):
        commands.refuse_guarantee(officer, each, reason="expired yesterday", at=later(0.2))
    commands.amend(officer, key, changes={"packages": 39}, at=later(0.3))
    assert the(key).state == "accepted"
    commands.refuse_release(officer, other, reason="no other guarantee", at=later(0.4))
    assert (the(other).state, the(other).ended_at, the(other).reason) == (
        "not_released", later(0.4), "no other guarantee",
    )  # fmt: skip


def test_a_release_sets_seals_and_a_limit_that_ends_with_the_day_of_the_destination(world) -> None:
    key = released(world, days=5)
    movement = the(key)
    assert (movement.state, movement.released_at) == ("released", later(0.2))
    # 22 November and five days: the 27th ends at Ghadames, two hours ahead of UTC, at ten in the evening of UTC
    assert movement.limit_at.isoformat() == "2026-11-27T22:00:00+00:00"
    assert kinds_of(key) == ["lodge", "accept", "release"]
    (told,) = facts("release")
    assert '"seals":["DZ-0001","DZ-0002"]' in told


def test_a_release_without_guarantee_with_too_many_days_or_a_seal_twice_changes_nothing(world) -> None:
    officer = world.officers["departure_officer"]
    bare, key = accepted(world, guarantee=""), accepted(world)
    with pytest.raises(rules.GuaranteeMissing):
        commands.release(officer, bare, days=5, seals=SEALS, at=later(0.2))
    for days in (0, 61):
        with pytest.raises(rules.LimitUnfit):
            commands.release(officer, key, days=days, seals=SEALS, at=later(0.2))
    with pytest.raises(rules.SealUnfit):
        commands.release(officer, key, days=5, seals=(SEALS[0], SEALS[0]), at=later(0.2))
    assert {the(bare).state, the(key).state} == {"accepted"}


def test_two_officers_who_saw_the_same_page_do_not_both_decide(world) -> None:
    officer, key = world.officers["departure_officer"], accepted(world)
    seen = the(key).version
    commands.order_control(officer, key, reason="random draw", at=later(0.2), version=seen)
    with pytest.raises(rules.OutOfTurn):
        commands.refuse_release(officer, key, reason="no", at=later(0.3), version=seen)


def test_an_act_sent_twice_is_done_once(world) -> None:
    officer, key = world.officers["departure_officer"], accepted(world)
    for _ in range(2):
        commands.order_control(officer, key, reason="random draw", at=later(0.2), event_key="c-1")
    assert kinds_of(key).count("order_control") == 1
    with pytest.raises(rules.EventKeyReused):
        commands.note_control(officer, key, found="well", at=later(0.3), event_key="c-1")


FALLBACK = {"began_at": later(1), "reason": "no power"}


def paper(world, **changed):
    """Record a movement that was begun on paper."""
    told = {"procedure": "continuity", "stamp": "BCP-0042", "begun_at": later(2), "at": later(5), **changed}
    return lodged(world, **told)


def fall_back(world, **changed) -> str:
    """Declare that Debdeb worked on paper."""
    told = {"place": DEB, "at": later(4), **FALLBACK, **changed}
    return commands.begin_fallback(world.officers["head_of_transit"], new_key(told["at"]), **told).key


def test_a_movement_begun_on_paper_bears_its_stamp_and_stays_so_to_the_end(world) -> None:
    fall_back(world)
    officer, key = world.officers["departure_officer"], paper(world)
    commands.accept(officer, key, at=later(5.1))
    assert the(key).number == "dz.debdeb/BCP-0042"
    with pytest.raises(rules.StaysOnPaper):
        commands.amend(officer, key, changes={"procedure": "electronic"}, at=later(5.2))
    commands.release(officer, key, days=3, seals=SEALS, at=later(5.3))
    assert (the(key).procedure, the(key).state) == ("continuity", "released")
    assert not MovementSerial.objects.exists()


def test_a_paper_from_an_hour_without_a_declared_fallback_is_refused(world) -> None:
    with pytest.raises(rules.ContinuityNotDeclared):
        paper(world)
    head, key = world.officers["head_of_transit"], fall_back(world)
    commands.end_fallback(head, key, ended_at=later(3), at=later(4.5))
    with pytest.raises(rules.ContinuityNotDeclared):
        paper(world, begun_at=later(3.5))
    with pytest.raises(rules.StampUnfit):
        paper(world, stamp="?")


def test_an_electronic_record_that_a_fallback_found_unfinished_is_cancelled_and_not_gone_on_with(world) -> None:
    officer, before, taken = world.officers["departure_officer"], lodged(world), accepted(world)
    fall_back(world)
    with pytest.raises(rules.OvertakenByFallback):
        commands.accept(officer, before, at=later(5))
    with pytest.raises(rules.OvertakenByFallback):
        commands.release(officer, taken, days=5, seals=SEALS, at=later(5))
    commands.invalidate(officer, before, reason="fallback", at=later(5))
    after = lodged(world, at=later(6))
    assert commands.accept(officer, after, at=later(6.1)).state == "accepted"


def test_one_fallback_is_open_at_an_office_and_it_ends_once_within_its_hours(world) -> None:
    head, key = world.officers["head_of_transit"], fall_back(world)
    with pytest.raises(rules.FallbackUnfit):
        fall_back(world)
    for ended_at in (later(0.5), later(9)):
        with pytest.raises(rules.FallbackUnfit):
            commands.end_fallback(head, key, ended_at=ended_at, at=later(5))
    commands.end_fallback(head, key, ended_at=later(4), at=later(5))
    with pytest.raises(rules.FallbackUnfit):
        commands.end_fallback(head, key, ended_at=later(4), at=later(6))
    with pytest.raises(rules.FallbackUnfit):
        fall_back(world, began_at=later(9))
    with pytest.raises(ground.NoSuchRecord):
        commands.end_fallback(head, new_key(NOON), ended_at=later(4), at=later(6))


def test_a_declaration_keeps_no_stamp_of_another_procedure() -> None:
    told = checked(replace(lodgement(), stamp="BCP-1"), known={DEB, GHD})
    assert (told.stamp, told.begun_at) == ("", None)


def test_a_guarantee_that_has_not_enough_left_stops_the_release_and_names_what_is_left(world) -> None:
    officer, key = world.officers["departure_officer"], accepted(world, amount_minor=2_000_000)
    with pytest.raises(GuaranteeShort) as refused:
        commands.release(officer, key, days=5, seals=SEALS, at=later(0.2))
    assert the(key).state == "accepted"
    assert DEB in str(refused.value)
    commands.refuse_guarantee(officer, key, reason="too little is left", at=later(0.3))
    commands.amend(officer, key, changes={"amount_minor": 500_000}, at=later(0.4))
    commands.release(officer, key, days=5, seals=SEALS, at=later(0.5))
    assert Draw.objects.get().amount_minor == 500_000


def test_a_guarantee_is_named_by_its_reference_as_on_paper_too(world) -> None:
    from tests.transit.road import guarantee

    reference = Guarantee.objects.get(key=guarantee(world)).reference
    released(world, guarantee=reference)
    assert Draw.objects.get().guarantee.reference == reference


def test_a_movement_draws_on_no_guarantee_of_another_house(world) -> None:
    key = accepted(world, holder_code="OTHER-1", holder_name="Other")
    with pytest.raises(rules.HolderDiffers) as refused:
        commands.release(world.officers["departure_officer"], key, days=5, seals=SEALS, at=later(1))
    assert "OTHER-1" in str(refused.value)
    assert the(key).state == "accepted"


def test_a_declarant_engages_his_own_house_alone(world) -> None:
    with pytest.raises(rules.LodgementUnfit):
        lodged(world, actor=world.broker, holder_code="OTHER-1")
    key = lodged(world, actor=world.broker)
    with pytest.raises(rules.LodgementUnfit):
        commands.amend(world.broker, key, changes={"holder_code": "OTHER-1"}, at=later(1))
