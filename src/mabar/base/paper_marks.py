"""Letters and shapes of a paper, in the form in which what makes PDF can take them.

It tells the fonts of one family and weight apart by nothing but their name, so that two subsets of one family would be
written with each other's glyphs; and it draws no shape that lies in another file.
"""

import re
from collections.abc import Mapping
from functools import cache

from django.contrib.staticfiles import finders
from lxml import etree

LATIN_FAMILY = "IBM Plex Sans"  # the second family of the token `--font`, which stands in where the first has no letter
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_USE = re.compile(r'<svg class="([^"]*)"([^>]*)><use href="[^"#]*shapes\.svg#([\w-]+)"\s*/?>(?:</use>)?</svg>')
_SVG = "{http://www.w3.org/2000/svg}"


def one_family_a_file(sheet: str) -> str:
    """Name the family of the Latin faces of a style sheet apart from that of the Arabic ones."""
    return _FACE.sub(lambda face: _renamed(face.group(0)), sheet)


def _renamed(face: str) -> str:
    return re.sub(r'font-family:\s*"[^"]*"', f'font-family: "{LATIN_FAMILY}"', face) if "-latin-" in face else face


def shapes_drawn(page: str) -> str:
    """Draw each shape of the sprite where the page uses it."""
    return _USE.sub(lambda use: _drawn(*use.groups()), page)


def _drawn(names: str, attributes: str, shape: str) -> str:
    drawing = _shapes().get(shape)
    if drawing is None:
        return ""
    box, paths = drawing
    width, height = box.split()[2:]
    size = 'width="13" height="13"' if width == height else f'width="{width}" height="{height}"'
    return f'<svg class="{names}"{attributes} viewBox="{box}" {size}>{paths}</svg>'


@cache
def _shapes() -> Mapping[str, tuple[str, str]]:
    """Read the sprite: the box and the drawing of each shape."""
    sprite = etree.parse(str(finders.find("mabar/shapes.svg"))).getroot()
    return {
        str(symbol.get("id")): (
            str(symbol.get("viewBox")),
            "".join(etree.tostring(part, encoding="unicode") for part in symbol),
        )
        for symbol in sprite.iter(f"{_SVG}symbol")
        if symbol.get("viewBox")
    }
