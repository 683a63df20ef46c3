"""Finding the node that a command line speaks of, and setting Django up on it."""

import os
from pathlib import Path

import click

VARIABLE = "MABAR_NODE"


def find(given: Path | None) -> Path:
    """Find the node's folder: as given, else as the environment names it, else here.

    Raises:
        click.UsageError: no node lies there.
    """
    folder = given or Path(os.environ.get(VARIABLE, "."))
    if not (folder / "node.toml").is_file():
        raise click.UsageError(f"No node lies in {folder}. Make one with: mabar init DIR --host NAME")
    return folder.resolve()


def enter(given: Path | None) -> Path:
    """Set Django up on the node's folder, and give the folder.

    Raises:
        click.UsageError: no node lies there.
    """
    folder = find(given)
    os.environ[VARIABLE] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mabar.site.settings")
    import django

    django.setup()
    return folder
