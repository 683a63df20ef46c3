"""Sealing keys whose time is over: they are destroyed here, and each backup says until when it may be kept."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from mabar.exchange import node_secrets, trusting
from mabar.exchange.node_secrets import KEPT_AFTER_USE_MS
from mabar.exchange.own import ms_of
from mabar.exchange.protocol.descriptors import Descriptor


def destroy_due(at: datetime) -> int:
    """Destroy the sealing keys whose use ended 45 days ago; return how many.  What was sealed to them opens no more."""
    folder = Path(settings.NODE.folder)
    return sum(len(node_secrets.destroy_due(folder, each, ms_of(at))) for each in _own())


def next_due() -> datetime | None:
    """Give when the next sealing key will be destroyed: a backup of today still holds it then.  None without keys."""
    held = node_secrets.load(Path(settings.NODE.folder)).by_number
    ends = [
        each.sealing_keys[number].use_to_ms + KEPT_AFTER_USE_MS
        for each in _own()
        for number in (held[each.number].sealing if each.number in held else ())
    ]
    return datetime.fromtimestamp(min(ends) / 1000, tz=UTC) if ends else None


def _own() -> list[Descriptor]:
    book = trusting.book()
    return [book.descriptor(settings.NODE.code, number) for number in book.numbers.get(settings.NODE.code, ())]
