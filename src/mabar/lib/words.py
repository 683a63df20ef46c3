"""The product's words and sentences in its three languages, kept as data beside each package."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("ar", "fr", "en")
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True)
class Sentence:
    """What happened, and what to do about it."""

    what: str
    remedy: str


@cache
def table(package: str, name: str) -> Mapping[str, Any]:
    """Read `data/<name>.yaml` of `package` once; an absent file is an empty table."""
    file = resources.files(f"mabar.{package}") / "data" / f"{name}.yaml"
    if not file.is_file():
        return {}
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_loader()) or {}


def _loader() -> type[Any]:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C reader is ten times as fast, and not in every wheel


def word(package: str, key: str, language: str) -> str:
    """Give the word for `key` in `language`.

    Raises:
        KeyError: the package's `words.yaml` has no such key or language.
    """
    return str(table(package, "words")[key][language])


def isolate(value: object) -> str:
    """Wrap a figure or code so that the direction of the text around it cannot reorder it."""
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"


def sentence(package: str, code: str, language: str, details: Mapping[str, object]) -> Sentence:
    """Fill the sentence of a refusal or finding with its details, each isolated.

    Raises:
        KeyError: the package has no sentence for the code.
    """
    said = table(package, "refusals").get(code) or table(package, "findings")[code]
    filled = {name: isolate(value) for name, value in details.items()}
    return Sentence(*(said[language][part].format_map(_Filled(filled)) for part in ("what", "remedy")))


class _Filled(dict[str, str]):
    """Details by name; one that the author left out reads as a dash, since a refusal must never fail to speak."""

    def __missing__(self, name: str) -> str:
        return "–"
