"""The crossing line: one picture of where a truck is, who holds it, since when, and whether the other side knows.

Pure: a `Story` in, SVG text out.  The journal's table beside it is the text version; the picture bears one sentence.
Forms: `wide` (1310 px), `medium` (880 px), `narrow` (time runs down), `print` (190 mm), `small` (116 x 18).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

Which = Literal["A", "B"]
Then = Literal["work", "wait", "late"]
Form = Literal["wide", "medium", "narrow", "print", "small"]
# A truck that came a moment ago must not look as if it had waited across the whole picture.
AHEAD, LEAST_SPAN = timedelta(hours=2), timedelta(minutes=30)


@dataclass(frozen=True)
class Side:
    """One of the two places.  `note` is the quiet line under its name: country and regime."""

    name: str
    zone: tzinfo
    note: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happened to the truck, or is expected to.

    `then` says what the time after it is, until the next event: work, waiting, or waiting past a limit.
    A minor event has a dot without words; an event with a lane bears the lane's shape.
    """

    side: Which
    at: datetime
    word: str
    then: Then = "work"
    lane: str = ""
    is_minor: bool = False
    is_expected: bool = False


@dataclass(frozen=True)
class Message:
    """A message from one side to the other, and how many of its three receipts came (stored, accepted, acted upon)."""

    sender: Which
    at: datetime
    word: str
    receipts: int = 0


@dataclass(frozen=True)
class Story:
    """All that the line shows of one passage.

    `key` makes the ids of the picture its own on a page of several; `a` is always the exporting side; `here` is the
    side whose hours the page shows.
    """

    key: str
    a: Side
    b: Side
    here: Which
    events: tuple[Event, ...]
    messages: tuple[Message, ...] = ()
    is_over: bool = False

    def side(self, which: Which) -> Side:
        """Give a side by its letter."""
        return self.a if which == "A" else self.b

    @property
    def there(self) -> Side:
        """The side whose hours stand on the second scale."""
        return self.b if self.here == "A" else self.a

    @property
    def events_in_time(self) -> tuple[Event, ...]:
        """What has happened, then what is expected."""
        return self.past + self.expected

    @property
    def past(self) -> tuple[Event, ...]:
        """What has happened, oldest first."""
        return tuple(sorted((event for event in self.events if not event.is_expected), key=lambda event: event.at))

    @property
    def expected(self) -> tuple[Event, ...]:
        """What is expected, soonest first."""
        return tuple(sorted((event for event in self.events if event.is_expected), key=lambda event: event.at))

    @property
    def has_only_begun(self) -> bool:
        """Tell whether the truck is still on the side where it came, and nobody has said what is expected."""
        sides = {event.side for event in self.events}
        return not self.is_over and not self.expected and len(sides) == 1

    def span(self, now: datetime) -> tuple[datetime, ...]:
        """Give the instants that the axis must hold: all events, now, and room for what is to come."""
        instants = [event.at for event in self.events] + ([] if self.is_over else [now])
        if self.has_only_begun:
            instants.append(max(instants) + AHEAD)
        return (*instants, max(*instants, min(instants) + LEAST_SPAN))


def draw(story: Story, *, language: str, form: Form, now: datetime) -> str:
    """Draw the line.

    Args:
        story: at least one event that has happened.
        language: ar, fr or en; time flows with the reading.
        form: where it will stand.
        now: the instant of the plum line; left out when the story is over.
    Returns:
        One `<svg>` element with classes and presentation attributes only, fit for a strict content policy.
    Raises:
        ValueError: the story has no event that has happened.
    """
    if not story.past:
        raise ValueError("a crossing line begins with an event")
    return _FORMS[form](story, language, form, now)


def _wide(story: Story, language: str, form: str, now: datetime) -> str:
    from mabar.crossings import crossing_line_wide

    return crossing_line_wide.picture(story, language, form, now)


def _narrow(story: Story, language: str, form: str, now: datetime) -> str:
    from mabar.crossings import crossing_line_narrow

    return crossing_line_narrow.picture(story, language, now)


def _small(story: Story, language: str, form: str, now: datetime) -> str:
    from mabar.crossings import crossing_line_small

    return crossing_line_small.picture(story, language)


_FORMS: dict[str, Callable[[Story, str, str, datetime], str]] = {
    "wide": _wide,
    "medium": _wide,
    "print": _wide,
    "narrow": _narrow,
    "small": _small,
}
