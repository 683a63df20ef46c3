"""The node's folder: where it lies, and what its `node.toml` says."""

import os
import secrets
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER_VARIABLE = "MABAR_NODE"


@dataclass(frozen=True)
class Node:
    """What one installation is told of itself; read from `node.toml` when a process starts.

    `database` is empty for SQLite in the folder, else a `postgresql://` address.
    `status_pages` is where drivers read what `mabar status-pages` publishes; empty, links lead to the node itself.
    """

    folder: Path
    code: str
    host: str
    port: int
    secret_key: str
    database: str = ""
    has_tls: bool = True
    is_demo: bool = False
    second_factor: str = "forced"
    listen: str = "127.0.0.1"
    places: tuple[str, ...] = ()
    status_pages: str = ""

    def serves(self, place: str) -> bool:
        """Tell whether `place` is one of this node's own; a node without a list serves the place it is named for."""
        return place in (self.places or (self.code,))

    @property
    def stream_port(self) -> int:
        """The live stream listens beside the pages, on the next port."""
        return self.port + 1

    @property
    def origin(self) -> str:
        """The address under which the pages are reached."""
        return f"{'https' if self.has_tls else 'http'}://{self.host}:{self.port}"

    @property
    def stream_origin(self) -> str:
        """The address under which the live stream is reached."""
        return f"{'https' if self.has_tls else 'http'}://{self.host}:{self.stream_port}"


def read_node(folder: Path) -> Node:
    """Read the node that lies in `folder`.

    Raises:
        FileNotFoundError: no `node.toml` or secret lies there.
        ValueError: the file names something that a node does not know.
    """
    told = tomllib.loads((folder / "node.toml").read_text(encoding="utf-8"))
    unknown = set(told) - set(Node.__dataclass_fields__)
    if unknown:
        raise ValueError(f"{folder / 'node.toml'} names what a node does not know: {', '.join(sorted(unknown))}")
    secret = (folder / "keys" / "secret.key").read_text(encoding="ascii").strip()
    told["places"] = tuple(told.get("places", ()))
    return Node(folder=folder, secret_key=secret, **told)


def node_here() -> Node:
    """Read the node named by the environment; without one, give a nameless node for tools that only read the code."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return read_node(Path(named))
    nowhere = Path(tempfile.gettempdir()) / "mabar-without-node"
    return Node(nowhere, "xx.none", "localhost", 8080, secrets.token_urlsafe(48), has_tls=False, is_demo=True)
