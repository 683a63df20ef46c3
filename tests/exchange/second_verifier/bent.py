"""A value of CBOR, again and again, each time with one of its parts put otherwise or gone."""

from collections.abc import Iterator
from typing import Any

from mabar.exchange.protocol import cbor

ODD: list[Any] = [None, True, 0, -1, 2**63 - 1, -(2**63), "", "dz.debdeb", b"", b"\0" * 32, [], {}, [None], {1: None}]


def bent(value: Any, odd: list[Any] = ODD) -> Iterator[Any]:
    """Give `value` with each of its parts in turn left out, told twice, or replaced by each odd one."""
    yield from odd
    if isinstance(value, cbor.Tagged):
        yield from (cbor.Tagged(tag, value.item) for tag in (18, 98))
        yield from (cbor.Tagged(value.tag, other) for other in bent(value.item, odd))
    if isinstance(value, list):
        yield value[:-1]
        yield [*value, *value[-1:]]
        yield from ([*value[:n], other, *value[n + 1 :]] for n, part in enumerate(value) for other in bent(part, odd))
    if isinstance(value, dict):
        yield from ({k: v for k, v in value.items() if k != key} for key in value)
        yield from (value | {key: other} for key, part in value.items() for other in bent(part, odd))
