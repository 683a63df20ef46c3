"""On the way and at destination, where both offices are worked at one node: passages, seals, arrival, the end."""

from datetime import timedelta

import pytest

from mabar.base import rules as ground
from mabar.base import timers
from mabar.base.keys import new_key
from mabar.base.models import Timer
from mabar.transit import commands, nodes, rules
from mabar.transit.models import Draw
from mabar.transit.rules import Seal, SealSeen
from tests.transit.road import DEB, GHD, INTACT, accepted, arrived, facts, kinds_of, later, released, remarked, the

ALK = "dz.tin-alkoum"


def chain(key: str) -> list[str]:
    """Tell the chain of seals of a movement."""
    return [f"{each.note} {each.number}" for each in rules.seal_notes(nodes.events_of(the(key)))]


def test_goods_arrive_are_unloaded_remarked_and_discharged(world) -> None:
    key = remarked(world)
    head = world.officers["head_of_transit"]
    assert Draw.objects.get().state == "drawn"
    commands.discharge(head, key, at=later(11))
    assert (Draw.objects.get().state, Draw.objects.get().guarantee.left_minor) == ("freed", 1_000_000)
    movement = the(key)
    assert (movement.state, movement.outcome, movement.ended_at) == ("discharged", "conform", later(11))
    assert chain(key) == ["affixed DZ-0001", "affixed DZ-0002", "intact DZ-0001", "intact DZ-0002"]
    assert not Timer.objects.filter(ended_at=None, fired_at=None, subject=key).exists()


def test_a_seal_that_is_not_the_one_in_force_is_an_incident_and_not_silently_accepted(world) -> None:
    key = arrived(world, seen=[SealSeen("DZ-0001"), SealSeen("X-1")])
    assert kinds_of(key)[-2:] == ["arrive", "note_incident"]
    assert chain(key)[2:] == ["intact DZ-0001", "missing DZ-0002", "unknown X-1"]
    assert the(key).events.get(kind="note_incident").facts == {"incident": "seals"}
    assert rules.shown(nodes.events_of(the(key))).incidents == 1


def test_a_broken_seal_is_told_replaced_with_its_reason_and_the_new_one_counts(world) -> None:
    key, officer = released(world), world.officers["passage_officer"]
    told = {"office": DEB, "incident": "accident", "reason": "the door was hit", "broken": ["dz-0002"]}
    commands.note_incident(officer, key, **told, at=later(2))
    new = {"number": "DZ-0002", "new": Seal("DZ-0099", "Border Seals"), "reason": "broken in an accident"}
    commands.replace_seal(officer, key, office=DEB, **new, at=later(3))
    seen = [SealSeen("DZ-0001"), SealSeen("DZ-0099")]
    commands.arrive(world.across["destination_officer"], key, office=GHD, seen=seen, at=later(8))
    assert chain(key)[2:] == ["broken DZ-0002", "replaced DZ-0002", "intact DZ-0001", "intact DZ-0099"]
    with pytest.raises(rules.SealNotInForce):
        commands.replace_seal(officer, key, office=DEB, **new, at=later(9))
    for without in ({"reason": ""}, {"number": "DZ-0001", "reason": " "}):
        with pytest.raises(rules.ReasonMissing):
            commands.replace_seal(officer, key, office=DEB, **{**new, **without}, at=later(9))


def test_a_passage_is_recorded_once_on_the_itinerary_alone(world) -> None:
    offices = (DEB, ALK, GHD)
    ground_place(ALK)
    key, officer = released(world, offices=offices), mandated(world, ALK)
    elsewhere = released(world)
    with pytest.raises(rules.NotOnItinerary) as refused:
        commands.pass_office(officer, elsewhere, office=ALK, seen=INTACT, at=later(2))
    assert GHD in str(refused.value)
    commands.pass_office(officer, key, office=ALK, seen=INTACT, at=later(2))
    with pytest.raises(rules.OutOfTurn):
        commands.pass_office(officer, key, office=ALK, seen=INTACT, at=later(3))
    assert rules.shown(nodes.events_of(the(key))).passed == {ALK: later(2)}


def ground_place(code: str) -> None:
    """Let the node know a place more."""
    from mabar.base.models import Place

    names = {"name_ar": "تين الكوم", "name_fr": "Tin Alkoum", "name_en": "Tin Alkoum"}
    told = {"administration_id": "dz", "kind": "crossing", "zone": "Africa/Algiers", **names}
    Place.objects.get_or_create(code=code, defaults=told)


def mandated(world, place: str):
    """Give the passage officer of Debdeb a mandate at another place as well."""
    from mabar.base.models import Mandate, Post

    officer = world.officers["passage_officer"]
    post = Post.objects.get(agency=officer.agency, function="passage_officer")
    Mandate.objects.create(actor=officer, post=post, place_id=place, from_on="2026-01-01")
    return officer


