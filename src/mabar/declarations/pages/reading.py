"""Who reads a declaration at the office, on which mandates, and what may be shown to him."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from mabar.base import doors, mandates
from mabar.base import queries as ground_queries
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.base.reach import reader
from mabar.base.screens import Screen
from mabar.declarations import queries
from mabar.lib.refusals import Refusal

READ, READ_OWN = "declarations.read", "declarations.read_own"


@dataclass(frozen=True)
class Refused:
    """An act that was refused: its form as typed, and why; without a refusal the form itself says it."""

    act: str
    form: Any
    refusal: Refusal | None = None

    @property
    def is_out_of_turn(self) -> bool:
        """Whether somebody else wrote in between, so that the page is to be opened again."""
        return self.refusal is not None and self.refusal.code == "OutOfTurn"


class Reading:
    """One reader of one page; the mandates are read once for the page and its frame."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor = reader(request)
        self.at: datetime = doors.now()
        self.screen = Screen(request)

    @property
    def is_office(self) -> bool:
        """Whether the reader is of the office, not a declarant."""
        return self.actor.kind != Actor.DECLARANT

    def _held(self) -> Iterator[tuple[str | None, frozenset[str]]]:
        for mandate in self.screen.mandates:
            yield mandate.place_id, frozenset(ground.verbs_of(mandate.post.function))

    @cached_property
    def scope(self) -> queries.Scope:
        """Whose papers the reader may know of.  Raises: NotMandated: nobody's."""
        verb = READ if self.is_office else READ_OWN
        held = [place for place, verbs in self._held() if verb in verbs]
        if not held:
            mandates.require(self.actor, verb, at=self.at)
        if not self.is_office:
            return queries.Scope(firm=self.actor.firm_id)
        if None in held:
            return queries.Scope(places=tuple(sorted(mandates.places_of(self.actor, verb, self.at))))
        return queries.Scope(places=tuple(sorted({place for place in held if place})))

    def scope_at(self, place: Any) -> queries.Scope:
        """Give the scope; a place that is the reader's own need not be read again.  Raises: NotMandated."""
        self.stand_at(place)
        return self.scope

    def stand_at(self, place: Any) -> None:
        """Take a place that has been read for the reader's own, if it is."""
        if place is not None and place.code == self.actor.place_id:
            self.actor.place = place
            self.screen.place = place

    def stand_in(self, code: str) -> Any:
        """Read the place of the page."""
        place = ground_queries.places_named([code]).select_related("faces").first()
        self.stand_at(place)
        return place

    def verbs_at(self, place: str) -> frozenset[str]:
        """Give every verb that the reader holds at a place today."""
        return frozenset(verb for where, verbs in self._held() if where in (None, place) for verb in verbs)

    def places_of(self, verb: str) -> list[str]:
        """Give the places at which the reader holds a verb; none where he holds it nowhere."""
        held = [place for place, verbs in self._held() if verb in verbs]
        return sorted(mandates.places_of(self.actor, verb, self.at)) if held else []

    def place_asked(self, places: tuple[str, ...]) -> str:
        """Choose the place of a list: the one asked for, else the reader's own, else the first.

        Raises:
            NotMandated: the one asked for is not among them.
        """
        asked = self.request.GET.get("place", "")
        if asked and asked not in places:
            mandates.require(self.actor, READ, place=asked, at=self.at)
        own = self.actor.place_id
        return asked or (own if own in places else places[0])
