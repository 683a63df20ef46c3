"""The crossings' pages: the wall, the office board, each truck, holds, and the crossing itself."""

from mabar.crossings.pages.announcing import announce
from mabar.crossings.pages.appointments import appointments, hour
from mabar.crossings.pages.board import board, passages
from mabar.crossings.pages.crossing import change_hours, change_lane, change_opening, crossing
from mabar.crossings.pages.diverting import diversion, diversions, do_diversion, propose, state_capacity
from mabar.crossings.pages.exceptions import exceptions
from mabar.crossings.pages.following import follow, give_follow_link, withdraw_follow_link
from mabar.crossings.pages.holds import holds
from mabar.crossings.pages.passage import do, passage
from mabar.crossings.pages.permits import make_permit, permit, permit_file, permit_pdf
from mabar.crossings.pages.protocol import make_protocol_pdf, protocol, protocol_file, protocol_pdf
from mabar.crossings.pages.release_times import published, release_times_file, release_times_page
from mabar.crossings.pages.rule import rule
from mabar.crossings.pages.scanning import scans, send_scans, set_scan_aside, settle_scan
from mabar.crossings.pages.transshipments import do_in_transshipment, open_transshipment, transshipment, transshipments
from mabar.crossings.pages.two_sided import do_two_sided, two_sided_tally
from mabar.crossings.pages.wall import wall, wall_fragment
from mabar.crossings.pages.weighing import send_weighings, set_weighing_aside, settle_weighing, weighings

__all__ = [
    "announce",
    "appointments",
    "board",
    "change_hours",
    "change_lane",
    "change_opening",
    "crossing",
    "diversion",
    "diversions",
    "do",
    "do_diversion",
    "do_in_transshipment",
    "do_two_sided",
    "exceptions",
    "follow",
    "give_follow_link",
    "holds",
    "hour",
    "make_permit",
    "make_protocol_pdf",
    "open_transshipment",
    "passage",
    "passages",
    "permit",
    "permit_file",
    "permit_pdf",
    "propose",
    "protocol",
    "protocol_file",
    "protocol_pdf",
    "published",
    "release_times_file",
    "release_times_page",
    "rule",
    "scans",
    "send_scans",
    "send_weighings",
    "set_scan_aside",
    "set_weighing_aside",
    "settle_scan",
    "settle_weighing",
    "state_capacity",
    "transshipment",
    "transshipments",
    "two_sided_tally",
    "wall",
    "wall_fragment",
    "weighings",
    "withdraw_follow_link",
]
