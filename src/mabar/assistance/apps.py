"""How Django meets assistance: messages, due acts, what search finds and the menu are named when the node starts."""

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Requests between two customs services."""

    name = "mabar.assistance"
    label = "assistance"

    def ready(self) -> None:
        """Name the openers of messages, the commands that the clock may call, what search finds, and the menu."""
        from mabar.assistance import finding, inbox, menu, tasks
        from mabar.base import screens

        inbox.register()
        tasks.register()
        finding.register()
        for entry in menu.ENTRIES:
            screens.offer(entry)
