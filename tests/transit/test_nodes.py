"""A movement over two and three countries: each node acts on its own copy, home decides, and all end alike."""

from datetime import timedelta

import pytest

from mabar.base import actors
from mabar.base.keys import new_key
from mabar.transit import commands, messages, rules
from mabar.transit.models import Movement
from mabar.transit.rules import Seal, SealSeen
from tests.transit.three import DEB, GHD, INTACT, NODES, RAS, Road


def to_remarks(road: Road, number: str, *, at: str = RAS) -> None:
    """Let goods arrive, be unloaded and be found conform at a node."""
    key = road.key(at, number)
    road.act(at, "arrive", key, seen=INTACT)
    road.act(at, "permit_unloading", key)
    road.act(at, "remark", key, outcome="conform")


def test_a_movement_over_three_countries_ends_in_the_same_state_at_all_nodes(road: Road) -> None:
    number = road.released()
    road.carry()
    for node in (GHD, RAS):
        copy = road.copy(node, number)
        assert (copy.state, copy.home, copy.is_home, copy.goods) == ("released", DEB, False, "تمور")
        assert copy.as_of_at == road.copy(DEB, number).released_at
        assert copy.place_id == node
    road.act(GHD, "pass_office", road.key(GHD, number), seen=INTACT)
    road.carry()
    to_remarks(road, number)
    assert road.copy(RAS, number).state == "remarked"
    assert road.copy(DEB, number).state == "released"
    road.carry()
    assert road.agree(number)["state"] == "remarked"
    assert road.left(DEB) == 9_000
    road.act(DEB, "discharge", road.key(DEB, number))
    assert road.left(DEB) == 10_000
    road.carry()
    last = road.agree(number)
    assert [kind for _, kind, *_ in last["events"]] == [
        "release", "pass_office", "arrive", "permit_unloading", "remark", "discharge",
    ]  # fmt: skip
    assert last["offices"] == [(DEB, "departure"), (GHD, "passage"), (RAS, "destination")]
    assert not [each for node in NODES for each in road.refused(node)]


def test_a_movement_over_two_countries_tells_no_third(road: Road) -> None:
    number = road.released((DEB, GHD))
    road.carry()
    to_remarks(road, number, at=GHD)
    road.carry()
    assert road.agree(number, (DEB, GHD))["state"] == "remarked"
    with road.at(RAS):
        from mabar.transit.models import Movement

        assert not Movement.objects.filter(number=number).exists()


def test_while_the_line_is_cut_each_node_works_on_and_all_meet_afterwards(road: Road) -> None:
    number = road.released()
    road.carry()
    road.cut = {DEB}
    key = road.key(GHD, number)
    road.act(GHD, "pass_office", key, seen=[SealSeen("DZ-0001"), SealSeen("DZ-0002", is_broken=True)])
    new = {"number": "DZ-0002", "new": Seal("LY-77"), "reason": "found broken at the line"}
    road.act(GHD, "replace_seal", key, **new)
    # at the third node nobody knows of the new seal yet, so that it looks strange there
    road.act(RAS, "arrive", road.key(RAS, number), seen=[SealSeen("DZ-0001"), SealSeen("LY-77")])
    road.carry()
    assert road.copy(DEB, number).state == "released"
    road.cut = set()
    road.carry()
    told = road.agree(number)
    with road.at(DEB):
        from mabar.transit import nodes

        chain = rules.seal_notes(nodes.events_of(road.copy(DEB, number)))
    assert told["state"] == "arrived"
    # home knew both sides of the story: what looked unknown at destination is the seal in force
    assert [f"{each.note} {each.number}" for each in chain[-2:]] == ["intact DZ-0001", "intact LY-77"]


def test_what_a_copy_did_since_stands_on_top_of_an_older_standing_of_home(road: Road) -> None:
    number = road.released()
    road.carry()
    # home tells a new standing that knows nothing yet of the arrival
    road.act(GHD, "pass_office", road.key(GHD, number), seen=INTACT)
    key = road.key(RAS, number)
    road.act(RAS, "arrive", key, seen=INTACT)
    road.cut = {RAS}
    road.carry()
    assert road.copy(DEB, number).state == "released"
    road.cut = {GHD}
    road.carry(rounds=1)
    assert road.copy(RAS, number).state == "arrived"
    road.cut = set()
    road.carry()
    assert road.agree(number)["state"] == "arrived"


