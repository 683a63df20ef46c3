"""The picture of trucks for a page of another package: where each is, who holds it, since when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.crossings import queries
from mabar.crossings.pages.story import holder_of, line_of, told_across


@dataclass(frozen=True)
class Picture:
    """A truck's passage and its crossing line; `holder` is a function of `posts.yaml`, `hold` what keeps it."""

    ends: queries.PassageEnds
    line: Mapping[str, str]
    holder: str
    hold: queries.HoldRow | None
    since: datetime


def pictures_of(
    trucks: Iterable[queries.BothSides], place: Any, *, language: str, now: datetime, most: int
) -> list[Picture]:
    """Give each truck with its picture; only the first `most` are drawn.

    Args:
        place: the crossing, read with the one it faces and with the administrations of both.
    """
    return [
        _picture(each, place, language=language, now=now, is_drawn=number < most) for number, each in enumerate(trucks)
    ]


def _picture(both: queries.BothSides, place: Any, *, language: str, now: datetime, is_drawn: bool) -> Picture:
    holder, hold = holder_of(both.here)
    across = told_across(both.across) if both.across else None
    line = line_of(both.here, across, place, language=language, now=now) if is_drawn else {}
    return Picture(both.here, line, holder, hold, hold.placed_at if hold else both.here.row.since)
