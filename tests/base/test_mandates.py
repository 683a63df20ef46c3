"""Mandates: granted from day to day, never to oneself, never two that nobody may combine."""

from datetime import date, timedelta

import pytest

from mabar.base import commands, journal, mandates, rules
from mabar.base.models import Actor, JournalLine, Mandate
from tests.world import NOON

TODAY = date(2026, 11, 22)


def grant(world, key, function, *, by=None, place=None, from_on=TODAY, until_on=None):
    return commands.grant_mandate(
        by or world.officers["place_administrator"],
        key,
        function=function,
        place=place or world.debdeb,
        from_on=from_on,
        until_on=until_on,
        at=NOON,
    )


def test_a_granted_mandate_opens_its_verbs_at_its_place_and_in_its_days_only(world):
    mandate = grant(world, "DEB-0999", "gate_officer", from_on=TODAY, until_on=TODAY + timedelta(days=1))
    stranger = Actor.objects.get(key="DEB-0999")
    verb = "crossings.note_gate_in"
    assert mandates.may(stranger, verb, place="dz.debdeb", at=NOON)
    assert not mandates.may(stranger, verb, place="ly.ghadames", at=NOON)
    assert not mandates.may(stranger, verb, place="dz.debdeb", at=NOON + timedelta(days=2))
    assert not mandates.may(stranger, verb, place="dz.debdeb", at=NOON - timedelta(days=1))
    assert list(mandates.places_of(stranger, verb, NOON)) == ["dz.debdeb"]
    assert JournalLine.objects.get().facts.body.count(str(mandate)) == 1


def test_an_ended_mandate_opens_nothing_from_that_instant(world):
    mandate = grant(world, "DEB-0999", "gate_officer")
    ended = commands.end_mandate(world.officers["place_administrator"], mandate.pk, at=NOON)
    assert ended.ended_at == NOON
    assert mandates.verbs_of(Actor.objects.get(key="DEB-0999"), NOON) == frozenset()
    with pytest.raises(rules.OutOfTurn):
        commands.end_mandate(world.officers["place_administrator"], mandate.pk, at=NOON)
    with pytest.raises(rules.NoSuchRecord):
        commands.end_mandate(world.officers["place_administrator"], 999_999, at=NOON)


def test_nobody_grants_or_ends_his_own_mandate(world):
    administrator = world.officers["place_administrator"]
    with pytest.raises(rules.OwnMandate):
        grant(world, administrator.key, "duty_officer")
    with pytest.raises(rules.OwnMandate):
        commands.end_mandate(administrator, administrator.mandates.get().pk, at=NOON)
    assert administrator.mandates.count() == 1
    assert not JournalLine.objects.exists()


def test_nobody_grants_administering_that_he_does_not_hold_there(world):
    with pytest.raises(rules.BeyondOwnMandate):
        grant(world, "DEB-0999", "node_administrator")
    assert grant(world, "DEB-0999", "node_administrator", by=world.node)


def test_an_administrator_of_debdeb_grants_nothing_at_ghadames_or_everywhere(world):
    with pytest.raises(rules.NotMandated):
        grant(world, "DEB-0999", "gate_officer", place=world.ghadames)
    days = {"from_on": TODAY, "until_on": None}
    administrator = world.officers["place_administrator"]
    with pytest.raises(rules.NotMandated):
        commands.grant_mandate(administrator, "DEB-0999", function="gate_officer", place=None, at=NOON, **days)
    Mandate.objects.filter(actor=administrator).update(place=None)
    mandate = commands.grant_mandate(administrator, "DEB-0999", function="gate_officer", place=None, at=NOON, **days)
    with pytest.raises(rules.NotMandated):
        commands.end_mandate(world.officers["node_administrator"], mandate.pk, at=NOON)
    assert commands.end_mandate(administrator, mandate.pk, at=NOON)


@pytest.mark.parametrize(
    ("first", "second"),
    [(sorted(pair)[0], sorted(pair)[1]) for pair in sorted(rules.FORBIDDEN_PAIRS, key=sorted)],
)
def test_no_two_functions_that_hold_a_forbidden_pair_meet_in_one_person(world, first, second):
    for one in rules.functions_with(first):
        for other in rules.functions_with(second):
            if {one, other} <= set(rules.functions_for("officer")):
                holder = f"pair-{one}-{other}"[:48].replace("_", "-")
                Actor.objects.create(key=holder, kind="officer", name="x", place=world.debdeb)
                grant(world, holder, one, by=world.node)
                with pytest.raises(rules.IncompatibleMandates):
                    grant(world, holder, other, by=world.node)


@pytest.mark.parametrize(
    ("from_on", "until_on", "is_refused"),
    [
        (TODAY, None, True),
        (TODAY - timedelta(days=9), TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=5), None, True),
        (TODAY + timedelta(days=6), None, False),
    ],
)
def test_a_forbidden_pair_counts_only_on_days_that_the_mandates_share(world, from_on, until_on, is_refused):
    grant(world, "DEB-0999", "cashier", from_on=TODAY, until_on=TODAY + timedelta(days=5))
    days = {"from_on": from_on, "until_on": until_on}
    if is_refused:
        with pytest.raises(rules.IncompatibleMandates):
            grant(world, "DEB-0999", "release_officer", **days)
    else:
        assert grant(world, "DEB-0999", "release_officer", **days)


