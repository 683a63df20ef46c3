"""What other nodes tell of movements, taken in by the node: home decides, the others follow its standing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import write
from mabar.exchange import outbox
from mabar.transit import itineraries, messages, rules, standings, turns
from mabar.transit.models import Movement, MovementQuestion
from mabar.transit.turns import Deed

FACTS = ("destination", "holder_code", "holder_name", "goods", "packages", "gross_mass_g", "plate", "container")


def take_anticipated(
    actor: Actor, key: str, *, partner: str, message: messages.Anticipated, place: str, at: datetime
) -> Movement:
    """Take in what comes on an itinerary through this node; where it came before its news, fill in what was missing.

    Args:
        key: of the copy, where none was opened at the counter before.
    Raises:
        NotMandated, NotTheirMovement, EventUnfit.
    """
    with journal.writes(actor, "transit.take_anticipated", key, at=at, place=place, number=message.mrn) as line:
        mandates.require(actor, "transit.take_anticipated", place=place)
        _check_departure(message.departure, partner)
        movement = _copy(key, message.mrn, partner=partner, departure=message.departure, at=at)
        line.subject = movement.key
        facts: dict[str, Any] = {name: getattr(message, name) for name in FACTS}
        terms = message.terms if rules.are_known(message.terms) else movement.terms
        facts |= {"departure": message.departure, "terms": terms, "released_at": message.released_at}
        write(movement, **facts)
        told = _standing(message)
        line.note(is_new=standings.follow(movement, told, message.offices, message.events, by=partner, at=at))
    return movement


def take_state(actor: Actor, key: str, *, partner: str, message: messages.State, place: str, at: datetime) -> Movement:
    """Take in how a movement stands at home; an older standing than the one known here changes nothing.

    Raises:
        NotMandated, NotTheirMovement, EventUnfit.
    """
    told = {"number": message.mrn, "state": message.state, "home_version": message.version}
    with journal.writes(actor, "transit.take_state", key, at=at, place=place, **told) as line:
        mandates.require(actor, "transit.take_state", place=place)
        movement = _copy(key, message.mrn, partner=partner, departure=message.departure, at=at)
        line.subject = movement.key
        line.note(
            is_new=standings.follow(movement, _standing(message), message.offices, message.events, by=partner, at=at)
        )
    return movement


def _standing(message: messages.Anticipated | messages.State) -> standings.Standing:
    if message.state not in rules.TOLD_ABROAD:
        raise rules.EventUnfit(given=message.state[:40])
    due = (message.limit_at, message.results_due_at)
    return standings.Standing(message.version, message.at, message.state, *due)


def _check_departure(office: str, partner: str) -> None:
    if office != partner and (office[:2] != partner[:2] or outbox.knows(office)):
        raise rules.NotTheirMovement(partner=partner)


def _copy(key: str, number: str, *, partner: str, at: datetime, departure: str = "") -> Movement:
    """Lock the copy of a partner's movement, or open it; only news that names its departure may put its home right."""
    found, told = turns.of_number(number), rules.check_number(number)
    if departure and not rules.is_number_of(told, departure):
        raise rules.NotTheirMovement(partner=partner)
    if not departure and found is not None and found.home != partner:
        raise rules.NotTheirMovement(partner=partner)
    if rules.country_of(told) != partner[:2] or (found is not None and not _may_be_of(found, partner)):
        raise rules.NotTheirMovement(partner=partner)
    if found is None:
        return itineraries.copy_of(key, told, home=partner, at=at)
    if found.home != partner:
        standings.adopt(found, home=partner, at=at)
    return found


def _may_be_of(movement: Movement, partner: str) -> bool:
    """Tell whether a partner may be the home of a copy: one opened by its paper may name another office by mistake."""
    return not movement.is_home and (movement.home == partner or movement.home_version == 0)


def take_events(
    actor: Actor, key: str, *, partner: str, message: messages.EnRoute, place: str, at: datetime
) -> Movement:
    """Take in what an office on the way did, decide what it is here, and tell every node how the movement stands.

    An event that was told before has no effect.  What cannot be taken as it was told is kept as an incident.

    Raises:
        NotMandated, NotTheirMovement, EventUnfit.
        NoSuchRecord: no movement of this node bears the number.
    """
    with journal.writes(actor, "transit.take_events", key, at=at, place=place, number=message.mrn) as line:
        mandates.require(actor, "transit.take_events", place=place)
        movement = _own(message.mrn)
        line.subject, line.place = movement.key, movement.place_id
        fresh = _fresh(movement, message.events, partner)
        line.note(events=[each.kind for each in fresh])
        if fresh:
            standings.decide(movement, fresh, by=partner, at=at)
    return movement


def _own(number: str) -> Movement:
    movement = turns.of_number(number)
    if movement is None or not movement.is_home:
        raise NoSuchRecord(key=number)
    return movement


def _fresh(movement: Movement, told: Sequence[Any], partner: str) -> list[rules.Happening]:
    """Give the events that home does not know yet, each of the partner's own making and office."""
    known = set(movement.events.values_list("key", flat=True))
    events = rules.read_all(told)
    for each in events:
        if each.kind not in rules.EN_ROUTE or each.was or not each.key.startswith(f"{partner}:"):
            raise rules.EventUnfit(given=f"{each.kind} {each.key}")
        _check_departure(each.office, partner)
    return [replace(each) for each in events if each.key not in known]


def take_question(
    actor: Actor, key: str, *, partner: str, message: messages.Enquiry, place: str, at: datetime
) -> Movement:
    """Take in what home asks of an office of this node.

    Raises:
        NotMandated, NotTheirMovement.
        EventUnfit: the question is of no known kind.
    """
    with journal.writes(actor, "transit.take_question", key, at=at, place=place, asks=message.asks) as line:
        mandates.require(actor, "transit.take_question", place=place)
        if message.asks not in rules.ASKS:
            raise rules.EventUnfit(given=message.asks[:40])
        movement = _copy(key, message.mrn, partner=partner, at=at)
        line.subject = movement.key
        asked = {"movement": movement, "asks": message.asks, "office": message.office[:32]}
        MovementQuestion.objects.get_or_create(**asked, defaults={"asked_at": message.at})
        write(movement)
    return movement


def take_answer(
    actor: Actor, key: str, *, partner: str, message: messages.EnquiryAnswer, place: str, at: datetime
) -> Movement:
    """Take in what an office answered to a question of this node.

    Raises:
        NotMandated, NoSuchRecord, NotTheirMovement.
        NothingAsked: the office was not asked this.
    """
    with journal.writes(actor, "transit.take_answer", key, at=at, place=place, answer=message.answer) as line:
        mandates.require(actor, "transit.take_answer", place=place)
        movement = _own(message.mrn)
        line.subject, line.place = movement.key, movement.place_id
        _check_departure(message.office, partner)
        question = movement.questions.filter(asks=message.asks, office=message.office).first()
        if question is None:
            raise rules.NothingAsked()
        if question.answered_at is None and message.answer in rules.ANSWERS:
            question.answer, question.text, question.answered_at = message.answer, message.text[:300], message.at
            question.save(update_fields=["answer", "text", "answered_at"])
            deed = Deed("answer_question", partner, message.at, message.office, noted_at=at)
            turns.note(
                movement, turns.events(movement, deed, {"outcome": message.answer, "reason": question.text}), deed
            )
            write(movement)
    return movement
