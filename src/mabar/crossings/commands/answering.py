"""What a carrier answers to another crossing's hour: he keeps it, or stays in the queue where he is."""

from datetime import datetime

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import once, write
from mabar.crossings import diversion_news, diversions, queries, rules, seats, telling, turns
from mabar.crossings.models import DivertedTruck, Passage, PassageDeclaration
from mabar.crossings.rules import diverted, diverting, slots
from mabar.crossings.rules.diverting_refusals import HeldNotDiverted, NothingOffered


@once
def keep_diversion(
    actor: Actor, key: str, *, successor: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Keep the hour offered: the passage ends here, and goes on under the new key `successor` at the other crossing.

    It is told by the declarant whose house announced the truck, by the station that did, or by an officer who heard
    the driver.  The declarations go along with packages, masses and lanes; what was cleared is cleared as it comes.

    Raises:
        NotMandated, OutOfTurn, NothingOffered, AnsweredAlready, OfferExpired, HeldNotDiverted, TargetClosed.
        NoSuchRecord: no passage that he announced, or his house, bears the key.
        AnnouncedBefore: the truck is announced at the other crossing already.
    """
    with journal.writes(actor, "crossings.keep_diversion", key, at=at, successor=successor) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.keep_diversion", place=passage.place_id)
        truck = _offered(actor, passage, at)
        _check_may_go(passage, truck, at)
        line.note(diversion=truck.diversion_id, to=truck.diversion.target_id, hour=truck.slot_at)
        line.note(declarations=list(queries.declarations_on(key)))
        facts = {"to": truck.diversion.target_id, "passage": successor}
        turns.move(actor, passage, "keep_diversion", at=at, event_key=event_key, facts=facts)
        timers.end(turns.LAPSE, key, at=at)
        seats.leave(passage, slots.GIVEN_BACK, at=at)
        if truck.diversion.partner:
            # its declarations stay with their office, as those of a truck that turns back; their references go along
            truck.message = diversion_news.tell_outcome(truck.diversion, [truck], "kept", at)
            _answer(actor, truck, diverted.KEPT, at=at)
        else:
            _go_on_here(actor, truck, passage, successor, at)
        telling.tell_refused(passage, f"{truck.diversion.reason} ({truck.diversion.target_id})", at)
    return passage


def _go_on_here(actor: Actor, truck: DivertedTruck, passage: Passage, successor: str, at: datetime) -> None:
    """Announce the truck at the other crossing of this node, with its declarations."""
    moved = _announced_there(actor, passage, truck, successor, at)
    PassageDeclaration.objects.filter(passage=passage).update(passage=moved)
    moved.declarations.exclude(cleared_at=None).update(cleared_at=at)
    _answer(actor, truck, diverted.KEPT, at=at, successor=moved)


def _offered(actor: Actor, passage: Passage, at: datetime) -> DivertedTruck:
    """Lock the truck's place in the diversion, and see that an answer is taken now."""
    if not queries.speaks_for(actor, passage.key, firm=passage.firm_id):
        raise NoSuchRecord(key=passage.key)
    found = DivertedTruck.objects.select_for_update(of=("self",)).select_related("diversion", "passage__place")
    truck = found.filter(passage=passage).order_by("-pk").first()
    if truck is None:
        raise NothingOffered()
    told = {"answer_by": truck.answer_by, "answered_at": truck.answered_at}
    diverting.check_offered(truck.state, **told, at=at, zone=passage.place.clock)
    return truck


def _check_may_go(passage: Passage, truck: DivertedTruck, at: datetime) -> None:
    holding = queries.agencies_holding(passage.key)
    if holding:
        raise HeldNotDiverted(holding)
    diversions.check_target_open(truck.diversion.target_id, at)


def _announced_there(actor: Actor, left: Passage, truck: DivertedTruck, key: str, at: datetime) -> Passage:
    moved = Passage(
        key=key,
        place_id=truck.diversion.target_id,
        state=rules.after("announce", ""),
        announced_at=at,
        expected_at=truck.slot_at,
        **{name: getattr(left, name) for name in SAME},
    )
    turns.refuse_second_passage(moved)
    moved.save(force_insert=True)
    facts = {"seals": left.seals, "from": left.place_id, "passage": left.key}
    turns.note(actor, moved, "announce", before="", at=at, facts=facts)
    turns.start_lapse(moved, at)
    return moved


# What the truck takes along; the tie to a passage across stays behind, for another crossing lies across there.
SAME = ("direction", "plate", "plate_key", "trailer_plate", "carrier", "firm_id", "seals")


def _answer(actor: Actor, truck: DivertedTruck, state: str, *, at: datetime, successor: Passage | None = None) -> None:
    truck.state, truck.answered_by, truck.answered_at, truck.successor = state, actor.key, at, successor
    truck.save(update_fields=["state", "answered_by", "answered_at", "successor", "message"])
    diversions.end_timers(truck.diversion_id, [truck.slot_at], at=at)


@once
def decline_diversion(
    actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Decline the hour offered: the truck stays in the queue where it is, with its place.

    Raises:
        NotMandated, NothingOffered, AnsweredAlready, OfferExpired.
        NoSuchRecord: no passage that he announced, or his house, bears the key.
    """
    with journal.writes(actor, "crossings.decline_diversion", key, at=at) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.decline_diversion", place=passage.place_id)
        truck = _offered(actor, passage, at)
        line.note(diversion=truck.diversion_id, to=truck.diversion.target_id)
        write(passage)
        facts = {"diversion": truck.diversion_id, "to": truck.diversion.target_id}
        turns.note(actor, passage, "decline_diversion", at=at, event_key=event_key, facts=facts)
        _answer(actor, truck, "declined", at=at)
        diversion_news.tell_outcome(truck.diversion, [truck], "declined", at)
    return passage