def test_a_forbidden_pair_counts_only_at_one_place_and_everywhere_includes_it(world):
    grant(world, "DEB-0999", "cashier")
    assert grant(world, "DEB-0999", "release_officer", by=world.node, place=world.ghadames)
    with pytest.raises(rules.IncompatibleMandates):
        commands.grant_mandate(
            world.node, "DEB-0999", function="release_officer", place=None, from_on=TODAY, until_on=None, at=NOON
        )


def test_an_ended_mandate_makes_room_for_the_other_of_the_pair(world):
    first = grant(world, "DEB-0999", "cashier")
    commands.end_mandate(world.node, first.pk, at=NOON)
    assert grant(world, "DEB-0999", "release_officer")


@pytest.mark.parametrize(
    ("kind", "function", "is_refused"),
    [
        ("officer", "gate_officer", False),
        ("officer", "declarant", True),
        ("officer", "gate_station", True),
        ("officer", "nothing_of_this_name", True),
        ("station", "gate_station", False),
        ("station", "gate_officer", True),
        ("partner", "gate_officer", True),
    ],
)
def test_a_function_suits_the_kind_of_its_holder(world, kind, function, is_refused):
    Actor.objects.create(key="one-more", kind=kind, name="x", place=world.debdeb)
    if is_refused:
        with pytest.raises(rules.FunctionNotForKind):
            grant(world, "one-more", function)
    else:
        assert grant(world, "one-more", function)


def test_a_declarant_holds_the_declarants_function_only():
    assert rules.functions_for("declarant") == ("declarant",)


def test_a_mandate_does_not_end_before_it_begins(world):
    with pytest.raises(rules.EndsBeforeItBegins):
        grant(world, "DEB-0999", "gate_officer", until_on=TODAY - timedelta(days=1))
    with pytest.raises(rules.NoSuchRecord):
        grant(world, "nobody", "gate_officer")


def test_a_key_holds_its_holder_to_its_verbs_and_nobody_else(world):
    gate = world.officers["gate_officer"]
    with mandates.no_key_in_use():
        mandates.use_key(gate, ["crossings.note_gate_in"])
        read_again = Actor.objects.get(pk=gate.pk)
        assert mandates.may(read_again, "crossings.note_gate_in", place="dz.debdeb", at=NOON)
        assert not mandates.may(read_again, "crossings.announce", place="dz.debdeb", at=NOON)
        assert mandates.verbs_of(gate, NOON) == {"crossings.note_gate_in"}
        assert mandates.places_of(gate, "crossings.announce", NOON) == []
        assert mandates.may(world.officers["yard_officer"], "crossings.announce", place="dz.debdeb", at=NOON)
        assert mandates.may(world.node, "crossings.clear", at=NOON)
        with pytest.raises(rules.NotMandated):
            commands.choose_language(gate, gate.key, language="fr", at=NOON)
    assert mandates.may(gate, "crossings.announce", place="dz.debdeb", at=NOON)


def test_an_inactive_actor_holds_nothing(world):
    Actor.objects.filter(key="DEB-0001").update(is_active=False)
    assert mandates.verbs_of(world.officers["gate_officer"], NOON) == frozenset()


def test_an_actor_without_a_place_is_held_to_the_day_of_utc(world):
    gate = world.officers["gate_officer"]
    gate.place = None
    assert mandates.held_by(gate, NOON).count() == 1
    assert mandates.held_by(gate, NOON.replace(year=2025)).count() == 0


def test_everywhere_asks_for_a_mandate_bound_to_no_place(world):
    gate = world.officers["gate_officer"]
    assert not mandates.may(gate, "crossings.announce", place=mandates.EVERYWHERE, at=NOON)
    Mandate.objects.filter(actor=gate).update(place=None)
    assert mandates.may(gate, "crossings.announce", place=mandates.EVERYWHERE, at=NOON)
    assert set(mandates.places_of(gate, "crossings.announce", NOON)) == {"dz.debdeb", "ly.ghadames"}
    assert set(mandates.places_of(world.node, "crossings.announce", NOON)) == {"dz.debdeb", "ly.ghadames"}


def test_a_mandate_is_not_asked_for_without_an_instant(world):
    with pytest.raises(ValueError, match="without an instant"):
        mandates.require(world.node, "crossings.announce")
    assert journal.current() is None
    mandates.require_own(world.stranger, world.stranger.key, "base.choose_language")


def test_a_mandate_asked_for_outside_an_act_is_only_told(world):
    assert mandates.require(world.node, "crossings.announce", at=NOON) == "node"
    assert mandates.require(world.officers["gate_officer"], "crossings.announce", at=NOON).startswith("M-")


def test_two_functions_without_a_forbidden_pair_meet_in_one_person(world):
    grant(world, "DEB-0999", "gate_officer")
    assert grant(world, "DEB-0999", "weigh_officer")
    assert {"crossings.note_gate_in", "crossings.note_weight"} <= mandates.verbs_of(world.stranger, NOON)


def test_who_administers_a_place_does_not_end_the_mandate_of_who_administers_the_node(world):
    mandate = world.officers["node_administrator"].mandates.get()
    with pytest.raises(rules.BeyondOwnMandate):
        commands.end_mandate(world.officers["place_administrator"], mandate.pk, at=NOON)
    mandate.refresh_from_db()
    assert mandate.ended_at is None