def test_an_older_standing_that_comes_late_changes_nothing(road: Road) -> None:
    from mabar.base import actors

    number = road.released()
    road.carry()
    road.act(RAS, "arrive", road.key(RAS, number), seen=INTACT)
    road.carry()
    before, copy = road.agree(number), road.copy(GHD, number)
    late = messages.State(number, copy.home_version - 1, road.now, "released", DEB)
    with road.at(GHD):
        commands.take_state(actors.node(), copy.key, partner=DEB, message=late, place=GHD, at=road.later(seconds=1))
    assert road.agree(number) == before
    assert '"is_new":false' in road.facts(GHD, "take_state")[-1]


def test_doubled_messages_have_one_effect(road: Road) -> None:
    number = road.released()
    road.carry()
    key = road.key(RAS, number)
    road.act(RAS, "arrive", key, seen=INTACT)
    with road.at(RAS):
        from django.db import transaction

        from mabar.transit import nodes
        from mabar.transit.models import Movement

        movement = Movement.objects.get(key=key)
        with transaction.atomic():
            for _ in range(2):
                nodes.tell_home(
                    movement, "arrive", nodes.events_of(movement)[-1:], office=RAS, at=road.later(seconds=1)
                )
    road.carry()
    told = road.agree(number)
    assert [kind for _, kind, *_ in told["events"]] == ["release", "arrive"]
    assert [line for line in road.facts(DEB, "take_events") if '"events":[]' in line]


def test_an_arrival_before_its_news_is_taken_on_the_number_of_the_paper_and_filled_in_later(road: Road) -> None:
    road.cut = {RAS}
    number = road.released()
    road.carry()
    key = new_key(road.later(hours=3))
    road.act(RAS, "note_unannounced", key, number=number.lower(), home=DEB)
    road.act(RAS, "arrive", key, seen=INTACT)
    assert road.copy(RAS, number).home_version == 0
    with road.at(RAS):
        assert not road.copy(RAS, number).events.filter(kind="note_incident").exists()
    road.cut = set()
    road.carry()
    told = road.agree(number)
    copy = road.copy(RAS, number)
    assert (copy.key, copy.goods, copy.state, told["state"]) == (key, "تمور", "arrived", "arrived")
    # the seals that the counter could not compare are those in force
    assert [kind for _, kind, *_ in told["events"]] == ["release", "arrive"]
    assert [each["note"] for each in told["events"][1][4]["seals"]] == ["intact", "intact"]


def test_a_home_that_the_counter_named_wrongly_is_put_right_by_the_true_one(road: Road) -> None:
    from mabar.base.keys import new_key
    from mabar.base.models import Place
    from mabar.exchange.models import Partner

    road.cut = {RAS}
    number = road.released()
    key = new_key(road.later(hours=3))
    with road.at(RAS):
        other = Place.objects.filter(code__startswith="dz.").exclude(code=DEB).first().code
        Partner.objects.create(code=other, since_at=road.now)
    road.act(RAS, "note_unannounced", key, number=number, home=other)
    road.act(RAS, "arrive", key, seen=INTACT)
    road.cut = set()
    road.carry()
    told = road.agree(number)
    assert (told["state"], road.copy(RAS, number).home) == ("arrived", DEB)
    with road.at(RAS):
        Partner.objects.filter(code=other).delete()


def test_nobody_opens_a_movement_under_a_number_of_another_country(road: Road) -> None:
    from mabar.base import actors

    number = road.released()
    standing = messages.State(number, 9, road.now, "discharged", GHD)
    with road.at(RAS), pytest.raises(rules.NotTheirMovement):
        commands.take_state(actors.node(), "k", partner=GHD, message=standing, place=RAS, at=road.later(seconds=1))


def test_goods_diverted_to_a_node_that_was_never_told_arrive_there_with_the_reason_and_all_are_told(road: Road) -> None:
    number = road.released((DEB, GHD))
    road.carry()
    key = new_key(road.later(hours=3))
    road.act(RAS, "note_unannounced", key, number=number, home=DEB)
    road.act(RAS, "arrive", key, seen=INTACT, reason="the road to Ghadames is closed")
    road.carry()
    told = road.agree(number)
    assert told["offices"] == [(DEB, "departure"), (GHD, "destination"), (RAS, "diverted")]
    assert told["arrived_office"] == RAS
    assert [kind for _, kind, *_ in told["events"]] == ["release", "arrive", "note_incident"]
    assert told["events"][2][4]["incident"] == "route"


