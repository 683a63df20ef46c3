"""What the doors share: the clock is read here, and a refusal becomes a page, a message or a JSON answer here."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from mabar.base import rules
from mabar.base.keys import new_key
from mabar.lib import words
from mabar.lib.refusals import Refusal

log = logging.getLogger(__name__)
STATUS = {
    "KeyNotAccepted": 401,
    "NotMandated": 403,
    "OwnMandate": 403,
    "BeyondOwnMandate": 403,
    "OneTimePasswordOver": 403,
    "NoSuchRecord": 404,
    "NothingToFollow": 404,
    "OutOfTurn": 409,
    "KeyTaken": 409,
    "FileTooLarge": 413,
    "TooManyRequests": 429,
}


def now() -> datetime:
    """Read the clock, for a door that calls a command."""
    return datetime.now(UTC)


def status_of(refusal: Refusal) -> int:
    """Give the HTTP status of a refusal; most are the reader's to mend, hence 422."""
    return STATUS.get(refusal.code, 422)


def add_headers(response: HttpResponse, refusal: Refusal) -> None:
    """Tell a program when it may come again, and how it is to say who it is."""
    if isinstance(refusal, rules.TooManyRequests):
        response["Retry-After"] = str(refusal.details["seconds"])
    if isinstance(refusal, rules.KeyNotAccepted):
        response["WWW-Authenticate"] = "Bearer"


def refusal_as_json(refusal: Refusal, language: str) -> dict[str, Any]:
    """Give the refusal as the API answers it."""
    said = refusal.sentence(_one_of_three(language))
    return {"code": refusal.code, "what": said.what, "remedy": said.remedy, "details": refusal.details}


# Which vocabulary says a detail of a refusal: a person reads "release", a program `declarations.release`.
VOCABULARY = {"verb": "verb", "one": "verb", "other": "verb", "function": "post", "kind": "actor"}


def refusal_in_words(refusal: Refusal) -> words.Sentence:
    """Say the refusal in the reader's language, its codes in words where there are any."""
    language = _one_of_three(get_language())
    if type(refusal).sentence is not Refusal.sentence:
        return refusal.sentence(language)  # it says its codes in words itself
    details = {name: _in_words(name, value, language) for name, value in refusal.details.items()}
    return words.sentence(refusal.package, refusal.code, language, details)


def _in_words(name: str, value: object, language: str) -> object:
    vocabulary = VOCABULARY.get(name)
    package = str(value).partition(".")[0] if vocabulary == "verb" else "base"
    key = f"{vocabulary}.{value}"
    if vocabulary is None or not package.isidentifier() or find_spec(f"mabar.{package}") is None:
        return value
    return words.table(package, "words").get(key, {}).get(language, value)


def refusal_as_text(refusal: Refusal) -> str:
    """Give the refusal as one text in the reader's language, for a form's errors."""
    said = refusal_in_words(refusal)
    return f"{said.what} {said.remedy}"


def say_done(request: HttpRequest, text: str) -> None:
    """Confirm an act on the next page."""
    messages.success(request, text)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Show the refusal: as a page, or, where htmx asked, as a band above what the reader sees."""
    reference = new_key(now())[-8:]
    log.info("refused", extra={"code": refusal.code, "reference": reference})
    context = {
        "said": refusal_in_words(refusal),
        "code": refusal.code,
        "reference": reference,
        "details": refusal.details,
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "base/refusal_part.html" if is_part else "refusal.html"
    response = render(request, template, context, status=status_of(refusal))
    if is_part:
        # the part of the page that the reader acted on stays as it was: nothing has changed
        response["HX-Retarget"], response["HX-Reswap"] = "#content", "afterbegin show:top"
    add_headers(response, refusal)
    return response


def _one_of_three(language: str | None) -> str:
    code = (language or "ar")[:2]
    return code if code in ("ar", "fr", "en") else "ar"


class RefusalDoor:
    """Show a refusal that no page has answered as a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Turn a refusal into its page; any other fault goes on to Django's handler and the log."""
        return refusal_page(request, fault) if isinstance(fault, Refusal) else None
