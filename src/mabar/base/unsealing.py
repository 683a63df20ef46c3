"""Opening a backup into an empty folder; it needs no database and no settings, since there is no node yet."""

import json
import tarfile
import tempfile
from pathlib import Path

from mabar.base import recovery
from mabar.base.rules import BackupNotOpened

TOLD = "backup.json"


def unpack(sealed_file: Path, private_file: Path, folder: Path) -> dict[str, object]:
    """Open a backup into `folder`, which must be empty or absent; return what the backup tells of itself.

    Nothing is left in `folder` when the backup does not open.

    Raises:
        FileExistsError: the folder holds something.
        BackupNotOpened: the file is no backup, is damaged, or was sealed to another key.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as passing:
        _open_into(sealed_file, private_file, Path(passing))
        told: dict[str, object] = json.loads((Path(passing) / "node" / TOLD).read_text(encoding="utf-8"))
        if folder.exists():
            folder.rmdir()
        (Path(passing) / "node").replace(folder)
    folder.chmod(0o700)
    (folder / TOLD).unlink()
    _place_records(folder)
    return told


def _open_into(sealed_file: Path, private_file: Path, passing: Path) -> None:
    tar_file = passing / "node.tar"
    with open(sealed_file, "rb") as sealed, open(tar_file, "wb") as plain:
        recovery.open_sealed(sealed, plain, private_file)
    try:
        with tarfile.open(tar_file) as tar:
            tar.extractall(passing / "node", filter="data")
    except (tarfile.TarError, OSError) as fault:
        raise BackupNotOpened(reason=type(fault).__name__) from fault
    tar_file.unlink()


def _place_records(folder: Path) -> None:
    copy = folder / "records" / "acts.sqlite3"
    if copy.exists():
        copy.replace(folder / "acts.sqlite3")
        (folder / "records").rmdir()
