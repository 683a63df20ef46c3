"""Who may do what, where, today."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from mabar.base import journal, rules
from mabar.base.models import Actor, Mandate, Place

EVERYWHERE = "*"  # asks for a mandate that is bound to no place
OWN = "own"  # what an act on one's own account rests on, in place of a mandate

# The actor whose API key is in use, and the only verbs that this key opens; empty outside the API's door.
_key_in_use: ContextVar[tuple[str, frozenset[str]] | None] = ContextVar("API key in use", default=None)


@contextmanager
def no_key_in_use() -> Iterator[None]:
    """Forget, at the end of a request, the key that its door has accepted."""
    token = _key_in_use.set(None)
    try:
        yield
    finally:
        _key_in_use.reset(token)


def use_key(actor: Actor, scopes: Iterable[str]) -> None:
    """Hold `actor` to the verbs of his key until the request ends, however often he is read again meanwhile."""
    _key_in_use.set((actor.key, frozenset(scopes)))


def _is_opened_by_key(actor: Actor, verb: str) -> bool:
    used = _key_in_use.get()
    return used is None or used[0] != actor.key or verb in used[1]


def require(actor: Actor, verb: str, *, place: str = "", at: datetime | None = None) -> str:
    """Demand that `actor` holds `verb` at `place` (empty: at any one) and note the mandate on the open journal line.

    Raises:
        NotMandated: no mandate of today holds it.
    """
    line = journal.current()
    moment = at or (line.at if line else None)
    if moment is None:
        raise ValueError(f"{verb} asked for a mandate without an instant")
    resting_on = _resting_on(actor, verb, place, moment)
    if line is not None:
        line.mandate = line.mandate or resting_on
    return resting_on


def require_own(actor: Actor, key: str, verb: str) -> None:
    """Demand that the act is on the actor's own account, for which nobody needs a post.

    Raises:
        NotMandated: the account is another's.
    """
    if actor.key != key or not _is_opened_by_key(actor, verb):
        raise rules.NotMandated(verb=verb, place="–", actor=actor.key)
    line = journal.current()
    if line is not None:
        line.mandate = line.mandate or OWN


def _resting_on(actor: Actor, verb: str, place: str, at: datetime) -> str:
    if actor.kind == Actor.NODE:
        return "node"
    if not _is_opened_by_key(actor, verb):
        raise rules.NotMandated(verb=verb, place=place or "–", actor=actor.key)
    functions = rules.functions_with(verb)
    for mandate in _held_today(actor, at):
        if mandate.function in functions and _reaches(mandate, place):
            return str(mandate)
    raise rules.NotMandated(verb=verb, place=place or "–", actor=actor.key)


def _reaches(mandate: Any, place: str) -> bool:
    return not place or mandate.place_id is None or mandate.place_id == place


# What `held_by` gives, with the functions.  Every act asks it, and Django would spend thirty times as long on writing
# the question anew as the database on answering it.
_HELD_TODAY = """
    SELECT mandate.*, post.function FROM base_mandate mandate
    JOIN base_post post ON post.id = mandate.post_id
    JOIN base_actor actor ON actor.id = mandate.actor_id
    WHERE mandate.actor_id = %s AND actor.is_active AND mandate.ended_at IS NULL
    AND mandate.from_on <= %s AND (mandate.until_on IS NULL OR mandate.until_on >= %s) ORDER BY mandate.id
"""


def _held_today(actor: Actor, at: datetime) -> Iterable[Any]:
    today = connection.ops.adapt_datefield_value(_day(actor, at))
    return Mandate.objects.raw(_HELD_TODAY, [actor.pk, today, today])


def _day(actor: Actor, at: datetime) -> date:
    return at.astimezone(actor.place.clock).date() if actor.place else at.date()


def function_of(mandate: str) -> str:
    """Name the function of a mandate as the journal names it, M-7; empty for what rests on none."""
    number = mandate.removeprefix("M-")
    found = Mandate.objects.filter(pk=number) if number.isdigit() else Mandate.objects.none()
    return found.values_list("post__function", flat=True).first() or ""


def held_by(actor: Actor, at: datetime) -> QuerySet[Mandate]:
    """Give the mandates of the day, oldest first; the day is that of the actor's own place."""
    today = _day(actor, at)
    in_force = Q(until_on=None) | Q(until_on__gte=today)
    mandates = Mandate.objects.filter(in_force, actor=actor, actor__is_active=True, from_on__lte=today, ended_at=None)
    return mandates.order_by("pk")


def overlapping(actor: Actor, *, place: Place | None, from_on: date, until_on: date | None) -> QuerySet[Mandate]:
    """Give the mandates of `actor` that share a day and a place with the one described; no place means all places."""
    days = Q(until_on=None) | Q(until_on__gte=from_on)
    if until_on is not None:
        days &= Q(from_on__lte=until_on)
    where = Q() if place is None else Q(place=None) | Q(place=place)
    return Mandate.objects.select_related("post").filter(days, where, actor=actor, ended_at=None).order_by("pk")


def verbs_of(actor: Actor, at: datetime) -> frozenset[str]:
    """Give every verb that the actor's mandates of the day hold somewhere."""
    functions = held_by(actor, at).values_list("post__function", flat=True)
    held = (verb for function in functions for verb in rules.verbs_of(function))
    return frozenset(verb for verb in held if _is_opened_by_key(actor, verb))


def may(actor: Actor, verb: str, *, place: str = "", at: datetime) -> bool:
    """Tell whether the act would be mandated, without demanding it."""
    try:
        _resting_on(actor, verb, place, at)
    except rules.NotMandated:
        return False
    return True


def places_of(actor: Actor, verb: str, at: datetime) -> Iterable[str]:
    """Give the codes of the places where the actor holds the verb."""
    if actor.kind == Actor.NODE:
        return list(Place.objects.values_list("code", flat=True))
    if not _is_opened_by_key(actor, verb):
        return []
    functions = rules.functions_with(verb)
    codes = [mandate.place_id for mandate in _held_today(actor, at) if mandate.function in functions]
    return list(Place.objects.values_list("code", flat=True)) if None in codes else [c for c in codes if c]
