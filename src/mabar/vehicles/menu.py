"""The vehicles' words of the menu."""

from django.utils.translation import gettext_lazy as _

from mabar.base.screens import Entry

COUNTER_VERBS = ("vehicles.validate_at_entry", "vehicles.note_exit", "vehicles.regularise")

ENTRIES = (
    Entry(_("Vehicle counter"), "vehicles:counter", COUNTER_VERBS, order=16),
    Entry(_("Overdue vehicles"), "vehicles:overdue", ("vehicles.read_passes",), order=17),
    Entry(_("My vehicle passes"), "vehicles:mine", ("vehicles.read_own",), order=18),
    Entry(_("Terms of stay"), "vehicles:terms", ("vehicles.change_term",), order=66),
)
