"""The node's own sheets, scripts and shapes, for a page that must bring everything with it."""

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

_SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([\d ]+)">(.*?)</symbol>', re.DOTALL)


@cache
def text_of(name: str) -> str:
    """Read a file that the node serves to browsers.

    Raises:
        FileNotFoundError: no package has it.
    """
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(name)
    return Path(found).read_text(encoding="utf-8")


def shape(name: str) -> SafeString:
    """Give a shape of the sprite as part of the page: an old phone draws no picture out of another file."""
    box, body = _shapes()[name]
    drawn = f'<svg class="shape" viewBox="{box}" aria-hidden="true" focusable="false">{body}</svg>'
    return mark_safe(drawn)  # noqa: S308 - the node's own file


@cache
def _shapes() -> dict[str, tuple[str, str]]:
    return {name: (box, body) for name, box, body in _SYMBOL.findall(text_of("mabar/shapes.svg"))}
