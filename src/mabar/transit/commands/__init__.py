"""The acts of transit."""

from mabar.transit.commands.clock import ask_holder_due, ask_results, open_enquiry, recover_due
from mabar.transit.commands.discharging import (
    answer_question,
    ask_holder,
    discharge,
    note_holder_answer,
    start_recovery,
)
from mabar.transit.commands.falling_back import begin_fallback, end_fallback
from mabar.transit.commands.hearing import take_answer, take_anticipated, take_events, take_question, take_state
from mabar.transit.commands.lodging import accept, amend, invalidate, lodge
from mabar.transit.commands.passing import (
    arrive,
    note_incident,
    note_unannounced,
    pass_office,
    permit_unloading,
    remark,
    replace_seal,
)
from mabar.transit.commands.releasing import note_control, order_control, refuse_guarantee, refuse_release, release

__all__ = [
    "accept",
    "amend",
    "answer_question",
    "arrive",
    "ask_holder",
    "ask_holder_due",
    "ask_results",
    "begin_fallback",
    "discharge",
    "end_fallback",
    "invalidate",
    "lodge",
    "note_control",
    "note_holder_answer",
    "note_incident",
    "note_unannounced",
    "open_enquiry",
    "order_control",
    "pass_office",
    "permit_unloading",
    "recover_due",
    "refuse_guarantee",
    "refuse_release",
    "release",
    "remark",
    "replace_seal",
    "start_recovery",
    "take_answer",
    "take_anticipated",
    "take_events",
    "take_question",
    "take_state",
]
