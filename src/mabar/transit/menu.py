"""The words of the menu that transit offers."""

from mabar.base.screens import Entry

ENTRIES: tuple[Entry, ...] = ()
