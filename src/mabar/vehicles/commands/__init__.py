"""The acts of the vehicles."""

from mabar.vehicles.commands.erasing import erase_holder
from mabar.vehicles.commands.prefilling import cancel, expire, prefill
from mabar.vehicles.commands.settling import note_overdue, regularise
from mabar.vehicles.commands.staying import extend_stay, note_exit, validate_at_entry
from mabar.vehicles.commands.terms import change_term

__all__ = [
    "cancel",
    "change_term",
    "erase_holder",
    "expire",
    "extend_stay",
    "note_exit",
    "note_overdue",
    "prefill",
    "regularise",
    "validate_at_entry",
]
