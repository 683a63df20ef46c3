"""The crossing line as it stands on a phone: time runs down, the sides are two columns, words stand outwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from mabar.crossings import crossing_line_axis as axes
from mabar.crossings import crossing_line_ink as ink
from mabar.crossings.crossing_line import Event, Message, Story, Which

WIDTH, HEAD, FOOT = 366.0, 56.0, 24.0
PATHS = {"A": WIDTH / 2 - 30, "B": WIDTH / 2 + 30}
OUTWARDS = 16.0
SIDES: tuple[Which, ...] = ("A", "B")
SIZE, SIDE_SIZE = 13.0, 17.0
LINE = 19.0  # labels keep at least this apart
PX_A_MINUTE = 1.6
LEAST_WAIT = timedelta(minutes=1)  # what two acts in a row leave between them is no wait
LEAST, MOST = 260.0, 620.0


@dataclass(frozen=True)
class Said:
    """One label at the outer side of a column: lines of words, and how they are written."""

    at: datetime
    lines: tuple[str, ...]
    weight: int
    fill: str

    @property
    def size(self) -> float:
        return LINE * len(self.lines)


@dataclass(frozen=True)
class Sheet:
    """One picture: its inks and its axis.  `x` mirrors for a reader from right to left."""

    story: Story
    language: str
    now: datetime
    axis: axes.Axis
    height: float

    @property
    def inks(self) -> Mapping[str, str]:
        return ink.SCREEN

    def flow(self, length: float) -> float:
        """Turn a distance from the inline start into x."""
        return WIDTH - length if self.language == "ar" else length

    def y(self, at: datetime) -> float:
        """Give the y of an instant."""
        return self.axis.place(at)

    def x(self, side: Which) -> float:
        """Give the x of a side's path."""
        return self.flow(PATHS[side])


def picture(story: Story, language: str, now: datetime) -> str:
    """Draw the standing form."""
    sheet = _sheet(story, language, now)
    labels: dict[Which, list[tuple[Said, float]]] = {side: _placed(sheet, side) for side in SIDES}
    parts = [
        ink.hatches(story, "narrow", sheet.inks),
        *_ground(sheet),
        *_scales(sheet, labels),
        *_path(sheet),
        *(part for message in story.messages for part in _message(sheet, message)),
        *_now(sheet, labels),
        *(ink.dot(sheet.x(event.side), sheet.y(event.at), event, sheet.inks) for event in story.events),
        *(part for side in SIDES for said, y in labels[side] for part in _label(sheet, side, said, y)),
    ]
    return ink.root(story, language, form="narrow", size=(WIDTH, sheet.height), content="".join(parts))


def _sheet(story: Story, language: str, now: datetime) -> Sheet:
    instants = story.span(now)
    minutes = (max(instants) - min(instants)) / timedelta(minutes=1)
    needed = max(sum(said.size for said in _said(story, side, language, now)) for side in SIDES)
    length = max(min(max(minutes * PX_A_MINUTE, LEAST), MOST), needed + LINE)
    return Sheet(story, language, now, axes.axis(instants, HEAD + LINE, HEAD + LINE + length), HEAD + length + 2 * FOOT)


def _said(story: Story, side: Which, language: str, now: datetime) -> list[Said]:
    """Give the labels of a side in the order of time: events, and the waits between them."""
    zone, said = story.side(story.here).zone, []
    until = {one: other.at for one, other in pairwise(story.past)}
    for event in sorted(story.events, key=lambda one: one.at):
        if event.side != side:
            continue
        if not event.is_minor:
            hour = ink.hour_text(event.at, zone)
            weight, fill = (400, "ink-2") if event.is_expected else (600, "ink")
            said.append(Said(event.at, _lines(event.word, hour), weight, fill))
        end = until.get(event, now)
        if event.then != "work" and not event.is_expected and end - event.at >= LEAST_WAIT:
            length = ink.length_words(end - event.at, language)
            words = ink.say("wait", language).format(length=length)
            middle = event.at + max(end - event.at, timedelta(0)) / 2
            said.append(Said(middle, _lines(words, ""), 400, "refuse" if event.then == "late" else "ink-2"))
    return said


def _lines(word: str, hour: str) -> tuple[str, ...]:
    """Break a label where the column is too narrow for it; a word longer than the column is cut, the table has it."""
    room = PATHS["A"] - OUTWARDS - 6
    whole = f"{word} {hour}".strip()
    if ink.width_of(whole, SIZE) <= room:
        return (whole,)
    first = word
    while ink.width_of(first, SIZE) > room:
        first = first.rstrip("…")[:-1].rstrip() + "…"
    return (first, hour) if hour else (first,)


