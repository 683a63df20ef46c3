"""The acts of a declaration, each once."""

from mabar.declarations.commands.advances import claim_advance, take_advance
from mabar.declarations.commands.amending import amend, choose_reading, drop_draft, save_draft
from mabar.declarations.commands.ending import cancel, refuse
from mabar.declarations.commands.examining import Found, assign_team, check_documents, inspect, note_scan
from mabar.declarations.commands.lanes import change_lane, draw_lane
from mabar.declarations.commands.linking import attach, detach, tell_of_trucks
from mabar.declarations.commands.lodging import lodge, lodge_many
from mabar.declarations.commands.operators import (
    end_recognition,
    hear_operator_status,
    hear_operator_stopped,
    issue_operator_status,
    recognise_operator,
    reinstate_operator,
    suspend_operator,
    withdraw_operator,
)
from mabar.declarations.commands.querying import answer_query, lapse_query, query, settle_query
from mabar.declarations.commands.registering import change_register, note_national_state, register, void_serial
from mabar.declarations.commands.releasing import close, release, reopen
from mabar.declarations.commands.settling import (
    assess,
    free_guarantee,
    note_guarantee,
    note_payment,
    note_refund,
    reassess,
)
from mabar.declarations.entering import Entry, Outcome
from mabar.declarations.rows import Source

__all__ = [
    "Entry",
    "Found",
    "Outcome",
    "Source",
    "amend",
    "answer_query",
    "assess",
    "assign_team",
    "attach",
    "cancel",
    "change_lane",
    "change_register",
    "check_documents",
    "choose_reading",
    "claim_advance",
    "close",
    "detach",
    "draw_lane",
    "drop_draft",
    "end_recognition",
    "free_guarantee",
    "hear_operator_status",
    "hear_operator_stopped",
    "inspect",
    "issue_operator_status",
    "lapse_query",
    "lodge",
    "lodge_many",
    "note_guarantee",
    "note_national_state",
    "note_payment",
    "note_refund",
    "note_scan",
    "query",
    "reassess",
    "recognise_operator",
    "refuse",
    "register",
    "reinstate_operator",
    "release",
    "reopen",
    "save_draft",
    "settle_query",
    "suspend_operator",
    "take_advance",
    "tell_of_trucks",
    "void_serial",
    "withdraw_operator",
]
