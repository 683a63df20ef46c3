"""The groups of vectors: what a vector is, and what was drawn by chance and is kept."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

Vector: TypeAlias = dict[str, Any]
GROUPS: dict[str, tuple[str, Callable[[], Iterable[Vector]]]] = {}
KEPT = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "kept" / "drawn.json"


def group(name: str, about: str, function: Callable[[], Iterable[Vector]]) -> None:
    """Name a group of vectors: the file `<name>.json`, what it is about, and who makes its vectors."""
    GROUPS[name] = (about, function)


def good(name: str, what: str, type_: str, **fields: Any) -> Vector:
    """Give a vector that must be taken."""
    return {"name": name, "what": what, "type": type_, "good": True, "code": "", **_hexed(fields)}


def bad(name: str, what: str, type_: str, code: str, **fields: Any) -> Vector:
    """Give a vector that must be refused, with this code."""
    return {"name": name, "what": what, "type": type_, "good": False, "code": code, **_hexed(fields)}


def _hexed(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: _hexed(each) for name, each in value.items()}
    return [_hexed(each) for each in value] if isinstance(value, list | tuple) else value


_asked_for: set[str] = set()


def kept() -> dict[str, str]:
    """Give what was drawn for the vectors of this run, now or earlier: a hash of what was asked for, and what came."""
    return {name: came for name, came in sorted(_ever_drawn().items()) if name in _asked_for}


@cache
def _ever_drawn() -> dict[str, str]:
    drawn: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    return drawn


def drawn(asked: Iterable[bytes], draw: Callable[[], bytes]) -> bytes:
    """Draw what comes out otherwise each time (a sealing, an ML-DSA signature) once, and give the same ever after."""
    name = sha256(b"".join(len(each).to_bytes(8, "big") + each for each in asked)).hexdigest()
    _asked_for.add(name)
    if name not in _ever_drawn():
        _ever_drawn()[name] = draw().hex()
    return bytes.fromhex(_ever_drawn()[name])
