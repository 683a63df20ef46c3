"""The file system that SQLite is given for simulated disks: the usual one, with every change of a file seen.

Reading, locking and shared memory stay the usual functions, called by SQLite itself: a file is opened by the usual file
system, and then only the table of its functions is exchanged for a copy in which four are ours.
"""

import ctypes
import logging
import os
from collections.abc import Callable
from ctypes import addressof, c_void_p, string_at
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from mabar.exchange.simulation import library
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.images import Image

NAME = "mabar-sim"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Usual:
    """The usual functions of an open file, and the table that stands in their place."""

    close: Callable[[int], int]
    write: Callable[[int, int, int, int], int]
    truncate: Callable[[int, int], int]
    table: library.Methods


@dataclass(frozen=True)
class _Opened:
    """A file that SQLite holds open on a simulated disk."""

    disk: Disk
    path: str
    image: Image
    usual: _Usual


class FileSystem:
    """The one file system of this process for all simulated disks."""

    def __init__(self) -> None:
        self.disks: dict[str, Disk] = {}
        self._opened: dict[int, _Opened] = {}
        self._tables: dict[int, _Usual] = {}
        self._sqlite = library.sqlite()
        usual = library.default_vfs(self._sqlite)
        self._usual_open, self._usual_delete = library.OPEN(usual.xOpen), library.DELETE(usual.xDelete)
        self._callbacks = {
            "xClose": library.ON_CLOSE(_safe(self._close, library.IOERR)),
            "xWrite": library.ON_WRITE(_safe(self._write, library.IOERR_WRITE)),
            "xTruncate": library.ON_TRUNCATE(_safe(self._truncate, library.IOERR_TRUNCATE)),
            "xSync": library.ON_SYNC(_safe(self._sync, library.IOERR_SYNC)),
        }
        self._on_open = library.ON_OPEN(_safe(self._open, library.CANTOPEN))
        self._on_delete = library.ON_DELETE(_safe(self._delete, library.IOERR_DELETE))
        self._vfs = library.Vfs.from_buffer_copy(usual)
        self._vfs.pNext, self._vfs.zName = None, NAME.encode()
        self._vfs.xOpen, self._vfs.xDelete = _address(self._on_open), _address(self._on_delete)
        self._sqlite.sqlite3_vfs_register(addressof(self._vfs), 0)

    def _open(self, vfs: int, name: int | None, file: int, flags: int, flags_out: int | None) -> int:
        path = os.fsdecode(string_at(name)) if name else ""
        disk = self.disks.get(os.path.dirname(path))
        if disk is None:  # a passing file of SQLite's own, or one outside every simulated disk
            return int(self._usual_open(vfs, name, file, flags, flags_out))
        if disk.is_off:
            c_void_p.from_address(file).value = None
            return library.CANTOPEN
        image = disk.image(path)
        said = int(self._usual_open(vfs, name, file, flags, flags_out))
        if said == library.OK:
            image.note_made()
            usual = self._usual_of(c_void_p.from_address(file).value or 0)
            c_void_p.from_address(file).value = addressof(usual.table)
            self._opened[file] = _Opened(disk, path, image, usual)
            disk.open_files.add(file)
        return said

    def _usual_of(self, table: int) -> _Usual:
        if table not in self._tables:
            methods = library.Methods.from_address(table)
            ours = library.Methods.from_buffer_copy(methods)
            for name, callback in self._callbacks.items():
                setattr(ours, name, _address(callback))
            close, write = library.CLOSE(methods.xClose), library.WRITE(methods.xWrite)
            self._tables[table] = _Usual(close, write, library.TRUNCATE(methods.xTruncate), ours)
        return self._tables[table]

    def _close(self, file: int) -> int:
        opened = self._opened.pop(file)
        opened.disk.open_files.discard(file)
        return opened.usual.close(file)

    def _write(self, file: int, content: int, length: int, offset: int) -> int:
        opened = self._opened[file]
        said = opened.disk.verdict("write", opened.path)
        if said != library.OK:
            return said
        opened.image.note_write(offset, string_at(content, length))
        return opened.usual.write(file, content, length, offset)

    def _truncate(self, file: int, size: int) -> int:
        opened = self._opened[file]
        said = opened.disk.verdict("truncate", opened.path)
        if said != library.OK:
            return said
        opened.image.note_truncate(size)
        return opened.usual.truncate(file, size)

    def _sync(self, file: int, _flags: int) -> int:
        opened = self._opened[file]
        said = opened.disk.verdict("sync", opened.path)
        if said == library.OK:
            opened.disk.sync(opened.image)
        elif not opened.disk.is_off:
            opened.image.lose_writes()
        return said

    def _delete(self, vfs: int, name: int, folder_too: int) -> int:
        path = os.fsdecode(string_at(name))
        disk = self.disks.get(os.path.dirname(path))
        said = disk.verdict("delete", path) if disk else library.OK
        if said != library.OK:
            return said
        if disk is not None and os.path.exists(path):
            image = disk.image(path)
            image.note_removed()
            if folder_too:
                disk.sync(image)
        return int(self._usual_delete(vfs, name, 0))


def _address(callback: Any) -> int:
    return ctypes.cast(callback, c_void_p).value or 0


def _safe(act: Callable[..., int], failed: int) -> Callable[..., int]:
    """Turn a fault of ours into an error of the disk: what is raised in a callback would be taken for success."""

    def answer(*said: Any) -> int:
        try:
            return act(*said)
        except Exception:
            log.exception("a fault in the simulated disk")
            return failed

    return answer


@cache
def file_system() -> FileSystem:
    """Give the file system, registered with SQLite the first time.

    Raises:
        RuntimeError: no other file system can be put beneath the SQLite of this Python.
    """
    return FileSystem()


def mount(disk: Disk) -> Disk:
    """Let SQLite find a disk by its folder."""
    file_system().disks[str(disk.folder)] = disk
    return disk


def unmount(disk: Disk) -> None:
    """Let go of a disk, all of whose files are closed."""
    file_system().disks.pop(str(disk.folder), None)
    disk.close()


def address(disk: Disk, name: str) -> str:
    """Give the URI by which SQLite opens a file of the disk; Django takes it as the NAME of a database."""
    return f"file:{quote(str(disk.folder / name))}?vfs={NAME}"