def test_goods_do_not_pass_arrive_or_meet_an_incident_before_their_release(world) -> None:
    key = released(world)
    across = world.across["destination_officer"]
    with pytest.raises(rules.ArrivedBeforeDeparture) as refused:
        commands.arrive(across, key, office=GHD, seen=INTACT, at=later(0.1))
    assert "2026-11-22T11:06" in str(refused.value)
    for act in (
        lambda: commands.note_incident(across, key, office=GHD, incident="other", reason="x", at=later(0.1)),
        lambda: commands.replace_seal(
            across, key, office=GHD, number="DZ-0001", new=Seal("N"), reason="x", at=later(0.1)
        ),
    ):
        with pytest.raises(rules.ArrivedBeforeDeparture):
            act()
    with pytest.raises(rules.OutOfTurn):
        commands.arrive(across, accepted(world), office=GHD, seen=INTACT, at=later(1))


def test_goods_that_arrive_elsewhere_need_a_reason_and_leave_an_incident(world) -> None:
    ground_place(ALK)
    key = released(world, offices=(DEB, ALK))
    officer = world.across["destination_officer"]
    with pytest.raises(rules.NotAtDestination):
        commands.arrive(officer, key, office=GHD, seen=INTACT, at=later(5))
    commands.arrive(officer, key, office=GHD, seen=INTACT, reason="road closed", at=later(5))
    movement = the(key)
    assert (movement.state, movement.arrived_office) == ("arrived", GHD)
    assert movement.events.get(kind="note_incident").facts == {"incident": "route", "reason": "road closed"}
    assert movement.offices.get(office=GHD).role == "diverted"
    with pytest.raises(rules.NotAtDestination):
        commands.permit_unloading(world.officers["destination_officer"], key, office=DEB, at=later(6))


def test_an_incident_is_of_a_known_kind_and_has_a_reason(world) -> None:
    key, officer = released(world), world.officers["passage_officer"]
    with pytest.raises(rules.EventUnfit):
        commands.note_incident(officer, key, office=DEB, incident="out_of_turn", reason="x", at=later(2))
    with pytest.raises(rules.ReasonMissing):
        commands.note_incident(officer, key, office=DEB, incident="other", reason="", at=later(2))
    with pytest.raises(ground.NotMandated):
        commands.note_incident(world.stranger, key, office=DEB, incident="other", reason="x", at=later(2))


def test_remarks_that_are_not_conform_say_why_and_so_does_their_discharge(world) -> None:
    key, officer = arrived(world), world.across["destination_officer"]
    commands.permit_unloading(officer, key, office=GHD, at=later(9))
    with pytest.raises(rules.EventUnfit):
        commands.remark(officer, key, office=GHD, outcome="well", at=later(10))
    with pytest.raises(rules.ReasonMissing):
        commands.remark(officer, key, office=GHD, outcome="not_conform", at=later(10))
    commands.remark(officer, key, office=GHD, outcome="not_conform", reason="two packages less", at=later(10))
    head = world.officers["head_of_transit"]
    with pytest.raises(rules.ReasonMissing):
        commands.discharge(head, key, at=later(11))
    commands.discharge(head, key, reason="duties on two packages are paid", at=later(11))
    assert (the(key).state, the(key).reason) == ("discharged", "duties on two packages are paid")


def test_a_released_movement_is_invalidated_by_an_officer_and_not_by_the_house(world) -> None:
    key = released(world, actor=world.broker)
    with pytest.raises(rules.OutOfTurn):
        commands.invalidate(world.broker, key, reason="sold here", at=later(1))
    commands.invalidate(world.officers["head_of_transit"], key, reason="never left", at=later(1))
    assert (the(key).state, the(key).ended_at) == ("invalidated", later(1))
    assert Draw.objects.get().state == "freed"


def test_goods_that_nobody_saw_arrive_are_asked_for_once_then_the_holder_then_recovered(world) -> None:
    key = released(world, days=5)
    limit = the(key).limit_at
    assert timers.fire_due(limit) == 1
    assert timers.fire_due(limit) == 0
    movement = the(key)
    # the limit ends with the 27th at Ghadames; seven days of Debdeb, an hour behind, end with the 4th of December
    assert (movement.state, movement.holder_request_due_at.isoformat()) == ("enquiry", "2026-12-04T23:00:00+00:00")
    assert movement.questions.get().asks == "arrival"
    late = movement.holder_request_due_at + timedelta(hours=30)
    assert timers.fire_due(late) == 1
    movement = the(key)
    # the holder has his 28 days from the instant at which he was really asked
    assert movement.holder_asked_at == late
    assert movement.holder_due_at.isoformat() == "2027-01-03T23:00:00+00:00"
    assert timers.fire_due(movement.holder_due_at) == 1
    assert the(key).state == "recovery"
    assert timers.fire_due(movement.holder_due_at + timedelta(hours=1000)) == 0
    (opened,) = facts("open_enquiry")
    assert '"due_at":"2026-11-27T22:00:00+00:00"' in opened
    assert the(key).events.get(kind="ask_holder").at.isoformat() == "2026-12-04T23:00:00+00:00"


