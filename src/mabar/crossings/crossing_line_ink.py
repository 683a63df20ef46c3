"""What the crossing line is drawn with: SVG elements as text, colours of screen and paper, marks of events."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from html import escape
from typing import TYPE_CHECKING

from mabar.lib import words
from mabar.lib.dates_text import duration_in_words

if TYPE_CHECKING:
    from mabar.crossings.crossing_line import Event, Story

SCREEN: Mapping[str, str] = {
    **{name: f"var(--{name})" for name in ("side-a", "side-b", "path", "wait", "frontier", "accent", "brand", "sheet")},
    **{name: f"var(--{name})" for name in ("ink", "ink-2", "ink-3", "rule", "refuse")},
    "message": "var(--lane-blue)",
}
# Papers are drawn outside the style sheet, so their colours stand in the picture.
PAPER: Mapping[str, str] = {
    **dict.fromkeys(("path", "frontier", "accent", "brand", "ink", "message", "refuse"), "#000"),
    "side-a": "#fff",
    "side-b": "#f2f2f2",
    "sheet": "#fff",
    "wait": "#555",
    "ink-2": "#222",
    "ink-3": "#333",
    "rule": "#bbb",
}
LANE_CORNERS = {"blue": 4, "yellow": 3, "red": 8}
# Advance of IBM Plex Sans Arabic at weight 600 in ems, (each letter, the word), measured over the product's words and
# chosen so that no word is longer than its estimate: labels never touch.
ARABIC_ADVANCE, LATIN_ADVANCE = (0.49, 0.85), (0.56, 0.5)


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """Write one element; `_` in a name stands for `-`, and a trailing one is dropped (`class_`)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _plain(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def text(
    x: float, y: float, said: str, *, size: float, fill: str, anchor: str = "middle", weight: int = 400, halo: str = ""
) -> str:
    """Write words; figures alone get their own direction, which the middle as anchor does not feel.

    A halo in the colour of the ground keeps a line that runs behind the words from striking them through.
    """
    is_figure = anchor == "middle" and re.fullmatch(r"[\d:.,+ −-]+", said)
    marks = {"font_size": size, "fill": fill, "text_anchor": anchor, "font_weight": weight}
    if halo:
        marks |= {"paint_order": "stroke", "stroke": halo, "stroke_width": 5, "stroke_linejoin": "round"}
    return tag("text", escape(said), x=x, y=y, direction="ltr" if is_figure else None, **marks)


def width_of(said: str, size: float) -> float:
    """Estimate the width of words, on the safe side; marks above and below letters take no room."""
    letters = sum(not unicodedata.combining(character) for character in said)
    each, whole = ARABIC_ADVANCE if re.search("[\u0600-\u06ff]", said) else LATIN_ADVANCE
    return (letters * each + whole) * size


def label_of(story: "Story", language: str) -> str:
    """Say the picture in one sentence."""
    last = story.past[-1]
    told = words.table("crossings", "crossing_line")["label"][language]
    hour = f"{last.at.astimezone(story.side(story.here).zone):%H:%M}"
    return str(told).format(a=story.a.name, b=story.b.name, word=last.word, hour=hour)


def say(key: str, language: str) -> str:
    """Give a word of the line's own."""
    return str(words.table("crossings", "crossing_line")[key][language])


def length_words(length: timedelta, language: str) -> str:
    """Write a waiting length."""
    return duration_in_words(max(length, timedelta(0)), language)


def hour_text(at: datetime, zone: tzinfo) -> str:
    """Write an hour of a scale."""
    return f"{at.astimezone(zone):%H:%M}"


def root(story: "Story", language: str, *, form: str, size: tuple[float, float], content: str) -> str:
    """Wrap a picture."""
    width, height = size
    return tag(
        "svg",
        content,
        class_=f"crossing-line crossing-{form}",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        width=_plain(width),
        height=_plain(height),
        role="img",
        aria_label=label_of(story, language),
        direction="rtl" if language == "ar" else "ltr",
        font_family="IBM Plex Sans Arabic, Noto Sans Arabic, sans-serif" if form == "print" else None,
    )


def pattern_id(story: "Story", form: str, kind: str) -> str:
    """Name a hatch; a pattern inside a hidden picture does not paint, so each picture has its own."""
    key = re.sub(r"[^A-Za-z0-9]+", "-", story.key)
    return f"hatch-{kind}-{key}-{form}"


def hatches(story: "Story", form: str, inks: Mapping[str, str]) -> str:
    """Define the hatch of waiting, and the red one of waiting past a limit."""
    return tag(
        "defs",
        _hatch(pattern_id(story, form, "wait"), inks["wait"]) + _hatch(pattern_id(story, form, "late"), inks["refuse"]),
    )


def _hatch(identity: str, ink: str) -> str:
    line = tag("path", d="M0 6 6 0M-1 1 1 -1M5 7 7 5", stroke=ink, stroke_width=2)
    return tag("pattern", line, id=identity, width=6, height=6, patternUnits="userSpaceOnUse")


def dot(x: float, y: float, event: "Event", inks: Mapping[str, str]) -> str:
    """Draw an event: dot, small dot, dashed ring, or the shape of its lane."""
    if event.is_expected:
        return tag(
            "circle", cx=x, cy=y, r=6, fill="none", stroke=inks["path"], stroke_width=2, stroke_dasharray="2.5 2"
        )
    if event.is_minor:
        return tag("circle", cx=x, cy=y, r=3, fill=inks["sheet"])
    if event.lane:
        return lane_mark(x, y, event.lane, inks)
    return tag("circle", cx=x, cy=y, r=5.5, fill=inks["sheet"], stroke=inks["path"], stroke_width=3.5)


def lane_mark(x: float, y: float, colour: str, inks: Mapping[str, str]) -> str:
    """Draw a lane's shape with its sign inside."""
    ink = f"var(--lane-{colour})" if inks is SCREEN else "#000"
    ground = inks["sheet"]
    corners = LANE_CORNERS.get(colour)
    edge = {"stroke": ground, "stroke_width": 1.5}
    if corners is None:
        body = tag("circle", cx=x, cy=y, r=9, fill=ink, **edge)
    else:
        body = tag("polygon", points=_corners(x, y, corners), fill=ink, **edge)
    sign = {
        "green": f"M{x - 4:.1f} {y:.1f}l3 3 5 -5.5",
        "blue": f"M{x - 4:.1f} {y:.1f}h8",
        "yellow": f"M{x:.1f} {y - 3.5:.1f}v4.5M{x:.1f} {y + 3:.1f}v2",
        "red": f"M{x - 3.2:.1f} {y - 3.2:.1f}l6.4 6.4m0 -6.4l-6.4 6.4",
    }[colour]
    return body + tag("path", d=sign, fill="none", stroke=ground, stroke_width=2)


def _corners(x: float, y: float, count: int) -> str:
    radius = {3: 11.0, 4: 11.5, 8: 10.5}[count]
    turn = {3: -90.0, 4: -45.0, 8: -67.5}[count]
    angles = [math.radians(turn + 360 * corner / count) for corner in range(count)]
    return " ".join(f"{x + radius * math.cos(angle):.1f},{y + radius * math.sin(angle):.1f}" for angle in angles)
