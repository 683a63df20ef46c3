"""The tables of transit."""

from mabar.transit.models.guarantees import Draw, Guarantee, GuaranteeCount, LedgerEntry, Tranche, TrancheRequest

__all__ = [
    "Draw",
    "Guarantee",
    "GuaranteeCount",
    "LedgerEntry",
    "Tranche",
    "TrancheRequest",
]
