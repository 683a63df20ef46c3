"""Who reads a page of declarations, in which language, and what a page shares with its neighbours."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.models import Actor
from mabar.declarations import queries
from mabar.lib.words import LANGUAGES


def reader(request: HttpRequest) -> Actor:
    """Give who reads; the page has asked for a sign-in before."""
    if not isinstance(request.user, Actor):
        raise ValueError("a page that nobody has signed in to asked who reads")
    return request.user


def language() -> str:
    """Give the reader's language: ar, fr or en."""
    code = (get_language() or "ar")[:2]
    return code if code in LANGUAGES else "ar"


def scope(request: HttpRequest) -> queries.Scope:
    """Give whose papers the reader may know of.  Raises: NotMandated."""
    return queries.scope_of(reader(request), doors.now())


def places_for(request: HttpRequest, verb: str, at: datetime) -> list[str]:
    """Give the places at which the reader holds the verb.  Raises: NotMandated: there is none."""
    mandates.require(reader(request), verb, at=at)
    return list(mandates.places_of(reader(request), verb, at))


def today_at(place: str, at: datetime) -> str:
    """Give the day at a place as ISO text."""
    return ground.day_at(ground.places_named([place]).first(), at).isoformat()
