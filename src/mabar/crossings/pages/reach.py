"""Who reads a page of the crossings, and at which place."""

from datetime import datetime

from django.http import HttpRequest

from mabar.base import mandates
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.base.reach import reader
from mabar.crossings import queries

READ = "crossings.read_board"


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
