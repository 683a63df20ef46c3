"""The words of the menu that origin offers."""

from django.utils.translation import gettext_lazy as _

from mabar.base.screens import Entry

ISSUING = ("origin.check", "origin.issue")
VERIFYING = ("origin.request", "origin.answer")

ENTRIES = (
    Entry(_("Proofs of origin"), "origin:desk", ISSUING, order=44),
    Entry(_("Verification of origin"), "origin:verifications", VERIFYING, order=45),
    Entry(_("Check a proof"), "origin:check_code", ("origin.verify",), order=46),
    Entry(_("My proofs of origin"), "origin:mine", ("origin.read_own",), order=47),
)
