"""The same event sent twice is one event; a version that is not the newest is out of turn."""

import pytest

from mabar.base.models import Actor
from mabar.base.rules import NotMandated
from mabar.crossings import commands, rules
from mabar.crossings.models import Hold, Passage, PassageEvent
from tests.crossings.yard import PLATE, SEAL, announce, attach, clear, hold, lines, truck
from tests.world import NOON

# act: the state it begins in, the post of who does it, its facts
ACTS = {
    "join_queue": ("announced", "gate_officer", {}),
    "note_gate_in": ("queued", "gate_officer", {"plate": PLATE, "seals": [SEAL], "documents": 2}),
    "note_weight": ("gate_in", "weigh_officer", {"gross_mass_g": 9, "tare_mass_g": 4, "is_empty": False}),
    "present": ("weighed", "gate_officer", {}),
    "note_gate_out": ("presented", "gate_officer", {"seals": [SEAL]}),
    "withdraw": ("queued", "gate_officer", {}),
    "turn_back": ("weighed", "gate_officer", {"reason": "x"}),
    "correct_event": ("weighed", "yard_officer", {"reason": "x"}),
    "record_seal": ("weighed", "inspector", {"seal": "X", "report": "r"}),
    "hold": ("weighed", "police_officer", {"wants": "w", "reason": "r"}),
    "lift_hold": ("weighed", "police_officer", {"note": ""}),
    "attach": ("weighed", "registrar", {"declaration": "D2", "reference": "r", "packages": 1, "gross_mass_g": 1}),
    "detach": ("weighed", "registrar", {"declaration": "D1"}),
    "clear": ("weighed", "release_officer", {"declaration": "D1"}),
    "mark_lane": ("weighed", "registrar", {"declaration": "D1", "colour": "red"}),
    "note_number": ("weighed", "node", {"declaration": "D1", "reference": "DZ30A-2026-C-000001"}),
}


def ready(yard, act: str) -> tuple[str, dict]:
    state, _, facts = ACTS[act]
    key = truck(yard, state)
    if act == "note_gate_out":
        clear(yard, key)
    if act == "lift_hold":
        facts = {**facts, "hold": hold(yard, key)}
    return key, facts


def actor_of(yard, act: str) -> Actor:
    desk = ACTS[act][1]
    return yard.node if desk == "node" else yard.officers[desk]


def do(yard, act: str, key: str, facts: dict, **more) -> Passage:
    return getattr(commands, act)(actor_of(yard, act), key, at=NOON, **facts, **more)


@pytest.mark.parametrize("act", ACTS)
def test_an_event_sent_twice_is_one_event_with_one_line(yard, act) -> None:
    key, facts = ready(yard, act)
    before = lines(act)
    once = do(yard, act, key, facts, event_key="e-7")
    again = do(yard, act, key, facts, event_key="e-7")
    assert (again.key, again.state, again.version) == (once.key, once.state, once.version)
    assert lines(act) == before + 1
    assert PassageEvent.objects.filter(passage=key, event_key="e-7").count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_the_event_keeps_the_key_of_its_sender(yard, act) -> None:
    key, facts = ready(yard, act)
    do(yard, act, key, facts, event_key="e-7")
    event = PassageEvent.objects.get(passage=key, event_key="e-7")
    assert (event.kind, event.by) == (act, actor_of(yard, act).key)


@pytest.mark.parametrize("act", ACTS)
def test_whoever_saw_an_older_version_is_out_of_turn_and_changes_nothing(yard, act) -> None:
    key, facts = ready(yard, act)
    row = Passage.objects.filter(key=key).values().get()
    before = lines(act)
    with pytest.raises(rules.OutOfTurn) as refused:
        do(yard, act, key, facts, version=row["version"] - 1)
    assert refused.value.details == {"verb": act, "state": row["state"]}
    assert Passage.objects.filter(key=key).values().get() == row
    assert lines(act) == before


@pytest.mark.parametrize("act", ACTS)
def test_every_act_makes_a_new_version(yard, act) -> None:
    key, facts = ready(yard, act)
    version = Passage.objects.get(key=key).version
    done = do(yard, act, key, facts, version=version)
    assert done.version > version
    assert Passage.objects.get(key=key).version == done.version


def test_an_event_sent_again_after_others_is_still_the_same_event(yard) -> None:
    key = announce(yard)
    officer = yard.officers["gate_officer"]
    commands.join_queue(officer, key, at=NOON, event_key="1")
    commands.note_gate_in(officer, key, plate=PLATE, seals=[SEAL], documents=1, at=NOON, event_key="2")
    assert commands.join_queue(officer, key, at=NOON, event_key="1", version=1).state == "gate_in"
    assert lines("join_queue") == 1


def test_one_event_key_for_two_acts_is_refused(yard) -> None:
    key = announce(yard)
    officer = yard.officers["gate_officer"]
    commands.join_queue(officer, key, at=NOON, event_key="1")
    with pytest.raises(rules.EventKeyReused) as refused:
        commands.withdraw(officer, key, at=NOON, event_key="1")
    assert refused.value.details == {"event_key": "1", "kind": "join_queue"}
    assert lines("withdraw") == 0


def test_another_senders_event_key_is_his_own(yard) -> None:
    key = announce(yard)
    commands.join_queue(yard.officers["gate_officer"], key, at=NOON, event_key="1")
    hold(yard, key, event_key="1")
    hold(yard, key, "plant_health_officer", event_key="1")
    assert Hold.objects.count() == 2
    with pytest.raises(rules.OutOfTurn):
        commands.join_queue(yard.officers["yard_officer"], key, at=NOON, event_key="1")


def test_acts_without_an_event_key_are_never_taken_for_the_same(yard) -> None:
    key = announce(yard)
    attach(yard, key)
    attach(yard, key, "D2")
    assert lines("attach") == 2


def test_who_has_no_mandate_learns_nothing_from_anothers_event_key(yard) -> None:
    key = announce(yard)
    commands.join_queue(yard.officers["gate_officer"], key, at=NOON, event_key="1")
    with pytest.raises(NotMandated):
        commands.join_queue(yard.across["gate_officer"], key, at=NOON, event_key="1")
