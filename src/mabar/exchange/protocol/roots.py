"""The root record: by which keys an administration certifies its nodes (section 4.1)."""

from dataclasses import dataclass
from hashlib import sha256

from mabar.exchange.protocol import cbor, forms
from mabar.exchange.protocol.cose import Quorum
from mabar.exchange.protocol.objects import ADMINISTRATION, Context, is_code, is_number

MOST_KEYS = 16
DEMONSTRATION = "DEMO"


@dataclass(frozen=True)
class Root:
    """One record of an administration's root keys; instants are milliseconds since 1970-01-01T00:00:00Z."""

    administration: str
    number: int
    names: tuple[str, str, str]
    keys: tuple[bytes, ...]
    threshold: int
    valid_from_ms: int
    valid_to_ms: int
    before: bytes | None = None

    def encoded(self) -> bytes:
        """Write the record, the payload of its signatures."""
        validity = {6: self.valid_from_ms, 7: self.valid_to_ms}
        named = {1: self.administration, 2: self.number, 3: list(self.names)}
        return cbor.encode({**named, 4: list(self.keys), 5: self.threshold, **validity, 8: self.before})

    @property
    def fingerprint(self) -> bytes:
        """The digest by which the ceremony knows the record, and the next record names it."""
        return sha256(self.encoded()).digest()

    @property
    def context(self) -> Context:
        """The context in which a record is signed."""
        return Context(sender=self.administration, descriptor=self.number)

    @property
    def quorum(self) -> Quorum:
        """The keys, and how many of them must sign."""
        return Quorum(self.keys, self.threshold)

    @property
    def is_demonstration(self) -> bool:
        """Whether each of its names says that it is for showing only."""
        return all(DEMONSTRATION in name for name in self.names)


_FORMS: dict[int, forms.Form] = {
    1: ("administration", lambda value: is_code(value, ADMINISTRATION)),
    2: ("number", forms.is_count),
    3: ("names", forms.is_three_names),
    4: ("keys", forms.is_list(forms.is_bytes(32), most=MOST_KEYS)),
    5: ("threshold", forms.is_count),
    6: ("valid from", is_number),
    7: ("valid to", is_number),
    8: ("record before", forms.is_bytes_or_null(32)),
}


def read_root(payload: bytes) -> Root:
    """Read the payload of a root record.

    Raises:
        Malformed: it is none.
        Refused: `key.unusable`.
    """
    code, number, names, keys, threshold, valid_from, valid_to, before = forms.fields(payload, _FORMS).values()
    root = Root(code, number, tuple(names), tuple(keys), threshold, valid_from, valid_to, before)
    is_alone = len(keys) < 2 or threshold < 2
    forms.require(
        (
            ("a threshold above the number of keys", threshold <= len(keys)),
            ("the same key twice", len(set(keys)) == len(keys)),
            ("one key is enough, and it is no demonstration", not is_alone or root.is_demonstration),
            ("valid to before valid from", valid_from < valid_to),
            ("no record before, or one before the first", (number == 1) == (before is None)),
        )
    )
    forms.require_usable(keys)
    return root
