"""The tables of the exchange."""

from mabar.exchange.models.agreements import Agreement, Signing, Suspension
from mabar.exchange.models.letters import Opened, Outgoing
from mabar.exchange.models.logs import Evidence, LogNode, Reopening, SignedHead
from mabar.exchange.models.partners import Partner, TrustItem
from mabar.exchange.models.streams import Drill, Effect, Received, Sent, Stream

__all__ = [
    "Agreement",
    "Drill",
    "Effect",
    "Evidence",
    "LogNode",
    "Opened",
    "Outgoing",
    "Partner",
    "Received",
    "Reopening",
    "Sent",
    "SignedHead",
    "Signing",
    "Stream",
    "Suspension",
    "TrustItem",
]
