"""How Django meets the exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Outbox, inbox, the address "here", and the lines to partner nodes."""

    name = "mabar.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Put the exchange among the measures of the node, and its desks into the menu."""
        from mabar.base import health, screens
        from mabar.exchange import menu, queries

        health.watch(queries.unopened)
        for entry in menu.ENTRIES:
            screens.offer(entry)
