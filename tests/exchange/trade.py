"""What the desks of the tests tell across the border."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.crossings.messages import ExitNotice
from mabar.exchange import outbox
from tests.exchange.partner import THERE
from tests.world import NOON


def exit_notice(passage: str) -> ExitNotice:
    """Give the notice that a truck has left."""
    return ExitNotice(passage, "dz.debdeb", "99417-116-30", NOON, "", "Oasis", (), ("S1",), ())


def leave_exit_notice(actor, passage: str, to: str = THERE, *, at: datetime = NOON) -> str:
    """Leave the notice in an act of the actor, as his desk does."""
    with journal.writes(actor, "crossings.note_gate_out", passage, at=at):
        mandates.require(actor, "crossings.note_gate_out", place="dz.debdeb")
        return outbox.leave_for_partner(to, exit_notice(passage), purpose="crossing-control", at=at)
