"""`mabar declarations lodge`: lodge the declarations of files at a place of the node."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mabar.base import node_folder
from mabar.lib.refusals import Refusal
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE

if TYPE_CHECKING:
    from mabar.declarations.commands import Outcome

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--place", help="Crossing at which they are lodged; the node's first place when left out.")
@click.option("--actor", "actor_key", help="Sign-in name of the declarant or registrar; the node itself when left out.")
@click.option("--profile", metavar="CODE", help="Country profile or mapping profile to use.")
@click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the node.")
def lodge(
    files: Sequence[Path], *, place: str | None, actor_key: str | None, profile: str | None, folder: Path | None
) -> None:
    """Lodge every declaration of the files; each is lodged whole or refused by name, and lodging again changes nothing.

    The exit status is 1 when anything was refused.
    """
    node_folder.enter(folder)
    from django.conf import settings

    at_place = place or (settings.NODE.places or (settings.NODE.code,))[0]
    refused = False
    for path in _progress(files):
        try:
            outcomes = list(_lodged(path, place=at_place, actor_key=actor_key, profile=profile))
        except Refusal as refusal:
            click.echo(f"{path}: {_plain(str(refusal))}", err=True)
            refused = True
            continue
        refused |= any(outcome.refusal for outcome in outcomes)
        _tell(path, outcomes)
    if refused:
        sys.exit(1)


def _progress(files: Sequence[Path]) -> Iterator[Path]:
    if len(files) < 2 or not sys.stderr.isatty():
        yield from files
        return
    with click.progressbar(files, label="Lodging", file=sys.stderr) as bar:
        yield from bar


def _lodged(path: Path, *, place: str, actor_key: str | None, profile: str | None) -> "Iterator[Outcome]":
    from mabar.base import actors
    from mabar.declarations import commands, intake

    at = datetime.now(UTC)
    entries = intake.entries_of(path.read_bytes(), name=path.name, at=at, profile=profile)
    actor = actors.by_key(actor_key) if actor_key else actors.node()
    return commands.lodge_many(actor, entries, place=place, at=at)


def _tell(path: Path, outcomes: "Sequence[Outcome]") -> None:
    for number, outcome in enumerate(outcomes, 1):
        named = outcome.entry.record.declarant_reference or str(number)
        if outcome.refusal is not None:
            click.echo(f"{path} [{named}] {_plain(str(outcome.refusal))}", err=True)
        else:
            click.echo(f"{path} [{named}] {'lodged' if outcome.is_new else 'lodged before'} {outcome.key}")


def _plain(text: str) -> str:
    return text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