def test_an_arrival_told_from_before_the_departure_is_an_incident_at_every_node(road: Road) -> None:
    number = road.released()
    early = road.now - timedelta(hours=1)
    key = new_key(road.later(hours=1))
    road.act(RAS, "note_unannounced", key, number=number, home=DEB)
    road.act(RAS, "arrive", key, seen=INTACT, at=early)
    road.carry()
    told = road.agree(number)
    assert told["state"] == "released"
    assert (told["events"][-1][4]["incident"], told["events"][-1][4]["was"]) == ("before_departure", "arrive")


def test_a_second_arrival_elsewhere_is_an_incident_out_of_turn(road: Road) -> None:
    number = road.released()
    road.carry()
    road.act(GHD, "arrive", road.key(GHD, number), seen=INTACT, reason="breakdown")
    road.act(RAS, "arrive", road.key(RAS, number), seen=INTACT)
    road.carry()
    told = road.agree(number)
    assert told["state"] == "arrived"
    assert [each[4]["incident"] for each in told["events"] if each[4].get("was") == "arrive"] == ["out_of_turn"]


def test_an_hour_of_a_clock_that_runs_ahead_is_an_incident(road: Road) -> None:
    number = road.released()
    road.carry()
    road.act(RAS, "arrive", road.key(RAS, number), seen=INTACT, at=road.now + timedelta(days=2))
    road.carry()
    told = road.agree(number)
    assert told["state"] == "released"
    assert told["events"][-1][4]["incident"] == "hour_ahead"


def test_a_movement_invalidated_at_home_while_it_arrives_is_invalidated_everywhere(road: Road) -> None:
    number = road.released()
    road.carry()
    road.cut = {RAS}
    road.act(DEB, "invalidate", road.key(DEB, number), reason="never left")
    road.act(RAS, "arrive", road.key(RAS, number), seen=INTACT)
    road.cut = set()
    road.carry()
    told = road.agree(number)
    assert told["state"] == "invalidated"
    assert (told["events"][-1][4]["incident"], told["events"][-1][4]["was"]) == ("out_of_turn", "arrive")


def test_nobody_but_home_tells_how_a_movement_stands_and_nobody_tells_of_anothers_office(road: Road) -> None:
    number = road.released()
    road.carry()
    copy = road.copy(RAS, number)
    with road.at(RAS):
        standing = messages.State(number, 99, road.now, "discharged")
        told = {"place": RAS, "at": road.later(seconds=1)}
        with pytest.raises(rules.NotTheirMovement):
            commands.take_state(actors.node(), copy.key, partner=GHD, message=standing, **told)
        odd = messages.State(number, 99, road.now, "lodged")
        with pytest.raises(rules.EventUnfit):
            commands.take_state(actors.node(), copy.key, partner=DEB, message=odd, **told)
    home = road.copy(DEB, number)
    with road.at(DEB):
        event = {"key": f"{GHD}:9.0", "kind": "arrive", "at": road.now.isoformat(), "office": RAS}
        told = {"place": DEB, "at": road.later(seconds=1)}
        for change, refusal in (
            ({}, rules.NotTheirMovement),
            ({"key": f"{RAS}:9.0", "office": GHD}, rules.EventUnfit),
            ({"kind": "discharge", "office": GHD}, rules.EventUnfit),
            ({"at": "yesterday"}, rules.EventUnfit),
            ({"seals": [{"note": "eaten", "number": "1"}]}, rules.EventUnfit),
        ):
            news = messages.Arrived(number, RAS, road.now, ({**event, **change},))
            with pytest.raises(refusal):
                commands.take_events(actors.node(), home.key, partner=GHD, message=news, **told)
    assert road.copy(DEB, number).state == "released"


def test_goods_not_seen_by_the_limit_are_asked_for_at_the_destination_which_answers(road: Road) -> None:
    number = road.released()
    road.carry()
    home = road.copy(DEB, number)
    assert road.fire(DEB, home.limit_at) == 1
    assert road.fire(DEB, home.limit_at) == 0
    road.carry()
    assert road.agree(number)["state"] == "enquiry"
    key = road.key(RAS, number)
    with road.at(RAS):
        assert road.copy(RAS, number).questions.get().asks == "arrival"
    told = {"asks": "arrival", "answer": "not_arrived", "text": "nothing seen"}
    road.act(RAS, "answer_question", key, **told)
    with pytest.raises(rules.NothingAsked):
        road.act(RAS, "answer_question", key, **told)
    road.carry()
    with road.at(DEB):
        question = road.copy(DEB, number).questions.get()
        assert (question.answer, question.text) == ("not_arrived", "nothing seen")
    # what was done in time counts, though its news comes late
    road.act(RAS, "arrive", key, seen=INTACT)
    road.carry()
    assert road.agree(number)["state"] == "arrived"


