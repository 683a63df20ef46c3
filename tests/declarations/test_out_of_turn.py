"""Whoever saw an older version is out of turn, and whoever works at another crossing has no mandate: act by act."""

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import pytest

from mabar.base.models import Actor
from mabar.base.rules import NotMandated
from mabar.crossings.models import Passage
from mabar.declarations import commands, rules
from mabar.declarations.commands import Found
from mabar.declarations.models import Declaration
from tests.crossings import yard
from tests.declarations import desk
from tests.declarations.desk import fresh, in_lane, lodge, record_for
from tests.declarations.records import SEED
from tests.world import NOON, World

pytestmark = pytest.mark.sqlite  # each act has its own tests on both


@dataclass(frozen=True)
class Act:
    """An act in turn: who does it, on a declaration that was brought so far, with what."""

    desk: str
    ready: Callable[[World], Declaration]
    facts: dict[str, Any] | Callable[[World], dict[str, Any]] = field(default_factory=dict)


def _checked(world: World) -> Declaration:
    declaration = in_lane(world, "red")
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    return fresh(declaration)


def _to_be_scanned(world: World) -> Declaration:
    declaration = _checked(world)
    Declaration.objects.filter(key=declaration.key).update(is_scan_due=True)
    return declaration


def _to_be_drawn(world: World) -> Declaration:
    desk.second_inspector(world)
    return _checked(world)


def _drawn(world: World) -> Declaration:
    """Let the inspector of Debdeb be one of the two."""
    declaration = _to_be_drawn(world)
    commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON)
    return fresh(declaration)


def _queried(world: World) -> Declaration:
    declaration = in_lane(world, "yellow")
    commands.query(world.officers["examiner"], declaration.key, text="Which model?", at=NOON)
    return fresh(declaration)


def _answered(world: World) -> Declaration:
    declaration = _queried(world)
    commands.answer_query(world.broker, declaration.key, answer="The older one", at=NOON)
    return fresh(declaration)


def _back_to(state: str, **columns: Any) -> Callable[[World], Declaration]:
    """Give a declaration a step back that lodging takes by itself."""

    def ready(world: World) -> Declaration:
        declaration = in_lane(world, "yellow")
        Declaration.objects.filter(key=declaration.key).update(state=state, **columns)
        return fresh(declaration)

    return ready


def _at_the_yard(world: World) -> Declaration:
    yard.open_yard(world)
    return in_lane(world, "yellow")


def _on_a_truck(world: World) -> Declaration:
    declaration = _at_the_yard(world)
    commands.attach(world.broker, declaration.key, at=NOON, **_truck(world))
    return fresh(declaration)


def _truck(world: World) -> dict[str, Any]:
    return {"passage": yard.announce(world), "packages": 5, "gross_mass_g": 500}


def _in_the_national_system(world: World) -> Declaration:
    keeper = {"place": desk.DEB, "regime": "import", "flow": "import", "keeper": rules.NATIONAL, "system": "ALCES"}
    commands.change_register(world.officers["node_administrator"], from_on=NOON.date(), at=NOON, **keeper)
    return lodge(world)


def _paid_too_much(world: World) -> Declaration:
    declaration = desk.settled(world)
    less = {"amount_minor": 200_000, "currency": "DZD", "reason": "fewer pumps"}
    commands.reassess(world.officers["assessor"], declaration.key, at=NOON, **less)
    return fresh(declaration)


def _paid_under_guarantee(world: World) -> Declaration:
    declaration = desk.assessed(world)
    for act, reference in ((commands.note_guarantee, "G-1"), (commands.note_payment, "R-1")):
        act(world.officers["cashier"], declaration.key, reference=reference, at=NOON, **OWED)
    return fresh(declaration)


