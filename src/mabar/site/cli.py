"""The command line `mabar`.  Each command loads what it needs only when it is called."""

import sys
from importlib import import_module

import click

from mabar.lib.refusals import Refusal

COMMANDS = {
    "backup": "mabar.site.cli_node:backup",
    "check": "mabar.site.cli_node:check",
    "crossings": "mabar.crossings.cli:crossings",
    "declarations": "mabar.declarations.cli:declarations",
    "demo": "mabar.site.cli_demo:demo",
    "duties": "mabar.duties.cli:duties",
    "exchange": "mabar.site.cli_exchange:exchange",
    "init": "mabar.site.cli_node:init",
    "journal": "mabar.site.cli_node:journal",
    "migrate": "mabar.site.cli_node:migrate",
    "origin": "mabar.origin.cli:origin",
    "paper": "mabar.site.cli_papers:paper",
    "renew": "mabar.site.cli_node:renew",
    "restore": "mabar.site.cli_node:restore",
    "start": "mabar.site.cli_node:start",
    "status-pages": "mabar.crossings.cli_status_pages:status_pages",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for, so that none waits for the libraries of another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands without importing them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that is called."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="mabar", prog_name="mabar")
def mabar() -> None:
    """Mabar: the system with which neighbouring border administrations work together."""


def main() -> None:
    """Run the command line; a refusal is said in a sentence, with its remedy and code."""
    try:
        mabar()
    except Refusal as refusal:
        click.echo(str(refusal).replace("\u2068", "").replace("\u2069", ""), err=True)
        sys.exit(1)
    except OSError as fault:
        if fault.filename is None:
            raise
        click.echo(f"{fault.filename}: {fault.strerror}. Check the path, then run the command again.", err=True)
        sys.exit(1)
