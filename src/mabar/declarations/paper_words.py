"""What the papers of a declaration share: words of the trade in both languages, and what every sheet is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from mabar.base import qr
from mabar.base.models import Place
from mabar.base.paper_making import SECOND_LANGUAGES
from mabar.base.queries import newest_heads
from mabar.base.templatetags.speech import word_at


@dataclass(frozen=True)
class Label:
    """A word of the trade in both languages of the paper."""

    ar: str
    other: str


def label(key: str, language: str, country: str = "", *, package: str = "declarations") -> Label:
    """Give a word in Arabic and the second language, a country's own where it has one."""
    both = (word_at(package, key, language=each, country=country) for each in ("ar", language))
    return Label(*both)


def labels(keys: Iterable[str], language: str, country: str = "") -> dict[str, Label]:
    """Give words by the part of their key behind its first point, as a template can name it."""
    return {key.partition(".")[2].replace(".", "_"): label(key, language, country) for key in sorted(keys)}


def sheet_context(place: str, *, language: str, at: datetime) -> dict[str, Any]:
    """Give what every paper of a declaration is told.

    Args:
        place: the crossing where it was lodged.
        language: the second language, fr or en.
        at: the instant of printing.

    Raises:
        ValueError: the language is none of the two.
    """
    if language not in SECOND_LANGUAGES:
        raise ValueError(f"a paper is in Arabic and one of {', '.join(SECOND_LANGUAGES)}")
    return {
        "place": Place.objects.select_related("administration", "faces__administration").get(code=place),
        "language": "ar",
        "second": language,
        "head": next(iter(newest_heads(1)), None),
        "now": at,
    }


def address_of(key: str) -> str:
    """Give the address of a declaration's page, which asks its reader to sign in."""
    return f"{settings.NODE.origin}/declarations/{key}/"


def code_of(key: str, reference: str) -> str:
    """Draw the address of a declaration's page, for a paper."""
    return qr.drawn(address_of(key), reference)
