"""Whether a node is fit: what stops it from starting, and what production asks for besides."""

import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mabar.base import triggers
from mabar.site import authority, durability
from mabar.site.node import Node

RENEW_BEFORE = timedelta(days=30)
BACKUP_EVERY = timedelta(days=1, hours=6)


@dataclass(frozen=True)
class Finding:
    """One thing looked at, and what to do when it is not as it should be."""

    what: str
    is_fit: bool
    remedy: str


def faults_that_stop(node: Node) -> list[str]:
    """List why the node must not start: a store not migrated, one that a power cut empties, an unguarded journal."""
    return [*_faults_of_stores(), *durability.faults(connection)]


def _faults_of_stores() -> list[str]:
    faults = []
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        faults.append("the stores are not of this version; run: mabar migrate")
    else:
        missing = triggers.missing(connection)
        faults += [f"the journal's trigger {name} is missing; run: mabar migrate" for name in missing]
    return faults


def examine(node: Node) -> list[Finding]:
    """Look at everything that production asks for."""
    stores, power = _faults_of_stores(), durability.faults(connection)
    return [
        Finding("stores and triggers are as this version needs them", not stores, "; ".join(stores)),
        Finding("a power cut takes nothing that was confirmed", not power, "; ".join(power)),
        Finding("the node speaks https", node.has_tls, "make a node with a host name, without --http"),
        Finding(
            "a second factor is forced", node.second_factor == "forced", 'set second_factor = "forced" in node.toml'
        ),
        Finding("this is not a demonstration", not node.is_demo, "make a node with: mabar init"),
        Finding(
            "keys are readable by their owner alone", _keys_are_private(node), "chmod 600 keys/*.key; chmod 700 keys"
        ),
        _certificate(node),
        _backup(node),
        _recovery(node),
    ]


def _keys_are_private(node: Node) -> bool:
    keys = node.folder / "keys"
    private = [keys, *keys.glob("*.key")]
    return all(not stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private)


def _certificate(node: Node) -> Finding:
    what, remedy = "the certificate is good for 30 days and more", "run: mabar renew"
    if not node.has_tls:
        return Finding(what, False, "a node without https has none")
    return Finding(what, authority.expires_at(node.folder / "keys") > datetime.now(UTC) + RENEW_BEFORE, remedy)


def _backup(node: Node) -> Finding:
    mark = node.folder / "backed-up.json"
    is_fresh = mark.is_file() and mark.stat().st_mtime > (datetime.now(UTC) - BACKUP_EVERY).timestamp()
    return Finding(
        "a backup was made in the last 30 hours", is_fresh, "run: mabar backup FILE, daily, to another machine"
    )


def _recovery(node: Node) -> Finding:
    near = [*node.folder.rglob("*.recovery.key"), *node.folder.parent.glob(f"{node.code}.recovery.key")]
    return Finding("the recovery key is not on this machine", not near, f"move it away: {', '.join(map(str, near))}")
