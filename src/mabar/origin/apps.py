"""How Django meets origin: openers, due acts, what search finds and the notes are named here."""

from django.apps import AppConfig


class OriginConfig(AppConfig):
    """The proofs of origin of this node."""

    name = "mabar.origin"
    label = "origin"

    def ready(self) -> None:
        """Name the openers of the inbox, the commands that the clock may call, the notes, and the menu."""
        from mabar.base import screens
        from mabar.declarations.queries import beside
        from mabar.origin import finding, inbox, menu, notes, tasks

        inbox.register()
        tasks.register()
        finding.register()
        beside.tell_notes(notes.note_on)
        for entry in menu.ENTRIES:
            screens.offer(entry)
