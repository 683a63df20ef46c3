"""The language in which a person reads: the actor's own, else the browser's cookie, else Arabic."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from mabar.base import commands, doors
from mabar.base.models import Actor
from mabar.lib.words import LANGUAGES

DEFAULT = "ar"
A_YEAR_S = 365 * 24 * 3600


class ActorLanguage:
    """Set the language of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """Give the language of a request."""
    reader = request.user
    chosen = reader.language if isinstance(reader, Actor) else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in LANGUAGES else DEFAULT


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice: on the actor when signed in, in a cookie always, so that the sign-in page keeps it."""
    language = request.POST.get("language", "")
    if language not in LANGUAGES:
        return HttpResponseBadRequest("language")
    if isinstance(request.user, Actor):
        commands.choose_language(request.user, request.user.key, language=language, at=doors.now())
    response = redirect(_way_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR_S,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"
