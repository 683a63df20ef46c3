"""The one form in which terms and standing orders are written, signed and read (section 8)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, TypeAlias

from mabar.exchange.protocol import documents
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.terms import Article, Floor, KindTerms, Party, Terms, require_sound


def read(data: bytes) -> Terms:
    """Read the terms of an agreement, the payload of type 9.

    Raises:
        Refused: `payload.malformed`, or a code of `terms.*` with where and what.
    """
    return _read(data, parties=2)


def read_standing_order(data: bytes) -> Terms:
    """Read a standing order, the payload of type 10.

    Raises:
        Refused: `payload.malformed`, or a code of `terms.*` with where and what.
    """
    return _read(data, parties=1)


def _read(data: bytes, *, parties: int) -> Terms:
    told: Terms = _TERMS(documents.read(data), "")
    if len(told.parties) != parties:
        raise Refused("terms.parties", parties=len(told.parties))
    require_sound(told)
    return told


def written(terms: Terms) -> bytes:
    """Write terms as they are signed; what is written so is read as the same terms.

    Raises:
        Refused: a code of `terms.*`: these terms could not be read again.
    """
    require_sound(terms)
    return documents.written(_plain(terms))


_WRITTEN_AS = {"senders": "from", "from_on": "from", "dated_on": "date"}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {_WRITTEN_AS.get(each.name, each.name): _plain(getattr(value, each.name)) for each in fields(value)}
    return value


# A reader takes a value and the path at which it stands, which a refusal tells.
_Reader: TypeAlias = Callable[[Any, str], Any]
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


def _wrong(at: str) -> Refused:
    return Refused("terms.form", at=at)


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(at)
    return value


def _text_or_null(value: Any, at: str) -> str | None:
    return None if value is None else _text(value, at)


def _number(value: Any, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(at)
    return value


def _day(value: Any, at: str) -> date:
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise _wrong(at)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _wrong(at) from None


def _list(reader: _Reader) -> _Reader:
    def read_all(value: Any, at: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(at)
        return tuple(reader(each, f"{at}[]") for each in value)

    return read_all


def _object(made: Callable[..., Any], readers: Mapping[str, _Reader]) -> _Reader:
    names = {_WRITTEN_AS.get(name, name): (name, reader) for name, reader in readers.items()}

    def read_object(value: Any, at: str) -> Any:
        if not isinstance(value, dict):
            raise _wrong(at)
        if stray := sorted(value.keys() ^ names.keys()):
            raise _wrong(f"{at}.{stray[0][:64]}".lstrip("."))
        return made(**{name: reader(value[told], f"{at}.{told}".lstrip(".")) for told, (name, reader) in names.items()})

    return read_object


_TEXTS = _list(_text)
_TERMS = _object(
    Terms,
    {
        "name": _text,
        "version": _number,
        "parties": _list(_object(Party, {"administration": _text, "agencies": _TEXTS})),
        "legal_basis": _list(_object(Article, {"article": _text, "dated_on": _day, "text": _text})),
        "purposes": _TEXTS,
        "kinds": _list(
            _object(
                KindTerms,
                {
                    "kind": _text,
                    "senders": _TEXTS,
                    "to_agencies": _TEXTS,
                    "purposes": _TEXTS,
                    "fields": _TEXTS,
                    "masked": _TEXTS,
                    "retention_days": _number,
                    "onward": _text,
                },
            )
        ),
        "flash_per_hour": _number,
        "suite_floor": _list(_object(Floor, {"from_on": _day, "suite": _number})),
        "valid_from": _day,
        "valid_to": _day,
        "review_on": _day,
        "oversight": _TEXTS,
        "replaces": _text_or_null,
    },
)
