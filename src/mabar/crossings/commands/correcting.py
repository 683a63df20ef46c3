"""Undoing an event by a correcting event; no row of what happened is changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.crossings import messages, queries, rules, seats, telling, turns
from mabar.crossings.models import Passage, PassageEvent
from mabar.crossings.queries.transshipments import brings_signed_goods, under_way_with
from mabar.crossings.rules import transshipping
from mabar.exchange import outbox

# What each step wrote, as it was before the step.
EMPTIED: Mapping[str, Mapping[str, Any]] = {
    "join_queue": {"queued_at": None, "gate": None},
    "note_gate_in": {"gate_in_at": None},
    "note_weight": {"weighed_at": None, "gross_mass_g": None, "tare_mass_g": None, "is_empty": None},
    "present": {"presented_at": None},
    "note_gate_out": {"gate_out_at": None},
    "close": {"closed_at": None},
}


@once
def correct_event(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Undo the newest step that stands; whoever corrects must hold the verb of the step as well.

    A gate-out that closed the passage is undone together with the closing, and the neighbours are told.

    Raises:
        NotMandated, ReasonMissing, NothingToCorrect, ProtocolSigned, TransshipmentUnderWay.
        AnnouncedBefore: the truck has been announced again since.
    """
    with journal.writes(actor, "crossings.correct_event", key, at=at, reason=reason) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.correct_event", place=passage.place_id)
        facts = {"reason": rules.check_reason(reason)}
        events = {event.pk: event for event in passage.events.order_by("pk")}
        chosen = [events[step.number] for step in rules.to_undo(map(queries.as_step, events.values()))]
        turns.refuse_second_passage(passage)
        transshipping.check_free(passage.plate, under_way=under_way_with(key))
        if chosen[-1].kind == "note_gate_in" and brings_signed_goods(key):
            raise rules.ProtocolSigned()
        for event in chosen:
            verb = rules.UNDONE_BY.get(event.kind, event.kind)
            mandates.require(actor, f"crossings.{verb}", place=passage.place_id)
            _undo(actor, passage, event, at=at, event_key=event_key, facts=facts)
            event_key = ""
        line.note(undone=[event.kind for event in chosen])
        _follow(actor, passage, chosen, at)
    return passage


def _undo(
    actor: Actor, passage: Passage, event: PassageEvent, *, at: datetime, event_key: str, facts: dict[str, Any]
) -> None:
    before = passage.state
    taken = event.facts.get("seals_taken", [])
    seals = [seal for seal in passage.seals if seal not in taken]
    write(passage, state=event.state_before, seals=seals, **EMPTIED.get(event.kind, {}))
    told = facts | {"undone": event.kind}
    turns.note(actor, passage, "correct_event", before=before, at=at, event_key=event_key, facts=told, corrects=event)


def _follow(actor: Actor, passage: Passage, undone: list[PassageEvent], at: datetime) -> None:
    """Do what the state now reached asks for: its timers, and a word to whoever was told of the gate-out."""
    if passage.state == "announced":
        _await_again(actor, passage, at)
    if any(event.kind in ("turn_back", "withdraw") for event in undone):
        seats.take_again(passage, at)
    if any(event.kind == "note_gate_out" for event in undone):
        outbox.leave(
            outbox.HERE,
            messages.GateOutUndone(
                passage=passage.key,
                place=passage.place_id,
                direction=passage.direction,
                declarations=queries.declarations_on(passage.key),
                at=at,
            ),
            at=at,
        )
        telling.tell_exit_undone(passage, at)


def _await_again(actor: Actor, passage: Passage, at: datetime) -> None:
    turns.start_lapse(passage, at)
    seats.await_again(passage)
    standing = turns.exception_of(passage)
    if standing is not None:
        # it rested on an arrival that was none
        turns.end_exception(standing, by=actor.key, words="", at=at)
