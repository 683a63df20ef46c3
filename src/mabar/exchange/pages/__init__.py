"""The exchange's pages: the board of lines, trust, messages, agreements, and what has passed."""

from mabar.exchange.pages.agreements import (
    agreement,
    agreements,
    bring_signature,
    compared,
    lift_suspension,
    propose_terms,
    signing_file,
    suspend_terms,
)
from mabar.exchange.pages.closed import closed, reopen
from mabar.exchange.pages.lines import add_partner, board, do, kept_evidence
from mabar.exchange.pages.messages import (
    evidence_of_received,
    evidence_of_sent,
    message_received,
    message_sent,
    messages,
    open_again,
)
from mabar.exchange.pages.passed import passed, passed_messages
from mabar.exchange.pages.trust import confirm_root, take_trust, trust

__all__ = [
    "add_partner",
    "agreement",
    "agreements",
    "board",
    "bring_signature",
    "closed",
    "compared",
    "confirm_root",
    "do",
    "evidence_of_received",
    "evidence_of_sent",
    "kept_evidence",
    "lift_suspension",
    "message_received",
    "message_sent",
    "messages",
    "open_again",
    "passed",
    "passed_messages",
    "propose_terms",
    "reopen",
    "signing_file",
    "suspend_terms",
    "take_trust",
    "trust",
]
