"""The acts of the exchange's desks: lines and trust for the duty engineer, agreements for the terms officer."""

from mabar.exchange.commands.agreements import bring_signature, lift_suspension, propose_terms, suspend_terms
from mabar.exchange.commands.lines import add_partner, begin_rejoining, cut_line, join_line, open_again, send_drill
from mabar.exchange.commands.reopening import reopen_stream
from mabar.exchange.commands.trust import confirm_root, take_trust

__all__ = [
    "add_partner",
    "begin_rejoining",
    "bring_signature",
    "confirm_root",
    "cut_line",
    "join_line",
    "lift_suspension",
    "open_again",
    "propose_terms",
    "reopen_stream",
    "send_drill",
    "suspend_terms",
    "take_trust",
]
