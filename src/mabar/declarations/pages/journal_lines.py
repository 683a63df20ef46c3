"""The journal of a declaration as its page tells it: the many saves of the draft stand in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mabar.declarations import queries

SAVE = "declarations.save_draft"


@dataclass(frozen=True)
class Told:
    """A line of the page: the newest of the acts that it tells, how many they are, and when the first was."""

    line: queries.LineRow
    times: int
    first_at: datetime


def told(lines: Iterable[queries.LineRow]) -> list[Told]:
    """Tell lines, newest first; what one actor saved of the draft is told once, where he saved last."""
    rows: dict[object, Told] = {}
    for number, line in enumerate(lines):
        name = line.actor if line.verb == SAVE else number
        newest = rows.get(name)
        rows[name] = Told(newest.line, newest.times + 1, line.at) if newest else Told(line, 1, line.at)
    return list(rows.values())
