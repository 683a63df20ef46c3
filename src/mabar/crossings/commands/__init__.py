"""The acts of the crossings."""

from mabar.crossings.commands.announcing import announce, lapse, note_origin, withdraw
from mabar.crossings.commands.correcting import correct_event
from mabar.crossings.commands.hearing import note_far_side
from mabar.crossings.commands.holding import hold, lift_hold
from mabar.crossings.commands.loading import attach, clear, detach, mark_lane, note_number
from mabar.crossings.commands.opening import change_lane, change_opening, establish, state_hours
from mabar.crossings.commands.steps import (
    join_queue,
    note_gate_in,
    note_gate_out,
    note_weight,
    present,
    record_seal,
    turn_back,
)

__all__ = [
    "announce",
    "attach",
    "change_lane",
    "change_opening",
    "clear",
    "correct_event",
    "detach",
    "establish",
    "hold",
    "join_queue",
    "lapse",
    "lift_hold",
    "mark_lane",
    "note_far_side",
    "note_gate_in",
    "note_gate_out",
    "note_number",
    "note_origin",
    "note_weight",
    "present",
    "record_seal",
    "state_hours",
    "turn_back",
    "withdraw",
]
