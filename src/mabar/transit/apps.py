"""How Django meets transit: messages and the menu are named when the node starts."""

from django.apps import AppConfig


class TransitConfig(AppConfig):
    """Goods under transit."""

    name = "mabar.transit"
    label = "transit"

    def ready(self) -> None:
        """Name the menu."""
        from mabar.base import screens
        from mabar.transit import menu

        for entry in menu.ENTRIES:
            screens.offer(entry)
