"""Opening a backup into an empty folder; it needs no database and no settings, since there is no node yet."""

import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import IO, cast

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
            _take_out(tar, passing / "node")
    except (tarfile.TarError, OSError) as fault:
        raise BackupNotOpened(reason=type(fault).__name__) from fault
    tar_file.unlink()


def _take_out(tar: tarfile.TarFile, folder: Path) -> None:
    """Take out plain files and folders, and none that would lie beside `folder`; tarfile's own filter is of 3.11.4."""
    for member in tar:
        place = folder / member.name
        if not (member.isfile() or member.isdir()) or not place.resolve().is_relative_to(folder.resolve()):
            raise OSError(f"{member.name} is no file or folder of a node")
        if member.isdir():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with cast("IO[bytes]", tar.extractfile(member)) as packed, open(place, "xb") as plain:
            place.chmod(0o600)
            shutil.copyfileobj(packed, plain)


def _place_records(folder: Path) -> None:
    copy = folder / "records" / "acts.sqlite3"
    if copy.exists():
        copy.replace(folder / "acts.sqlite3")
        (folder / "records").rmdir()
