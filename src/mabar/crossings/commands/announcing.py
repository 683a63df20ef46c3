"""Announcing a truck, and how an announcement ends."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, once, write
from mabar.crossings import rules, seats, telling, turns
from mabar.crossings.models import Crossing, Passage, PassageEvent
from mabar.crossings.rules import slots
from mabar.lib.identifiers import plate_key


@once
def announce(
    actor: Actor,
    key: str,
    *,
    place: str,
    direction: str,
    plate: str,
    at: datetime,
    trailer_plate: str = "",
    carrier: str = "",
    seals: Sequence[str] = (),
    expected_at: datetime | None = None,
    origin: str | None = None,
    event_key: str = "",
) -> Passage:
    """Announce a truck at a place under the new key `key`; sent twice with one event key, it is one passage.

    Raises:
        NotMandated, NotAPlate, BidiControl, NotASeal.
        NoSuchRecord: the place is no crossing of this node.
        AnnouncedBefore: the truck is announced or present there in this direction.
    """
    passage = Passage(
        key=key,
        place_id=place,
        direction=direction,
        plate=rules.check_plate(plate),
        plate_key=plate_key(plate),
        trailer_plate=rules.check_plate(trailer_plate) if trailer_plate.strip() else "",
        carrier=carrier.strip(),
        firm_id=actor.firm_id,
        state=rules.after("announce", ""),
        seals=rules.tidy_seals(seals),
        announced_at=at,
        expected_at=expected_at,
        origin=origin,
    )
    try:
        return _announced(actor, passage, at=at, event_key=event_key)
    except (rules.AnnouncedBefore, IntegrityError):
        # another sender, or the same one twice, was a moment faster; the refusal says which
        _refuse_announced(actor, passage, event_key)
        turns.refuse_second_passage(passage)
        raise


def _announced(actor: Actor, passage: Passage, *, at: datetime, event_key: str) -> Passage:
    facts = {"plate": passage.plate, "direction": passage.direction, "carrier": passage.carrier}
    with journal.writes(actor, "crossings.announce", passage.key, at=at, place=passage.place_id, **facts):
        mandates.require(actor, "crossings.announce", place=passage.place_id)
        if not Crossing.objects.filter(place_id=passage.place_id).exists():
            raise NoSuchRecord(key=passage.place_id)
        _refuse_announced(actor, passage, event_key)
        turns.refuse_second_passage(passage)
        passage.save(force_insert=True)
        turns.note(actor, passage, "announce", before="", at=at, event_key=event_key, facts={"seals": passage.seals})
        turns.start_lapse(passage, at)
    return passage


def _refuse_announced(actor: Actor, passage: Passage, event_key: str) -> None:
    if not event_key:
        return
    sent = PassageEvent.objects.filter(kind="announce", by=actor.key, event_key=event_key)
    event = sent.select_related("passage").first()
    if event is not None and event.passage.plate_key != passage.plate_key:
        raise rules.EventKeyReused(event_key=event_key, kind="announce")
    if event is not None:
        raise SentTwice(event.passage)


@once
def withdraw(
    actor: Actor, key: str, *, at: datetime, reason: str = "", event_key: str = "", version: int | None = None
) -> Passage:
    """Withdraw a truck that will not come; a declarant takes back what his house announced, a station its own.

    Raises:
        NotMandated, OutOfTurn.
        NoSuchRecord: no passage that he announced, or his house, bears the key.
    """
    with journal.writes(actor, "crossings.withdraw", key, at=at, reason=reason) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.withdraw", place=passage.place_id)
        turns.refuse_others(actor, passage)
        turns.move(actor, passage, "withdraw", at=at, event_key=event_key, facts={"reason": reason})
        timers.end(turns.LAPSE, key, at=at)
        seats.leave(passage, slots.GIVEN_BACK, at=at)
    return passage


def lapse(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Passage:
    """Let an announcement lapse whose truck never came; it takes effect at the instant it was due.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "crossings.lapse", key, at=at, due_at=due_at) as line:
        passage = turns.take(actor, line, key)
        mandates.require(actor, "crossings.lapse", place=passage.place_id)
        turns.move(actor, passage, "lapse", at=due_at, facts={"fired_at": at.isoformat()})
        seats.leave(passage, slots.LAPSED, at=at)
    return passage


def note_origin(actor: Actor, key: str, *, origin: str | None, at: datetime) -> Passage:
    """Tie a passage to the truck's passage on the other side, or untie it with None.

    Where the truck has come already, the other side is told how far it is.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "crossings.note_origin", key, at=at, origin=origin) as line:
        passage = turns.take(actor, line, key)
        mandates.require(actor, "crossings.note_origin", place=passage.place_id)
        rules.check_beside("note_origin", passage.state)
        write(passage, origin=origin)
        turns.note(actor, passage, "note_origin", at=at, facts={"origin": origin})
        telling.tell_standing(passage, at)
    return passage
