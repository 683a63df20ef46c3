"""What a power cut leaves of one file: the bytes that were synced, and perhaps some of the others.

Source of the model: a write that was not synced may be lost, may come without those before it, and may be torn at a
sector; the making and the removal of files reach the disk in their order (as journalling file systems keep it).
"""

import os
import random
from collections import Counter
from pathlib import Path
from typing import NamedTuple

SECTOR = 512


class Written(NamedTuple):
    """Bytes written and not yet synced, and what lay there before."""

    offset: int
    new: bytes
    old: bytes
    size_before: int


class Truncated(NamedTuple):
    """A shortening not yet synced, and what was cut off."""

    size: int
    cut: bytes


class Made(NamedTuple):
    """That the file was made."""


class Removed(NamedTuple):
    """That the file was removed, and what it held."""

    content: bytes


Pending = Written | Truncated | Made | Removed


class Image:
    """One file as the system shows it, with a list of what is not yet on the disk itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pending: list[Pending] = []
        self._file = -1
        self.size = 0
        if path.exists():
            self._look()

    def note_made(self) -> None:
        """Remember that the file was just made, if nobody knew it; call it after each opening."""
        if self._file < 0:
            self.pending.append(Made())
            self._look()

    def note_write(self, offset: int, new: bytes) -> None:
        """Remember what a write is about to replace."""
        before = self.size
        old = os.pread(self._file, len(new), offset) if offset < before else b""
        self.pending.append(Written(offset, new, old, before))
        self.size = max(before, offset + len(new))

    def note_truncate(self, size: int) -> None:
        """Remember what a shortening is about to cut off."""
        if size < self.size:
            self.pending.append(Truncated(size, os.pread(self._file, self.size - size, size)))
        self.size = size

    def note_removed(self) -> None:
        """Remember what the file held that is about to be removed."""
        self.pending.append(Removed(os.pread(self._file, self.size, 0)))
        self.forget()

    @property
    def has_new_name(self) -> bool:
        """Whether its making or a removal is not yet on the disk."""
        return any(isinstance(each, Made | Removed) for each in self.pending)

    def sync_name(self) -> None:
        """Count the making or removal as being on the disk, but not what was written since."""
        turns = [number for number, each in enumerate(self.pending) if isinstance(each, Made | Removed)]
        del self.pending[: turns[-1] + 1 if turns else 0]

    def sync(self) -> None:
        """Count everything so far as being on the disk."""
        self.pending.clear()

    def forget(self) -> None:
        """Let go of the file itself."""
        if self._file >= 0:
            os.close(self._file)
        self._file, self.size = -1, 0

    def _look(self) -> None:
        self._file = os.open(self.path, os.O_RDWR)
        self.size = os.fstat(self._file).st_size

    def lose(self) -> None:
        """Put the file as it was synced last."""
        for each in reversed(self.pending):
            self._undo(each)
        self.pending.clear()

    def lose_writes(self) -> None:
        """Put back what was written since the last sync, but leave the file where it is: a sync that failed.

        Source: after a failed fsync Linux counts the pages as clean and may read them from the disk again, so that no
        later sync brings them there.
        """
        while self.pending and not isinstance(self.pending[-1], Made | Removed):
            self._undo(self.pending.pop())

    def _undo(self, each: Pending) -> None:
        if isinstance(each, Removed):
            self.path.write_bytes(each.content)
            self._look()
        elif isinstance(each, Made):
            self.path.unlink()
            self.forget()
        elif isinstance(each, Truncated):
            self._put(each.size, each.cut)
        else:
            self._put(each.offset, each.old)
            os.ftruncate(self._file, each.size_before)
            self.size = each.size_before

    def _put(self, offset: int, content: bytes) -> None:
        os.pwrite(self._file, content, offset)
        self.size = max(self.size, offset + len(content))

    def cut(self, rng: random.Random, counts: Counter[str]) -> None:
        """Put the file as a power cut may leave it: as synced last, and, every other time, with some of the rest."""
        pending = list(self.pending)
        self.lose()
        kept = _survivors(pending, rng) if rng.random() < 0.5 else []
        torn = rng.randrange(len(kept)) if kept else -1
        for number, each in enumerate(kept):
            self._redo(_torn(each, rng, counts) if number == torn else each)
        counts["write kept"] += len(kept)
        counts["write lost"] += len(pending) - len(kept)

    def _redo(self, each: Pending) -> None:
        if isinstance(each, Made):
            self.path.write_bytes(b"")
            self._look()
        elif isinstance(each, Removed):
            self.path.unlink()
            self.forget()
        elif isinstance(each, Truncated):
            os.ftruncate(self._file, each.size)
            self.size = each.size
        else:
            self._put(each.offset, each.new)


def _survivors(pending: list[Pending], rng: random.Random) -> list[Pending]:
    """Choose what has reached the disk: makings and removals up to one of them, then some of the writes that follow."""
    turns = [number for number, each in enumerate(pending) if isinstance(each, Made | Removed)]
    reached = rng.randint(0, len(turns))
    start = turns[reached - 1] if reached else -1
    end = turns[reached] if reached < len(turns) else len(pending)
    writes = [each for each in pending[start + 1 : end] if rng.random() < 0.5]
    rng.shuffle(writes)
    return [*(pending[number] for number in turns[:reached]), *writes]


def _torn(each: Pending, rng: random.Random, counts: Counter[str]) -> Pending:
    """Keep only the head or the tail of a write, cut where a sector ends."""
    if not isinstance(each, Written):
        return each
    first = SECTOR - each.offset % SECTOR
    seams = range(first, len(each.new), SECTOR)
    if not seams:
        return each
    seam = rng.choice(seams)
    counts["write torn"] += 1
    if rng.random() < 0.5:
        return each._replace(new=each.new[:seam])
    return each._replace(offset=each.offset + seam, new=each.new[seam:])
