"""A file instead of a line: the same items, which the same rules judge (mx1.md, 10.3)."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mabar.exchange import contact, opening, posting, reopening, trusting
from mabar.exchange.models import Partner, Received
from mabar.exchange.numbering import Salt
from mabar.exchange.own import own
from mabar.exchange.protocol.objects import CLASSES, Item

SUFFIX = ".mx1"


def export(partner: Partner, path: Path, at: datetime, *, salt: Salt = secrets.token_bytes) -> int:
    """Write all that a partner has not stored yet, as far as this node knows; return how many items that is.

    The file is whole or not there.  What it holds still goes by wire too, if that comes first.
    """
    aside = path.with_name(path.name + ".part")
    count = 0
    with aside.open("wb") as file:
        for item in _items(partner, at, salt):
            file.write(item.encoded())
            count += 1
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    return count


def _items(partner: Partner, at: datetime, salt: Salt) -> Iterator[Item]:
    mine = own(at)
    yield from trusting.items_of(mine.code, mine.pen.descriptor)
    yield posting.greeting(partner, mine)
    yield from trusting.stops_for(partner.code)
    yield from reopening.to_tell(partner.code)
    yield from posting.last_receipts(partner)
    yield from posting.given_back(partner, mine)
    for urgency in CLASSES:
        yield from posting.all_envelopes(partner, urgency, mine, at, salt=salt)


@dataclass(frozen=True)
class Brought:
    """What came of a file: how many messages were new here, and how many were opened."""

    stored: int
    opened: int


def import_(path: Path, at: datetime) -> Brought:
    """Take in a file and open what it brought; a second time changes nothing.

    Raises:
        Refused: `body.oversize`.
    """
    before = Received.objects.count()
    contact.take(path.read_bytes(), at, most=path.stat().st_size)
    stored, opened = Received.objects.count() - before, 0
    while done := opening.open_stored(at):
        opened += done
    return Brought(stored, opened)
