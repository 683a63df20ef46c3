"""The SQLite library that Python itself uses, opened from the side, and the two structures of it that we touch.

Source: sqlite3.h of SQLite 3.40: sqlite3_vfs version 3, sqlite3_io_methods version 3; later ones only add at the end.
"""

import _sqlite3
import ctypes
import sqlite3
from ctypes import CFUNCTYPE, PYFUNCTYPE, c_char_p, c_int, c_longlong, c_void_p

HIDDEN = (
    "The SQLite inside this Python is linked in and hidden, so that no other disk can be put beneath it:"
    " run the simulation with a Python that uses the system's libsqlite3."
)
OK, FULL, IOERR, CANTOPEN = 0, 13, 10, 14
IOERR_WRITE, IOERR_SYNC, IOERR_TRUNCATE, IOERR_DELETE = 778, 1034, 1546, 2570
OPEN_CREATE = 0x4

# What SQLite calls is a callback that takes the interpreter's lock; what we call back holds on to it.
ON_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
ON_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
ON_CLOSE = CFUNCTYPE(c_int, c_void_p)
ON_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_longlong)
ON_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_longlong)
ON_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
OPEN = PYFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DELETE = PYFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
CLOSE = PYFUNCTYPE(c_int, c_void_p)
WRITE = PYFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_longlong)
TRUNCATE = PYFUNCTYPE(c_int, c_void_p, c_longlong)


class Vfs(ctypes.Structure):
    """sqlite3_vfs; what comes after xNextSystemCall in later versions is not ours to know."""

    _fields_ = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        *((name, c_void_p) for name in ("xOpen", "xDelete", "xAccess", "xFullPathname")),
        *((name, c_void_p) for name in ("xDlOpen", "xDlError", "xDlSym", "xDlClose")),
        *((name, c_void_p) for name in ("xRandomness", "xSleep", "xCurrentTime", "xGetLastError")),
        *((name, c_void_p) for name in ("xCurrentTimeInt64", "xSetSystemCall", "xGetSystemCall", "xNextSystemCall")),
    ]


class Methods(ctypes.Structure):
    """sqlite3_io_methods: what can be done with an open file."""

    _fields_ = [
        ("iVersion", c_int),
        *((name, c_void_p) for name in ("xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize")),
        *((name, c_void_p) for name in ("xLock", "xUnlock", "xCheckReservedLock", "xFileControl")),
        *((name, c_void_p) for name in ("xSectorSize", "xDeviceCharacteristics")),
        *((name, c_void_p) for name in ("xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch")),
    ]


def sqlite() -> ctypes.CDLL:
    """Open the library that Python's own module is linked with.

    The module is opened a second time, which gives the same one; a name that it does not define itself is then looked
    for in what it was linked with, which is how the one copy in this process is found on every system.

    Raises:
        RuntimeError: it is linked in and hidden.
    """
    library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    try:
        library.sqlite3_vfs_find.restype = c_void_p
        library.sqlite3_vfs_find.argtypes = [c_char_p]
        library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
        library.sqlite3_libversion.restype = c_char_p
    except AttributeError:
        raise RuntimeError(HIDDEN) from None
    if library.sqlite3_libversion().decode() != sqlite3.sqlite_version:
        raise RuntimeError(HIDDEN)
    return library


def default_vfs(library: ctypes.CDLL) -> Vfs:
    """Give the file system that SQLite uses when none is named; it is read, never changed."""
    return Vfs.from_address(library.sqlite3_vfs_find(None))
