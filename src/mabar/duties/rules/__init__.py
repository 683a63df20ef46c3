"""The laws of duties: which rate holds, and what is owed by it.  Pure."""

from mabar.duties.rules.assessing import Assessment, Item, Line, Note, assess
from mabar.duties.rules.refusals import DutiesRefusal, QuantityMissing
from mabar.duties.rules.tariffs import (
    VALUE,
    Claim,
    Form,
    Levy,
    Rate,
    RoundedAt,
    Rounding,
    Tariff,
    overlaps,
)

__all__ = [
    "VALUE",
    "Assessment",
    "Claim",
    "DutiesRefusal",
    "Form",
    "Item",
    "Levy",
    "Line",
    "Note",
    "QuantityMissing",
    "Rate",
    "RoundedAt",
    "Rounding",
    "Tariff",
    "assess",
    "overlaps",
]
