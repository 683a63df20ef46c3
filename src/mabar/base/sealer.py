"""The sealer: it alone gives committed lines their dense position and closes them into the signed log."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from mabar.base import node_keys
from mabar.base.models import JournalHead, JournalLine, JournalPending, JournalSeal
from mabar.lib import merkle
from mabar.lib.one_form import canonical

BATCH = 2000
_LOCK_NUMBER = 7_262_001  # any number that nothing else of the node locks


def seal(at: datetime, *, batch: int = BATCH) -> int:
    """Place the committed lines that wait, oldest first, and sign the new head.  Return how many were placed.

    A line that commits later with a lower id (PostgreSQL allows that) simply comes later in the log.
    """
    with transaction.atomic():
        _lock()
        waiting = [p.line for p in JournalPending.objects.select_related("line").order_by("line_id")[:batch]]
        if not waiting:
            return 0
        head = _grow(waiting, at)
        JournalPending.objects.filter(line__in=[line.pk for line in waiting]).delete()
    _append_outside(head)
    return len(waiting)


def _lock() -> None:
    # SQLite needs none: the transaction is IMMEDIATE, so it is already the only writer
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_NUMBER])


def _grow(waiting: list[JournalLine], at: datetime) -> JournalHead:
    last = JournalHead.objects.order_by("-size").first()
    log = merkle.Frontier(last.size, tuple(bytes.fromhex(h) for h in last.frontier)) if last else merkle.Frontier()
    seals = []
    for line in waiting:
        leaf = merkle.leaf_hash(leaf_bytes(log.size, line))
        seals.append(JournalSeal(position=log.size, line=line, leaf=leaf.hex()))
        log, _ = log.append(leaf)
    JournalSeal.objects.bulk_create(seals)
    root = log.root().hex()
    key = node_keys.signing_key(settings.NODE.folder)
    return JournalHead.objects.create(
        size=log.size,
        root=root,
        frontier=[h.hex() for h in log.hashes],
        signed_at=at,
        key_id=key.key_id,
        signature=key.sign(head_bytes(log.size, root, at)),
    )


def leaf_bytes(position: int, line: JournalLine) -> bytes:
    """Write what the log seals of a line, in one form only."""
    at = line.at.astimezone(UTC).isoformat()
    said = [position, line.actor, line.verb, line.subject, at, line.place, line.mandate, line.digest]
    return canonical(said).encode()


def head_bytes(size: int, root: str, at: datetime) -> bytes:
    """Write what the node signs of a head; the first word keeps it apart from anything else the key signs."""
    said = ["mabar journal head 1", settings.NODE.code, size, root, at.astimezone(UTC).isoformat()]
    return canonical(said).encode()


def heads_file(folder: Path) -> Path:
    """Where the heads lie outside the database."""
    return folder / "heads.log"


def _append_outside(head: JournalHead) -> None:
    line = canonical([head.size, head.root, head.signed_at, head.key_id, head.signature])
    with heads_file(settings.NODE.folder).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