def test_a_copy_is_bound_to_its_turn_as_home_is_and_does_no_act_of_home(road: Road) -> None:
    number = road.released()
    road.carry()
    key = road.key(RAS, number)
    with pytest.raises(rules.NotAtHome):
        road.act(RAS, "discharge", key)
    with pytest.raises(rules.OutOfTurn):
        road.act(RAS, "remark", key, outcome="conform")
    with pytest.raises(rules.NotAtDestination):
        road.act(GHD, "arrive", road.key(GHD, number), seen=INTACT)
    road.act(RAS, "arrive", key, seen=INTACT, event_key="a-1")
    road.act(RAS, "arrive", key, seen=INTACT, event_key="a-1")
    with road.at(RAS):
        assert road.copy(RAS, number).events.filter(kind="arrive").count() == 1


def test_the_echo_of_an_act_from_home_leaves_the_page_of_its_officer_as_he_saw_it(road) -> None:
    number = road.released()
    road.carry()
    key = road.key(RAS, number)
    road.act(RAS, "arrive", key, seen=INTACT)
    seen = road.copy(RAS, number).version
    road.carry()
    assert road.copy(RAS, number).home_state == "arrived"
    road.act(RAS, "permit_unloading", key, version=seen)
    road.act(GHD, "note_incident", road.key(GHD, number), incident="accident", reason="انقلاب")
    seen = road.copy(RAS, number).version
    road.carry()
    with pytest.raises(rules.OutOfTurn):
        road.act(RAS, "remark", key, outcome="conform", version=seen)


def test_a_seal_found_broken_on_the_way_says_nothing_of_the_others(road: Road) -> None:
    number = road.released()
    road.carry()
    broken = {"incident": "accident", "reason": "اصطدام", "broken": ["DZ-0001"]}
    road.act(GHD, "note_incident", road.key(GHD, number), **broken)
    road.carry()
    told = road.agree(number)
    assert "missing" not in str(told["events"])
    assert "'note': 'broken', 'number': 'DZ-0001'" in str(told["events"])


def test_an_office_where_the_goods_never_arrived_cannot_remark_on_them(road: Road) -> None:
    number = road.released()
    road.carry()
    road.act(RAS, "arrive", road.key(RAS, number), seen=INTACT)
    road.carry()
    foreign = [{"key": f"{GHD}:90.{kind}", "kind": kind, "at": road.now.isoformat(), "office": GHD, **more}
               for kind, more in (("permit_unloading", {}), ("remark", {"outcome": "conform"}))]  # fmt: skip
    with road.at(DEB):
        news = messages.Remarks(number, GHD, road.now, tuple(foreign))
        home = Movement.objects.get(number=number)
        at = road.later(seconds=1)
        commands.take_events(actors.node(), home.key, partner=GHD, message=news, place=DEB, at=at)
    road.carry()
    told = road.agree(number)
    assert (told["state"], told["outcome"]) == ("arrived", "")
    assert [kind for _, kind, *_ in told["events"]] == ["release", "arrive", "note_incident", "note_incident"]


def test_nobody_records_for_an_office_of_another_node(road: Road) -> None:
    number = road.released()
    road.carry()
    with road.at(GHD):
        key, told = Movement.objects.get(number=number).key, {"incident": "accident", "reason": "x"}
        for office in (RAS, "ly.nowhere"):
            with pytest.raises(rules.NotAtThisNode):
                commands.note_incident(actors.node(), key, office=office, at=road.later(seconds=1), **told)


def test_another_office_takes_over_no_number_that_bears_its_neighbours_signs(road: Road) -> None:
    number = road.released()
    road.carry()
    standing = messages.State(number, 99, road.now, "discharged", departure="dz.alger")
    with road.at(GHD):
        key = Movement.objects.get(number=number).key
        told = {"partner": DEB, "place": GHD, "at": road.later(seconds=1)}
        with pytest.raises(rules.NotTheirMovement):
            commands.take_state(actors.node(), key, message=standing, **told)
        asked = messages.Enquiry(number, "arrival", road.now, GHD)
        with pytest.raises(rules.NotTheirMovement):
            commands.take_question(actors.node(), key, message=asked, **{**told, "partner": "dz.alger"})
    assert road.copy(GHD, number).state == "released"
