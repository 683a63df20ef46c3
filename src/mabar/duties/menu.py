"""The words of the menu that duties offer."""

from django.utils.translation import pgettext_lazy

from mabar.base.screens import Entry

ENTRIES = (
    Entry(pgettext_lazy("menu", "Tariff"), "duties:tariff", ("declarations.read", "declarations.read_own"), order=63),
)
