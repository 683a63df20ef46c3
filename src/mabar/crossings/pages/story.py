"""The crossing line of a passage: what its events, and those of the passage across, say in the picture."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from mabar.crossings import crossing_line, messages, queries
from mabar.crossings.crossing_line import Event, Form, Message, Side, Story, Then, Which
from mabar.lib import words

FORMS: tuple[Form, ...] = ("wide", "medium", "narrow", "print")
# What the time after an event is: the truck waits, or somebody works on it.
THEN: dict[str, Then] = {
    "announce": "wait",
    "join_queue": "wait",
    "note_gate_in": "work",
    "note_weight": "work",
    "note_scan": "work",
    "present": "wait",
    "hold": "wait",
    "lift_hold": "wait",
    "clear": "work",
    "note_gate_out": "work",
    "turn_back": "work",
    "keep_diversion": "wait",
    "transship": "work",
}
# The steps by which a list shows how far a truck has come, and the stamp of each.
ROAD = (
    ("join_queue", "queued_at"),
    ("note_gate_in", "gate_in_at"),
    ("present", "presented_at"),
    ("note_gate_out", "gate_out_at"),
)
# Whose turn it is in each state.
TURN_OF = {"queued": "gate_officer", "gate_in": "weigh_officer", "weighed": "gate_officer", "presented": "gate_officer"}
LINE_WORDS = {
    messages.ExitNotice.KIND: "line.exit_notice",
    messages.ExitUndone.KIND: "line.exit_undone",
    messages.ArrivalNotice.KIND: "line.arrival_notice",
    messages.EntryRefused.KIND: "line.entry_refused",
}
MINOR = frozenset({"note_weight", "note_scan"})


def line_of(
    here: queries.PassageEnds, across: queries.PassageEnds | None, place: Any, *, language: str, now: datetime
) -> dict[str, str]:
    """Draw the line in each form; nothing where the crossing faces none, or where nothing stands yet."""
    if place.faces is None:
        return {}
    story = _story(here, across, place, language)
    if not story.past:
        return {}
    return {form: crossing_line.draw(story, language=language, form=form, now=now) for form in FORMS}


def _story(here: queries.PassageEnds, across: queries.PassageEnds | None, place: Any, language: str) -> Story:
    own: Which = "A" if here.row.direction == "exit" else "B"
    other: Which = "B" if own == "A" else "A"
    sides = {own: _side(place, here.row.direction, language)}
    sides[other] = _side(place.faces, "entry" if here.row.direction == "exit" else "exit", language)
    events = _events(_shown(here, is_alone=across is None), here, own, language)
    if across is not None:
        events += _events(_shown(across, is_alone=False), across, other, language)
    exported = here if own == "A" else across
    return Story(
        key=here.row.key,
        a=sides["A"],
        b=sides["B"],
        here=own,
        events=tuple(events),
        messages=tuple(_messages(here, exported, language) if across else ()),
        is_over=not here.row.is_live and not (across and across.row.is_live),
    )


def small_line_of(row: queries.PassageRow, place: Any, *, language: str, now: datetime) -> str:
    """Draw how far a truck has come, for lists; nothing where the crossing faces none."""
    if place.faces is None:
        return ""
    own: Which = "A" if row.direction == "exit" else "B"
    here, there = Side(place.name_in(language), place.clock), Side(place.faces.name_in(language), place.faces.clock)
    told = [(act, getattr(row, stamp)) for act, stamp in ROAD]
    if row.queued_at is None:
        told.insert(0, ("announce", row.announced_at))
    story = Story(
        key=row.key,
        a=here if own == "A" else there,
        b=there if own == "A" else here,
        here=own,
        events=tuple(_stop(act, at, own, language, now) for act, at in told),
        is_over=not row.is_live,
    )
    return crossing_line.draw(story, language=language, form="small", now=now)


def _stop(act: str, at: datetime | None, side: Which, language: str, now: datetime) -> Event:
    word = words.word("crossings", f"line.{act}", language)
    return Event(side, at or now, word, then=THEN[act], is_expected=at is None)


def told_across(there: queries.PassageEnds) -> queries.PassageEnds:
    """Leave away what is the other side's own: its holds and its lane."""
    events = tuple(event for event in there.events if event.kind not in ("hold", "lift_hold"))
    return replace(there, events=events, holds=(), lane=None, lane_number=None)


def _side(place: Any, direction: str, language: str) -> Side:
    note = f"{place.administration.name_in(language)} · {words.word('crossings', f'direction.{direction}', language)}"
    return Side(place.name_in(language), place.clock, note)


def _messages(here: queries.PassageEnds, exported: queries.PassageEnds | None, language: str) -> Iterator[Message]:
    told = [each for each in queries.told_about(here.row) if each.kind in LINE_WORDS]
    for each in told:
        # what an importing side sends goes from B to A
        is_from_a = each.is_outward == (here.row.direction == "exit")
        word = words.word("crossings", LINE_WORDS[each.kind], language)
        # of a notice that asks for no act, two receipts are all there are
        is_whole = each.kind != messages.ExitNotice.KIND and each.receipts == 2
        yield Message("A" if is_from_a else "B", each.at, word, receipts=3 if is_whole else each.receipts)
    # both crossings are this node's: that the truck stands announced across is all three receipts in one
    if not told and exported is not None and exported.row.gate_out_at is not None:
        yield Message("A", exported.row.gate_out_at, words.word("crossings", "line.exit_notice", language), receipts=3)


def _events(shown: Iterable[queries.EventRow], ends: queries.PassageEnds, side: Which, language: str) -> list[Event]:
    return [_event(event, ends, side, language) for event in shown]


def _shown(ends: queries.PassageEnds, *, is_alone: bool) -> Iterator[queries.EventRow]:
    """Choose what stands and is a step of the road, from the arrival on; of the clearings only the last.

    An announcement is shown where the line has nothing else: the truck is not there yet.
    """
    is_expected = is_alone and ends.row.queued_at is None
    began_at = ends.row.queued_at or ends.row.announced_at
    clearings = [event.number for event in ends.events if event.kind == "clear"]
    for event in ends.events:
        is_early = event.at < began_at or (event.kind == "announce" and not is_expected)
        is_partial = event.kind == "clear" and (event.number != clearings[-1] or not ends.is_cleared)
        if event.kind in THEN and event.corrected_by is None and not is_early and not is_partial:
            yield event


def _event(event: queries.EventRow, ends: queries.PassageEnds, side: Which, language: str) -> Event:
    # the lane is known to the yard from the gate on, so the gate-in bears its shape
    lane = (ends.lane or "") if event.kind == "note_gate_in" else ""
    then = "work" if event.kind == "lift_hold" and ends.is_cleared else THEN[event.kind]
    word = words.word("crossings", f"line.{event.kind}", language)
    return Event(side, event.at, word, then=then, lane=lane, is_minor=event.kind in MINOR)


def holder_of(ends: queries.PassageEnds) -> tuple[str, queries.HoldRow | None]:
    """Name in whose hands the truck is: the function whose turn it is, or the hold that keeps it."""
    if ends.open_holds:
        return "", ends.open_holds[0]
    if ends.row.state == "presented" and not ends.is_cleared:
        return "release_officer", None
    return TURN_OF.get(ends.row.state, ""), None
