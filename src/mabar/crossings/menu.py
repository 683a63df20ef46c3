"""The crossings' words of the menu."""

from django.utils.translation import gettext_lazy as _

from mabar.base.screens import Entry

ENTRIES = (
    Entry(_("Yard"), "crossings:board", ("crossings.read_board",), order=10),
    Entry(_("Passages"), "crossings:passages", ("crossings.read_board", "crossings.announce"), order=15),
    Entry(_("Weighings"), "crossings:weighings", ("crossings.note_weight",), order=19),
    Entry(_("Scans"), "crossings:scans", ("crossings.note_scan",), order=19),
    Entry(_("Transshipments"), "crossings:transshipments", ("crossings.read_board",), order=18),
    Entry(_("Holds"), "crossings:holds", ("crossings.lift_hold",), order=20),
    Entry(_("Release times"), "crossings:release_times", ("crossings.read_board",), order=55),
    Entry(
        _("Crossing"),
        "crossings:crossing",
        ("crossings.change_opening", "crossings.change_lane", "crossings.change_hours"),
        order=60,
    ),
)
