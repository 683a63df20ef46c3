"""The words of the menu that declarations offer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mabar.base.screens import Entry

ENTRIES = (
    Entry(_("Declarations"), "declarations:declarations", ("declarations.read",), order=12),
    Entry(
        _("Registers"), "declarations:registers", ("declarations.change_register", "declarations.void_serial"), order=65
    ),
    Entry(_("Trusted operators"), "declarations:operators", ("declarations.read_operators",), order=66),
    Entry(_("My declarations"), "declarations:mine", ("declarations.read_own",), order=5),
    Entry(_("Drafts"), "declarations:drafts", ("declarations.save_draft",), order=6),
    Entry(
        pgettext_lazy("menu", "Goods"), "declarations:goods", ("declarations.read", "declarations.read_own"), order=64
    ),
    Entry(_("From across"), "declarations:advances", ("declarations.register", "declarations.claim_advance"), order=13),
)
