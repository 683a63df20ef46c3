"""One search over everything that the reader may know of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mabar.base import doors, mandates, search
from mabar.base.models import Actor
from mabar.base.rules import NotMandated
from mabar.crossings import queries

PAGE, LONGEST = 25, 200
PROMISED_S = 5  # search follows the journal within so many seconds; beyond, the page says how far it is behind


@dataclass(frozen=True)
class Kind:
    """What can be found: who may, an officer by the verb at a place, a declarant by the verb for his own house."""

    name: str
    word: str | Promise
    at_places: str
    of_own_house: str
    path: str


KINDS = (
    Kind("crossings.passage", _("Trucks"), "crossings.read_board", "crossings.announce", "/passages/"),
    Kind("vehicles.pass", _("Vehicle passes"), "vehicles.read_passes", "vehicles.read_own", "/vehicles/"),
    Kind("origin.proof", _("Proofs of origin"), "origin.read", "origin.read_own", "/origin/"),
    Kind("transit.movement", _("Transit movements"), "transit.read", "transit.read_own", "/transit/"),
    Kind(
        "assistance.request",
        _("Requests for assistance"),
        "assistance.read_requests",
        "assistance.send_request",
        "/assistance/",
    ),
    Kind("declarations.declaration", _("Declarations"), "declarations.read", "declarations.read_own", "/declarations/"),
)


@dataclass(frozen=True)
class Section:
    """What was found of one kind; `older` is the query string of the following results, empty at the end."""

    kind: Kind
    rows: tuple[search.Row, ...]
    older: str
    is_narrowed: bool


@login_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find trucks and declarations by words and numbers, newest first."""
    moment = doors.now()
    query = request.GET.get("q", "").strip()[:LONGEST]
    scopes = list(_scopes(request, moment))
    if not scopes:
        raise NotMandated(verb=KINDS[0].at_places, place="–", actor=_reader(request).key)
    sections = [_section(request, kind, scope, query) for kind, scope in scopes] if query else []
    lag = search.lag(moment)
    shown = {
        "query": query,
        "sections": sections,
        "lag": lag,
        "is_behind": lag.seconds > PROMISED_S,
        "behind": timedelta(seconds=int(lag.seconds)),
        "places": {place.code: place for place in queries.crossing_places()},
        "is_nothing": not any(section.rows or section.older for section in sections),
    }
    return render(request, "search.html", shown)


def _reader(request: HttpRequest) -> Actor:
    if not isinstance(request.user, Actor):
        raise ValueError("a page that nobody has signed in to asked who reads")
    return request.user


def _scopes(request: HttpRequest, at: datetime) -> Iterator[tuple[Kind, search.Scope]]:
    """Give each kind that the reader may find, with its bounds; one of them alone where the page asks for it."""
    asked = request.GET.get("kind", "")
    for kind in KINDS:
        scope = _scope(_reader(request), kind, at)
        if scope is not None and asked in ("", kind.name):
            yield kind, scope


def _scope(actor: Actor, kind: Kind, at: datetime) -> search.Scope | None:
    if actor.kind == Actor.DECLARANT:
        is_known = actor.firm_id is not None and mandates.may(actor, kind.of_own_house, at=at)
        return search.Scope(kinds=(kind.name,), owner=actor.firm_id) if is_known else None
    places = tuple(sorted(mandates.places_of(actor, kind.at_places, at)))
    return search.Scope(kinds=(kind.name,), places=places) if places else None


def _section(request: HttpRequest, kind: Kind, scope: search.Scope, query: str) -> Section:
    found = search.find(query, scope=scope, before=_before(request), limit=PAGE)
    return Section(kind, found.rows, _older(request, kind, found.next_before), found.is_narrowed)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _older(request: HttpRequest, kind: Kind, before: int | None) -> str:
    if before is None:
        return ""
    kept: Any = request.GET.copy()
    kept["kind"], kept["before"] = kind.name, str(before)
    return f"?{kept.urlencode()}"
