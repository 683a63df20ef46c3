"""Restoring a node: unpack, put the records in place, and compare the journal's head with what the backup told."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import django

from mabar.site.node import FOLDER_VARIABLE


def restore(source: Path, folder: Path, private: Path, database: str | None) -> dict[str, object]:
    """Restore the backup `source` into `folder`; return what the backup told of itself.

    A folder in which anything went wrong is removed again, so that nobody starts half a node.

    Raises:
        BackupNotOpened, NotTheSameJournal; FileExistsError: the folder is not empty.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mabar.site.settings")
    from mabar.base import unsealing

    told = unsealing.unpack(source, private, folder)
    try:
        if database is not None:
            _name_database(folder / "node.toml", database)
        os.environ[FOLDER_VARIABLE] = str(folder.resolve())
        django.setup()
        _fill(folder, told)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return told


def _name_database(file: Path, database: str) -> None:
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("database")]
    file.write_text("\n".join([*kept, f'database = "{database}"']) + "\n", encoding="utf-8")


def _fill(folder: Path, told: dict[str, object]) -> None:
    from django.core.management import call_command
    from django.db import connection

    from mabar.base import backups, backups_postgresql
    from mabar.exchange import old_keys, rejoined
    from mabar.site import founding

    if connection.vendor == "postgresql":
        backups_postgresql.copy_in(folder / "records")
        shutil.rmtree(folder / "records")
        call_command("createcachetable", verbosity=0)
    else:
        founding.make_stores()
    backups.check_head(told)
    at = datetime.now(UTC)
    old_keys.destroy_due(at)
    rejoined.begin(at)
    rejoined.check_marks(at)
