"""The crossing line as it lies: time flows with the reading, side A above, side B below."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from mabar.crossings import crossing_line_axis as axes
from mabar.crossings import crossing_line_ink as ink
from mabar.crossings import crossing_line_messages as messages
from mabar.crossings.crossing_line import Event, Story, Which
from mabar.crossings.crossing_line_sheet import (
    BAND,
    END_ROOM,
    LABEL_GAP,
    NOW_ROOM,
    SIDE_ROOM,
    SIDE_SIZE,
    SIZE,
    WIDTHS,
    Sheet,
)


def picture(story: Story, language: str, form: str, now: datetime) -> str:
    """Draw the lying form."""
    sheet = _sheet(story, language, form, now)
    parts = [
        ink.hatches(story, form, sheet.inks),
        *_ground(sheet),
        *_scales(sheet),
        *_path(sheet),
        *messages.drawn(sheet),
        *_now(sheet),
        *(ink.dot(sheet.x(event.at), sheet.y(event.side), event, sheet.inks) for event in story.events),
        *_labels(sheet),
    ]
    return ink.root(story, language, form=form, size=(sheet.width, sheet.height), content="".join(parts))


def _sheet(story: Story, language: str, form: str, now: datetime) -> Sheet:
    axis = axes.axis(story.span(now), SIDE_ROOM, WIDTHS[form] - END_ROOM)
    first = story.past[0].at
    two = first.astimezone(story.a.zone).utcoffset() != first.astimezone(story.b.zone).utcoffset()
    return Sheet(story, language, form, now, axis, two)


def _ground(sheet: Sheet) -> list[str]:
    """Draw the two bands, the frontier and the names of the sides."""
    inks, edge = sheet.inks, sheet.flow(14)
    middle = sheet.frontier
    line = f"M0 {middle:.1f}H{sheet.width:.1f}"
    bands = [
        ink.tag("rect", x=0, y=sheet.top, width=sheet.width, height=BAND, fill=inks["side-a"]),
        ink.tag("rect", x=0, y=middle, width=sheet.width, height=BAND, fill=inks["side-b"]),
        ink.tag("path", d=line, stroke=inks["frontier"], stroke_width=1.5, stroke_dasharray="14 4 2 4"),
        ink.text(edge, middle - 6, ink.say("frontier", sheet.language), size=SIZE, fill=inks["ink-3"], anchor="start"),
    ]
    for side, y in ((sheet.story.a, sheet.top + 44), (sheet.story.b, middle + 46)):
        bands.append(ink.text(edge, y, side.name, size=SIDE_SIZE, fill=inks["brand"], anchor="start", weight=700))
        bands.append(ink.text(edge, y + 20, side.note, size=SIZE, fill=inks["ink-2"], anchor="start"))
    return bands


def _scales(sheet: Sheet) -> list[str]:
    """Draw one scale of hours below; where the clocks differ two, each at the edge of its own side."""
    story, lower, upper = sheet.story, sheet.bottom + 17, sheet.top - 8
    if not sheet.has_two_scales:
        return _scale(sheet, story.here, lower, has_lines=True)
    parts: list[str] = []
    edges: tuple[tuple[Which, float], ...] = (("A", upper), ("B", lower))
    for which, y in edges:
        parts += _scale(sheet, which, y, has_lines=which == story.here)
        name, edge = story.side(which).name, sheet.flow(14)
        parts.append(ink.text(edge, y, name, size=SIZE, fill=sheet.inks["ink-2"], anchor="start"))
    return parts


def _scale(sheet: Sheet, which: Which, y: float, *, has_lines: bool) -> list[str]:
    zone, parts = sheet.story.side(which).zone, []
    for hour in sheet.axis.ticks(zone, apart=52):
        x = sheet.x(hour)
        if has_lines:
            line = f"M{x:.1f} {sheet.top:.1f}V{sheet.bottom:.1f}"
            parts.append(ink.tag("path", d=line, stroke=sheet.inks["rule"], stroke_width=1))
        if y < sheet.top and _is_struck(sheet, x, ink.hour_text(hour, zone)):
            continue
        parts.append(ink.text(x, y, ink.hour_text(hour, zone), size=SIZE, fill=sheet.inks["ink-2"]))
    return parts


def _is_struck(sheet: Sheet, x: float, said: str) -> bool:
    """Tell whether the line of now runs through words that stand between its hour and the lower scale."""
    return not sheet.story.is_over and abs(x - sheet.x(sheet.now)) < ink.width_of(said, SIZE) / 2 + 4


def _path(sheet: Sheet) -> list[str]:
    """Draw the bar: solid while somebody works, hatched while the truck waits, dotted where it is expected."""
    story = sheet.story
    parts = [part for one, other in pairwise(story.past) for part in _piece(sheet, one, other.at, other.side)]
    last = story.past[-1]
    if not story.is_over:
        parts += _piece(sheet, last, max(sheet.now, last.at), last.side)
    parts += _dotted(sheet, last)
    return parts + _breaks(sheet)


def _piece(sheet: Sheet, event: Event, until: datetime, arrives: Which) -> list[str]:
    start, end, y = sheet.x(event.at), sheet.x(until), sheet.y(event.side)
    if arrives != event.side:
        slant = f"M{start:.1f} {y:.1f}L{end:.1f} {sheet.y(arrives):.1f}"
        return [ink.tag("path", d=slant, stroke=sheet.inks["path"], stroke_width=12, stroke_linecap="round")]
    box = {"x": min(start, end), "y": y - 6, "width": abs(end - start), "height": 12}
    if event.then == "work":
        return [ink.tag("rect", fill=sheet.inks["path"], **box)]
    edge = sheet.inks["refuse" if event.then == "late" else "wait"]
    hatch = f"url(#{ink.pattern_id(sheet.story, sheet.form, event.then)})"
    parts = [ink.tag("rect", fill=sheet.inks["sheet"], **box), ink.tag("rect", fill=hatch, stroke=edge, **box)]
    return parts + _wait_words(sheet, event, until, edge)


def _wait_words(sheet: Sheet, event: Event, until: datetime, fill: str) -> list[str]:
    """Say the length inwards of the path, as long as its piece has room for it."""
    start, end = sheet.x(event.at), sheet.x(until)
    length = ink.length_words(until - event.at, sheet.language)
    y = sheet.y(event.side) + (21 if event.side == "A" else -12)
    for said in (ink.say("wait", sheet.language).format(length=length), length):
        if ink.width_of(said, SIZE) + 8 <= abs(end - start):
            colour = fill if event.then == "late" else sheet.inks["ink-2"]
            return [ink.text((start + end) / 2, y, said, size=SIZE, fill=colour)]
    return []


def _dotted(sheet: Sheet, last: Event) -> list[str]:
    stops = [(sheet.x(max(sheet.now, last.at)), sheet.y(last.side))]
    stops += [(sheet.x(event.at), sheet.y(event.side)) for event in sheet.story.expected]
    if sheet.story.has_only_begun:
        stops.append((sheet.x(sheet.axis.stops[-1]), sheet.y(last.side)))
    if len(stops) == 1:
        return []
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in stops)
    dots = {"stroke": sheet.inks["path"], "stroke_width": 3.5, "stroke_dasharray": "0.1 7", "stroke_linecap": "round"}
    return [ink.tag("path", d=line, fill="none", **dots)]


def _breaks(sheet: Sheet) -> list[str]:
    """Mark where the axis leaves out hours."""
    parts = []
    for place in sheet.axis.breaks():
        x = sheet.flow(place)
        for shift in (-3, 3):
            line = f"M{x + shift - 4:.1f} {sheet.bottom + 6:.1f}l8 -12"
            parts.append(ink.tag("path", d=line, stroke=sheet.inks["ink-2"], stroke_width=1.5))
    return parts


def _now(sheet: Sheet) -> list[str]:
    """Draw the plum line, its hour, and the filled dot on the path."""
    if sheet.story.is_over:
        return []
    x, plum = sheet.x(sheet.now), sheet.inks["accent"]
    hour = ink.hour_text(sheet.now, sheet.story.side(sheet.story.here).zone)
    said = f"{ink.say('now', sheet.language)} {hour}"
    half = ink.width_of(said, SIZE) / 2
    middle = min(max(x, half), sheet.width - half)
    tip = NOW_ROOM
    return [
        ink.tag("path", d=f"M{x:.1f} {tip:.1f}V{sheet.bottom:.1f}", stroke=plum, stroke_width=2),
        ink.tag("polygon", points=f"{x - 7:.1f},{tip - 8:.1f} {x + 7:.1f},{tip - 8:.1f} {x:.1f},{tip:.1f}", fill=plum),
        ink.text(middle, tip - 11, said, size=SIZE, fill=plum, weight=600),
        ink.tag(
            "circle",
            cx=x,
            cy=sheet.y(sheet.story.past[-1].side),
            r=8,
            fill=plum,
            stroke=sheet.inks["sheet"],
            stroke_width=2,
        ),
    ]


def _labels(sheet: Sheet) -> list[str]:
    """Say each event outwards of its band: the word, and its hour nearer to the line's edge."""
    parts: list[str] = []
    sides: tuple[Which, ...] = ("A", "B")
    for side in sides:
        said = [event for event in sorted(sheet.story.events, key=lambda one: one.at) if event.side == side]
        parts += _labels_of(sheet, side, [event for event in said if not event.is_minor])
    return parts


