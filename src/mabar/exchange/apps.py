"""How Django meets the exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Outbox, inbox and the address "here"."""

    name = "mabar.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Put the messages not opened among the measures of the node."""
        from mabar.base import health
        from mabar.exchange import queries

        health.watch(queries.unopened)
