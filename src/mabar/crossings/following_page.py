"""The driver's page as HTML: drawn for the node's own address and for the server outside, from the same row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from mabar.base import screens
from mabar.crossings.queries import Followed

RENEWS_S = 120


@dataclass(frozen=True)
class Dress:
    """What differs between the node's own page and the one that lies on the server outside.

    Args:
        sheet: what brings the style: a link to it, or the style itself.
        href: where the page lies in another language.
        script: what tells the age of a page that may be read late; none where it is made as it is asked for.
        policy: what the page itself forbids a browser, where no header of the node does.
        still: where the page lies that does not renew itself; this page renews itself where there is such another.
        moving: where the page lies that renews itself, on one that does not.
    """

    sheet: SafeString
    href: Callable[[str], str]
    script: SafeString | str = ""
    policy: SafeString | str = ""
    still: str = ""
    moving: str = ""


def drawn(told: Followed, place: Any, language: str, dress: Dress) -> str:
    """Draw the page of a truck in a language."""
    shown = {
        "told": told,
        "place": place,
        "renews_s": RENEWS_S,
    }
    return _rendered("crossings/follow.html", shown, language, dress)


def refused(said: Any, language: str, dress: Dress) -> str:
    """Draw the page that says why there is nothing to see, the same for whatever was asked."""
    return _rendered("crossings/follow_refused.html", {"said": said}, language, dress)


def _rendered(template: str, shown: dict[str, Any], language: str, dress: Dress) -> str:
    links = [(code, name, dress.href(code), code == language) for code, _mark, name in screens.LANGUAGE_MARKS]
    with translation.override(language):
        return render_to_string(template, {**shown, "language": language, "languages": links, "dress": dress})
