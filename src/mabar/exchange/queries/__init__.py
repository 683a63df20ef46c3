"""What people ask the exchange: the lines, messages, agreements, trust, and what has passed."""

from collections.abc import Iterator
from datetime import datetime

from mabar.base import health
from mabar.exchange.queries.agreements import (
    AgreementRow,
    SuspensionRow,
    TermsView,
    agreement,
    agreements,
    differing,
    in_order,
    signing_file,
)
from mabar.exchange.queries.alarms import Alarm, alarms, evidence_named, evidence_of_message, kept_evidence
from mabar.exchange.queries.closed import ClosedStream, closed_streams
from mabar.exchange.queries.in_force import KindInForce, kind_in_force, partners_for
from mabar.exchange.queries.kinds import FieldShown, fields_of, kind_word, purpose_word
from mabar.exchange.queries.lines import ClassRow, HeadRow, LineRow, is_partner, line, lines
from mabar.exchange.queries.lines_down import LineDown, lines_down
from mabar.exchange.queries.measures import exchange_measures, unopened_measures
from mabar.exchange.queries.messages import MessagePage, MessageRow, messages
from mabar.exchange.queries.one_message import MessageView, message_received, message_sent
from mabar.exchange.queries.passed import PassedMessage, PassedPage, PassedRow, passed, passed_list
from mabar.exchange.queries.trust import NodeRow, RootRow, nodes, roots

__all__ = [
    "AgreementRow",
    "Alarm",
    "ClassRow",
    "ClosedStream",
    "FieldShown",
    "HeadRow",
    "KindInForce",
    "LineDown",
    "LineRow",
    "MessagePage",
    "MessageRow",
    "MessageView",
    "NodeRow",
    "PassedMessage",
    "PassedPage",
    "PassedRow",
    "RootRow",
    "SuspensionRow",
    "TermsView",
    "agreement",
    "agreements",
    "alarms",
    "closed_streams",
    "differing",
    "evidence_named",
    "evidence_of_message",
    "exchange_measures",
    "fields_of",
    "in_order",
    "is_partner",
    "kept_evidence",
    "kind_in_force",
    "kind_word",
    "line",
    "lines",
    "lines_down",
    "message_received",
    "message_sent",
    "messages",
    "nodes",
    "partners_for",
    "passed",
    "passed_list",
    "purpose_word",
    "roots",
    "signing_file",
    "unopened",
]


def unopened(at: datetime) -> Iterator[health.Measure]:
    """Measure what has not taken effect here yet, and how each line to a partner is doing."""
    yield from unopened_measures(at)
    yield from exchange_measures(at)
