"""Pages that show every component in the reader's language; only in the demo.  All names on it are fictitious."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from mabar.crossings import crossing_line
from mabar.crossings.crossing_line import Event, Form, Message, Side, Story, Then, Which
from mabar.lib import words

NOW = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)
FORMS: tuple[Form, ...] = ("wide", "medium", "narrow", "print", "small")

# side, hour and minute in Ghadames, word, what follows, lane or mark
DAY: tuple[tuple[Which, int, int, str, Then, str], ...] = (
    ("A", 6, 50, "arrived", "wait", ""),
    ("A", 7, 38, "gate", "work", ""),
    ("A", 7, 46, "weighed", "work", "minor"),
    ("A", 8, 2, "lodged", "wait", ""),
    ("A", 8, 31, "released", "work", ""),
    ("A", 8, 52, "left", "work", ""),
    ("B", 9, 4, "arrived", "wait", ""),
    ("B", 9, 31, "gate", "work", ""),
    ("B", 9, 40, "weighed", "work", "minor"),
    ("B", 9, 53, "lane", "late", "red"),
    ("B", 11, 30, "release_expected", "work", "expected"),
    ("B", 11, 52, "exit_expected", "work", "expected-minor"),
)


TILES = (
    {"number": 1, "colour": "green", "plate": "99502-317-30", "behind": 7},
    {"number": 2, "colour": "green", "plate": "99118-321-39", "behind": 6},
    {"number": 3, "colour": "yellow", "plate": "99417-322-33", "behind": 4},
    {"number": 4, "colour": "red", "plate": "99266-319-33", "behind": 3},
    {"number": 5, "behind": 0},
    {"number": 6, "is_shut": True, "behind": 0},
)
PLATES = ("99730-318-33", "99041-320-16", "5-990142", "99815-316-47", "99377-322-39", "5-990318", "99604-319-33")


def page(request: HttpRequest) -> HttpResponse:
    """Show the components of the office."""
    return render(request, "look/page.html", _context())


def wall(request: HttpRequest) -> HttpResponse:
    """Show the board on the wall."""
    context = _context()
    context["tiles"] = TILES
    context["queue"] = [
        {"turn": turn, "plate": plate, "gate": 2, "at": NOW + timedelta(minutes=8 * turn)}
        for turn, plate in enumerate(PLATES, start=1)
    ]
    context["held"] = [{"plate": plate, "agency": context["said"]["police"]} for plate in PLATES[:4]]
    return render(request, "look/wall.html", context)


def paper(request: HttpRequest) -> HttpResponse:
    """Show a paper as it is printed."""
    return render(request, "look/paper.html", _context())


def _context() -> dict[str, Any]:
    language = (get_language() or "ar")[:2]
    said = {key: row[language] for key, row in words.table("site", "look").items()}
    story = _story(said)
    steps = [
        {"word": said[f"step_{number}"], "is_done": number < 4, "is_now": number == 4, "url": "#"}
        for number in range(1, 7)
    ]
    line = {form: crossing_line.draw(story, language=language, form=form, now=NOW) for form in FORMS}
    return {
        "line": line,
        "small_line": mark_safe(line["small"]),  # noqa: S308 - the drawing escapes every word that it was given
        "said": said,
        "now": NOW,
        "length": timedelta(minutes=49),
        "steps": steps,
    }


def _story(said: dict[str, str]) -> Story:
    return Story(
        key="look",
        a=Side(said["debdeb"], ZoneInfo("Africa/Algiers"), said["debdeb_note"]),
        b=Side(said["ghadames"], ZoneInfo("Africa/Tripoli"), said["ghadames_note"]),
        here="B",
        events=tuple(_event(said, row) for row in DAY),
        messages=(
            Message("A", _at(8, 4), said["message_data"], 3),
            Message("A", _at(8, 52), said["message_exit"], 3),
            Message("B", _at(9, 31), said["message_arrival"], 2),
        ),
    )


def _event(said: dict[str, str], row: tuple[Which, int, int, str, Then, str]) -> Event:
    side, hour, minute, word, then, mark = row
    lane = mark if mark == "red" else ""
    is_minor, is_expected = "minor" in mark, "expected" in mark
    return Event(side, _at(hour, minute), said[word], then, lane, is_minor, is_expected)


def _at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=ZoneInfo("Africa/Tripoli"))
