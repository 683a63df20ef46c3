"""The tables of the crossings."""

from mabar.crossings.models.diversions import Diversion, DivertedTruck
from mabar.crossings.models.following import FollowLink
from mabar.crossings.models.passages import (
    Crossing,
    FarSide,
    Hold,
    Lane,
    OpeningEvent,
    Passage,
    PassageDeclaration,
    PassageEvent,
)
from mabar.crossings.models.queue import Appointment, ExceptionFromOrder, QueueTerms
from mabar.crossings.models.scans import ReceivedScan
from mabar.crossings.models.transshipments import OnwardTruck, Transshipment, TransshipmentEvent, TransshipmentLine
from mabar.crossings.models.two_sided import SideTallyRow, TallySettlement, TwoSidedTally
from mabar.crossings.models.weighings import KeptWeighing

__all__ = [
    "Appointment",
    "Crossing",
    "Diversion",
    "DivertedTruck",
    "ExceptionFromOrder",
    "FarSide",
    "FollowLink",
    "Hold",
    "KeptWeighing",
    "Lane",
    "OnwardTruck",
    "OpeningEvent",
    "Passage",
    "PassageDeclaration",
    "PassageEvent",
    "QueueTerms",
    "ReceivedScan",
    "SideTallyRow",
    "TallySettlement",
    "Transshipment",
    "TransshipmentEvent",
    "TransshipmentLine",
    "TwoSidedTally",
]
