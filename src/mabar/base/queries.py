"""What the ground tells: who works where on which mandate, which keys there are, what the journal says."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from mabar.base.journal import digest
from mabar.base.models import Actor, Agency, ApiKey, Firm, JournalHead, JournalLine, JournalSeal, Mandate, Place
from mabar.base.rules import NoSuchRecord
from mabar.base.sealer import leaf_bytes
from mabar.lib import merkle

PAGE_LINES = 50


def actors_at(places: Collection[str], *, text: str = "") -> QuerySet[Actor]:
    """Give the people and stations of `places`, by key, with their mandates; `text` is part of a key or a name."""
    found = Actor.objects.filter(place__in=places).exclude(kind__in=[Actor.NODE, Actor.PARTNER])
    if text:
        found = found.filter(Q(key__icontains=text) | Q(name__icontains=text))
    mandates = Mandate.objects.filter(ended_at=None).select_related("post").order_by("pk")
    held = Prefetch("mandates", queryset=mandates, to_attr="held")
    return found.select_related("place", "agency", "firm").prefetch_related(held).order_by("key")


def mandates_of(actor: Actor, at: datetime) -> list[Mandate]:
    """Give every mandate that the actor holds, will hold or has held, newest first; `has_run_out` tells of its days."""
    today = day_at(actor.place, at)
    found = list(actor.mandates.select_related("post__agency", "place").order_by("-from_on", "-pk"))
    for mandate in found:
        mandate.has_run_out = mandate.until_on is not None and mandate.until_on < today  # type: ignore[attr-defined]
    return found


def api_keys_at(places: Collection[str]) -> QuerySet[ApiKey]:
    """Give the API keys of the actors of `places`, newest first."""
    keys = ApiKey.objects.filter(actor__place__in=places)
    return keys.select_related("actor__place").order_by("-made_at", "prefix")


def key_holders_at(places: Collection[str], kinds: Collection[str]) -> QuerySet[Actor]:
    """Give the actors of `places` for whom an API key can be made."""
    return Actor.objects.filter(place__in=places, kind__in=kinds, is_active=True).order_by("key")


def places_named(codes: Collection[str]) -> QuerySet[Place]:
    """Give places by code."""
    return Place.objects.filter(code__in=codes).order_by("code")


def agencies() -> QuerySet[Agency]:
    """Give every agency known here."""
    return Agency.objects.order_by("code")


def firms() -> QuerySet[Firm]:
    """Give every firm known here, by name."""
    return Firm.objects.order_by("name", "code")


def day_at(place: Place | None, at: datetime) -> date:
    """Give the day of an instant on the clock of a place; of UTC where there is none."""
    return (at.astimezone(place.clock) if place else at).date()


def actor_at(key: str, places: Collection[str]) -> Actor:
    """Give the actor with this key, where he works at one of `places`, or has worked there until he left.

    Raises:
        NoSuchRecord: nobody there bears the key.
    """
    actor = Actor.objects.select_related("place", "agency", "firm").filter(key=key).first()
    if actor is None or actor.place_id not in places:
        raise NoSuchRecord(key=key)
    return actor


@dataclass(frozen=True)
class ReadLine:
    """A line as oversight reads it.  `check` names what looking at it again has shown."""

    position: int
    line: JournalLine
    facts: dict[str, Any] = field(default_factory=dict)
    check: str = "conforms"

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """Names and values of the facts, for a page: asked for `items`, a template would find the fact of that name."""
        return list(self.facts.items())


NO_PLACE = ""  # where the lines of the node itself stand


def journal_lines(
    places: Collection[str], *, verb: str = "", subject: str = "", actor: str = "", before: int | None = None
) -> list[ReadLine]:
    """Give sealed lines of `places`, newest first, each compared with its seal again, and its facts with their digest.

    `verb` may end early: `base.` gives all the ground's verbs.
    """
    seals = JournalSeal.objects.filter(line__place__in=places)
    if verb:
        seals = seals.filter(line__verb__startswith=verb)
    if subject:
        seals = seals.filter(line__subject=subject)
    if actor:
        seals = seals.filter(line__actor=actor)
    if before is not None:
        seals = seals.filter(position__lt=before)
    found = seals.select_related("line__facts", "line__erasure").order_by("-position")[:PAGE_LINES]
    return [_read(seal) for seal in found]


def _read(seal: JournalSeal) -> ReadLine:
    line = seal.line
    if merkle.leaf_hash(leaf_bytes(seal.position, line)).hex() != seal.leaf:
        return ReadLine(seal.position, line, check="refused")
    facts = getattr(line, "facts", None)
    if facts is None:
        is_erased = getattr(line, "erasure", None) is not None
        return ReadLine(seal.position, line, check="erased" if is_erased else "refused")
    if digest(facts.salt, facts.body) != line.digest:
        return ReadLine(seal.position, line, check="refused")
    return ReadLine(seal.position, line, json.loads(facts.body))


def newest_heads(limit: int = 5) -> list[JournalHead]:
    """Give the newest signed heads of the journal."""
    return list(JournalHead.objects.order_by("-size")[:limit])
