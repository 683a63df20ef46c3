"""The command line of the node's keeper: init, start, check, backup, restore, journal."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from mabar.base import node_folder
from mabar.site.node import Node, read_node

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def enter(given: Path | None) -> Node:
    """Set Django up on the node's folder and give the node."""
    return read_node(node_folder.enter(given))


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--host", required=True, help="Name or address under which the node is reached.")
@click.option("--place", "places", multiple=True, default=["dz.debdeb"], show_default=True, help="Crossing it serves.")
@click.option("--port", default=8443, show_default=True, help="Port of the pages; the live stream takes the next one.")
@click.option("--database", default="", help="postgresql:// address; SQLite in the folder when left out.")
@click.option("--recovery-key", type=FILE, help="Where the recovery key goes; take it off this machine.")
@click.option("--http", "is_http", is_flag=True, help="Speak plain http; only on the loopback of this machine.")
def init(
    folder: Path, host: str, places: tuple[str, ...], port: int, database: str, recovery_key: Path | None, is_http: bool
) -> None:
    """Make a node in FOLDER: keys, a local authority and certificate, empty stores, a first administrator."""
    from mabar.site import founding
    from mabar.site.making import Wish, make_folder

    founding.check_places(places)
    wish = Wish(host, places[0], places, port, database, is_http)
    private = recovery_key or folder.resolve().parent / f"{places[0]}.recovery.key"
    make_folder(folder, wish, private, at=datetime.now(UTC))
    enter(folder)
    key, password = founding.found(places, at=datetime.now(UTC))
    click.echo(f"The node {places[0]} lies in {folder}.")
    click.echo(f"Recovery key: {private} (take it off this machine; without it no backup can be opened)")
    click.echo(f"First administrator: {key}, one-time password: {password}")
    click.echo(f"Start it with: mabar start {folder}")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--threads", type=click.IntRange(1), help="How many pages are served at once; twice the cores, 4 to 8.")
def start(folder: Path | None, threads: int | None) -> None:
    """Run the node in FOLDER: pages, live stream and worker, until it is told to stop."""
    from mabar.site import fitness, running

    node = enter(folder)
    faults = fitness.faults_that_stop(node)
    if faults:
        raise click.ClickException("The node does not start: " + "; ".join(faults))
    refuse_taken_ports(node.listen, node.port)
    click.echo(f"{node.code}: {node.origin}/")
    running.run(node, threads=threads or running.THREADS)


def refuse_taken_ports(address: str, port: int) -> None:
    """Refuse to start beside another program on the same port."""
    from mabar.site import running

    taken = running.taken_ports(address, port)
    if taken:
        named = " and ".join(map(str, taken))
        raise click.ClickException(
            f"The node does not start: another program listens on port {named}.  Stop it, or choose another port."
        )


@click.command()
@click.argument("folder", type=FOLDER, required=False)
def check(folder: Path | None) -> None:
    """Say whether the node in FOLDER is fit for production; exit 1 when it is not."""
    from mabar.site import fitness

    findings = fitness.examine(enter(folder))
    for finding in findings:
        click.echo(
            f"{'ok ' if finding.is_fit else 'NOT'}  {finding.what}{'' if finding.is_fit else ': ' + finding.remedy}"
        )
    sys.exit(0 if all(finding.is_fit for finding in findings) else 1)


@click.command()
@click.argument("folder", type=FOLDER, required=False)
def migrate(folder: Path | None) -> None:
    """Bring the stores of the node in FOLDER to this version; stop the node first."""
    enter(folder)
    from mabar.site import founding

    founding.make_stores()
    click.echo("The stores are of this version, and the journal is guarded.")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--new-key", "is_new_key", is_flag=True, help="Make a new key too: partners then need a new descriptor.")
def renew(folder: Path | None, *, is_new_key: bool) -> None:
    """Make a new certificate for the node in FOLDER, signed by its own authority; restart the node afterwards."""
    from mabar.site import authority

    node = read_node(node_folder.find(folder))
    act = authority.renew_with_new_key if is_new_key else authority.renew
    act(node.folder / "keys", node.host, datetime.now(UTC))
    if is_new_key:
        click.echo("The key is new: partners connect only after a new descriptor, which names it, has reached them.")
    click.echo(f"The certificate for {node.host} is good until {authority.expires_at(node.folder / 'keys'):%Y-%m-%d}.")


@click.command()
@click.argument("target", type=FILE)
@click.option("--node", "folder", type=FOLDER, help="The node's folder.")
def backup(target: Path, folder: Path | None) -> None:
    """Write the whole node to TARGET, sealed to its recovery key."""
    node = enter(folder)
    from mabar.base import backups, sealer
    from mabar.exchange import old_keys

    at = datetime.now(UTC)
    while sealer.seal(at):
        pass
    old_keys.destroy_due(at)
    told = backups.back_up(node.folder, target, at=at)
    click.echo(
        f"{target}: journal of {told['size']} lines, head {str(told['root'])[:16]}, {target.stat().st_size} bytes"
    )
    if (due := old_keys.next_due()) is not None:
        click.echo(f"It holds sealing keys that the node destroys from {due:%Y-%m-%d} on: destroy it by then.")


@click.command()
@click.argument("source", type=FILE)
@click.argument("folder", type=FOLDER)
@click.option("--key", "private", type=FILE, required=True, help="The recovery key.")
@click.option("--database", help="Another postgresql:// address than the one the backup names; it must be empty.")
def restore(source: Path, folder: Path, private: Path, database: str | None) -> None:
    """Restore a node from the backup SOURCE into the empty FOLDER, and compare its journal with the backup's head."""
    from mabar.site import restoring

    told = restoring.restore(source, folder, private, database)
    click.echo(f"Restored into {folder}: journal of {told['size']} lines, head {str(told['root'])[:16]}, as backed up.")


@click.group()
def journal() -> None:
    """The node's journal."""


@journal.command()
@click.option("--node", "folder", type=FOLDER, help="The node's folder.")
@click.option("--against", type=FILE, help="A file of heads kept elsewhere.")
def verify(folder: Path | None, against: Path | None) -> None:
    """Recompute the whole journal; exit 1 when a line, a head or a signature does not agree."""
    enter(folder)
    from mabar.base import verification

    outcome = verification.verify(against)
    for position, what in outcome.faults:
        click.echo(f"position {position}: {what}", err=True)
    said = "sound" if outcome.is_sound else f"{len(outcome.faults)} faults"
    click.echo(
        f"{said}: {outcome.size} lines, {outcome.heads} heads agree, {outcome.erased} erased,"
        f" {outcome.unsealed} not yet sealed, head {outcome.root[:16]}"
    )
    sys.exit(0 if outcome.is_sound else 1)
