"""The acts of the crossings."""

from mabar.crossings.commands.announcing import announce, lapse, note_origin, withdraw
from mabar.crossings.commands.answering import decline_diversion, keep_diversion
from mabar.crossings.commands.appointing import (
    ask_appointment,
    give_back_appointment,
    lapse_appointment,
    move_appointment,
)
from mabar.crossings.commands.correcting import correct_event
from mabar.crossings.commands.diverting import (
    accept_diversion,
    expire_offer,
    propose_diversion,
    refuse_diversion,
    state_capacity,
    withdraw_diversion,
)
from mabar.crossings.commands.excepting import call_forward, put_back, withdraw_exception
from mabar.crossings.commands.far_diverting import (
    hear_diversion_hours,
    hear_diversion_kept,
    hear_diversion_outcome,
    hear_diversion_proposed,
    hear_diversion_refused,
)
from mabar.crossings.commands.following import give_follow_link, withdraw_follow_link
from mabar.crossings.commands.hearing import note_far_side
from mabar.crossings.commands.holding import hold, lift_hold
from mabar.crossings.commands.loading import attach, clear, detach, mark_lane, note_number
from mabar.crossings.commands.opening import change_hours, change_lane, change_opening, establish
from mabar.crossings.commands.scanning import note_scan, set_scan_aside, settle_scan, take_scan
from mabar.crossings.commands.steps import (
    join_queue,
    note_gate_in,
    note_gate_out,
    note_weight,
    present,
    record_seal,
    turn_back,
)
from mabar.crossings.commands.tallying import confirm_tally, decide_difference, note_tally
from mabar.crossings.commands.transferring import countersign_protocol, note_loading, sign_protocol
from mabar.crossings.commands.transshipping import (
    abandon_transshipment,
    note_empty_exit,
    note_unloading,
    open_transshipment,
)
from mabar.crossings.commands.two_sided import (
    hear_settlement,
    hear_tally,
    hear_tally_asked,
    hear_tally_withdrawn,
    note_own_tally,
    settle_tallies,
)
from mabar.crossings.commands.weighing import Taken, set_weighing_aside, settle_weighing, take_weighing

__all__ = [
    "Taken",
    "abandon_transshipment",
    "accept_diversion",
    "announce",
    "ask_appointment",
    "attach",
    "call_forward",
    "change_hours",
    "change_lane",
    "change_opening",
    "clear",
    "confirm_tally",
    "correct_event",
    "countersign_protocol",
    "decide_difference",
    "decline_diversion",
    "detach",
    "establish",
    "expire_offer",
    "give_back_appointment",
    "give_follow_link",
    "hear_diversion_hours",
    "hear_diversion_kept",
    "hear_diversion_outcome",
    "hear_diversion_proposed",
    "hear_diversion_refused",
    "hear_settlement",
    "hear_tally",
    "hear_tally_asked",
    "hear_tally_withdrawn",
    "hold",
    "join_queue",
    "keep_diversion",
    "lapse",
    "lapse_appointment",
    "lift_hold",
    "mark_lane",
    "move_appointment",
    "note_empty_exit",
    "note_far_side",
    "note_gate_in",
    "note_gate_out",
    "note_loading",
    "note_number",
    "note_origin",
    "note_own_tally",
    "note_scan",
    "note_tally",
    "note_unloading",
    "note_weight",
    "open_transshipment",
    "present",
    "propose_diversion",
    "put_back",
    "record_seal",
    "refuse_diversion",
    "set_scan_aside",
    "set_weighing_aside",
    "settle_scan",
    "settle_tallies",
    "settle_weighing",
    "sign_protocol",
    "state_capacity",
    "take_scan",
    "take_weighing",
    "turn_back",
    "withdraw",
    "withdraw_diversion",
    "withdraw_exception",
    "withdraw_follow_link",
]
