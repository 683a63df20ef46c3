"""Who reads a page of declarations, in which language, and what a page shares with its neighbours."""

from datetime import datetime

from django.http import HttpRequest

from mabar.base import doors
from mabar.base import queries as ground
from mabar.base.reach import reader
from mabar.declarations import queries


def scope(request: HttpRequest) -> queries.Scope:
    """Give whose papers the reader may know of.  Raises: NotMandated."""
    return queries.scope_of(reader(request), doors.now())


def today_at(place: str, at: datetime) -> str:
    """Give the day at a place as ISO text."""
    return ground.day_at(ground.places_named([place]).first(), at).isoformat()
