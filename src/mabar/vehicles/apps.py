"""How Django meets vehicles: due acts, what search finds and the menu are named when the node starts."""

from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    """The vehicles admitted for a time."""

    name = "mabar.vehicles"
    label = "vehicles"

    def ready(self) -> None:
        """Name the commands that the clock may call, what search finds, and the menu."""
        from mabar.base import screens
        from mabar.vehicles import finding, menu, tasks

        tasks.register()
        finding.register()
        for entry in menu.ENTRIES:
            screens.offer(entry)
