"""`mabar exchange`: what the duty engineer and the holders of the root keys do for the exchange with partners."""

import click

from mabar.site.cli_ceremony import ceremony


@click.group()
def exchange() -> None:
    """The exchange with partner nodes."""


exchange.add_command(ceremony)
