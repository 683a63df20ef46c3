"""From the bytes of a file to what can be lodged: kept as it came, read, and each record given a key and a seed.

The doors for people, programs and the command line share it; nothing is lodged here.
"""

import secrets
from datetime import datetime

from mabar.base import files
from mabar.base.keys import new_key
from mabar.declarations import formats
from mabar.declarations.commands import Entry, Source

MEDIA_TYPES = {
    "asycuda": "application/xml",
    "csv": "text/csv",
    "edifact": "application/EDIFACT",
    "json": "application/json",
    "wco": "application/xml",
}
OTHER = "application/octet-stream"


def entries_of(data: bytes, *, name: str, at: datetime, profile: str | None = None) -> list[Entry]:
    """Read a file and keep it; give an entry for each declaration in it.

    Raises:
        FileRefused: the file as a whole cannot be read; it is not kept then.
        FileTooLarge: see `files.keep`.
    """
    readings = formats.read(data, name=name, profile=profile)
    kinds = {reading.declaration.source.format or "json" for reading in readings}
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    kept = files.keep(data, media_type=MEDIA_TYPES.get(kind.partition("-")[0], OTHER), at=at)
    source = Source(kept.sha256, name, kind)
    return [Entry(new_key(at), reading.declaration, new_seed(), source) for reading in readings]


def new_seed() -> str:
    """Throw the dice from which a lane or a team is drawn; the journal keeps them, so that anybody can draw again."""
    return secrets.token_hex(16)
