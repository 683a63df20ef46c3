"""The disk of one simulated machine: a folder whose files lose, when the power goes, what was not synced.

SQLite reaches it by the file system of `vfs`, plain files by `plain_files`.  Nothing is really synced here, so a run is
as fast as memory; what a sync would have kept is known from `images`.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mabar.exchange.simulation import library
from mabar.exchange.simulation.images import Image

POWER = -1  # an injection that is no error: the power goes at that very operation
FAILURES = {
    "write": library.IOERR_WRITE,
    "sync": library.IOERR_SYNC,
    "truncate": library.IOERR_TRUNCATE,
    "delete": library.IOERR_DELETE,
}
NAMES = {library.FULL: "disk full", POWER: "power cut at an operation"}


@dataclass
class Injection:
    """That the operations of a kind go wrong: `after` of them go well, then `times` do not; None: until lifted."""

    operation: str
    code: int
    after: int = 0
    times: int | None = 1
    ending: str = ""

    def strikes(self, operation: str, path: str) -> bool:
        """Tell whether this operation is one that goes wrong, and count it."""
        if operation != self.operation or not path.endswith(self.ending) or self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Disk:
    """All files in one folder; `counts` says how often what was done, lost, torn and made to fail."""

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    is_off: bool = False
    failures: int = 0
    open_files: set[int] = field(default_factory=set)
    armed: list[Injection] = field(default_factory=list)
    cut_too: list[Callable[[random.Random], None]] = field(default_factory=list)
    _images: dict[str, Image] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()

    def image(self, path: str) -> Image:
        """Give what is known of a file; one that lies there unknown is taken as synced."""
        if path not in self._images:
            self._images[path] = Image(Path(path))
        return self._images[path]

    def inject(self, injection: Injection) -> None:
        """Make operations go wrong from now on."""
        self.armed.append(injection)

    def lift(self) -> None:
        """Let every operation go well again."""
        self.armed.clear()

    def verdict(self, operation: str, path: str) -> int:
        """Say how an operation ends: 0 when it goes well, else SQLite's code; a machine without power does nothing."""
        if self.is_off:
            return FAILURES[operation]
        self.counts[operation] += 1
        for each in self.armed:
            if each.strikes(operation, path):
                return self._fail(operation, each.code)
        return library.OK

    def _fail(self, operation: str, code: int) -> int:
        self.failures += 1
        self.counts[NAMES.get(code, f"{operation} failed")] += 1
        if code == POWER:
            self.kill()
            return FAILURES[operation]
        return code

    def sync(self, image: Image) -> None:
        """Count a file as being on the disk; the first time its name too, and with it every name of the folder.

        Source: unixSync and unixDelete of os_unix.c, which flush the folder after the first sync of a new journal or
        log, and after a removal only when they are asked to, which synchronous=FULL does not do.
        """
        if image.has_new_name:
            for other in self._images.values():
                other.sync_name()
        image.sync()

    def kill(self) -> None:
        """End the machine's process: nothing that is still open can do anything more to the files."""
        self.is_off = True

    def power_cut(self, rng: random.Random) -> None:
        """Take the power away: each file keeps what was synced and, at random, a part of what was not.

        Raises:
            RuntimeError: a connection to one of the files is still open.
        """
        self.kill()
        self._demand_closed()
        self.counts["power cut"] += 1
        for path in sorted(self._images):
            self._images[path].cut(rng, self.counts)
        for cut in self.cut_too:
            cut(rng)
        for shared in self.folder.glob("*-shm"):
            shared.unlink()

    def start(self) -> None:
        """Give the machine power again.

        Raises:
            RuntimeError: a connection of the process that ended is still open.
        """
        self._demand_closed()
        self.lift()
        self.is_off = False

    def _demand_closed(self) -> None:
        # SQLite keeps its index of the write-ahead log in this process as long as one connection is open, and would
        # go on with that index instead of recovering
        if self.open_files:
            raise RuntimeError(f"{len(self.open_files)} files of {self.folder} are still open")

    def put(self, name: str, source: Path) -> None:
        """Lay a copy of a file on the disk, synced, in place of what is there: a template, or an old backup.

        Raises:
            RuntimeError: a connection to it is open.
        """
        self._demand_closed()
        for each in [self.folder / f"{name}{ending}" for ending in ("", "-wal", "-journal", "-shm")]:
            self.forget(str(each))
            each.unlink(missing_ok=True)
        (self.folder / name).write_bytes(source.read_bytes())

    def forget(self, path: str) -> None:
        """Know nothing more of a file."""
        known = self._images.pop(path, None)
        if known is not None:
            known.forget()

    def close(self) -> None:
        """Let go of every file; the folder may then be removed."""
        for path in list(self._images):
            self.forget(path)
