"""How Django meets transit: messages, due acts and the menu are named when the node starts."""

from django.apps import AppConfig


class TransitConfig(AppConfig):
    """Goods under transit."""

    name = "mabar.transit"
    label = "transit"

    def ready(self) -> None:
        """Name the openers of messages, the commands that the clock may call, and the menu."""
        from mabar.base import screens
        from mabar.transit import finding, inbox, inbox_guarantees, menu, tasks

        inbox.register()
        inbox_guarantees.register()
        tasks.register()
        finding.register()
        for entry in menu.ENTRIES:
            screens.offer(entry)
