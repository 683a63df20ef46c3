"""Files that are written whole and never over another: keys, and what is signed with them."""

import os
from collections.abc import Mapping
from pathlib import Path

from mabar.exchange.refusals import FileInTheWay

ASIDE = ".part"


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write new files, readable by their owner alone: all of them, or none.

    Raises:
        FileInTheWay: names the first that exists.
    """
    for path in files:
        refuse_taken(path)
    asides = {path: path.with_name(path.name + ASIDE) for path in files}
    made: list[Path] = []
    try:
        for path, aside in asides.items():
            _write(aside, files[path])
        for path, aside in asides.items():
            made.append(aside.rename(path))
    except BaseException:
        for path in (*made, *asides.values()):
            path.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in files}:
        sync_folder(folder)


def rewrite(path: Path, content: bytes) -> None:
    """Put new content in the place of a file's old one, whole."""
    aside = path.with_name(path.name + ASIDE)
    try:
        _write(aside, content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def refuse_taken(path: Path) -> None:
    """Refuse a place where something lies.

    Raises:
        FileInTheWay
    """
    if os.path.lexists(path):
        raise FileInTheWay(path=path)


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # what a run that was cut off has left
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
