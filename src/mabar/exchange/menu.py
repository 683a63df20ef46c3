"""The exchange's words of the menu."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mabar.base.screens import Entry

ENTRIES = (
    Entry(pgettext_lazy("menu", "Lines"), "exchange:board", ("exchange.read_links",), order=40),
    Entry(_("Messages"), "exchange:messages", ("exchange.read_messages", "exchange.read_own"), order=42),
    Entry(_("Terms"), "exchange:terms", ("exchange.read_terms",), order=44),
    Entry(_("Trust"), "exchange:trust", ("exchange.take_trust", "exchange.confirm_root"), order=46),
    Entry(_("Closed streams"), "exchange:closed", ("exchange.reopen_stream",), order=47),
    Entry(_("What has passed"), "exchange:passed", ("exchange.read_passed",), order=48),
)
