"""The drivers' pages as signed files for a plain web server outside, where the node itself must not be public.

A file is the whole page: style, the little script that tells its age, and the node's signature as its last line.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, Protocol

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from mabar.base import node_keys, own_files
from mabar.crossings import following_page, queries, rules, status_signatures
from mabar.crossings.following_page import Dress
from mabar.lib.words import LANGUAGES

FILE_NAME = re.compile(r"[a-z2-7]{32}(?:\.(?:fr|en))?\.html")


class Outside(Protocol):
    """Where the pages go: a folder, or a server that takes PUT and DELETE."""

    def names(self) -> set[str]:
        """Name the pages that lie there."""

    def read(self, name: str) -> bytes:
        """Give a page as it lies there."""

    def put(self, name: str, page: bytes) -> None:
        """Put a page there whole, in place of the one before."""

    def remove(self, name: str) -> None:
        """Take a page away."""


@dataclass(frozen=True)
class Published:
    """How many pages were written and how many ended ones removed."""

    written: int
    removed: int


def publish(outside: Outside, at: datetime) -> Published:
    """Write the page of each truck whose link is in force, after the pages of ended links are gone."""
    followed = list(queries.all_followed(at))
    wanted = {file_name(digest, language) for digest, _told in followed for language in LANGUAGES}
    # beside this node another may publish into the same folder, and only it knows which of its pages have ended
    left = outside.names() - wanted
    ended = [name for name in left if status_signatures.signer_of(outside.read(name)) == settings.NODE.code]
    for name in ended:
        outside.remove(name)
    for name, page in _pages(followed):
        outside.put(name, page)
    return Published(len(wanted), len(ended))


def _pages(followed: list[tuple[str, queries.Followed]]) -> Iterator[tuple[str, bytes]]:
    places = {code: queries.crossing_place(code) for code in {told.place for _digest, told in followed}}
    for digest, told in followed:
        for language in LANGUAGES:
            yield file_name(digest, language), page_of(digest, told, places[told.place], language)


def file_name(digest: str, language: str) -> str:
    """Name the page of a link in a language; only who has the link, or the node's store, can work the name out."""
    return f"{rules.page_name(digest)}{'' if language == 'ar' else f'.{language}'}.html"


def page_of(digest: str, told: queries.Followed, place: Any, language: str) -> bytes:
    """Draw the page of a link and sign it."""
    sheet, script, policy = _dressed()
    dress = Dress(sheet, lambda code: file_name(digest, code), script, policy)
    body = following_page.drawn(told, place, language, dress).encode()
    key = node_keys.signing_key(settings.NODE.folder)
    return status_signatures.with_signature(body, file_name(digest, language), node=settings.NODE.code, key=key)


@cache
def _dressed() -> tuple[SafeString, SafeString, SafeString]:
    """Give style, script and policy; the policy lets only these two count, whatever is put in beside them outside."""
    sheet, script = (own_files.text_of(f"mabar/crossings/follow.{kind}") for kind in ("css", "js"))
    sources = f"style-src {_hash(sheet)}; script-src {_hash(script)}"
    allowed = f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"
    return (
        mark_safe(f"<style>{sheet}</style>"),  # noqa: S308 - the node's own file
        mark_safe(f"<script>{script}</script>"),  # noqa: S308 - the node's own file
        format_html('<meta http-equiv="Content-Security-Policy" content="{}">', mark_safe(allowed)),  # noqa: S308
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
