"""Files outside the database that a power cut leaves whole: the old content or the new, never a part, never nothing.

The order of the steps stands here once; a node takes them on its disk, the simulation on one that loses what was not
flushed.  Source of the order: POSIX rename is atomic, but neither bytes nor names are on the disk before their fsync.
"""

import os
from pathlib import Path
from typing import Protocol

from mabar.exchange import crash_points


class Steps(Protocol):
    """What a folder can do, one step at a time."""

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; None where there is none."""

    def write(self, name: str, content: bytes) -> None:
        """Make a file, or make it anew, with this content, which need not be on the disk yet."""

    def flush(self, name: str) -> None:
        """Return when the content of a file is on the disk."""

    def rename(self, name: str, new_name: str) -> None:
        """Give a file another name, in place of what bore it; that need not be on the disk yet."""

    def flush_names(self) -> None:
        """Return when the names of the folder are on the disk."""


class Files:
    """The small files of a node that must outlive a power cut, like its high-water mark."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; None where there is none."""
        return self._steps.read(name)

    def replace(self, name: str, content: bytes) -> None:
        """Give a file new content; when this returns, a power cut cannot take it any more."""
        aside = f"{name}.new"
        self._steps.write(aside, content)
        crash_points.reached("file-written-not-flushed")
        self._steps.flush(aside)
        crash_points.reached("file-flushed-not-renamed")
        self._steps.rename(aside, name)
        crash_points.reached("file-renamed-names-not-flushed")
        self._steps.flush_names()


class Folder:
    """The steps in a folder of the real disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; None where there is none."""
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write a file that only the node itself may read."""
        handle = os.open(self._path / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)

    def flush(self, name: str) -> None:
        """Wait for fsync of the file."""
        self._sync(self._path / name)

    def rename(self, name: str, new_name: str) -> None:
        """Rename within the folder."""
        os.replace(self._path / name, self._path / new_name)

    def flush_names(self) -> None:
        """Wait for fsync of the folder."""
        self._sync(self._path)

    @staticmethod
    def _sync(path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
