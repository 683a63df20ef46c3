"""The crossings' pages: the wall, the office board, each truck, holds, and the crossing itself."""

from mabar.crossings.pages.announcing import announce
from mabar.crossings.pages.board import board, passages
from mabar.crossings.pages.crossing import change_lane, change_opening, crossing
from mabar.crossings.pages.holds import holds
from mabar.crossings.pages.passage import do, passage
from mabar.crossings.pages.wall import wall, wall_fragment
from mabar.crossings.pages.weighing import send_weighings, set_weighing_aside, settle_weighing, weighings

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
    "send_weighings",
    "set_weighing_aside",
    "settle_weighing",
    "wall",
    "wall_fragment",
    "weighings",
]
