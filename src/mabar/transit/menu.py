"""The words of the menu that transit offers."""

from django.utils.translation import gettext_lazy as _

from mabar.base.screens import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(_("Transit"), "transit:desk", ("transit.read",), order=48),
    Entry(_("Work on paper"), "transit:fallbacks", ("transit.begin_fallback",), order=49),
    Entry(_("My transit"), "transit:mine", ("transit.read_own",), order=50),
    Entry(_("Transit guarantees"), "transit:guarantees", ("transit.register_guarantee",), order=51),
    Entry(_("My guarantees"), "transit:my_guarantees", ("transit.read_own_guarantees",), order=52),
)
