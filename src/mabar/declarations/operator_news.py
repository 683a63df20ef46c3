"""What the partner's nodes are told of a firm's status, in the act that it tells of."""

from datetime import datetime

from mabar.crossings import queries as crossings
from mabar.declarations import messages
from mabar.declarations.models import OperatorStatus
from mabar.declarations.wire import TRUSTED
from mabar.exchange import outbox


def tell(status: OperatorStatus, at: datetime) -> None:
    """Tell each node of the administration across what counts of a status now; a stop goes in the most urgent class."""
    news = _whole(status, at) if status.state == "issued" else _stopped(status, at)
    for node in _nodes(status.place_id):
        outbox.leave_for_partner(node, news, purpose=TRUSTED, at=at)


def _nodes(place: str) -> list[str]:
    across = crossings.neighbour(place)
    return outbox.partners_of(across.partition(".")[0]) if across else []


def _whole(status: OperatorStatus, at: datetime) -> messages.OperatorStatus:
    days = (status.valid_from, status.valid_until)
    first, last = (day.isoformat() if day else "" for day in days)
    return messages.OperatorStatus(
        operator=status.key,
        number=status.number,
        firm=status.firm,
        kind=status.kind,
        valid_from=first,
        valid_until=last,
        state=status.state,
        at=at,
        name=status.name,
        terms=status.terms,
        reason=status.reason,
    )


def _stopped(status: OperatorStatus, at: datetime) -> messages.OperatorStopped:
    return messages.OperatorStopped(
        operator=status.key,
        number=status.number,
        firm=status.firm,
        state=status.state,
        at=at,
        reason=status.reason,
    )
