"""Assistance's words of the menu."""

from django.utils.translation import gettext_lazy as _

from mabar.base.screens import Entry

ENTRIES = (
    Entry(_("Mutual assistance"), "assistance:desk", ("assistance.read_requests",), order=19),
    Entry(_("Query a declaration"), "assistance:queries", ("assistance.ask_query",), order=20),
    Entry(_("Designated officials"), "assistance:officials", ("assistance.read_requests",), order=67),
    Entry(_("Deadlines of agreements"), "assistance:deadlines", ("assistance.change_deadlines",), order=68),
    Entry(_("Oversight of assistance"), "assistance:oversight", ("assistance.read_log",), order=69),
)
