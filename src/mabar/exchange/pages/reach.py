"""Who reads a page of the exchange; the acts concern the node, so a mandate for its place is asked for."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.base.reach import reader
from mabar.exchange.refusals import said_to_people
from mabar.lib.refusals import Refusal


def require(request: HttpRequest, verb: str, at: datetime) -> Actor:
    """Demand a verb at this node and give who reads.

    Raises:
        NotMandated.
    """
    mandates.require(reader(request), verb, place=settings.NODE.code, at=at)
    return reader(request)


def may(request: HttpRequest, verb: str, at: datetime) -> bool:
    """Tell whether the reader holds a verb at this node."""
    return mandates.may(reader(request), verb, place=settings.NODE.code, at=at)


def verbs(request: HttpRequest, at: datetime) -> frozenset[str]:
    """Give the verbs of the exchange that the reader holds at this node, so that a page offers what would be taken."""
    held = mandates.verbs_of(reader(request), at)
    return frozenset(verb for verb in held if verb.startswith("exchange.") and may(request, verb, at))


def tried(act: Callable[[], object]) -> Refusal | None:
    """Do an act and give what refused it; none when it was done."""
    try:
        with said_to_people():
            act()
    except Refusal as refusal:
        return refusal
    return None


def download(data: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    """Give a file to be saved under a name."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
