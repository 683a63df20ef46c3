"""One lying picture of the crossing line: its measures, its inks and its axis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mabar.crossings import crossing_line_axis as axes
from mabar.crossings import crossing_line_ink as ink
from mabar.crossings.crossing_line import Story, Which

WIDTHS = {"wide": 1310.0, "medium": 880.0, "print": 718.0}
SIDE_ROOM, END_ROOM = 190.0, 50.0
SIZE, SIDE_SIZE = 13.0, 17.0
NOW_ROOM, SCALE_ROOM, BAND = 24.0, 26.0, 102.0
LABEL_GAP = 12.0


@dataclass(frozen=True)
class Sheet:
    """One picture: its measures, its inks and its axis.  `x` mirrors for a reader from right to left."""

    story: Story
    language: str
    form: str
    now: datetime
    axis: axes.Axis
    has_two_scales: bool

    @property
    def width(self) -> float:
        return WIDTHS[self.form]

    @property
    def inks(self) -> Mapping[str, str]:
        return ink.PAPER if self.form == "print" else ink.SCREEN

    @property
    def top(self) -> float:
        """Upper edge of side A's band."""
        return NOW_ROOM + (SCALE_ROOM if self.has_two_scales else 0)

    @property
    def frontier(self) -> float:
        return self.top + BAND

    @property
    def bottom(self) -> float:
        return self.frontier + BAND

    @property
    def height(self) -> float:
        return self.bottom + SCALE_ROOM

    def flow(self, length: float) -> float:
        """Turn a distance from the beginning of the line into x."""
        return self.width - length if self.language == "ar" else length

    def x(self, at: datetime) -> float:
        """Give the x of an instant."""
        return self.flow(self.axis.place(at))

    def y(self, side: Which) -> float:
        """Give the y of a side's path."""
        return self.top + 54 if side == "A" else self.frontier + 48
