"""`mabar paper`: whether a paper is as a node made it, on any machine and without the node."""

import json
import os
import sys
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mabar.base import node_folder, node_keys, paper_signatures
from mabar.base.paper_signatures import Found

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
UNCHECKED = 3  # neither true (0) nor refused (1): nobody here knows the signer's key


@click.group()
def paper() -> None:
    """Papers that nodes have made, as PDF."""


@paper.command()
@click.argument("file", type=FILE)
@click.option("--key", "public", type=FILE, help="Public key of the signer (his node.pub); this node's own else.")
@click.option("--node", "folder", type=FOLDER, help="The node's folder.")
def verify(file: Path, public: Path | None, folder: Path | None) -> None:
    """Tell what FILE says, which node signed it, and whether record and pages are as signed.

    Status 1 when they are not, 3 when the signer's key is not known here: the key is never taken from FILE.
    """
    found = paper_signatures.found(file.read_bytes())
    known = (_read(public), str(public)) if public else _own(folder, found)
    if known is None:
        paper_signatures.check_pages(found)
        _tell(file, found, "UNCHECKED, claimed by")
        click.echo(
            f"UNCHECKED: the key {_one_line(found.key_id)} of {_one_line(found.node)} is not known to this machine,"
            " so anybody may have made this paper. Get node.pub from that node by a way that you trust, and name it"
            " with --key.",
            err=True,
        )
        sys.exit(UNCHECKED)
    key, source = known
    paper_signatures.check(found, key)
    _tell(file, found, "signed by")
    click.echo(f"The signature holds for the record and for the pages: key {node_keys.key_id_of(key)}, from {source}.")


def _own(folder: Path | None, found: Found) -> tuple[Ed25519PublicKey, str] | None:
    """Give the key of this machine's node, if the paper claims to be of it; another's is not its to judge."""
    from mabar.site.node import read_node

    if folder is None and node_folder.VARIABLE not in os.environ and not Path("node.toml").is_file():
        return None
    node = read_node(node_folder.find(folder))
    source = node.folder / "keys" / node_keys.PUBLIC
    key = _read(source)
    is_ours = node.code == found.node or node_keys.key_id_of(key) == found.key_id
    return (key, str(source)) if is_ours else None


def _read(source: Path) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(source.read_text(encoding="ascii").strip()))
    except ValueError:
        raise click.UsageError(f"{source} is not a public key: it holds 64 hexadecimal characters.") from None


def _tell(file: Path, found: Found, by: str) -> None:
    said = found.said
    lines = [f"{said['paper']} {said['number']}, {by} {found.node} (key {found.key_id}), made at {said['at']}"]
    if head := said["journal"]:
        lines.append(f"Head of the journal: {head}")
    lines += json.dumps(said["record"], ensure_ascii=False, indent=2).split("\n")
    click.echo(f"{file}: " + "\n".join(map(_one_line, lines)))


def _one_line(text: str) -> str:
    """Leave nothing in a text that breaks a line or turns it round: whoever made the file might write our verdict."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
