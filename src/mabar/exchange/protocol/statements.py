"""The statement: what a node says once, under a number, and signs (section 5.1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mabar.exchange.protocol import cbor, cose, signed
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.kind_table import KIND, is_control
from mabar.exchange.protocol.objects import Context, Type, fields_of, is_code, is_number
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.signed import Signed

MOST_SIGNED = 600
MOST_PAYLOAD = 1024 * 1024
SALT = 16
CODE = re.compile(r"[a-z][a-z0-9._-]{0,31}")

_NAMES = {
    1: "seq",
    2: "message id",
    3: "kind",
    4: "digest",
    5: "size",
    6: "purpose",
    7: "terms",
    8: "issued",
    9: "expires",
    10: "handling",
    11: "agency",
    12: "addressees",
}


@dataclass(frozen=True)
class Statement:
    """What is said of one message; instants are milliseconds since 1970-01-01T00:00:00Z."""

    seq: int
    message_id: bytes
    kind: str
    digest: bytes
    size: int
    purpose: str | None
    terms: str | None
    issued_ms: int
    expires_ms: int | None
    handling: int
    agency: int
    addressees: tuple[str, ...]

    def encoded(self) -> bytes:
        """Write the statement, the payload of its signature.

        Raises:
            ValueError: a field is not as section 5.1 has it.
        """
        values = [self.seq, self.message_id, self.kind, self.digest, self.size, self.purpose, self.terms]
        values += [self.issued_ms, self.expires_ms, self.handling, self.agency, list(self.addressees)]
        return cbor.encode(_checked(dict(enumerate(values, start=1))))


def _is_code(value: object) -> bool:
    return is_code(value, CODE)


def _is_code_or_none(value: object) -> bool:
    return value is None or is_code(value, CODE)


def _is_size(value: Any) -> bool:
    return is_number(value, MOST_PAYLOAD) and value == bucket(value)


_FORMS: dict[int, Callable[[Any], bool]] = {
    1: lambda value: is_number(value) and value > 0,
    2: lambda value: isinstance(value, bytes) and len(value) == 16,
    3: lambda value: is_code(value, KIND),
    4: lambda value: isinstance(value, bytes) and len(value) == 32,
    5: _is_size,
    6: _is_code_or_none,
    7: _is_code_or_none,
    8: is_number,
    9: lambda value: value is None or is_number(value),
    10: lambda value: is_number(value, 3),
    11: is_number,
    12: lambda value: isinstance(value, list) and bool(value) and all(map(_is_code, value)),
}


def _checked(values: dict[int, Any]) -> dict[int, Any]:
    for key, value in values.items():
        if not _FORMS[key](value):
            raise cbor.Malformed(f"not the {_NAMES[key]} of a statement")
    if values[7] is not None and is_control(values[3]):
        raise cbor.Malformed("a control kind under terms")
    return values


def read_statement(payload: bytes) -> Statement:
    """Read the payload of a statement's signature.

    Raises:
        Malformed: it is not a statement.
    """
    values = _checked(fields_of(cbor.decode(payload), _NAMES))
    values[12] = tuple(values[12])
    return Statement(*values.values())


def digest(salt: bytes, payload: bytes) -> bytes:
    """Give the digest by which a statement stands for its payload; the salt lets nobody guess the payload from it."""
    return sha256(salt + payload).digest()


def matches(statement: Statement, salt: bytes, payload: bytes) -> bool:
    """Tell whether a salt and a payload are those that the statement stands for."""
    return statement.size == bucket(len(payload)) and statement.digest == digest(salt, payload)


def sign(statement: Statement, context: Context, signer: Signer) -> bytes:
    """Sign a statement by the key of its agency, in the context of its stream.

    Raises:
        ValueError: it would be longer than 600 bytes, or a field is not as section 5.1 has it.
    """
    data = cose.sign1(statement.encoded(), Type.STATEMENT, context, signer)
    if len(data) > MOST_SIGNED:
        raise ValueError(f"a signed statement of {len(data)} bytes")
    return data


def read(data: bytes) -> Signed[Statement]:
    """Read a signed statement without checking its signature.

    Raises:
        Malformed: it is none, or is longer than 600 bytes.
    """
    if len(data) > MOST_SIGNED:
        raise cbor.Malformed("a signed statement of more than 600 bytes")
    return signed.read(data, Type.STATEMENT, read_statement)
