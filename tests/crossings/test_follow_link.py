"""Giving the driver a link, withdrawing it, and what its holder learns."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.base import keys
from mabar.base.models import JournalFacts, JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import FollowLink
from tests.crossings import yard as trucks
from tests.crossings.following import give, told
from tests.crossings.yard import announce, later, lines, truck
from tests.world import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
# What the holder of a link may know; a field more is a decision more.
KNOWN = {
    *("place", "plate", "state", "position", "of", "expected_at", "earliest_at", "latest_at", "n", "gate", "desk"),
    *("closed_since", "prepare", "ended_at", "ends_at", "at"),
}


def test_only_the_hash_of_a_token_is_kept_and_the_journal_knows_neither(yard) -> None:
    token = give(yard, truck(yard))
    link = FollowLink.objects.get()
    assert link.digest == rules.digest_of(token)
    line = JournalLine.objects.get(verb="crossings.give_follow_link")
    facts = JournalFacts.objects.get(line=line).body
    for secret in (token, link.digest, rules.page_name(link.digest)):
        assert secret not in facts + line.subject
    assert facts == '{"replaced":false}'


@pytest.mark.parametrize("officer", ["gate_officer", "yard_officer", "registrar"])
def test_the_officer_at_the_counter_gives_and_withdraws(yard, officer) -> None:
    key = truck(yard, "queued")
    token = give(yard, key, actor=yard.officers[officer])
    assert told(token).state == "queued"
    commands.withdraw_follow_link(yard.officers[officer], key, at=later(1))
    with pytest.raises(rules.NothingToFollow):
        told(token, later(1))
    assert lines("withdraw_follow_link") == 1


def test_a_declarant_gives_and_withdraws_for_his_own_house_and_no_other(yard) -> None:
    own = trucks.announce(yard, actor=yard.broker)
    token = give(yard, own, actor=yard.broker)
    for act in (
        lambda: give(yard, own, actor=yard.rival),
        lambda: commands.withdraw_follow_link(yard.rival, own, at=NOON),
    ):
        with pytest.raises(NoSuchRecord) as refused:
            act()
        assert refused.value.details == {"key": own}
    assert told(token).state == "announced"
    commands.withdraw_follow_link(yard.broker, own, at=NOON)


def test_nobody_gives_or_withdraws_without_a_mandate(yard) -> None:
    key = truck(yard)
    token = give(yard, key)
    for actor in (yard.stranger, yard.across["gate_officer"], yard.officers["police_officer"]):
        with pytest.raises(NotMandated):
            give(yard, key, actor=actor)
        with pytest.raises(NotMandated):
            commands.withdraw_follow_link(actor, key, at=NOON)
    assert told(token).state == "announced"
    assert FollowLink.objects.count() == 1


def test_a_new_link_ends_the_one_on_the_paper_that_was_lost(yard) -> None:
    key = truck(yard)
    lost, new = give(yard, key), give(yard, key, at=later(1))
    with pytest.raises(rules.NothingToFollow):
        told(lost, later(1))
    assert told(new, later(1)).state == "announced"
    assert queries.link_of(key) == queries.FollowLinkRow(later(1), yard.officers["gate_officer"].key)
    assert JournalFacts.objects.filter(body='{"replaced":true}').count() == 1


def test_what_was_never_given_is_not_withdrawn(yard) -> None:
    key = truck(yard)
    with pytest.raises(rules.NoLinkGiven) as refused:
        commands.withdraw_follow_link(yard.officers["gate_officer"], key, at=NOON)
    assert refused.value.details == {"plate": trucks.PLATE}
    assert lines("withdraw_follow_link") == 0
    give(yard, key)
    commands.withdraw_follow_link(yard.officers["gate_officer"], key, at=NOON)
    with pytest.raises(rules.NoLinkGiven):
        commands.withdraw_follow_link(yard.officers["gate_officer"], key, at=NOON)


@pytest.mark.parametrize("state", ["closed"])
def test_no_link_is_given_to_a_truck_that_has_left(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.OutOfTurn):
        give(yard, key)
    assert not FollowLink.objects.exists()


def test_a_link_opens_its_own_truck_and_no_other(yard) -> None:
    here, there = truck(yard, plate="11111-111-11"), truck(yard, plate="22222-222-22")
    one, other = give(yard, here), give(yard, there)
    assert (told(one).plate, told(other).plate) == ("1111", "2222")


def test_a_link_of_one_crossing_tells_the_other_crossing_s_truck_nothing(yard) -> None:
    here = truck(yard, "queued")
    across = {"actor": yard.across["yard_officer"], "place": "ly.ghadames", "direction": "exit"}
    there = trucks.announce(yard, **across)
    commands.join_queue(yard.across["yard_officer"], there, at=later(5))
    one, other = give(yard, here), give(yard, there, actor=yard.across["gate_officer"])
    assert (told(one, later(6)).place, told(other, later(6)).place) == ("dz.debdeb", "ly.ghadames")
    assert told(one, later(6)).of == told(other, later(6)).of == 1


@pytest.mark.parametrize("token", ["", "nothing", "0" * 26])
def test_an_invented_link_opens_nothing(yard, token) -> None:
    give(yard, truck(yard))
    with pytest.raises(rules.NothingToFollow):
        told(token or keys.new_token())


def test_what_is_kept_of_a_link_opens_nothing_by_itself(yard) -> None:
    give(yard, truck(yard))
    with pytest.raises(rules.NothingToFollow):
        told(FollowLink.objects.get().digest)


@pytest.mark.parametrize("how", ["gate_out", "turn_back", "withdraw", "lapse"])
def test_a_link_ends_by_the_clock_a_day_after_the_way_of_its_truck(yard, how) -> None:
    key = truck(yard, {"gate_out": "presented", "turn_back": "gate_in"}.get(how, "announced"))
    token, officer = give(yard, key), yard.officers["yard_officer"]
    end = later(90)
    if how == "gate_out":
        trucks.clear(yard, key)
        trucks.step(yard, key, "closed", at=end)
    elif how == "turn_back":
        commands.turn_back(officer, key, reason="papers", at=end)
    elif how == "withdraw":
        commands.withdraw(officer, key, at=end)
    else:
        commands.lapse(yard.node, key, due_at=end, at=later(99))
    shown = told(token, end + DAY - timedelta(seconds=1))
    assert (shown.ended_at, shown.ends_at) == (end, end + DAY)
    assert (shown.position, shown.gate, shown.prepare, shown.desk) == (None, None, (), None)
    assert rules.digest_of(token) in dict(queries.all_followed(end + DAY - timedelta(seconds=1)))
    with pytest.raises(rules.NothingToFollow):
        told(token, end + DAY)
    assert not dict(queries.all_followed(end + DAY))


def test_a_gate_out_that_is_undone_gives_the_driver_his_page_back(yard) -> None:
    key = truck(yard, "presented")
    trucks.clear(yard, key)
    token = give(yard, key)
    trucks.step(yard, key, "closed", at=later(10))
    commands.correct_event(yard.officers["yard_officer"], key, reason="another truck", at=later(20))
    assert told(token, later(20) + 2 * DAY).state == "presented"
    assert told(token, later(20) + 2 * DAY).ends_at is None
    trucks.step(yard, key, "closed", at=later(30))
    assert told(token, later(31)).ended_at == later(30)


def test_a_held_truck_is_told_where_to_go_and_not_why(yard) -> None:
    key = truck(yard, "presented")
    token = give(yard, key)
    assert told(token).desk is None
    first = trucks.hold(yard, key)
    assert (told(token).desk, told(token).shown_state) == ("", "held")
    trucks.hold(yard, key, "plant_health_officer", desk="7")
    assert told(token).desk == "7"
    commands.lift_hold(yard.officers["police_officer"], key, hold=first, note="", at=NOON)
    assert told(token).desk == "7"


def test_a_closed_crossing_says_so_to_who_waits(yard) -> None:
    token = give(yard, truck(yard, "queued"))
    assert told(token).closed_since is None
    boss = yard.officers["place_administrator"]
    commands.change_opening(boss, "dz.debdeb", kind="goods", is_open=False, reason="a storm", at=later(5))
    assert told(token, later(6)).closed_since == later(5)
    commands.change_opening(boss, "dz.debdeb", kind="goods", is_open=True, reason="over", at=later(7))
    assert told(token, later(8)).closed_since is None


def test_the_driver_s_row_has_no_field_for_what_a_finder_of_the_link_may_not_learn(yard) -> None:
    assert {each.name for each in fields(queries.Followed)} == KNOWN
    told_of = told(give(yard, truck(yard, "queued", carrier="Fictive Carriers")))
    for secret in ("Fictive", "99417", "DEB-2026", trucks.SEAL):
        assert secret not in repr(told_of)


def test_a_truck_that_came_or_was_let_in_since_the_queue_was_kept_is_told_of_as_it_stands(yard) -> None:
    key = truck(yard)
    token = give(yard, key)
    empty = queries.queue("dz.debdeb", NOON)
    commands.join_queue(yard.officers["yard_officer"], key, at=NOON)
    assert queries.followed_by(rules.digest_of(token), NOON, queue_at=lambda *_: empty).position == 1
    before = queries.queue("dz.debdeb", NOON)
    trucks.step(yard, key, "gate_in")
    assert queries.followed_by(rules.digest_of(token), NOON, queue_at=lambda *_: before).position is None


def test_all_links_in_force_are_told_of_once_and_no_other(yard) -> None:
    keys_of = [truck(yard, "queued", plate=f"{number}-1") for number in range(1, 4)]
    tokens = [give(yard, key) for key in keys_of]
    commands.withdraw_follow_link(yard.officers["gate_officer"], keys_of[1], at=NOON)
    assert [digest for digest, _told in queries.all_followed(NOON)] == [
        rules.digest_of(tokens[0]),
        rules.digest_of(tokens[2]),
    ]


def test_many_links_cost_no_question_more(yard, django_assert_num_queries) -> None:
    for number in range(2):
        give(yard, truck(yard, "queued", plate=f"{number}-1"))
        give(yard, announce(yard, plate=f"{number}-2"))
    with CaptureQueriesContext(connection) as few:
        assert len(list(queries.all_followed(NOON))) == 4
    for number in range(2, 8):
        key = truck(yard, "queued", plate=f"{number}-1")
        give(yard, key)
        trucks.hold(yard, key)
        give(yard, announce(yard, plate=f"{number}-2"))
    with django_assert_num_queries(len(few)):
        followed = [told for _digest, told in queries.all_followed(NOON)]
    assert [told.is_held for told in followed].count(True) == 6
