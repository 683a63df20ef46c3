"""How long a session lives: half an hour without an act, twelve hours in all."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse

from mabar.base import doors

STAMP_EVERY_S = 60
LIVE = "X-Live"  # a page that asks for itself afresh is no act of its reader, and keeps no session alive


class SessionLimits:
    """Sign out a session that has been idle too long or has lived too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the limits before the page, and stamp the session at most once a minute."""
        if "_auth_user_id" in request.session:
            now = doors.now().timestamp()  # the clock by which the session began
            if is_over(request, now):
                auth.logout(request)
            elif LIVE not in request.headers:
                _stamp(request, now)
        return self.get_response(request)


def is_over(request: HttpRequest, now: float) -> bool:
    """Tell whether the session has been idle too long or has lived too long."""
    began = request.session.get("began_at", now)
    seen = request.session.get("seen_at", now)
    return bool(now - began > settings.SESSION_WHOLE_S or now - seen > settings.SESSION_IDLE_S)


def _stamp(request: HttpRequest, now: float) -> None:
    request.session.setdefault("began_at", now)
    if now - request.session.get("seen_at", 0) >= STAMP_EVERY_S:
        request.session["seen_at"] = now