def test_the_day_at_which_the_limit_ends_is_not_counted_where_the_clocks_agree(world) -> None:
    ground_place(ALK)
    key = released(world, offices=(DEB, ALK), days=5)
    limit = the(key).limit_at
    # midnight after the 27th on the clock of both offices; seven days end with the 4th of December
    assert limit.isoformat() == "2026-11-27T23:00:00+00:00"
    timers.fire_due(limit)
    assert the(key).holder_request_due_at.isoformat() == "2026-12-04T23:00:00+00:00"


def test_a_holder_who_answers_is_recovered_from_by_an_officer_alone(world) -> None:
    key, officer = released(world), world.officers["departure_officer"]
    with pytest.raises(rules.OutOfTurn):
        commands.ask_holder(officer, key, at=later(1))
    timers.fire_due(the(key).limit_at)
    commands.ask_holder(officer, key, at=the(key).limit_at)
    with pytest.raises(rules.OutOfTurn):
        commands.ask_holder(officer, key, at=the(key).limit_at)
    due = the(key).holder_due_at
    with pytest.raises(rules.ReasonMissing):
        commands.note_holder_answer(officer, key, answer="", at=due)
    commands.note_holder_answer(officer, key, answer="proof of entry attached", at=due)
    assert timers.fire_due(due) == 0
    head = world.officers["head_of_transit"]
    with pytest.raises(rules.ReasonMissing):
        commands.discharge(head, key, at=due)
    commands.start_recovery(head, key, reason="the proof is of other goods", at=due)
    assert (the(key).state, the(key).reason) == ("recovery", "the proof is of other goods")
    assert Draw.objects.get().state == "claimed"


def test_goods_that_arrive_late_end_the_enquiry(world) -> None:
    key = released(world)
    timers.fire_due(the(key).limit_at)
    commands.arrive(world.across["destination_officer"], key, office=GHD, seen=INTACT, at=later(days=7))
    movement = the(key)
    assert (movement.state, movement.arrived_at > movement.limit_at) == ("arrived", True)
    assert list(Timer.objects.filter(subject=key, ended_at=None, fired_at=None).values_list("verb", flat=True)) == [
        "transit.ask_results"
    ]


def test_results_that_are_overdue_are_asked_for_at_once_and_only_once(world) -> None:
    key = arrived(world)
    due = the(key).results_due_at
    # six days after the 22nd, at Ghadames
    assert due.isoformat() == "2026-11-28T22:00:00+00:00"
    assert timers.fire_due(due) == 1
    assert timers.fire_due(due + timedelta(hours=999)) == 0
    question = the(key).questions.get()
    assert (question.asks, question.office, the(key).results_asked_at) == ("results", GHD, due)
    officer = world.across["destination_officer"]
    with pytest.raises(rules.EventUnfit):
        commands.answer_question(officer, key, office=GHD, asks="results", answer="soon", at=due)
    told = {"office": GHD, "asks": "results", "answer": "results_follow", "text": "tomorrow"}
    commands.answer_question(officer, key, **told, at=due)
    with pytest.raises(rules.NothingAsked):
        commands.answer_question(officer, key, **told, at=due)
    assert the(key).questions.get().text == "tomorrow"


def test_what_is_not_known_here_is_opened_for_a_partner_alone(world, across) -> None:
    officer = world.officers["destination_officer"]
    number = rules.mrn(GHD, year=2026, serial=9)
    told = {"number": number, "home": GHD, "office": DEB, "at": later(1)}
    with pytest.raises(rules.HomeUnknown):
        commands.note_unannounced(officer, new_key(later(1)), **{**told, "home": "ly.ghat"})
    with pytest.raises(rules.MrnUnfit):
        commands.note_unannounced(officer, new_key(later(1)), **{**told, "number": rules.mrn(DEB, year=26, serial=1)})
    key = commands.note_unannounced(officer, new_key(later(1)), **told).key
    with pytest.raises(rules.KnownAlready):
        commands.note_unannounced(officer, new_key(later(1)), **told)
    with pytest.raises(rules.NotAtHome):
        commands.discharge(world.officers["head_of_transit"], key, at=later(2))
