"""The never-list at its four moments: a kind registered, terms signed, a message numbered, a message opened.

The table is `never_lines`.  Nothing here takes a setting: what is checked follows from what is asked to pass.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mabar.exchange.protocol import documents, paths
from mabar.exchange.protocol.documents import Leaf, Value
from mabar.exchange.protocol.kind_table import CONTROL, KindRow, is_control
from mabar.exchange.protocol.never_lines import COLUMNS, ONWARD_WITHOUT_CONSENT, WITHOUT_AGREEMENT, Line
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.stated import Consent, Stated
from mabar.exchange.protocol.terms import ONWARD, WITH_CONSENT, KindTerms, Terms

_ID = re.compile(r"[0-9a-f]{32}")
_AT_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class _Asked:
    """What somebody wants to let pass: fields, those of them in clear, addressees and purposes of a kind."""

    kind: str
    fields: tuple[str, ...]
    clear: tuple[str, ...]
    agencies: tuple[str, ...]
    purposes: tuple[str, ...]


def check_kind(row: KindRow) -> None:
    """Let a kind be registered.

    Raises:
        Refused: `policy.never`, with the line that forbids it and the field.
    """
    names = tuple(field.path for field in row.fields)
    _require_none(_Asked(row.kind, names, names, row.agencies, row.purposes))
    for field in row.fields:
        for word in field.words:
            _require_value(row.kind, field.path, word)
    if row.is_control != (row.name in CONTROL):
        raise _never(WITHOUT_AGREEMENT, row.kind)
    if not row.is_control and not (row.purposes and row.fields):
        raise _never(WITHOUT_AGREEMENT, row.kind)
    if row.origin and not row.consent:
        raise _never(ONWARD_WITHOUT_CONSENT, row.kind, row.origin)


def check_terms(terms: Terms, rows: Mapping[tuple[str, int], KindRow]) -> None:
    """Let terms be signed; `rows` are the kinds that this node knows, by name and major.

    Raises:
        Refused: `policy.never`, with the line that forbids them, the kind and the field.
    """
    for kind in terms.kinds:
        clear = tuple(field for field in kind.fields if field not in kind.masked)
        _require_none(_Asked(kind.kind, kind.fields, clear, kind.to_agencies, kind.purposes))
        if is_control(kind.kind) or not (kind.purposes and kind.fields):
            raise _never(WITHOUT_AGREEMENT, kind.kind)
        _require_origin_in_clear(kind, clear, rows.get(kind.parts[:2]))


def _require_origin_in_clear(kind: KindTerms, clear: Collection[str], row: KindRow | None) -> None:
    if kind.onward not in ONWARD:
        raise _never(ONWARD_WITHOUT_CONSENT, kind.kind)
    for field in (row.origin, row.consent) if row is not None and row.origin else ():
        if field not in clear:
            raise _never(ONWARD_WITHOUT_CONSENT, kind.kind, field)


def check_leaving(row: KindRow, stated: Stated, payload: Value, consents: Collection[Consent]) -> None:
    """Let a message be numbered; `consents` are those that this node holds.

    Raises:
        Refused: `policy.never`, with the line that forbids it and the field.
    """
    _require_payload(stated, payload)
    owners, neighbours = _owners(row, payload), {stated.from_, stated.to}
    told = set(_texts_at(payload, row.consent))
    held = {each.originator for each in consents if _holds(each, stated) and each.id in told}
    if stated.from_ == stated.to:
        return  # within one administration its own root decides, and the conditions stay with the records
    # Whoever else's records went into the message must be told in it, and have let them go on.
    if not set(stated.originators) <= owners | neighbours or not owners <= held | neighbours:
        raise _never(ONWARD_WITHOUT_CONSENT, stated.kind, row.origin)


def check_entering(row: KindRow | None, stated: Stated, payload: Value) -> None:
    """Let a message be opened; `row` is None for a kind that this node does not know.

    The receiver sees whether a consent is told for each originator; whether it was given, it can ask him.

    Raises:
        Refused: `policy.never`, with the line that forbids it and the field.
    """
    _require_payload(stated, payload)
    if row is None or stated.from_ == stated.to:
        return
    foreign = _owners(row, payload) - {stated.from_, stated.to}
    if len(foreign) > len({each for each in _texts_at(payload, row.consent) if _ID.fullmatch(each)}):
        raise _never(ONWARD_WITHOUT_CONSENT, stated.kind, row.origin)


def _holds(consent: Consent, stated: Stated) -> bool:
    return consent.receiver == stated.to and consent.onward == WITH_CONSENT


def _owners(row: KindRow, payload: Value) -> set[str]:
    """Give the administrations that the document names as those of its records; one that it does not name is ``''``."""
    if not row.origin:
        return set()
    return {each.partition(".")[0] for each in _texts_at(payload, row.origin)} or {""}


def _texts_at(payload: Value, path: str) -> Iterator[str]:
    found = paths.values_at(payload, path) if path else ()
    return (each if isinstance(each, str) else "" for each in found)


def _require_payload(stated: Stated, payload: Value) -> None:
    if stated.terms is None and not is_control(stated.kind):
        raise _never(WITHOUT_AGREEMENT, stated.kind)
    fields = documents.leaves(payload)
    clear: tuple[str, ...] = ()
    if _looks_at_values(stated.kind):
        leaves = list(documents.held(payload))
        for path, leaf in leaves:
            _require_value(stated.kind, path, leaf)
        clear = tuple(path for path, leaf in leaves if leaf not in (None, "", paths.MASK, {}, []))
    purposes = () if stated.purpose is None else (stated.purpose,)
    _require_none(_Asked(stated.kind, fields, clear, stated.addressees, purposes))


@lru_cache(maxsize=256)
def _looks_at_values(kind: str) -> bool:
    return any((line.lacks or line.says) and re.fullmatch(line.kinds, kind) for line in COLUMNS)


def _require_value(kind: str, path: str, value: Leaf) -> None:
    for line in COLUMNS:
        if line.says and re.fullmatch(line.kinds, kind) and _is_said(line, value):
            raise _never(line, kind, path)


def _is_said(line: Line, value: Leaf) -> bool:
    if isinstance(value, str):
        return re.fullmatch(line.says, value.strip().casefold()) is not None
    return isinstance(value, int) and not isinstance(value, bool) and value < line.least


def _require_none(asked: _Asked) -> None:
    if struck := _struck(asked):
        raise _never(*struck)


def _struck(asked: _Asked) -> tuple[Line, str, str] | None:
    marked = {line for path in asked.fields for line in _marked(asked.kind, path)}
    for line in _lines_on(asked.kind, asked.agencies, asked.purposes):
        field = _struck_by(line, asked) if line in marked or not line.words else None
        if field is not None:
            return line, asked.kind, field
    return None


# A node meets the same fields, addressees and purposes again and again: each is held against the words once.
@lru_cache(maxsize=4096)
def _marked(kind: str, path: str) -> tuple[Line, ...]:
    return tuple(line for line in COLUMNS if line.words and _has_words(line, kind, path))


@lru_cache(maxsize=256)
def _lines_on(kind: str, agencies: tuple[str, ...], purposes: tuple[str, ...]) -> tuple[Line, ...]:
    lines = (line for line in COLUMNS if re.fullmatch(line.kinds, kind))
    return tuple(line for line in lines if _is_met(line.agencies, agencies) and _is_met(line.purposes, purposes))


def _struck_by(line: Line, asked: _Asked) -> str | None:
    """Give the field on which a line strikes, empty where it strikes on the kind; None where it does not strike."""
    if line.beside and not any(_finds(line.beside, path) for path in asked.fields):
        return None
    if line.lacks and not any(_finds(line.lacks, path) for path in asked.clear):
        return ""
    if not line.words:
        return None if line.lacks else ""
    return next((path for path in asked.fields if _has_words(line, asked.kind, path)), None)


def _has_words(line: Line, kind: str, path: str) -> bool:
    return all(_finds(words, f"{kind} {path}") for words in line.words)


def _is_met(pattern: str, names: Collection[str]) -> bool:
    return not pattern or any(re.fullmatch(pattern, name) for name in names)


def _finds(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})", _AT_WORDS.sub(" ", text.lower())) is not None


def _never(line: Line, kind: str, field: str = "") -> Refused:
    return Refused("policy.never", line=line.name, kind=kind, field=field)
