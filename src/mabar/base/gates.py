"""What an actor must do before anything else: choose a password of his own, set up a second factor."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mabar.base.models import Actor

ALWAYS_OPEN = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "choose_language",
        "base:health",
    }
)
HAS_FACTOR = "has_factor"


class FirstThings:
    """Send an actor to what he must do first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the page."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Lead elsewhere, unless the page asked for is part of what must be done."""
        page = request.resolver_match.view_name if request.resolver_match else ""
        if not isinstance(request.user, Actor) or page in ALWAYS_OPEN:
            return None
        first = first_thing(request)
        if not first or (first == "mfa_index" and page.startswith("mfa_")):
            return None
        return _lead(request, first)


def first_thing(request: HttpRequest) -> str:
    """Name the page of what the reader must do before anything else; empty where there is nothing."""
    if request.user.one_time_until_at is not None:  # type: ignore[union-attr]  # the caller knows him signed in
        return "account_change_password"
    is_forced = settings.NODE.second_factor == "forced"
    return "mfa_index" if is_forced and lacks_factor(request) else ""


def lacks_factor(request: HttpRequest) -> bool:
    """Tell whether the reader has no second factor; the session remembers one, so that most pages ask nothing."""
    return not request.session.get(HAS_FACTOR) and not has_factor(request.user)


def has_factor(actor: object) -> bool:
    """Tell whether an actor has a second factor; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=actor, type__in=kinds).exists()


def _lead(request: HttpRequest, page: str) -> HttpResponse:
    response: HttpResponse = redirect(page)
    if request.headers.get("HX-Request") == "true":
        # htmx would put the page it is led to into a part of this one
        response = HttpResponse(headers={"HX-Redirect": response["Location"]})
    return response
