"""The crossings' pages: the wall, the office board, each truck, holds, and the crossing itself."""

from mabar.crossings.pages.announcing import announce
from mabar.crossings.pages.board import board, passages
from mabar.crossings.pages.crossing import change_lane, change_opening, crossing
from mabar.crossings.pages.holds import holds
from mabar.crossings.pages.passage import do, passage
from mabar.crossings.pages.protocol import make_protocol_pdf, protocol, protocol_file, protocol_pdf
from mabar.crossings.pages.transshipments import (
    do_in_transshipment,
    open_transshipment,
    transshipment,
    transshipments,
)
from mabar.crossings.pages.wall import wall, wall_fragment

__all__ = [
    "announce",
    "board",
    "change_lane",
    "change_opening",
    "crossing",
    "do",
    "do_in_transshipment",
    "holds",
    "make_protocol_pdf",
    "open_transshipment",
    "passage",
    "passages",
    "protocol",
    "protocol_file",
    "protocol_pdf",
    "transshipment",
    "transshipments",
    "wall",
    "wall_fragment",
]
