"""What the words of packages call a kind, a purpose and a field; what nobody has named is shown by its code."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from mabar.exchange import kinds
from mabar.exchange.protocol.kind_table import CONTROL, parts_of
from mabar.lib import words

_RECORD = "record."
WORDS = "wire"  # the table of a package that names what it tells partners


@dataclass(frozen=True)
class FieldShown:
    """A leaf of a document: its path, its word, its value as text, and whether this program knows the field."""

    path: str
    word: str
    value: str
    is_known: bool
    is_masked: bool


def kind_word(kind: str, language: str) -> str:
    """Name a kind as its package calls it; its code where it has no word."""
    name = kind.partition("/")[0]
    return _found(_package(name), f"kind.{name}", language) or name


def purpose_word(purpose: str, language: str) -> str:
    """Name a purpose; its code where no package that tells partners something has a word for it."""
    return next(filter(None, (_found(each, f"purpose.{purpose}", language) for each in _packages())), purpose)


def field_word(kind: str, path: str, language: str) -> str:
    """Name a field of a kind as its package calls what stands at that path; the path itself where it has no word.

    Of a record that another package keeps, that package has the words.
    """
    packages = [_package(kind), *_packages()] if path.startswith(_RECORD) else [_package(kind)]
    return next(filter(None, (_found(each, f"field.{path}", language) for each in packages)), path)


def _packages() -> list[str]:
    return sorted({_package(each.row.name) for each in kinds.partner_kinds()})


def _package(kind: str) -> str:
    return kind.partition(".")[0]


def _found(package: str, key: str, language: str) -> str:
    if not package.isidentifier() or find_spec(f"mabar.{package}") is None:
        return ""
    return str(words.table(package, WORDS).get(key, {}).get(language, ""))


def fields_of(kind: str, payload: bytes, language: str) -> list[FieldShown]:
    """Show each leaf of a message's document, those that this program does not know too."""
    known = _known(kind)
    leaves = _leaves(json.loads(payload), "")
    return [
        FieldShown(
            path=path,
            word=field_word(kind, path, language),
            value=value,
            is_known=known is None or path in known,
            is_masked=value == "*",
        )
        for path, value in leaves
    ]


def _known(kind: str) -> Collection[str] | None:
    """Give the paths that this program knows of a kind; None where its documents have a reader of their own."""
    parts = parts_of(kind)
    if parts is not None and parts[0] in CONTROL:
        return None
    registered = kinds.for_partners(kind)
    return {field.path for field in registered.row.fields} if registered else set()


def _leaves(value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, f"{path}[]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
