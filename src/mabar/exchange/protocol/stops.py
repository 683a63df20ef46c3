"""Stop and settle: a key that counts no more, and what its owner vouches for of what it signed (section 4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mabar.exchange.protocol import cbor, forms
from mabar.exchange.protocol.objects import (
    ADMINISTRATION,
    CLASSES,
    Stream,
    administration_of,
    is_code,
    is_number,
)

MOST_STREAMS = 65_536  # the length of the payload ends it sooner


@dataclass(frozen=True)
class Stop:
    """That an administration's key of this id counts no more."""

    administration: str
    key_id: bytes
    root_number: int

    def encoded(self) -> bytes:
        """Write the stop, the payload of its signatures."""
        return cbor.encode({1: self.administration, 2: self.key_id, 3: self.root_number})


@dataclass(frozen=True)
class Settle:
    """The last seq of each stream that the owner of a stopped key vouches for; streams of its own nodes only."""

    administration: str
    key_id: bytes
    ends: tuple[tuple[Stream, int], ...]

    def encoded(self) -> bytes:
        """Write the settle, the payload of its signatures."""
        ends = [[each.sender, each.receiver, each.urgency, each.epoch, seq] for each, seq in self.ends]
        return cbor.encode({1: self.administration, 2: self.key_id, 3: ends})

    @cached_property
    def last_seqs(self) -> Mapping[Stream, int]:
        """The last seq by stream."""
        return dict(self.ends)


def _is_end(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 5:
        return False
    sender, receiver, urgency, epoch, seq = value
    are_nodes = is_code(sender) and is_code(receiver)
    return are_nodes and is_number(urgency, max(CLASSES)) and forms.is_count(epoch) and is_number(seq)


_ADMINISTRATION: forms.Form = ("administration", lambda value: is_code(value, ADMINISTRATION))
_KEY_ID: forms.Form = ("key id", forms.is_bytes(8))
_STOP: dict[int, forms.Form] = {1: _ADMINISTRATION, 2: _KEY_ID, 3: ("root record number", forms.is_count)}
_SETTLE: dict[int, forms.Form] = {
    1: _ADMINISTRATION,
    2: _KEY_ID,
    3: ("streams", forms.is_list(_is_end, least=0, most=MOST_STREAMS)),
}


def read_stop(payload: bytes) -> Stop:
    """Read the payload of a stop.

    Raises:
        Malformed: it is none.
    """
    return Stop(*forms.fields(payload, _STOP).values())


def read_settle(payload: bytes) -> Settle:
    """Read the payload of a settle.

    Raises:
        Malformed: it is none, or names a stream twice, or one of another administration.
    """
    code, key_id, rows = forms.fields(payload, _SETTLE).values()
    settle = Settle(code, key_id, tuple((Stream(*row[:4]), row[4]) for row in rows))
    forms.require(
        (
            ("a stream of another administration", all(administration_of(row[0]) == code for row in rows)),
            ("the same stream twice", len(settle.last_seqs) == len(rows)),
        )
    )
    return settle
