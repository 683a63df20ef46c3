"""Whatever officers do to a truck, in any order, it never leaves unless it may, and its events tell its state."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Passage
from mabar.lib.refusals import Refusal
from tests.crossings.yard import announce, attach, lines
from tests.world import NOON, World

STEPS = {
    "join_queue": {},
    "note_gate_in": {"plate": "99417-322-33", "seals": ["DZ 0091874"], "documents": 1},
    "note_weight": {"gross_mass_g": 27_000_000, "tare_mass_g": 15_000_000, "is_empty": False},
    "present": {},
    "turn_back": {"reason": "x"},
    "withdraw": {"reason": "x"},
    "correct_event": {"reason": "x"},
}


class Truck(RuleBasedStateMachine):
    """One truck and everything that may be done to it."""

    yard: World

    @initialize()
    def is_announced(self) -> None:
        self.at = NOON
        self.held: list[int] = []
        self.before = lines("note_gate_out")
        Passage.objects.filter(state__in=rules.LIVE).update(state="withdrawn")
        self.key = announce(self.yard)

    def done(self, act: str, officer: str, **facts: object) -> Passage | None:
        self.at += timedelta(minutes=1)
        actor = self.yard.officers[officer]
        try:
            return getattr(commands, act)(actor, self.key, at=self.at, **facts)
        except Refusal:
            return None

    @rule(act=some.sampled_from(sorted(STEPS)))
    def takes_a_step(self, act: str) -> None:
        self.done(act, "yard_officer", **STEPS[act])

    @rule()
    def goes_along_the_road(self) -> None:
        for act in ("join_queue", "note_gate_in", "note_weight", "present"):
            self.done(act, "yard_officer", **STEPS[act])

    @rule()
    def is_held(self) -> None:
        if self.done("hold", "police_officer", wants="w", reason="r"):
            self.held.append(Passage.objects.get(key=self.key).holds.latest("pk").pk)

    @rule()
    def is_let_go(self) -> None:
        if self.held:
            self.done("lift_hold", "police_officer", hold=self.held.pop(), note="")

    @rule(number=some.integers(0, 2), is_cleared=some.booleans())
    def is_loaded(self, number: int, is_cleared: bool) -> None:
        try:
            attach(self.yard, self.key, f"D{number}", is_cleared=is_cleared)
        except Refusal:
            return

    @rule(number=some.integers(0, 2))
    def is_unloaded(self, number: int) -> None:
        self.done("detach", "registrar", declaration=f"D{number}")

    @rule(number=some.integers(0, 2))
    def is_cleared(self, number: int) -> None:
        self.done("clear", "release_officer", declaration=f"D{number}")

    @rule(seal=some.sampled_from(["DZ 0091874", "dz0091874", "DZ 0091847"]))
    def leaves(self, seal: str) -> None:
        found = queries.passage(self.key)
        may = (
            found.row.state == "presented"
            and not found.open_holds
            and bool(found.declarations)
            and all(link.is_cleared for link in found.declarations)
            and seal != "DZ 0091847"
        )
        left = self.done("note_gate_out", "yard_officer", seals=[seal])
        assert (left is not None) == may
        self.before += may

    @invariant()
    def its_events_tell_its_state(self) -> None:
        passage = Passage.objects.get(key=self.key)
        events = [queries.as_step(event) for event in passage.events.order_by("pk")]
        assert rules.replay(events) == passage.state == events[-1].state_after

    @invariant()
    def its_hours_follow_from_its_events(self) -> None:
        passage = Passage.objects.get(key=self.key)
        done = {step.kind for step in rules.standing(queries.as_step(event) for event in passage.events.order_by("pk"))}
        hours = {
            "join_queue": passage.queued_at,
            "note_gate_in": passage.gate_in_at,
            "note_weight": passage.weighed_at,
            "present": passage.presented_at,
            "note_gate_out": passage.gate_out_at,
            "close": passage.closed_at,
        }
        assert {act for act, hour in hours.items() if hour is not None} == done & set(hours)

    @invariant()
    def each_gate_out_has_one_line(self) -> None:
        assert lines("note_gate_out") == self.before


@pytest.mark.django_db
def test_a_truck_never_leaves_unless_it_may(yard) -> None:
    machine = type("TruckHere", (Truck,), {"yard": yard})
    run(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
