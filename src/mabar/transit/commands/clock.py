"""What the clock does when a day of the terms has ended; effects count from the instant that was due."""

from datetime import datetime, timedelta

from mabar.base import actors, journal, mandates
from mabar.base.models import Actor
from mabar.transit import enquiries, nodes, rules, turns
from mabar.transit.models import Movement, MovementQuestion
from mabar.transit.turns import Deed


def open_enquiry(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Movement:
    """Open the enquiry on goods that nobody saw arrive by the time limit: the office of destination is asked.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "transit.open_enquiry", key, at=at, due_at=due_at) as line:
        movement = turns.take(actor, "open_enquiry", key)
        line.place = movement.place_id
        mandates.require(actor, "transit.open_enquiry", place=movement.place_id)
        days = rules.days_of(movement.terms).holder_request_days
        # the limit is the first instant after its last day, which is the day that is not counted
        last_day = due_at - timedelta(microseconds=1)
        ask_by = rules.end_of_day(last_day, days, nodes.clock_of(movement.departure))
        deed = _by_clock("open_enquiry", movement, due_at=due_at, at=at)
        turns.move(movement, turns.events(movement, deed, {}), deed, holder_request_due_at=ask_by)
        nodes.tell_state(movement, at=at)
        _ask(movement, "arrival", movement.destination, at=at)
    return movement


def _by_clock(act: str, movement: Movement, *, due_at: datetime, at: datetime) -> Deed:
    return Deed(act, actors.NODE_KEY, due_at, movement.departure, noted_at=at)


def _ask(movement: Movement, asks: str, office: str, *, at: datetime) -> None:
    question = MovementQuestion.objects.create(movement=movement, asks=asks, office=office, asked_at=at)
    nodes.tell_question(question, at=at)


def ask_results(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Movement:
    """Ask the office of destination for the results of its control, at once when they are overdue.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "transit.ask_results", key, at=at, due_at=due_at) as line:
        movement = turns.take(actor, "ask_results", key)
        line.place = movement.place_id
        mandates.require(actor, "transit.ask_results", place=movement.place_id)
        deed = _by_clock("ask_results", movement, due_at=due_at, at=at)
        turns.move(movement, turns.events(movement, deed, {}), deed, results_asked_at=at)
        _ask(movement, "results", movement.arrived_office, at=at)
    return movement


def ask_holder_due(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Movement:
    """Ask the holder when no officer has done so by the last day for it.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "transit.ask_holder_due", key, at=at, due_at=due_at) as line:
        movement = turns.take(actor, "ask_holder", key)
        line.place = movement.place_id
        mandates.require(actor, "transit.ask_holder_due", place=movement.place_id)
        rules.after("ask_holder", movement.state)
        enquiries.ask_holder(movement, _by_clock("ask_holder", movement, due_at=due_at, at=at))
    return movement


def recover_due(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Movement:
    """Start the recovery when the holder's days have ended without an answer.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "transit.recover_due", key, at=at, due_at=due_at) as line:
        movement = turns.take(actor, "start_recovery", key)
        line.place = movement.place_id
        mandates.require(actor, "transit.recover_due", place=movement.place_id)
        deed = _by_clock("start_recovery", movement, due_at=due_at, at=at)
        enquiries.recover(actor, movement, deed, reason="")
    return movement
