"""Files of the node, kept once under the SHA-256 of their content."""

import os
import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from mabar.base.models import StoredFile
from mabar.base.rules import FileTooLarge, NoSuchRecord

LIMIT_BYTES = 20 * 1024 * 1024


def keep(content: bytes, *, media_type: str, at: datetime, limit_bytes: int = LIMIT_BYTES) -> StoredFile:
    """Keep `content` and return its row; the same content handed in again gives the same row.

    The bytes are on the disk before the row is written: a power cut between the two leaves a file without a row,
    which harms nobody, never a row without its file.

    Raises:
        FileTooLarge: the content is longer than `limit_bytes`.
    """
    if len(content) > limit_bytes:
        raise FileTooLarge(size_mb=len(content) // 1_000_000, limit_mb=limit_bytes // 1_000_000)
    name = sha256(content).hexdigest()
    if not path_of(name).exists():
        _put(path_of(name), content)
    row, _ = StoredFile.objects.get_or_create(
        sha256=name, defaults={"bytes": len(content), "media_type": media_type, "first_kept_at": at}
    )
    return row


def drop(name: str) -> None:
    """Drop the content with this SHA-256 for ever, once the act around it stands; a content that is gone stays gone.

    The caller answers for it that no other record names the content.
    """
    StoredFile.objects.filter(sha256=name).delete()
    transaction.on_commit(lambda: path_of(name).unlink(missing_ok=True))


def path_of(name: str) -> Path:
    """Where the content with this SHA-256 lies; two levels keep folders small."""
    return Path(settings.NODE.folder) / "files" / name[:2] / name[2:4] / name


def read(name: str) -> bytes:
    """Give the content back.

    Raises:
        NoSuchRecord: the file is not there.
        ValueError: what lies there is no longer what was kept.
    """
    try:
        content = path_of(name).read_bytes()
    except FileNotFoundError:
        raise NoSuchRecord(key=name) from None
    if sha256(content).hexdigest() != name:
        raise ValueError(f"the file {name} is damaged")
    return content


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    Path(stream.name).replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
