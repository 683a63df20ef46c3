"""The ground's words of the menu."""

from django.utils.translation import gettext_lazy as _

from mabar.base.screens import Entry

ENTRIES = (
    Entry(_("People"), "base:people", ("base.enrol_actor",), order=70),
    Entry(_("API keys"), "base:api_keys", ("base.make_api_key",), order=75),
    Entry(_("Journal"), "base:journal", ("base.read_journal",), order=80),
    Entry(_("Node"), "base:operations", ("base.read_operations",), order=85),
    Entry(_("My account"), "base:account", order=90),
)