def _placed(sheet: Sheet, side: Which) -> list[tuple[Said, float]]:
    """Keep the labels of a side apart; gives each with the middle of its place."""
    said = _said(sheet.story, side, sheet.language, sheet.now)
    low, high = HEAD, sheet.height - FOOT / 2
    middles = axes.spread([sheet.y(one.at) for one in said], [one.size for one in said], low, high)
    return list(zip(said, middles, strict=True))


def _ground(sheet: Sheet) -> list[str]:
    inks, half = sheet.inks, WIDTH / 2
    starts = {"A": min(sheet.flow(0), sheet.flow(half)), "B": min(sheet.flow(half), sheet.flow(WIDTH))}
    line = f"M{half:.1f} 0V{sheet.height:.1f}"
    parts = [
        ink.tag("rect", x=x, y=0, width=half, height=sheet.height, fill=inks[f"side-{side.lower()}"])
        for side, x in starts.items()
    ]
    parts.append(ink.tag("path", d=line, stroke=inks["frontier"], stroke_width=1.5, stroke_dasharray="14 4 2 4"))
    for side, middle in (("A", half / 2), ("B", half * 1.5)):
        named = sheet.story.a if side == "A" else sheet.story.b
        x = sheet.flow(middle)
        parts.append(ink.text(x, 22, named.name, size=SIDE_SIZE, fill=inks["brand"], weight=700))
        parts.append(ink.text(x, 42, named.note, size=SIZE, fill=inks["ink-2"]))
    return parts


def _scales(sheet: Sheet, labels: Mapping[Which, list[tuple[Said, float]]]) -> list[str]:
    """Say whole hours at each side's outer edge, in that side's own time, where no label stands."""
    parts = []
    for side in SIDES:
        zone = sheet.story.a.zone if side == "A" else sheet.story.b.zone
        edge, inner = (0.0, 10.0) if side == "A" else (WIDTH, WIDTH - 10)
        for hour in sheet.axis.ticks(zone, apart=2 * LINE):
            y = sheet.y(hour)
            tick = f"M{sheet.flow(edge):.1f} {y:.1f}H{sheet.flow(inner):.1f}"
            parts.append(ink.tag("path", d=tick, stroke=sheet.inks["ink-3"], stroke_width=1))
            is_free = all(abs(middle - y) >= (said.size + LINE) / 2 for said, middle in labels[side])
            if is_free and not _meets_now(sheet, side, y):
                x = sheet.flow(inner + (20 if side == "A" else -20))
                parts.append(ink.text(x, y + 4, ink.hour_text(hour, zone), size=SIZE, fill=sheet.inks["ink-3"]))
    return parts


def _meets_now(sheet: Sheet, side: Which, y: float) -> bool:
    """Tell whether an hour of the scale would stand under the line of now, or under its words on the other side."""
    story, now = sheet.story, sheet.y(sheet.now)
    if story.is_over:
        return False
    return abs(y - now) < LINE / 2 or (side != story.past[-1].side and abs(y - (now - LINE / 2)) < LINE)


def _path(sheet: Sheet) -> list[str]:
    story, last = sheet.story, sheet.story.past[-1]
    parts = [part for one, other in pairwise(story.past) for part in _piece(sheet, one, other.at, other.side)]
    if not story.is_over:
        parts += _piece(sheet, last, max(sheet.now, last.at), last.side)
    stops = [(sheet.x(last.side), sheet.y(max(sheet.now, last.at)))]
    stops += [(sheet.x(event.side), sheet.y(event.at)) for event in story.expected]
    if story.has_only_begun:
        stops.append((sheet.x(last.side), sheet.y(sheet.axis.stops[-1])))
    if len(stops) > 1:
        line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in stops)
        dots = {"stroke": sheet.inks["path"], "stroke_width": 3.5, "stroke_dasharray": "0.1 7"}
        parts.append(ink.tag("path", d=line, fill="none", stroke_linecap="round", **dots))
    return parts + _breaks(sheet)


def _breaks(sheet: Sheet) -> list[str]:
    """Mark where the axis leaves out hours."""
    marks = []
    for place in sheet.axis.breaks():
        for shift in (-3, 3):
            line = f"M{WIDTH / 2 - 8:.1f} {place + shift + 4:.1f}l16 -8"
            marks.append(ink.tag("path", d=line, stroke=sheet.inks["ink-2"], stroke_width=1.5))
    return marks


