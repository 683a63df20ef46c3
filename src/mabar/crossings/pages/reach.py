"""Who reads a page of the crossings, and at which place."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest

from mabar.base import mandates
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.crossings import queries

READ = "crossings.read_board"


def reader(request: HttpRequest) -> Actor:
    """Give who reads; the page has asked for a sign-in before."""
    if not isinstance(request.user, Actor):
        raise ValueError("a page that nobody has signed in to asked who reads")
    return request.user


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
    return frozenset(verb for function in functions for verb in ground.verbs_of(function))


def readable(request: HttpRequest, key: str, at: datetime) -> queries.PassageEnds:
    """Give the passage if the reader may know of it.

    Raises:
        NotMandated: an officer without the board of that place.
        NoSuchRecord: there is none, or it is another house's.
    """
    actor, ends = reader(request), queries.passage(key)
    if actor.kind != Actor.DECLARANT:
        mandates.require(actor, READ, place=ends.row.place, at=at)
    elif ends.row.firm is None or ends.row.firm != actor.firm_id:
        raise ground.NoSuchRecord(key=key)
    return ends
