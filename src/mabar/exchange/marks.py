"""The high-water marks of this node: for each stream, outside the database, the largest it has signed (mx1.md, 9.4).

A mark is written after the commit and before anything leaves, so it never lies above what a crash can leave behind.
Behind it, in the same file, stand the statements that no R1 covers yet: a node whose database is put back by an old
one can say them again, and need not say something else under their numbers.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from mabar.exchange.durable_files import Files, Folder
from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.batches import Body, Entry
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
    line, _ = _read(stream)
    return read_marks(line).get(stream) if line else None


def left(stream: Stream) -> list[Entry]:
    """Give the statements that had left, or were about to, when the mark was written."""
    _, data = _read(stream)
    return [_entry(*row) for row in cbor.decode(data)] if data else []


def _read(stream: Stream) -> tuple[bytes, bytes]:
    data = _kept_in[0]().read(_name(stream)) or b""
    line, end, rest = data.partition(b"\n")
    return line + end, rest


def _entry(suite: int, descriptor: int, signed: bytes, salt: bytes | None, payload: bytes | None) -> Entry:
    return Entry(suite, descriptor, signed, None if salt is None or payload is None else Body(salt, payload))


def _written(entries: Sequence[Entry]) -> bytes:
    rows = [
        [
            each.suite,
            each.descriptor,
            each.signed,
            *((each.body.salt, each.body.payload) if each.body else (None, None)),
        ]
        for each in entries
    ]
    return cbor.encode(rows) if rows else b""


def note(stream: Stream, *, seq: int, head: Head, leaving: Sequence[Entry] = ()) -> None:
    """Note that this node has signed a seq and a head of a stream; a smaller one than is noted changes nothing.

    `leaving` are the statements up to this seq that no R1 covers.
    """
    with _alone():
        before = of(stream)
        if before is not None:
            seq, head = max(seq, before.seq), max(head, before.head, key=lambda each: each.size)
        if before is None or (before.seq, before.head) != (seq, head):
            _kept_in[0]().replace(_name(stream), Mark(stream, seq, head).line() + _written(leaving))


def _name(stream: Stream) -> str:
    return f"{stream.sender}-{stream.receiver}-{stream.urgency}-{stream.epoch}"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one thread of one process at a time compare and write."""
    with _in_process, (Path(settings.NODE.folder) / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