OWED = {"amount_minor": 250_000, "currency": "DZD"}
CLAIM = {"claimed": "registered", "reference": "C 4711", "on": NOON.date(), "received_from": "ALCES"}
ACTS = {
    "register": Act("registrar", _back_to("lodged")),
    "draw_lane": Act("registrar", _back_to("registered"), {"seed": SEED}),
    "refuse": Act("registrar", _back_to("lodged"), {"reason": "no invoice"}),
    "note_national_state": Act("registrar", _in_the_national_system, CLAIM),
    "cancel": Act("registrar", _back_to("lane_assigned"), {"reason": "goods stay"}),
    "amend": Act("registrar", _back_to("lane_assigned"), {"record": record_for("green"), "seed": SEED}),
    "attach": Act("registrar", _at_the_yard, _truck),
    "detach": Act("declarant", _on_a_truck, lambda _: {"passage": Passage.objects.get().key}),
    "change_lane": Act("head_of_inspection", _back_to("lane_assigned"), {"lane": "red", "reason": "broken seal"}),
    "check_documents": Act("examiner", _back_to("lane_assigned")),
    "note_scan": Act("scanner_officer", _to_be_scanned, {"image": "S-1", "outcome": "nothing"}),
    "assign_team": Act("head_of_inspection", _to_be_drawn, {"seed": "s"}),
    "inspect": Act("inspector", _drawn, {"found": [Found("mass", item=1, details="20 kg more")]}),
    "query": Act("examiner", _back_to("lane_assigned"), {"text": "Which model?"}),
    "answer_query": Act("declarant", _queried, {"answer": "The older one"}),
    "settle_query": Act("examiner", _answered),
    "assess": Act("assessor", lambda world: desk.examined(world, "yellow"), OWED),
    "note_payment": Act("cashier", desk.assessed, {"reference": "R-1", **OWED}),
    "note_guarantee": Act("cashier", desk.assessed, {"reference": "G-1", **OWED}),
    "note_refund": Act("cashier", _paid_too_much, {"reference": "B-1", "amount_minor": 50_000, "currency": "DZD"}),
    "free_guarantee": Act("cashier", _paid_under_guarantee, {"reference": "G-1", **OWED}),
    "reassess": Act("assessor", desk.settled, {**OWED, "reason": "found as declared"}),
    "release": Act("release_officer", desk.settled),
}
OF_A_DRAFT = {"confirm_step", "save_draft"}  # their version is the draft's


def _do(name: str, actor: Actor, declaration: Declaration, facts: dict[str, Any], **more: Any) -> Any:
    return getattr(commands, name)(actor, declaration.key, at=NOON, **facts, **more)


def _brought(world: World, name: str) -> tuple[Actor, Declaration, dict[str, Any]]:
    act = ACTS[name]
    declaration = act.ready(world)
    actor = world.broker if act.desk == "declarant" else world.officers[act.desk]
    return actor, declaration, act.facts(world) if callable(act.facts) else act.facts


@pytest.mark.parametrize("name", ACTS)
def test_whoever_saw_another_version_reads_again_and_nothing_is_changed(world, name):
    actor, declaration, facts = _brought(world, name)
    with pytest.raises(rules.OutOfTurn):
        _do(name, actor, declaration, facts, version=declaration.version - 1)
    assert fresh(declaration).version == declaration.version
    _do(name, actor, declaration, facts, version=declaration.version)
    assert fresh(declaration).version > declaration.version


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.desk != "declarant"])
def test_the_desk_of_another_crossing_has_no_mandate(world, name):
    _, declaration, facts = _brought(world, name)
    with pytest.raises(NotMandated):
        _do(name, world.across[ACTS[name].desk], declaration, facts)
    assert fresh(declaration).version == declaration.version


# On the status of a firm; their own tests are in test_operators.
OF_AN_OPERATOR = {
    *("suspend_operator", "reinstate_operator", "withdraw_operator"),
    *("recognise_operator", "end_recognition"),
}


def test_every_act_that_takes_a_version_stands_here():
    named = {name for name in commands.__all__ if "version" in signature(getattr(commands, name)).parameters}
    assert named - OF_A_DRAFT - OF_AN_OPERATOR == set(ACTS)


# What an act wants said, as the refusal names it, and how long it may be.
SAID = {
    ("refuse", "reason"): ("reason", 500),
    ("cancel", "reason"): ("reason", 500),
    ("change_lane", "reason"): ("reason", 500),
    ("note_scan", "image"): ("image", 500),
    ("note_scan", "outcome"): ("outcome", 500),
    ("query", "text"): ("query", 2000),
    ("answer_query", "answer"): ("answer", 4000),
    ("note_payment", "reference"): ("reference", 80),
    ("note_guarantee", "reference"): ("reference", 80),
    ("note_refund", "reference"): ("reference", 80),
    ("free_guarantee", "reference"): ("reference", 80),
    ("reassess", "reason"): ("reason", 500),
    ("note_national_state", "reference"): ("reference", 80),
    ("note_national_state", "received_from"): ("received_from", 120),
}


@pytest.mark.parametrize(("name", "fact"), SAID, ids="-".join)
def test_what_must_be_said_is_neither_empty_nor_too_long(world, name, fact):
    what, longest = SAID[name, fact]
    actor, declaration, facts = _brought(world, name)
    with pytest.raises(rules.NothingSaid) as empty:
        _do(name, actor, declaration, {**facts, fact: " "})
    with pytest.raises(rules.LongerThanAllowed) as long:
        _do(name, actor, declaration, {**facts, fact: "x" * (longest + 1)})
    assert empty.value.details == {"what": what}
    assert long.value.details == {"what": what, "length": longest + 1, "longest": longest}
    _do(name, actor, declaration, {**facts, fact: "x" * longest})
