"""The acts of origin."""

from mabar.origin.commands.applying import apply
from mabar.origin.commands.deciding import check, refuse
from mabar.origin.commands.hearing import take_answer, take_ended, take_request
from mabar.origin.commands.issuing import expire, issue, withdraw
from mabar.origin.commands.presenting import present, settle_preference
from mabar.origin.commands.verifying import answer, note_overdue, request

__all__ = [
    "answer",
    "apply",
    "check",
    "expire",
    "issue",
    "note_overdue",
    "present",
    "refuse",
    "request",
    "settle_preference",
    "take_answer",
    "take_ended",
    "take_request",
    "withdraw",
]
