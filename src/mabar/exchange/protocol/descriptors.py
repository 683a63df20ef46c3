"""The node descriptor: the keys, addresses and limits of a node, as its administration certifies them (section 4.2)."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Any

from mabar.exchange.protocol import cbor, forms
from mabar.exchange.protocol.objects import CLASSES, Context, administration_of, is_code, is_number
from mabar.exchange.protocol.refused import Refused

CLASSICAL, HYBRID = 1, 2
X25519_BYTES, HYBRID_BYTES, PQ_BYTES = 32, 1216, 1312
NODE_AGENCY = "node"
DAY_MS = 24 * 60 * 60 * 1000
GRACE_MS = DAY_MS  # how far the clocks of two nodes may differ where a descriptor begins or ends
LEAST_ENVELOPE, MOST_ENVELOPE = 1 << 10, 1 << 24
_MOST_AGENCY, _MOST_AGENCIES, _MOST_URLS, _MOST_SUITE = 65_535, 64, 8, 255
_MOST_SEALING, _MOST_PINS = 32, 16
# plain http stays on the machine
_URL = re.compile(r"https://[!-~]{0,191}[!-.0-~]|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?")
_AGENCY = re.compile("[a-z][a-z0-9._-]{0,31}")
_ZONE = re.compile("[A-Za-z0-9_+/-]{1,64}")


@dataclass(frozen=True)
class Agency:
    """A mandate inside a node, and the key that signs its statements."""

    number: int
    code: str
    key: bytes


@dataclass(frozen=True)
class SealingKey:
    """To what a sender seals while it is in use, by suite 1 and, where it has the second key, by suite 2."""

    use_from_ms: int
    use_to_ms: int
    x25519: bytes
    hybrid: bytes | None = None

    @property
    def by_suite(self) -> dict[int, bytes]:
        """The public key of each suite that has one."""
        return {CLASSICAL: self.x25519} | ({HYBRID: self.hybrid} if self.hybrid is not None else {})


@dataclass(frozen=True)
class Descriptor:
    """One descriptor of a node; instants are milliseconds since 1970-01-01T00:00:00Z."""

    node: str
    number: int
    names: tuple[str, str, str]
    urls: tuple[str, ...]
    suites: tuple[int, ...]
    node_key: bytes
    agencies: tuple[Agency, ...]
    sealing_keys: tuple[SealingKey, ...]
    pins: tuple[bytes, ...]
    zone: str
    valid_from_ms: int
    valid_to_ms: int
    largest_envelope: int
    classes: tuple[int, ...]
    before: bytes | None
    pq_key: bytes | None
    contact: str

    def encoded(self) -> bytes:
        """Write the descriptor, the payload of its signatures."""
        agencies = {each.number: [each.code, each.key] for each in self.agencies}
        sealing = [[each.use_from_ms, each.use_to_ms, each.x25519, each.hybrid] for each in self.sealing_keys]
        values = [self.node, self.number, list(self.names), list(self.urls), list(self.suites), self.node_key, agencies]
        values += [sealing, list(self.pins), self.zone, self.valid_from_ms, self.valid_to_ms, self.largest_envelope]
        values += [list(self.classes), self.before, self.pq_key, self.contact]
        return cbor.encode(dict(enumerate(values, start=1)))

    @property
    def digest(self) -> bytes:
        """What the next descriptor names it by."""
        return sha256(self.encoded()).digest()

    @property
    def administration(self) -> str:
        """Whose node it is."""
        return administration_of(self.node)

    def context(self, root_number: int) -> Context:
        """Give the context in which a quorum of root record `root_number` signs it."""
        return Context(sender=self.administration, descriptor=root_number)

    @cached_property
    def agency_by_number(self) -> Mapping[int, Agency]:
        """The agencies by number."""
        return {each.number: each for each in self.agencies}

    @cached_property
    def agency_by_code(self) -> Mapping[str, Agency]:
        """The agencies by code."""
        return {each.code: each for each in self.agencies}

    @cached_property
    def usable_suites(self) -> frozenset[int]:
        """The suites that it names, that this text knows, and whose keys are all there."""
        is_hybrid = self.pq_key is not None and all(each.hybrid is not None for each in self.sealing_keys)
        return frozenset(self.suites) & ({CLASSICAL, HYBRID} if is_hybrid else {CLASSICAL})

    @cached_property
    def _uses_from_ms(self) -> list[int]:
        return [each.use_from_ms for each in self.sealing_keys]

    def sealing_number(self, at_ms: int) -> int | None:
        """Give the number, from 0, of the key to which one seals at an instant; None before the first is in use."""
        number = bisect_right(self._uses_from_ms, at_ms) - 1
        return number if number >= 0 else None

    def is_in_force(self, at_ms: int, *, grace_ms: int = GRACE_MS) -> bool:
        """Tell whether an instant lies within its validity, give or take a day."""
        return self.valid_from_ms - grace_ms <= at_ms <= self.valid_to_ms + grace_ms


def _is_agencies(value: object) -> bool:
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_AGENCIES:
        return False
    return all(is_number(number, _MOST_AGENCY) and _is_agency(row) for number, row in value.items())


def _is_agency(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 2 and is_code(row[0], _AGENCY) and forms.is_bytes(32)(row[1])


def _is_sealing_key(row: Any) -> bool:
    if not isinstance(row, list) or len(row) != 4 or not is_number(row[0]) or not is_number(row[1]):
        return False
    return row[0] < row[1] and forms.is_bytes(X25519_BYTES)(row[2]) and forms.is_bytes_or_null(HYBRID_BYTES)(row[3])


def _is_suite(value: object) -> bool:
    return forms.is_count(value) and is_number(value, _MOST_SUITE)


def _is_class(value: object) -> bool:
    return is_number(value, max(CLASSES))


_FORMS: dict[int, forms.Form] = {
    1: ("node", is_code),
    2: ("number", forms.is_count),
    3: ("names", forms.is_three_names),
    4: ("URLs", forms.is_list(lambda value: is_code(value, _URL), least=0, most=_MOST_URLS)),
    5: ("suites", forms.is_list(_is_suite, most=_MOST_SUITE)),
    6: ("node key", forms.is_bytes(32)),
    7: ("agencies", _is_agencies),
    8: ("sealing keys", forms.is_list(_is_sealing_key, most=_MOST_SEALING)),
    9: ("pins", forms.is_list(forms.is_bytes(32), least=0, most=_MOST_PINS)),
    10: ("time zone", lambda value: is_code(value, _ZONE)),
    11: ("valid from", is_number),
    12: ("valid to", is_number),
    13: ("largest envelope", lambda value: is_number(value, MOST_ENVELOPE) and value >= LEAST_ENVELOPE),
    14: ("classes", forms.is_list(_is_class, most=len(CLASSES))),
    15: ("descriptor before", forms.is_bytes_or_null(32)),
    16: ("ML-DSA key", forms.is_bytes_or_null(PQ_BYTES)),
    17: ("contact", forms.is_readable),
}


def read_descriptor(payload: bytes) -> Descriptor:
    """Read the payload of a node descriptor.

    Raises:
        Malformed: it is none.
        Refused: `key.unusable`.
    """
    values = forms.fields(payload, _FORMS)
    values[7] = tuple(Agency(number, *row) for number, row in values[7].items())
    values[8] = tuple(SealingKey(*row) for row in values[8])
    for key in (3, 4, 5, 9, 14):
        values[key] = tuple(values[key])
    descriptor = Descriptor(*values.values())
    forms.require(_facts(descriptor))
    forms.require_usable(_keys(descriptor))
    return descriptor


def _keys(descriptor: Descriptor) -> list[bytes]:
    return [descriptor.node_key, *(each.key for each in descriptor.agencies)]


def _facts(descriptor: Descriptor) -> list[tuple[str, bool]]:
    codes = [each.code for each in descriptor.agencies]
    keys = _keys(descriptor)
    itself = descriptor.agency_by_number.get(0)
    uses = [each.use_from_ms for each in descriptor.sealing_keys]
    return [
        ("no agency 0 that is the node", itself is not None and itself.code == NODE_AGENCY),
        ("two agencies of one code", len(set(codes)) == len(codes)),
        ("the same key twice", len(set(keys)) == len(keys)),
        ("suites out of order", forms.is_ascending(list(descriptor.suites))),
        ("classes out of order", forms.is_ascending(list(descriptor.classes))),
        ("sealing keys out of order", all(one < next_ for one, next_ in pairwise(uses))),
        ("the same pin twice", len(set(descriptor.pins)) == len(descriptor.pins)),
        ("valid to before valid from", descriptor.valid_from_ms < descriptor.valid_to_ms),
        ("no descriptor before, or one before the first", (descriptor.number == 1) == (descriptor.before is None)),
    ]


def common_suite(sender: Descriptor, receiver: Descriptor) -> int:
    """Give the highest suite that both can use (section 3.3).

    Raises:
        Refused: `suite.unknown` when there is none.
    """
    both = sender.usable_suites & receiver.usable_suites
    if not both:
        raise Refused("suite.unknown", sender=sender.node, receiver=receiver.node)
    return max(both)
