"""Files that a broker sent: read at once or by the worker, each kept or refused by name, the result kept for a day."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache

from mabar.base import files
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.rules import FileTooLarge
from mabar.declarations import formats, intake
from mabar.lib import words
from mabar.lib.refusals import Refusal

KEPT_S = 24 * 3600
AT_ONCE_FILES, AT_ONCE_BYTES = 5, 3 * 1024 * 1024  # beyond it a reader would wait for longer than a second or two
WAITING, READ, REFUSED, STOPPED = "waiting", "read", "refused", "stopped"


class TooManyFiles(Refusal):
    """More files than are taken in one go."""

    package = "declarations"


class UploadGone(Refusal):
    """The result of a reading is kept for a day only, and for the house that asked for it."""

    package = "declarations"


@dataclass
class SentFile:
    """One file: waiting, read (then kept under its SHA-256, with a key for each declaration), or refused."""

    name: str
    size: int
    state: str = WAITING
    sha256: str = ""
    keys: list[str] = field(default_factory=list)
    refusal: str = ""
    package: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def said(self, language: str) -> words.Sentence | None:
        """Say why it was refused."""
        return words.sentence(self.package, self.refusal, language, self.details) if self.refusal else None


@dataclass
class Batch:
    """Files sent together."""

    key: str
    owner: str
    place: str
    profile: str
    sent_at: str
    files: list[SentFile]

    @property
    def is_done(self) -> bool:
        """Whether nothing waits any more."""
        return all(each.state != WAITING for each in self.files)

    def count(self, state: str) -> int:
        """Count the files in a state."""
        return sum(1 for each in self.files if each.state == state)


def owner_of(actor: Actor) -> str:
    """Name whose files they are: the firm's, or the actor's own where he has none."""
    return actor.firm_id or actor.key


def begin(actor: Actor, names: Sequence[tuple[str, int]], *, place: str, profile: str, at: datetime) -> Batch:
    """Open a batch for files of these names and sizes."""
    sent = [SentFile(name[:255], size) for name, size in names]
    batch = Batch(new_key(at), owner_of(actor), place, profile, at.isoformat(), sent)
    save(batch)
    return batch


def save(batch: Batch) -> None:
    """Keep the state of a batch for a day."""
    cache.set(f"upload:{batch.key}", asdict(batch), KEPT_S)


def batch_of(actor: Actor, key: str) -> Batch:
    """Give a batch of the actor's house.  Raises: UploadGone."""
    batch = _found(key)
    if batch is None or batch.owner != owner_of(actor):
        raise UploadGone(key=key)
    return batch


def _found(key: str) -> Batch | None:
    told = cache.get(f"upload:{key}")
    return Batch(**{**told, "files": [SentFile(**each) for each in told["files"]]}) if told else None


def read_into(batch: Batch, number: int, data: bytes, *, at: datetime) -> None:
    """Read a file of a batch: keep it when it can be read, note the refusal when not; nothing of it is stored then."""
    sent = batch.files[number]
    try:
        entries = intake.entries_of(data, name=sent.name, at=at, profile=batch.profile or None)
    except Refusal as refusal:
        refuse(sent, refusal)
    else:
        sent.state, sent.sha256 = READ, entries[0].source.sha256 if entries else ""
        sent.keys = [entry.key for entry in entries]
    save(batch)


def refuse(sent: SentFile, refusal: Refusal) -> None:
    """Note why a file is refused."""
    sent.state, sent.refusal, sent.package = REFUSED, refusal.code, refusal.package
    sent.details = {name: str(value) for name, value in refusal.details.items()}


def check_size(sent: SentFile) -> bool:
    """Refuse a file that is larger than what is kept, before it is read; tell whether it may be read."""
    if sent.size > files.LIMIT_BYTES:
        megabytes = {"size_mb": sent.size // 1_000_000, "limit_mb": files.LIMIT_BYTES // 1_000_000}
        refuse(sent, FileTooLarge(**megabytes))
    return sent.state == WAITING


def readings_of(batch: Batch, number: int) -> list[formats.Reading]:
    """Read a kept file again, so that what a page shows is what the file says.

    Raises:
        UploadGone: the file was refused or waits still.
    """
    if not 0 <= number < len(batch.files) or batch.files[number].state != READ:
        raise UploadGone(key=batch.key)
    sent = batch.files[number]
    return formats.read(files.read(sent.sha256), name=sent.name, profile=batch.profile or None)


def spool_of(key: str) -> Path:
    """Where the files of a batch wait for the worker."""
    return Path(settings.NODE.folder) / "incoming" / key


def stop(batch: Batch) -> None:
    """Ask the worker to leave the files that wait; what is read stays."""
    cache.set(f"upload-stop:{batch.key}", 1, KEPT_S)


def read_waiting(key: str, *, at: datetime) -> int:
    """Read the files of a batch that wait, one by one; give how many were read or refused."""
    batch, done = _found(key), 0
    for number, sent in enumerate(batch.files if batch else ()):
        if sent.state != WAITING or batch is None:
            continue
        if cache.get(f"upload-stop:{key}"):
            sent.state = STOPPED
            save(batch)
            continue
        read_into(batch, number, (spool_of(key) / str(number)).read_bytes(), at=at)
        done += 1
    shutil.rmtree(spool_of(key), ignore_errors=True)
    return done
