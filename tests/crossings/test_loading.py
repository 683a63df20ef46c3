"""Declarations on trucks: attached, marked with their lane, cleared, taken off."""

import pytest

from mabar.base import journal, mandates
from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Passage, PassageDeclaration
from tests.crossings.yard import SEAL, announce, attach, clear, later, lines, step, truck
from tests.world import NOON


def test_a_declaration_is_put_on_a_truck_with_its_share_and_its_seals(yard) -> None:
    key = announce(yard)
    passage = attach(yard, key, seals=["B 2", SEAL], lane="yellow")
    link = PassageDeclaration.objects.get()
    assert (link.declaration, link.reference, link.packages, link.gross_mass_g) == (
        "D1",
        "DEB-2026-C-D1",
        10,
        12_000_000,
    )
    assert (link.lane, link.cleared_at) == ("yellow", None)
    assert passage.seals == [SEAL, "B 2"]
    event = passage.events.latest("pk")
    assert (event.kind, event.state_after, event.facts) == (
        "attach",
        "announced",
        {
            "declaration": "D1",
            "reference": "DEB-2026-C-D1",
            "is_cleared": False,
            "packages": 10,
            "gross_mass_g": 12_000_000,
        },
    )
    body = JournalLine.objects.get(verb="crossings.attach").facts.body
    assert body == '{"declaration":"D1","gross_mass_g":12000000,"packages":10}'


def test_a_declaration_released_before_is_cleared_as_it_is_attached(yard) -> None:
    attach(yard, announce(yard), is_cleared=True, at=later(3))
    assert PassageDeclaration.objects.get().cleared_at == later(3)


def test_a_broker_attaches_and_takes_off(yard) -> None:
    key = announce(yard)
    share = {"declaration": "D1", "reference": "r", "packages": 1, "gross_mass_g": 1}
    commands.attach(yard.broker, key, at=NOON, **share)
    commands.detach(yard.broker, key, declaration="D1", at=NOON)
    assert not PassageDeclaration.objects.exists()


def test_a_declaration_is_on_a_truck_once(yard) -> None:
    key = announce(yard)
    attach(yard, key)
    with pytest.raises(rules.AttachedBefore) as refused:
        attach(yard, key)
    assert refused.value.details == {"reference": "DEB-2026-C-D1"}
    assert lines("attach") == 1


def test_a_declaration_travels_on_several_trucks_but_never_more_than_it_says(yard) -> None:
    whole = rules.Load(20, 24_000_000)
    first, second, third = (announce(yard, plate=f"1-{n}") for n in range(3))
    attach(yard, first, whole=whole)
    with pytest.raises(rules.MassesExceeded):
        attach(yard, second, whole=whole, packages=11)
    attach(yard, second, whole=whole)
    with pytest.raises(rules.MassesExceeded) as refused:
        attach(yard, third, whole=whole, packages=1, gross_mass_g=1)
    assert refused.value.details["packages"] == 21
    assert {each.passage.key for each in queries.passages_of("D1")} == {first, second}


def test_a_truck_that_was_turned_back_carries_nothing(yard) -> None:
    whole = rules.Load(10, 12_000_000)
    first = truck(yard, "queued")
    commands.turn_back(yard.officers["gate_officer"], first, reason="x", at=NOON)
    second = announce(yard)
    attach(yard, second, whole=whole)
    assert queries.load_elsewhere("D1", first) == rules.Load(10, 12_000_000)
    assert queries.load_elsewhere("D1", second) == rules.Load(0, 0)


def test_what_left_on_another_truck_counts(yard) -> None:
    truck(yard, "closed")
    with pytest.raises(rules.MassesExceeded):
        attach(yard, announce(yard), whole=rules.Load(10, 12_000_000), packages=1, gross_mass_g=1)


def test_nothing_is_put_on_a_truck_that_has_left(yard) -> None:
    key = truck(yard, "closed")
    with pytest.raises(rules.OutOfTurn):
        attach(yard, key, "D2")
    with pytest.raises(rules.OutOfTurn):
        commands.detach(yard.officers["registrar"], key, declaration="D1", at=NOON)


def test_a_declaration_taken_off_leaves_an_event_and_no_link(yard) -> None:
    key = truck(yard, "gate_in")
    passage = commands.detach(yard.officers["registrar"], key, declaration="D1", at=later(1))
    assert not passage.declarations.exists()
    event = passage.events.latest("pk")
    assert (event.kind, event.facts) == (
        "detach",
        {"declaration": "D1", "reference": "DEB-2026-C-D1", "packages": 10},
    )


