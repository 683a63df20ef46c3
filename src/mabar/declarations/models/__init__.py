"""The tables of declarations."""

from mabar.declarations.models.advances import Advance, AdvanceTruck
from mabar.declarations.models.declarations import Declaration, Draft, Item, Version
from mabar.declarations.models.examining import DateReading, Inspection, LaneDraw, Query, Settlement
from mabar.declarations.models.operators import OperatorStatus
from mabar.declarations.models.registers import Register, Series, VoidSerial

__all__ = [
    "Advance",
    "AdvanceTruck",
    "DateReading",
    "Declaration",
    "Draft",
    "Inspection",
    "Item",
    "LaneDraw",
    "OperatorStatus",
    "Query",
    "Register",
    "Series",
    "Settlement",
    "Version",
    "VoidSerial",
]