def _piece(sheet: Sheet, event: Event, until: datetime, arrives: Which) -> list[str]:
    start, end, x = sheet.y(event.at), sheet.y(until), sheet.x(event.side)
    if arrives != event.side:
        slant = f"M{x:.1f} {start:.1f}L{sheet.x(arrives):.1f} {end:.1f}"
        return [ink.tag("path", d=slant, stroke=sheet.inks["path"], stroke_width=12, stroke_linecap="round")]
    box = {"x": x - 6, "y": start, "width": 12, "height": max(end - start, 0.0)}
    if event.then == "work":
        return [ink.tag("rect", fill=sheet.inks["path"], **box)]
    edge = sheet.inks["refuse" if event.then == "late" else "wait"]
    hatch = f"url(#{ink.pattern_id(sheet.story, 'narrow', event.then)})"
    return [ink.tag("rect", fill=sheet.inks["sheet"], **box), ink.tag("rect", fill=hatch, stroke=edge, **box)]


def _message(sheet: Sheet, message: Message) -> list[str]:
    """Draw an arrow between the columns and its receipts beside it; its words stand in the table."""
    up = _meets_slant(sheet, message)
    y, blue = sheet.y(message.at) - (9 if up else 0), sheet.inks["message"]
    start, end = (PATHS["A"] + 9, PATHS["B"] - 9) if message.sender == "A" else (PATHS["B"] - 9, PATHS["A"] + 9)
    tip = sheet.flow(end)
    back = tip + (6 if sheet.flow(start) > tip else -6)
    head = f"{back:.1f},{y - 4:.1f} {back:.1f},{y + 4:.1f} {tip:.1f},{y:.1f}"
    parts = [
        ink.tag("path", d=f"M{sheet.flow(start):.1f} {y:.1f}H{tip:.1f}", stroke=blue, stroke_width=1.5),
        ink.tag("polygon", points=head, fill=blue),
    ]
    for stage in range(3):
        line = f"M{WIDTH / 2 - 8:.1f} {y + (-5 - 4.5 * stage if up else 5 + 4.5 * stage):.1f}h16"
        stroke, dash = (blue, None) if stage < message.receipts else (sheet.inks["refuse"], "3 2.5")
        parts.append(ink.tag("path", d=line, stroke=stroke, stroke_width=2.5, stroke_dasharray=dash))
    return parts


def _meets_slant(sheet: Sheet, message: Message) -> bool:
    y = sheet.y(message.at)
    crossings = ((one, other) for one, other in pairwise(sheet.story.past) if one.side != other.side)
    return any(sheet.y(one.at) - 25 < y < sheet.y(other.at) + 6 for one, other in crossings)


def _now(sheet: Sheet, labels: Mapping[Which, list[tuple[Said, float]]]) -> list[str]:
    """Draw the plum line; it ends at the path where it would strike through a label of the truck's own column."""
    if sheet.story.is_over:
        return []
    y, plum, last = sheet.y(sheet.now), sheet.inks["accent"], sheet.story.past[-1]
    hour = ink.hour_text(sheet.now, sheet.story.side(sheet.story.here).zone)
    said = f"{ink.say('now', sheet.language)} {hour}"
    # The words stand in the column where the truck is not, so that its labels stay clear of them.
    edge, anchor = (10.0, "start") if last.side == "B" else (WIDTH - 10, "end")
    ring = {"stroke": sheet.inks["sheet"], "stroke_width": 2}
    is_clear = all(abs(middle - y) >= said.size / 2 for said, middle in labels[last.side])
    near, far = (0.0, WIDTH) if last.side == "A" else (WIDTH, 0.0)
    start = near if is_clear else PATHS[last.side]
    return [
        ink.tag("path", d=f"M{sheet.flow(start):.1f} {y:.1f}H{sheet.flow(far):.1f}", stroke=plum, stroke_width=2),
        ink.text(sheet.flow(edge), y - 6, said, size=SIZE, fill=plum, anchor=anchor, weight=600),
        ink.tag("circle", cx=sheet.x(last.side), cy=y, r=8, fill=plum, **ring),
    ]


def _label(sheet: Sheet, side: Which, said: Said, y: float) -> list[str]:
    """Write a label outwards of its column, with a thin line where it was pushed aside."""
    outwards = -OUTWARDS if side == "A" else OUTWARDS
    x, anchor = sheet.flow(PATHS[side] + outwards), "end" if side == "A" else "start"
    first = y - said.size / 2 + LINE - 5
    parts = [
        ink.text(
            x,
            first + LINE * row,
            line,
            size=SIZE,
            fill=sheet.inks[said.fill],
            anchor=anchor,
            weight=said.weight if row == 0 else 400,
        )
        for row, line in enumerate(said.lines)
    ]
    at_y = sheet.y(said.at)
    if abs(at_y - y) > 6 and said.weight == 600:
        near = sheet.flow(PATHS[side] + outwards * 0.55)
        line = f"M{near:.1f} {at_y:.1f}L{sheet.flow(PATHS[side] + outwards * 0.9):.1f} {y:.1f}"
        parts.append(ink.tag("path", d=line, stroke=sheet.inks["ink-3"], stroke_width=1))
    return parts
