"""Who reads a page or calls the API, in which language, and which places his mandates open."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language

from mabar.base import mandates, rules
from mabar.base.models import Actor
from mabar.lib.words import LANGUAGES


def reader(request: HttpRequest) -> Actor:
    """Give who reads; the page has asked for a sign-in before."""
    if not isinstance(request.user, Actor):
        raise ValueError("a page that nobody has signed in to asked who reads")
    return request.user


def caller(request: HttpRequest) -> Actor:
    """Give whose key a program brought to the API; django-ninja leaves him on the request."""
    return request.auth  # type: ignore[attr-defined,no-any-return]


def language() -> str:
    """Give the reader's language: ar, fr or en."""
    code = (get_language() or "ar")[:2]
    return code if code in LANGUAGES else "ar"


def places_for(request: HttpRequest, verb: str, at: datetime) -> list[str]:
    """Give the places at which the reader holds the verb.

    Raises:
        NotMandated: there is none.
    """
    actor = reader(request)
    mandates.require(actor, verb, at=at)
    return sorted(mandates.places_of(actor, verb, at))


def place_for(request: HttpRequest, verb: str, at: datetime) -> str:
    """Choose the place of the page: the one asked for, else the reader's own, else the first.

    Raises:
        NotMandated: the reader does not hold the verb there.
    """
    asked = request.GET.get("place", "") or request.POST.get("place", "")
    if asked:
        mandates.require(reader(request), verb, place=asked, at=at)
        return asked
    open_to = places_for(request, verb, at)
    own = reader(request).place_id
    return own if own in open_to else open_to[0]


def verbs_at(actor: Actor, place: str, at: datetime) -> frozenset[str]:
    """Give every verb that the actor holds at a place today, so that a page offers what a command would take."""
    held = mandates.held_by(actor, at).filter(Q(place=None) | Q(place=place))
    functions = held.values_list("post__function", flat=True)
    return frozenset(verb for function in functions for verb in rules.verbs_of(function))