def _labels_of(sheet: Sheet, side: Which, events: Sequence[Event]) -> list[str]:
    low, high = SIDE_ROOM - 50, sheet.width - 4
    sizes = [max(ink.width_of(event.word, SIZE), 40.0) + LABEL_GAP for event in events]
    kept = axes.fitting(sizes, high - low)
    wishes = [sheet.axis.place(events[index].at) for index in kept]
    middles = axes.spread(wishes, [sizes[index] for index in kept], low, high)
    parts = []
    for index, wish, middle in zip(kept, wishes, middles, strict=True):
        parts += _label(sheet, side, events[index], (sheet.flow(wish), sheet.flow(middle)))
    return parts


def _label(sheet: Sheet, side: Which, event: Event, xs: tuple[float, float]) -> list[str]:
    at_x, x = xs
    y = sheet.y(side)
    word_y, hour_y, edge = (y - 36, y - 21, y - 9) if side == "A" else (y + 35, y + 49, y + 9)
    hour = ink.hour_text(event.at, sheet.story.side(sheet.story.here).zone)
    weight, fill = (400, sheet.inks["ink-2"]) if event.is_expected else (600, sheet.inks["ink"])
    halo = sheet.inks[f"side-{side.lower()}"] if _is_struck(sheet, x, max(event.word, hour, key=len)) else ""
    parts = [
        ink.text(x, word_y, event.word, size=SIZE, fill=fill, weight=weight, halo=halo),
        ink.text(x, hour_y, hour, size=SIZE, fill=sheet.inks["ink-2"], halo=halo),
    ]
    if abs(at_x - x) > 14:  # pushed aside by its neighbours: a thin line says whose it is
        foot = hour_y + 4 if side == "A" else word_y - 12
        line = f"M{at_x:.1f} {edge:.1f}L{x:.1f} {foot:.1f}"
        parts.append(ink.tag("path", d=line, stroke=sheet.inks["ink-3"], stroke_width=1))
    return parts