def test_a_cancelled_declaration_comes_off_a_truck_that_never_came(yard) -> None:
    key = truck(yard)
    commands.withdraw(yard.officers["gate_officer"], key, at=NOON)
    commands.detach(yard.officers["registrar"], key, declaration="D1", at=NOON)
    assert not PassageDeclaration.objects.exists()


def test_clearing_lets_the_goods_of_one_declaration_go(yard) -> None:
    key = truck(yard, "presented")
    attach(yard, key, "D2")
    passage = commands.clear(yard.officers["release_officer"], key, declaration="D1", at=later(8))
    links = {link.declaration: link.cleared_at for link in passage.declarations.all()}
    assert links == {"D1": later(8), "D2": None}
    event = passage.events.latest("pk")
    assert (event.kind, event.facts) == ("clear", {"declaration": "D1", "reference": "DEB-2026-C-D1"})
    assert not queries.passage(key).is_cleared


def test_a_declaration_is_cleared_once(yard) -> None:
    key = truck(yard)
    clear(yard, key)
    with pytest.raises(rules.ClearedBefore) as refused:
        clear(yard, key)
    assert refused.value.details == {"reference": "DEB-2026-C-D1", "at": "2026-11-22 12:00"}
    assert lines("clear") == 1


def test_a_lane_is_marked_and_marked_anew(yard) -> None:
    key = truck(yard)
    registrar = yard.officers["registrar"]
    commands.mark_lane(registrar, key, declaration="D1", colour="yellow", at=NOON)
    passage = commands.mark_lane(yard.officers["head_of_inspection"], key, declaration="D1", colour="red", at=NOON)
    assert PassageDeclaration.objects.get().lane == "red"
    assert passage.events.latest("pk").facts == {
        "declaration": "D1",
        "reference": "DEB-2026-C-D1",
        "colour": "red",
        "before": "yellow",
    }
    commands.mark_lane(registrar, key, declaration="D1", colour="", at=NOON)
    assert queries.passage(key).lane is None


@pytest.mark.parametrize("act", ["detach", "clear", "mark_lane"])
def test_a_declaration_that_is_not_on_the_truck_is_not_found(yard, act) -> None:
    key = truck(yard)
    facts = {"colour": "red"} if act == "mark_lane" else {}
    with pytest.raises(NoSuchRecord) as refused:
        getattr(commands, act)(yard.node, key, declaration="D9", at=NOON, **facts)
    assert refused.value.details == {"key": "D9"}
    assert lines(act) == 0


def test_nobody_touches_the_papers_of_a_truck_without_a_mandate(yard) -> None:
    key = truck(yard)
    for actor in (yard.officers["gate_officer"], yard.across["registrar"]):
        with pytest.raises(NotMandated):
            commands.attach(actor, key, declaration="D2", reference="r", packages=1, gross_mass_g=1, at=NOON)
        with pytest.raises(NotMandated):
            commands.detach(actor, key, declaration="D1", at=NOON)
        with pytest.raises(NotMandated):
            commands.clear(actor, key, declaration="D1", at=NOON)
        with pytest.raises(NotMandated):
            commands.mark_lane(actor, key, declaration="D1", colour="red", at=NOON)
    with pytest.raises(NotMandated):
        commands.clear(yard.broker, key, declaration="D1", at=NOON)


def test_an_act_of_the_declaration_carries_the_trucks_with_it_or_fails_with_them(yard) -> None:
    first, second = truck(yard), truck(yard, plate="5-5")
    clear(yard, second)
    release = yard.officers["release_officer"]

    def release_both() -> None:
        with journal.writes(release, "crossings.clear", "whole", at=NOON):
            mandates.require(release, "crossings.clear", place="dz.debdeb")
            for key in (first, second):
                clear(yard, key)

    with pytest.raises(rules.ClearedBefore):
        release_both()
    assert PassageDeclaration.objects.get(passage=first).cleared_at is None
    assert lines("clear") == 1


def test_a_seal_attached_with_the_papers_is_asked_for_at_the_gate(yard) -> None:
    key = announce(yard, seals=[])
    attach(yard, key, seals=["A 1"], is_cleared=True)
    step(yard, key, "queued")
    step(yard, key, "gate_in", seals=["A 1"])
    step(yard, key, "weighed")
    step(yard, key, "presented")
    with pytest.raises(rules.SealBroken):
        step(yard, key, "closed", seals=[])
    assert Passage.objects.get(key=key).state == "presented"
