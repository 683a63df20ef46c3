"""What the page of a truck shows of its diversion: the hour offered, the answer, or where it came from."""

from datetime import datetime
from typing import Any

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.crossings import queries
from mabar.crossings.pages import acts
from mabar.crossings.pages.reach import READ
from mabar.crossings.queries import diverting

ANSWERS = ("keep_diversion", "decline_diversion")


def shown_on(ends: queries.PassageEnds, actor: Actor, verbs: frozenset[str], at: datetime) -> dict[str, Any]:
    """Give the truck's diversion for its page, with the answers that the reader may give now."""
    offer, came = diverting.offer_to(ends.row.key), diverting.offer_kept_as(ends.row.key)
    if offer is None and came is None:
        return {}
    stands = offer is not None and offer.stands(at) and ends.row.state in diverting.DIVERTIBLE
    answers = [act for act in ANSWERS if stands and f"crossings.{act}" in verbs]
    return {
        "offer": offer,
        "came": came,
        "offer_stands": stands,
        "answers": [(act, acts.blank(act, ends.row, at)) for act in answers],
        "crossing_names": {place.code: place for place in queries.crossing_places()},
        "may_follow": {each: _may_read(actor, each, at) for each in _others(offer, came)},
    }


def _others(offer: diverting.Offer | None, came: diverting.Offer | None) -> list[str]:
    return [*([offer.target] if offer else []), *([came.place] if came else [])]


def _may_read(actor: Actor, place: str, at: datetime) -> bool:
    return actor.kind == Actor.DECLARANT or mandates.may(actor, READ, place=place, at=at)
