"""A power cut for real processes: what they did to their files is written down, and what was not flushed is taken away.

The processes run with `power_cut.c` preloaded.  The model: bytes that were not flushed may be lost, may come without
those before them, and may be torn at a sector; names that were given or taken reach the disk in their order, and surely
with a flush of their folder.
"""

import os
import random
import shutil
import struct
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

SHIM = Path(__file__).with_name("power_cut.c")
FOLDER, LOG = "MABAR_POWER_FOLDER", "MABAR_POWER_LOG"
SECTOR = 512
_RECORD = struct.Struct("<c3xIIIQQ")
PLANTS = {
    "synchronous-off": (
        "from mabar.site import stores\n"
        'stores.ACTS_PRAGMAS = stores.ACTS_PRAGMAS.replace("synchronous=FULL", "synchronous=OFF")\n'
    ),
}


def environment(folder: Path, aside: Path, *, plant: str = "") -> dict[str, str]:
    """Compile what is preloaded, and give the environment in which processes are watched in `folder`.

    Raises:
        FileNotFoundError: no compiler of C is there.
    """
    shim = aside / "power_cut.so"
    compiler = shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("a compiler of C (cc) makes what is preloaded into the nodes")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", shim, SHIM, "-ldl"], check=True)
    told = {"LD_PRELOAD": str(shim), FOLDER: str(folder.resolve()), LOG: str(aside / "power.log")}
    if plant:  # Python reads a file of this name when it starts, in every process of the nodes
        (aside / "sitecustomize.py").write_text(PLANTS[plant], encoding="utf-8")
        told["PYTHONPATH"] = os.pathsep.join([str(aside), *filter(None, [os.environ.get("PYTHONPATH")])])
    return told


class Record(NamedTuple):
    """One thing that a process did: `c`reate, `w`rite, cu`t`, `s`ync, `r`ename, `u`nlink."""

    what: str
    path: str
    other: str
    offset: int
    content: bytes


@dataclass
class File:
    """Bytes that are on the disk, and changes that may be."""

    flushed: bytearray
    pending: list[Record] = field(default_factory=list)

    def flush(self) -> None:
        """Count all changes as being on the disk."""
        for change in self.pending:
            _change(self.flushed, change)
        self.pending.clear()

    def left(self, rng: random.Random, counts: Counter[str]) -> bytearray:
        """Give what the disk holds after a cut: what was flushed and, every other time, some of the rest."""
        content = bytearray(self.flushed)
        kept = [each for each in self.pending if rng.random() < 0.5] if rng.random() < 0.5 else []
        rng.shuffle(kept)
        torn = rng.randrange(len(kept)) if kept else -1
        for number, change in enumerate(kept):
            _change(content, _torn(change, rng) if number == torn else change)
        counts["changes kept"] += len(kept)
        counts["changes lost"] += len(self.pending) - len(kept)
        return content


def _change(content: bytearray, change: Record) -> None:
    if change.what == "t":
        del content[change.offset :]
    content.extend(bytes(max(change.offset - len(content), 0)))
    if change.what == "w":
        content[change.offset : change.offset + len(change.content)] = change.content


def _torn(change: Record, rng: random.Random) -> Record:
    seams = range(SECTOR - change.offset % SECTOR, len(change.content), SECTOR)
    return change._replace(content=change.content[: rng.choice(seams)]) if seams else change


@dataclass
class Names:
    """The names of one folder: as the system shows them, as they are on the disk, and what was done in between."""

    shown: dict[str, File] = field(default_factory=dict)
    flushed: dict[str, File] = field(default_factory=dict)
    given: list[dict[str, File]] = field(default_factory=list)

    def note(self) -> None:
        """Remember the names after a change of them."""
        self.given.append(dict(self.shown))

    def flush(self) -> None:
        """Count the names as being on the disk."""
        self.flushed = dict(self.shown)
        self.given.clear()

    def left(self, rng: random.Random) -> dict[str, File]:
        """Give the names that a cut leaves."""
        reached = rng.randint(0, len(self.given)) if rng.random() < 0.5 else 0
        return self.given[reached - 1] if reached else self.flushed


@dataclass
class Power:
    """The disk under a folder, known from the log; `counts` says what cuts have kept and lost."""

    folder: Path
    log: Path
    counts: Counter[str] = field(default_factory=Counter)
    _read: int = 0
    _folders: dict[str, Names] = field(default_factory=lambda: defaultdict(Names))

    def begin(self) -> None:
        """Take what lies there now as flushed; nothing may run yet."""
        self._read = self.log.stat().st_size
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.endswith("-shm"):
                at = path.relative_to(self.folder)
                self._folders[_of(at)].shown[at.name] = File(bytearray(path.read_bytes()))
        for names in self._folders.values():
            names.flush()

    def cut(self, part: str, rng: random.Random) -> None:
        """Put one folder within as a power cut leaves it; all processes that work in it must have been killed."""
        for record in self._records():
            self._apply(record)
        for at, names in self._folders.items():
            if at == part or at.startswith(f"{part}/"):
                self._put(self.folder / at, names, rng)
        for record in self._records():  # what the putting itself has done there is no record of the node's
            if not record.path.startswith(f"{part}/"):
                self._apply(record)
        self.counts["cuts"] += 1

    def _put(self, folder: Path, names: Names, rng: random.Random) -> None:
        left = names.left(rng)
        for file in {id(each): each for each in left.values()}.values():
            file.flushed = file.left(rng, self.counts)
            file.pending.clear()
        for path in folder.iterdir():
            if path.is_file() and path.name not in left:
                path.unlink()
        for name, file in left.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != file.flushed:
                mode = path.stat().st_mode if path.exists() else 0o600
                path.write_bytes(file.flushed)
                path.chmod(mode)
        names.shown = dict(left)
        names.flush()

    def _records(self) -> Iterator[Record]:
        with self.log.open("rb") as log:
            log.seek(self._read)
            while len(head := log.read(_RECORD.size)) == _RECORD.size:
                what, path, other, _, offset, length = _RECORD.unpack(head)
                body = log.read(path + other + length)
                names = body[:path].decode(), body[path : path + other].decode()
                yield Record(what.decode(), *names, offset, body[path + other :])
                self._read = log.tell()

    def _apply(self, record: Record) -> None:
        at = PurePosixPath(record.path)
        names = self._folders[_of(at)]
        file = names.shown.get(at.name)
        if record.what == "s" and record.path in self._folders:
            self._folders[record.path].flush()
        elif record.what == "c" and file is None:
            names.shown[at.name] = File(bytearray())
            names.note()
        elif file is None:  # a file that was removed while it was open, or a folder without files
            return
        elif record.what == "s":
            file.flush()
        elif record.what in "wt":
            file.pending.append(record)
        elif record.what in "ru":
            del names.shown[at.name]
            if record.what == "r":
                names.shown[PurePosixPath(record.other).name] = file
            names.note()


def _of(path: Path | PurePosixPath) -> str:
    return path.parent.as_posix()
