"""The steps of an enquiry that an officer takes, and the clock where no officer has."""

from datetime import datetime

from mabar.base.models import Actor
from mabar.transit import cover, nodes, rules, turns
from mabar.transit.models import Movement
from mabar.transit.turns import Deed


def ask_holder(movement: Movement, deed: Deed) -> datetime:
    """Note that the holder is asked, and give when his answer is due: he has all his days from the asking itself."""
    asked_at = deed.noted_at or deed.at
    days = rules.days_of(movement.terms).holder_answer_days
    due_at = rules.end_of_day(asked_at, days, nodes.clock_of(movement.departure))
    told = turns.events(movement, deed, {})
    turns.move(movement, told, deed, holder_asked_at=asked_at, holder_due_at=due_at)
    return due_at


def recover(actor: Actor, movement: Movement, deed: Deed, *, reason: str) -> None:
    """Take a movement to recovery: claim what covers it and tell the others."""
    moment = deed.noted_at or deed.at
    turns.move(movement, turns.events(movement, deed, {"reason": reason}), deed, reason=reason)
    cover.claim(actor, movement, at=moment)
    nodes.tell_state(movement, at=moment)
