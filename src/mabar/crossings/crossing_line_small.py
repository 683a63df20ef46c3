"""The crossing line in a list: 116 x 18, two levels, no words, how far the truck has come."""

from itertools import pairwise

from mabar.crossings import crossing_line_ink as ink
from mabar.crossings.crossing_line import Story

WIDTH, HEIGHT = 116.0, 18.0
LEVELS = {"A": 5.0, "B": 13.0}
BEFORE, AFTER = 52.0, 64.0


def picture(story: Story, language: str) -> str:
    """Draw the small form; pieces are of equal length, because in a list the order counts, not the hour."""
    places = _places(story)
    stops = [
        (_x(language, place), LEVELS[event.side]) for event, place in zip(story.events_in_time, places, strict=True)
    ]
    past = len(story.past)
    parts = [ink.hatches(story, "small", ink.SCREEN), _frontier(), _rest(story, language)]
    parts += [_piece(story, stops[index], stops[index + 1], index) for index in range(past - 1)]
    if not story.is_over:
        x, y = stops[past - 1]
        parts.append(ink.tag("circle", cx=x, cy=y, r=4, fill=ink.SCREEN["accent"]))
    return ink.root(story, language, form="small", size=(WIDTH, HEIGHT), content="".join(parts))


def _x(language: str, place: float) -> float:
    return WIDTH - place if language == "ar" else place


def _places(story: Story) -> list[float]:
    """Share each half among the events of its side; where all of a side is past, they reach the frontier."""
    events = story.events_in_time
    places = []
    for side, low, high in (("A", 5.0, BEFORE), ("B", AFTER, WIDTH - 5)):
        count = sum(event.side == side for event in events)
        has_crossed = any(one.side != other.side for one, other in pairwise(events))
        steps = max(count - 1, 1) if side == "B" or has_crossed else count
        places += [low + (high - low) * step / steps for step in range(count)]
    by_side = {"A": places[: sum(event.side == "A" for event in events)]}
    by_side["B"] = places[len(by_side["A"]) :]
    return [by_side[event.side].pop(0) for event in events]


def _frontier() -> str:
    line = f"M{WIDTH / 2:.1f} 0V{HEIGHT:.1f}"
    return ink.tag("path", d=line, stroke=ink.SCREEN["frontier"], stroke_width=1, stroke_dasharray="4 2 1 2")


def _rest(story: Story, language: str) -> str:
    """Draw the way still to go as a thin line under everything."""
    start, end = _x(language, 5), _x(language, WIDTH - 5)
    before, after = _x(language, BEFORE), _x(language, AFTER)
    line = f"M{start:.1f} 5H{before:.1f}L{after:.1f} 13H{end:.1f}"
    return ink.tag("path", d=line, fill="none", stroke=ink.SCREEN["rule"], stroke_width=1.5)


def _piece(story: Story, start: tuple[float, float], end: tuple[float, float], index: int) -> str:
    event = story.past[index]
    line = f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
    if event.then == "work" or start[1] != end[1]:
        return ink.tag("path", d=line, stroke=ink.SCREEN["path"], stroke_width=4)
    edge = ink.SCREEN["refuse" if event.then == "late" else "wait"]
    return ink.tag("path", d=line, stroke=edge, stroke_width=4, stroke_dasharray="2 2")
