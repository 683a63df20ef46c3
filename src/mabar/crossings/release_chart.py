"""The picture of the release times: a bar a step, to its median and on to its ninetieth percentile.

Pure: figures in, SVG text out.  The table beside it says the same in figures; the picture bears one sentence.
Work is a full bar, waiting a hatched one, so that nothing rests on colour.  Time flows with the reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mabar.crossings import crossing_line_ink as ink
from mabar.crossings.crossing_line_ink import SCREEN, tag

MINUTES = (5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 7200, 14400)
MOST_TICKS, SIZE = 6, 13.0
HEAD, FOOT = 26.0, 6.0


@dataclass(frozen=True)
class Bar:
    """One step, or one group: its name, whether one waits in it, and the two lengths that are drawn."""

    name: str
    is_wait: bool
    median: timedelta
    p90: timedelta


@dataclass(frozen=True)
class Sheet:
    """The measures of one form: where bars begin and end, how high a row is, and whether the name stands above."""

    form: str
    width: float
    start: float
    end: float
    row: float
    is_name_above: bool
    is_mirrored: bool
    longest_s: float

    def x(self, length: timedelta) -> float:
        """Give the place of a length on the scale."""
        along = self.start + (self.end - self.start) * length.total_seconds() / self.longest_s
        return self.flow(along)

    def flow(self, along: float) -> float:
        """Turn a distance from the beginning of the line into x."""
        return self.width - along if self.is_mirrored else along


def draw(bars: Sequence[Bar], *, language: str, form: str, label: str) -> str:
    """Draw the bars in one form, `wide` or `narrow`; `label` is the sentence that says the picture.

    Raises:
        ValueError: there is no bar.
    """
    if not bars:
        raise ValueError("a picture of nothing")
    sheet = _sheet(bars, language, form)
    height = HEAD + sheet.row * len(bars) + FOOT
    body = _hatch(form) + _scale(sheet, language, height)
    for number, bar in enumerate(bars):
        body += _bar(sheet, bar, top=HEAD + sheet.row * number, language=language)
    return tag(
        "svg",
        body,
        class_=f"release-chart release-{form}",
        viewBox=f"0 0 {sheet.width:.0f} {height:.0f}",
        role="img",
        aria_label=label,
        direction="rtl" if sheet.is_mirrored else "ltr",
    )


def _sheet(bars: Sequence[Bar], language: str, form: str) -> Sheet:
    longest_s = max(max(bar.p90, bar.median).total_seconds() for bar in bars) or 60.0
    is_mirrored = language == "ar"
    if form == "narrow":
        return Sheet(form, 360, 6, 290, 50, True, is_mirrored, longest_s)
    return Sheet(form, 1000, 290, 900, 30, False, is_mirrored, longest_s)


def _scale(sheet: Sheet, language: str, height: float) -> str:
    drawn = ""
    for length in ticks(timedelta(seconds=sheet.longest_s), most=4 if sheet.form == "narrow" else MOST_TICKS):
        x = sheet.x(length)
        drawn += tag("line", x1=x, x2=x, y1=HEAD - 6, y2=height - FOOT, stroke=SCREEN["rule"], stroke_width=1)
        said = ink.length_words(length, language) if length else "0"
        drawn += ink.text(x, HEAD - 10, said, size=SIZE, fill=SCREEN["ink-3"])
    return drawn


def ticks(longest: timedelta, *, most: int = MOST_TICKS) -> list[timedelta]:
    """Give the round lengths that a scale bears, from nothing on."""
    minutes = longest.total_seconds() / 60
    step = next((each for each in MINUTES if minutes / each < most), MINUTES[-1])
    return [timedelta(minutes=step * number) for number in range(min(int(minutes // step), 20) + 1)]


def _bar(sheet: Sheet, bar: Bar, *, top: float, language: str) -> str:
    middle = top + (sheet.row - 14 if sheet.is_name_above else sheet.row / 2)
    name_y = top + 15 if sheet.is_name_above else middle + 5
    begin, median, late = sheet.x(timedelta(0)), sheet.x(bar.median), sheet.x(max(bar.p90, bar.median))
    name_x = sheet.flow(6)
    named = ink.text(name_x, name_y, bar.name, size=14, fill=SCREEN["ink"], anchor="start")
    line = tag("line", x1=median, x2=late, y1=middle, y2=middle, stroke=SCREEN["ink-2"], stroke_width=2)
    end = tag("line", x1=late, x2=late, y1=middle - 5, y2=middle + 5, stroke=SCREEN["ink-2"], stroke_width=2)
    box = {"x": min(begin, median), "y": middle - 8, "width": max(abs(median - begin), 1.5), "height": 16}
    fill = f"url(#{_hatch_id(sheet.form)})" if bar.is_wait else SCREEN["path"]
    body = tag("rect", **box, fill=fill, stroke=SCREEN["wait" if bar.is_wait else "path"], stroke_width=1.5)
    told_x = late + (-8 if sheet.is_mirrored else 8)
    said = ink.length_words(bar.median, language)
    told = ink.text(told_x, middle + 5, said, size=SIZE, fill=SCREEN["ink-2"], anchor="start", halo=SCREEN["sheet"])
    return named + line + end + body + told


def _hatch_id(form: str) -> str:
    return f"hatch-release-{form}"


def _hatch(form: str) -> str:
    line = tag("path", d="M0 6 6 0M-1 1 1 -1M5 7 7 5", stroke=SCREEN["wait"], stroke_width=2)
    return tag("defs", tag("pattern", line, id=_hatch_id(form), width=6, height=6, patternUnits="userSpaceOnUse"))
