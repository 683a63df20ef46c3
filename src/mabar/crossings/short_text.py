"""The driver's page as one text of at most 140 signs: for a short message, and for an officer who reads it out."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mabar.crossings.queries.following import Followed
from mabar.lib import words

LONGEST = 140
# An Arabic text goes as UCS-2, 67 signs to each message of several: two messages, where 140 signs would take three.
LONGEST_IN = {"ar": 134, "fr": LONGEST, "en": LONGEST}
MOST_FEW = 10  # up to here the noun that Arabic counts stands in the plural
LONGEST_NAME = 20  # of a crossing; a longer one ends in a point


@dataclass(frozen=True)
class Part:
    """A part of the text, and how early it gives way where all parts together are too long: 0 never does."""

    said: str
    gives_way: int = 0


def text_of(told: Followed, name: str, clock: ZoneInfo, language: str) -> str:
    """Say in `language` where a truck stands; whole parts give way until it fits, never letters.

    Args:
        name: of the crossing, in that language.
        clock: of the crossing; every hour is one of its own.
    """
    parts = [Part(_begin(told, name, language)), *_parts(told, clock, language)]
    while len(_joined(parts, language)) > LONGEST_IN[language]:
        parts.remove(max(parts[1:], key=lambda part: part.gives_way))
    return _joined(parts, language)


def _begin(told: Followed, name: str, language: str) -> str:
    short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "."
    state = words.word("crossings", f"state.passage.{told.shown_state}", language)
    # a truck with a place stands in the queue, which need not be said twice
    place = words.word("crossings", "text.place", language).format(position=told.position, of=told.of)
    return f"{short} {told.plate}: {state if told.position is None else place}"


def _parts(told: Followed, clock: ZoneInfo, language: str) -> Iterator[Part]:
    facts = {**asdict(told), **_hours(told, clock)}
    for key, is_said, gives_way in _chosen(told):
        if is_said:
            yield Part(words.word("crossings", f"text.{key}", language).format(**facts), gives_way)


def _chosen(told: Followed) -> tuple[tuple[str, bool, int], ...]:
    """List what may be said, in its order: the word, whether it is said of this truck, and how early it gives way."""
    has_seals = "seals" in told.prepare
    return (
        ("desk" if told.desk else "wait", told.is_held, 0),
        ("expected", told.expected_at is not None, 1),
        ("between", told.earliest_at is not None, 2),
        ("known_few" if told.n <= MOST_FEW else "known", told.earliest_at is not None, 5),
        ("gate", told.gate is not None and told.position is not None, 4),
        ("shut", told.closed_since is not None, 0),
        ("prepare_seals" if has_seals else "prepare", bool(told.prepare), 6),
        ("undeclared", "declaration_missing" in told.prepare, 3),
        ("at", True, 0),
    )


def _hours(told: Followed, clock: ZoneInfo) -> dict[str, str]:
    hours = {"expected": told.expected_at, "earliest": told.earliest_at, "latest": told.latest_at, "at": told.at}
    return {name: _hour(instant, told.at, clock) for name, instant in hours.items() if instant is not None}


def _hour(instant: datetime, now: datetime, clock: ZoneInfo) -> str:
    """Write an hour of the crossing, with day and month where that is not the day on which the text is made."""
    here, today = instant.astimezone(clock), now.astimezone(clock)
    return f"{here:%H:%M}" if here.date() == today.date() else f"{here:%d/%m %H:%M}"


def _joined(parts: list[Part], language: str) -> str:
    comma = "، " if language == "ar" else ", "
    return comma.join(part.said for part in parts) + "."
