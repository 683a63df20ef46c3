"""`mabar declarations answer`: what the office says of a declaration, as a message for the declarant's program."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from mabar.base import node_folder
from mabar.lib.refusals import Refusal
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE

KINDS = ("cusres", "wco", "json")


@click.command()
@click.argument("named", metavar="KEY_OR_NUMBER")
@click.option("--format", "kind", type=click.Choice(KINDS), help="Message; that of the file lodged when left out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
@click.option("--actor", "actor_key", help="Sign-in name of the reader; the node itself when left out.")
@click.option("--lang", "language", type=click.Choice(["ar", "fr", "en"]), default="en", help="Language of the texts.")
@click.option("--node", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the node.")
def answer(
    named: str, *, kind: str | None, out: Path | None, actor_key: str | None, language: str, folder: Path | None
) -> None:
    """Write what the office says of a declaration now: its state, its lane, errors of a refusal, duties assessed.

    The declaration is named by its key, by the number of our register, or by its national reference.  One that came
    as a WCO file is answered with a Response, one that came as UN/EDIFACT with CUSRES, any other as JSON.
    """
    node_folder.enter(folder)
    from mabar.base import actors
    from mabar.declarations import answering, queries

    at = datetime.now(UTC)
    try:
        scope = queries.scope_of(actors.by_key(actor_key) if actor_key else actors.node(), at)
        key = queries.key_of(scope, named)
        written = answering.answer(scope, key, kind=kind or "", language=language, at=at)
    except Refusal as refusal:
        said = str(refusal).replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
        click.echo(f"{named}: {said}", err=True)
        sys.exit(1)
    if out is None:
        click.echo(written.content, nl=False)
    else:
        out.write_bytes(written.content)
