"""Making a node: its folder, its keys, its authority and certificate, its empty stores."""

import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mabar.base import node_keys, recovery
from mabar.lib.refusals import Refusal
from mabar.site import authority


class SiteRefusal(Refusal):
    """A refusal whose sentences lie with the front of the node."""

    package = "site"


class FolderNotEmpty(SiteRefusal):
    """A node is made in an empty folder only."""


class HttpNotHere(SiteRefusal):
    """Only a node on the loopback of its own machine may speak plain http."""


class UnknownPlace(SiteRefusal):
    """No crossing or office of the product's lists bears this code."""


@dataclass(frozen=True)
class Wish:
    """What the maker of a node says of it."""

    host: str
    code: str
    places: tuple[str, ...]
    port: int = 8443
    database: str = ""
    is_http: bool = False
    is_demo: bool = False
    second_factor: str = "forced"


def make_folder(folder: Path, wish: Wish, recovery_file: Path, *, at: datetime) -> None:
    """Make the node's folder, whole or not at all.

    Raises:
        FolderNotEmpty, HttpNotHere; FileExistsError: a recovery key lies at `recovery_file`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
    if wish.is_http and not is_loopback(wish.host):
        raise HttpNotHere(host=wish.host)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    recovery.make(recovery_file, keys / recovery.PUBLIC)
    node_keys.make(folder)
    (keys / "secret.key").write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
    (keys / "secret.key").chmod(0o600)
    if not wish.is_http:
        authority.certify(keys, wish.code, wish.host, at)
    # the file that makes the folder a node comes last: before it, nothing starts from here
    (folder / "node.toml").write_text(_told(wish), encoding="utf-8")


def is_loopback(host: str) -> bool:
    """Tell whether a name or address never leaves the machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(wish: Wish) -> str:
    listen = "127.0.0.1" if is_loopback(wish.host) else "0.0.0.0"  # noqa: S104  # the node serves its office's network
    told: dict[str, object] = {
        "code": wish.code,
        "places": list(wish.places),
        "host": wish.host,
        "port": wish.port,
        "listen": listen,
        "has_tls": not wish.is_http,
        "database": wish.database,
        "is_demo": wish.is_demo,
        "second_factor": wish.second_factor,
    }
    # JSON's strings, lists, numbers and booleans are TOML's too
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in told.items())
