"""The acts of assistance."""

from mabar.assistance.commands.again import tell_again
from mabar.assistance.commands.asking import (
    answer_query,
    ask_query,
    lapse_query,
    refuse_query,
    take_answer,
    take_query,
)
from mabar.assistance.commands.clock import erase_texts, lapse_request, note_overdue, note_unacknowledged
from mabar.assistance.commands.consenting import ask_consent, give_consent, note_consent_overdue, refuse_consent
from mabar.assistance.commands.hearing import take_consent, take_reply, take_request, take_step
from mabar.assistance.commands.measures import end_measure, end_measure_due, note_measure
from mabar.assistance.commands.officials import change_deadlines, designate, end_designation, take_officials
from mabar.assistance.commands.requesting import (
    change_draft,
    complete_request,
    confirm_oral,
    draft_request,
    record_oral,
    send_request,
    withdraw_request,
)
from mabar.assistance.commands.working import (
    acknowledge,
    answer_request,
    postpone,
    refuse_request,
    return_incomplete,
)

__all__ = [
    "acknowledge",
    "answer_query",
    "answer_request",
    "ask_consent",
    "ask_query",
    "change_deadlines",
    "change_draft",
    "complete_request",
    "confirm_oral",
    "designate",
    "draft_request",
    "end_designation",
    "end_measure",
    "end_measure_due",
    "erase_texts",
    "give_consent",
    "lapse_query",
    "lapse_request",
    "note_consent_overdue",
    "note_measure",
    "note_overdue",
    "note_unacknowledged",
    "postpone",
    "record_oral",
    "refuse_consent",
    "refuse_query",
    "refuse_request",
    "return_incomplete",
    "send_request",
    "take_answer",
    "take_consent",
    "take_officials",
    "take_query",
    "take_reply",
    "take_request",
    "take_step",
    "tell_again",
    "withdraw_request",
]
