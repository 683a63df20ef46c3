"""The high-water marks of this node: for each stream, outside the database, the largest it has signed (mx1.md, 9.4).

A mark is written after the commit and before anything leaves, so it never lies above what a crash can leave behind.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from mabar.exchange.durable_files import Files, Folder
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Stream
from mabar.exchange.protocol.rejoining import Mark, read_marks

FOLDER = "marks"
_LOCK = "marks.lock"
_in_process = threading.Lock()


def _real() -> Files:
    folder = Path(settings.NODE.folder) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return Files(Folder(folder))


_kept_in: list[Callable[[], Files]] = [_real]


def keep_in(files: Callable[[], Files] | None) -> None:
    """Keep the marks in other files, as the simulation does; None: in the node's folder again."""
    _kept_in[0] = files or _real


def of(stream: Stream) -> Mark | None:
    """Give the mark of a stream; None where it has none.

    Raises:
        Malformed: the file is damaged, so that the node cannot know what it has signed.
    """
    data = _kept_in[0]().read(_name(stream))
    return read_marks(data).get(stream) if data else None


def note(stream: Stream, *, seq: int, head: Head) -> None:
    """Note that this node has signed a seq and a head of a stream; a smaller one than is noted changes nothing."""
    with _alone():
        before = of(stream)
        if before is not None:
            seq, head = max(seq, before.seq), max(head, before.head, key=lambda each: each.size)
        if before is None or (before.seq, before.head) != (seq, head):
            _kept_in[0]().replace(_name(stream), Mark(stream, seq, head).line())


def _name(stream: Stream) -> str:
    return f"{stream.sender}-{stream.receiver}-{stream.urgency}-{stream.epoch}"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one thread of one process at a time compare and write."""
    with _in_process, (Path(settings.NODE.folder) / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
