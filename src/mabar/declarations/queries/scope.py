"""Whose papers a reader may know of."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.declarations.models import Declaration, Draft


@dataclass(frozen=True)
class Scope:
    """What a reader may know of: the papers of one firm, or those of the places where he holds the mandate."""

    firm: str | None = None
    places: tuple[str, ...] = ()

    def holds(self, *, firm: str | None, place: str) -> bool:
        """Tell whether a paper lies within."""
        return self.firm == firm if self.firm is not None else place in self.places

    @property
    def condition(self) -> Q:
        """The same as a condition on rows that have a firm and a place."""
        return Q(firm=self.firm) if self.firm is not None else Q(place__in=self.places)


def scope_of(actor: Actor, at: datetime) -> Scope:
    """Give what the actor may know of today.

    Raises:
        NotMandated: nothing.
    """
    if actor.kind == Actor.DECLARANT:
        mandates.require(actor, "declarations.read_own", at=at)
        return Scope(firm=actor.firm_id)
    mandates.require(actor, "declarations.read", at=at)
    return Scope(places=tuple(sorted(mandates.places_of(actor, "declarations.read", at))))


def declarations_of(actor: Actor) -> QuerySet[Declaration]:
    """Give the declarations that the actor may know of: a declarant only those of his own firm."""
    if actor.kind == Actor.DECLARANT:
        return Declaration.objects.filter(firm_id=actor.firm_id)
    return Declaration.objects.all()


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """Give the drafts that the actor may know of: those of his firm, or his own where he has none."""
    if actor.kind == Actor.DECLARANT:
        return Draft.objects.filter(firm_id=actor.firm_id)
    return Draft.objects.filter(firm=None, actor=actor.key)
