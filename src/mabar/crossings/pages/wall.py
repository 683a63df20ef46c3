"""The board on the wall of the yard: read by everybody, so it shows what everybody may know and nothing else."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from mabar.base import doors
from mabar.crossings import queries
from mabar.crossings.pages import wall_board
from mabar.lib.words import LANGUAGES

MOST_TURNS = 1000


@require_safe
def wall(request: HttpRequest, place: str) -> HttpResponse:
    """Show the wall; a screen without a keyboard says its language in the address."""
    language, turn = language_of(request), _turn(request)
    with translation.override(language):
        board = _board(place, language, turn)
        shown = {"place": queries.crossing_place(place), "board": board, "next_turn": turn + 1, "language": language}
        return in_language(language, render(request, "crossings/wall.html", shown))


@require_safe
def wall_fragment(request: HttpRequest, place: str) -> HttpResponse:
    """Give the board alone; a screen that has it already is told so."""
    language = language_of(request)
    board = _board(place, language, _turn(request))
    etag = f'"{sha256(board.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(board)
    response["ETag"], response["Cache-Control"] = etag, "no-cache"
    return in_language(language, response)


def in_language(language: str, response: HttpResponse) -> HttpResponse:
    """Say of a page for everybody in which language it is, and that readers may choose it."""
    response["Content-Language"] = language
    patch_vary_headers(response, ("Cookie",))
    return response


def language_of(request: HttpRequest) -> str:
    """Choose the language of a page for everybody: the one in its address, else the reader's."""
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else (translation.get_language() or "ar")[:2]


def _turn(request: HttpRequest) -> int:
    asked = request.GET.get("turn", "")
    return int(asked) % MOST_TURNS if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _board(place: str, language: str, turn: int) -> str:
    # a screen asks a good second after the news of a change, so a board of this very second is never too old for it
    return wall_board.drawn(place, language, turn, int(doors.now().timestamp()))
