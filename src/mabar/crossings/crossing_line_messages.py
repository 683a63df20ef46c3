"""Messages on the lying crossing line: arrows from side to side, receipts on the frontier, words beside them."""

from itertools import pairwise

from mabar.crossings import crossing_line_ink as ink
from mabar.crossings.crossing_line import Message
from mabar.crossings.crossing_line_sheet import SIDE_ROOM, SIZE, Sheet

TICKS_ROOM = 28.0
Span = tuple[float, float, int]
"""A piece of the frontier and the row of words above (0) or below (1) it."""


def drawn(sheet: Sheet) -> list[str]:
    """Draw messages as arrows from side to side, their receipts on the frontier, their words beside it."""
    parts: list[str] = []
    taken = _taken(sheet)
    for message in sorted(sheet.story.messages, key=lambda one: one.at):
        parts += _arrow(sheet, message)
        parts += _receipts(sheet, message)
        parts += _message_words(sheet, message, taken)
    return parts


def _taken(sheet: Sheet) -> list[Span]:
    """Give what message words must leave free, on both sides of the frontier: arrows with their ticks, and now."""
    places = [sheet.axis.place(message.at) for message in sheet.story.messages]
    spans = [(place - 4, place + TICKS_ROOM) for place in places]
    if not sheet.story.is_over:
        now = sheet.axis.place(sheet.now)
        spans.append((now - 4, now + 4))
    return [(start, end, row) for start, end in spans for row in (0, 1)]


def _arrow(sheet: Sheet, message: Message) -> list[str]:
    x, blue = sheet.x(message.at), sheet.inks["message"]
    upper, lower = sheet.y("A") + 9, sheet.y("B") - 9
    start, end, back = (upper, lower, -7) if message.sender == "A" else (lower, upper, 7)
    head = f"{x - 4:.1f},{end + back:.1f} {x + 4:.1f},{end + back:.1f} {x:.1f},{end:.1f}"
    return [
        ink.tag("path", d=f"M{x:.1f} {start:.1f}V{end:.1f}", stroke=blue, stroke_width=1.5),
        ink.tag("polygon", points=head, fill=blue),
    ]


def _receipts(sheet: Sheet, message: Message) -> list[str]:
    """Draw three ticks: stored, accepted, acted upon; a missing one is red and dashed."""
    parts, place = [], sheet.axis.place(message.at)
    step = -8 if _meets_slant(sheet, (place, place + TICKS_ROOM)) else 8
    for stage in range(3):
        x = sheet.flow(place + step * (stage + 1))
        line = f"M{x:.1f} {sheet.frontier - 8:.1f}v16"
        came = stage < message.receipts
        stroke, dash = (sheet.inks["message"], None) if came else (sheet.inks["refuse"], "3 2.5")
        parts.append(ink.tag("path", d=line, stroke=stroke, stroke_width=3, stroke_dasharray=dash))
    return parts


def _message_words(sheet: Sheet, message: Message, taken: list[Span]) -> list[str]:
    """Say a message beside its ticks, above or below the frontier, where no other message stands; else not at all."""
    place, long = sheet.axis.place(message.at), ink.width_of(message.word, SIZE)
    after, before = place + TICKS_ROOM + 4, place - TICKS_ROOM - 4 - long
    for start, row in ((after, 0), (after, 1), (before, 0), (before, 1)):
        box = (start, start + long)
        is_free = all(row != other or box[1] < low or box[0] > high for low, high, other in taken)
        if is_free and box[0] > SIDE_ROOM - 40 and box[1] < sheet.width and not _meets_slant(sheet, box):
            taken.append((*box, row))
            y = sheet.frontier + (-8 if row == 0 else 17)
            fill = sheet.inks["message"]
            return [ink.text(sheet.flow(start), y, message.word, size=SIZE, fill=fill, anchor="start")]
    return []


def _meets_slant(sheet: Sheet, box: tuple[float, float]) -> bool:
    crossed = ((one, other) for one, other in pairwise(sheet.story.past) if one.side != other.side)
    middles = [(sheet.axis.place(one.at) + sheet.axis.place(other.at)) / 2 for one, other in crossed]
    return any(box[0] - 14 < middle < box[1] + 14 for middle in middles)
