"""How Django meets crossings: openers of messages, due acts and what search finds are named when the node starts."""

from django.apps import AppConfig


class CrossingsConfig(AppConfig):
    """The crossings of this node."""

    name = "mabar.crossings"
    label = "crossings"

    def ready(self) -> None:
        """Name the openers of the inbox, the commands that the clock may call, what search finds, and the menu."""
        from mabar.base import screens
        from mabar.crossings import finding, inbox, menu, tasks, transshipment_notes
        from mabar.crossings.queries import beside

        inbox.register()
        tasks.register()
        finding.register()
        beside.register(transshipment_notes.notes_on)
        for entry in menu.ENTRIES:
            screens.offer(entry)
