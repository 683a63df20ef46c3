"""The crossings' pages: the wall, the office board, each truck, holds, and the crossing itself."""

from mabar.crossings.pages.announcing import announce
from mabar.crossings.pages.board import board, passages
from mabar.crossings.pages.crossing import change_lane, change_opening, crossing, state_hours
from mabar.crossings.pages.holds import holds
from mabar.crossings.pages.passage import do, passage
from mabar.crossings.pages.release_times import published, release_times_file, release_times_page
from mabar.crossings.pages.wall import wall, wall_fragment

__all__ = [
    "announce",
    "board",
    "change_lane",
    "change_opening",
    "crossing",
    "do",
    "holds",
    "passage",
    "passages",
    "published",
    "release_times_file",
    "release_times_page",
    "state_hours",
    "wall",
    "wall_fragment",
]
