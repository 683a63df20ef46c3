"""The signs of the house (shape, tone and word of each), and sentences made safe for a page."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext_lazy

from mabar.lib import words
from mabar.lib.words import FIRST_STRONG_ISOLATE, POP_ISOLATE

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_ISOLATED = re.compile(f"{FIRST_STRONG_ISOLATE}([^{POP_ISOLATE}]*){POP_ISOLATE}")


@dataclass(frozen=True)
class Sign:
    """A meaning that is never told by colour alone."""

    shape: str
    tone: str
    word: str | Promise


SIGNS = {
    "green": Sign("tick-circle", "tone-green", pgettext_lazy("sign", "Green lane")),
    "blue": Sign("bar-square", "tone-blue", pgettext_lazy("sign", "Blue lane")),
    "yellow": Sign("triangle-alert", "tone-yellow", pgettext_lazy("sign", "Yellow lane")),
    "red": Sign("octagon-x", "tone-red", pgettext_lazy("sign", "Red lane")),
    "conforms": Sign("tick-circle", "ok", pgettext_lazy("sign", "Conforms")),
    "done": Sign("tick-circle", "ok", pgettext_lazy("sign", "Done")),
    "alert": Sign("triangle-alert", "warn", pgettext_lazy("sign", "Alert")),
    "refused": Sign("octagon-alert", "refuse", pgettext_lazy("sign", "Refused")),
    "held": Sign("padlock", "refuse", pgettext_lazy("sign", "Held")),
    "waiting": Sign("clock", "plain", pgettext_lazy("sign", "Waiting")),
    "unknown": Sign("dashed-circle", "faint", pgettext_lazy("sign", "Not known to us")),
    "link-up": Sign("link-up", "plain", pgettext_lazy("sign", "Link up")),
    "link-cut": Sign("link-cut", "warn", pgettext_lazy("sign", "Link cut")),
    "inherited": Sign("inherited", "faint", pgettext_lazy("sign", "Inherited")),
    "confirmed": Sign("tick", "ok", pgettext_lazy("sign", "Confirmed")),
    "changed": Sign("triangle", "changed", pgettext_lazy("sign", "Changed")),
    "new": Sign("plus", "note", pgettext_lazy("sign", "New")),
    "open": Sign("open", "ok", pgettext_lazy("sign", "Open")),
    "shut": Sign("shut", "refuse", pgettext_lazy("sign", "Closed")),
}


def word_at(package: str, key: str, *, language: str, country: str) -> str:
    """Give a package's word for `key`, the country's own where it has one; a key without a word says its last part."""
    vocabulary = words.table(package, "words")
    for asked in (f"{key}.{country}", key):
        if asked in vocabulary:
            return str(vocabulary[asked][language])
    return key.rpartition(".")[2]


def has_arabic(text: str) -> bool:
    """Tell whether a text holds Arabic letters."""
    return bool(_ARABIC.search(text))


def isolates_marked(text: str) -> SafeString:
    """Escape a sentence and turn its isolated details into `<bdi>`: left to right unless they hold Arabic words."""
    return mark_safe(_ISOLATED.sub(_as_bdi, escape(text)))  # noqa: S308 - escaped in the same line


def _as_bdi(found: re.Match[str]) -> str:
    detail = found.group(1)
    return f"<bdi>{detail}</bdi>" if has_arabic(detail) else f'<bdi dir="ltr">{detail}</bdi>'
