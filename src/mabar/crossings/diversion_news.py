"""What the two nodes of a diversion tell each other, in the act that it tells of; where one works both, nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from mabar.crossings import messages
from mabar.crossings.models import Diversion, DivertedTruck, Passage
from mabar.crossings.telling import PURPOSE
from mabar.exchange import outbox


def tell_proposed(diversion: Diversion, at: datetime) -> None:
    """Propose the trucks to the node that works the other crossing."""
    if not diversion.partner:
        return
    trucks = diversion.trucks.select_related("passage").order_by("number")
    news = messages.DiversionProposed(
        diversion=diversion.key,
        place=diversion.place_id,
        target=diversion.target_id,
        reason=diversion.reason,
        road_hours=diversion.road_hours,
        at=at,
        trucks=tuple(_named(each.passage) for each in trucks if each.passage is not None),
    )
    outbox.leave_for_partner(diversion.partner, news, purpose=PURPOSE, at=at)


def _named(passage: Passage) -> dict[str, str]:
    return {"passage": passage.key, "plate": passage.plate, "direction": passage.direction}


def tell_hours(diversion: Diversion, offered: Iterable[DivertedTruck], at: datetime) -> None:
    """Tell the node that proposed which trucks were given which hour."""
    given = tuple(
        {"passage": each.key, "slot_at": each.slot_at.isoformat()} for each in offered if each.slot_at is not None
    )
    _answer(diversion, "accepted", at, trucks=given)


def tell_refused(diversion: Diversion, reason: str, at: datetime) -> None:
    """Tell the node that proposed that the trucks without an hour get none."""
    _answer(diversion, "refused", at, reason=reason)


def _answer(diversion: Diversion, state: str, at: datetime, **told: Any) -> None:
    if diversion.partner:
        news = messages.DiversionAnswer(diversion=diversion.key, target=diversion.target_id, state=state, at=at, **told)
        outbox.leave_for_partner(diversion.partner, news, purpose=PURPOSE, at=at)


def tell_outcome(
    diversion: Diversion, trucks: Sequence[DivertedTruck], outcome: str, at: datetime, *, reason: str = ""
) -> str:
    """Tell the node that gave hours what became of trucks; give the key of the message, empty where there is none."""
    if not diversion.partner:
        return ""
    told = [_coming(each.passage) if outcome == "kept" and each.passage else {"passage": each.key} for each in trucks]
    news = messages.DiversionOutcome(
        diversion=diversion.key, place=diversion.place_id, outcome=outcome, at=at, reason=reason, trucks=tuple(told)
    )
    return outbox.leave_for_partner(diversion.partner, news, purpose=PURPOSE, at=at)


def _coming(passage: Passage) -> dict[str, Any]:
    return {
        **_named(passage),
        "trailer_plate": passage.trailer_plate,
        "carrier": passage.carrier,
        "references": [each.reference for each in passage.declarations.order_by("reference")],
        "seals": list(passage.seals),
    }
