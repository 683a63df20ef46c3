"""The key of a program at the door of the API: known, in force, not asking too often, and held to its verbs."""

from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest

from django.http import HttpRequest, HttpResponse
from ninja.security import HttpBearer

from mabar.base import doors, limits, mandates
from mabar.base.models import Actor, ApiKey
from mabar.base.rules import KeyNotAccepted

OF_A_KEY = limits.Bucket(burst=120.0, per_second=10.0)
_NOBODY = "0" * 64  # compared where the prefix is unknown, so that an unknown key takes as long as a wrong one


class ForgetKey:
    """Let the scopes of a key end with the request that brought it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        with mandates.no_key_in_use():
            return self.get_response(request)


class StationKey(HttpBearer):
    """`Authorization: Bearer mabar_<prefix>_<secret>`; the operation finds the actor in `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Accept the key.  Nothing is written about its use.

        Raises:
            KeyNotAccepted, TooManyRequests.
        """
        api_key = _known(token)
        limits.spend(f"api:{api_key.prefix}", OF_A_KEY, doors.now().timestamp())
        mandates.use_key(api_key.actor, api_key.scopes)
        return api_key.actor


def _known(token: str) -> ApiKey:
    word, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    candidates = ApiKey.objects.select_related("actor__place", "actor__agency", "actor__firm")
    api_key = candidates.filter(prefix=prefix).first()
    is_right = compare_digest(sha256(secret.encode()).hexdigest(), api_key.digest if api_key else _NOBODY)
    if word != "mabar" or api_key is None or not is_right or not _is_in_force(api_key):
        raise KeyNotAccepted()
    return api_key


def _is_in_force(api_key: ApiKey) -> bool:
    return api_key.revoked_at is None and api_key.actor.is_active and doors.now() < api_key.expires_at
