"""Backup: the whole node in one sealed file, taken while the node works; and what a restored node must show."""

import json
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from mabar.base import recovery
from mabar.base.models import JournalHead
from mabar.base.rules import NotTheSameJournal
from mabar.base.unsealing import TOLD

FILES = ("node.toml", "keys", "files", "heads.log")
MARK = "backed-up.json"


def back_up(folder: Path, target: Path, *, at: datetime) -> dict[str, object]:
    """Write the node in `folder` to `target`, sealed to its recovery key; return what the backup tells of itself.

    The records are copied first and the files after, so that each record's file is in the copy.

    Raises:
        FileExistsError: something lies at `target`; a backup never overwrites another.
        FileNotFoundError: the node has no recovery key.
    """
    with tempfile.TemporaryDirectory(dir=folder) as passing:
        records = Path(passing) / "records"
        records.mkdir()
        told = _copy_records(records) | {"code": settings.NODE.code, "at": at.isoformat()}
        (Path(passing) / TOLD).write_text(json.dumps(told), encoding="utf-8")
        _pack(folder, Path(passing))
        part = target.with_name(target.name + ".part")
        with open(Path(passing) / "node.tar", "rb") as plain, open(target, "xb") as claimed, open(part, "wb") as sealed:
            recovery.seal(plain, sealed, folder / "keys" / recovery.PUBLIC)
            sealed.flush()
            os.fsync(sealed.fileno())
            claimed.close()
        part.replace(target)
    (folder / MARK).write_text(json.dumps({"at": at.isoformat()}), encoding="utf-8")
    return told


def _copy_records(folder: Path) -> dict[str, object]:
    if connection.vendor == "sqlite":
        return _copy_sqlite(folder / "acts.sqlite3")
    from mabar.base import backups_postgresql

    return backups_postgresql.copy_out(folder)


def _copy_sqlite(target: Path) -> dict[str, object]:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        row = copy.execute("SELECT size, root FROM base_journalhead ORDER BY size DESC LIMIT 1").fetchone()
    return {"size": row[0] if row else 0, "root": row[1] if row else ""}


def _pack(folder: Path, passing: Path) -> None:
    with tarfile.open(passing / "node.tar", "w") as tar:
        tar.add(passing / TOLD, TOLD)
        for name in FILES:
            if (folder / name).exists():
                tar.add(folder / name, name)
        tar.add(passing / "records", "records")


def check_head(told: dict[str, object]) -> None:
    """Refuse a restored node whose journal does not end where the backup says.

    Raises:
        NotTheSameJournal: names both heads.
    """
    last = JournalHead.objects.order_by("-size").first()
    found = (last.size, last.root) if last else (0, "")
    if found != (told["size"], told["root"]):
        raise NotTheSameJournal(found=found[0], told=told["size"])
