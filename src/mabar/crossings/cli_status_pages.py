"""`mabar status-pages`: the drivers' pages on a server outside, their signatures, and a truck's short text."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from mabar.base import node_folder

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_node = click.option("--node", "node", type=FOLDER, help="The node's folder.")


@click.group("status-pages")
def status_pages() -> None:
    """Pages by which drivers follow their trucks, for a web server outside the node."""


@status_pages.command()
@click.option("--folder", type=FOLDER, help="Folder that a web server shows; give it nothing else to show.")
@click.option("--url", help="Address under which a web server takes PUT and DELETE, instead of a folder.")
@click.option("--credentials", type=FILE, help="File that holds user:password for the server at --url.")
@click.option("--once", is_flag=True, help="Publish once and end; status 1 when it failed.")
@click.option("--every", type=click.IntRange(5), default=60, show_default=True, help="Seconds between two rounds.")
@_node
def publish(
    folder: Path | None, url: str | None, credentials: Path | None, *, once: bool, every: int, node: Path | None
) -> None:
    """Publish the page of each truck whose link is in force, and take away those of ended links, until stopped."""
    if (folder is None) == (url is None):
        raise click.UsageError("Name one of --folder and --url: the pages go to one place.")
    here = node_folder.enter(node)
    while True:
        is_done = _publish(here, folder, url or "", credentials)
        if once:
            sys.exit(0 if is_done else 1)
        time.sleep(every)
        _rest_from_the_store()


def _publish(here: Path, folder: Path | None, url: str, credentials: Path | None) -> bool:
    """Publish once; a server that does not answer is told of, and asked again in the next round."""
    from mabar.crossings import status_pages as pages
    from mabar.crossings.status_places import Folder, Server

    known = credentials.read_text(encoding="utf-8").strip() if credentials else ""
    outside: pages.Outside = Folder(folder) if folder else Server(url, Folder(here / "status-pages"), known)
    try:
        done = pages.publish(outside, datetime.now(UTC))
    except OSError as fault:
        click.echo(f"Not published: {fault}.  What lies outside grows old, and says so.", err=True)
        return False
    click.echo(f"{done.written} pages written, {done.removed} removed")
    return True


def _rest_from_the_store() -> None:
    """Give a connection back that the server of the store may have closed meanwhile."""
    from django.db import close_old_connections

    close_old_connections()


@status_pages.command()
@click.argument("file", type=FILE)
@click.option("--key", "public", type=FILE, help="The node's public key, node.pub; that of the node's folder else.")
@_node
def verify(file: Path, public: Path | None, *, node: Path | None) -> None:
    """Tell whether FILE is a page as the node signed it; status 1 when it is not."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from mabar.base import node_keys
    from mabar.crossings import status_signatures

    source = public or node_folder.find(node) / "keys" / node_keys.PUBLIC
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(source.read_text(encoding="ascii").strip()))
    told = status_signatures.verify(file.read_bytes(), file.name, key)
    click.echo(f"{file}: signed by {told.node} (key {told.key_id}), made at {told.made_at:%Y-%m-%d %H:%M:%S %z}")


@status_pages.command()
@click.argument("plate")
@click.option("--place", required=True, help="The crossing, e.g. dz.debdeb.")
@click.option("--direction", type=click.Choice(["entry", "exit"]), required=True)
@click.option("--lang", "language", type=click.Choice(["ar", "fr", "en"]), default="ar", show_default=True)
@_node
def text(plate: str, place: str, direction: str, *, language: str, node: Path | None) -> None:
    """Say in at most 140 signs where the truck with PLATE stands, to send it as a short message."""
    node_folder.enter(node)
    from mabar.base.rules import NoSuchRecord
    from mabar.crossings import queries, short_text
    from mabar.lib.short_messages import cost_of

    row, where = queries.live_passage_of(plate, place=place, direction=direction), queries.crossing_place(place)
    if row is None:
        raise NoSuchRecord(key=plate)
    told = queries.truck_followed(row.key, datetime.now(UTC))
    said = short_text.text_of(told, where.name_in(language), where.clock, language)
    cost = cost_of(said)
    click.echo(said)
    click.echo(f"{cost.alphabet}, {cost.units} units, {cost.messages} SMS", err=True)
