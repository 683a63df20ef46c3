"""What the crossing across is told of an export, where it is the node of a partner: in the act that it tells of."""

from datetime import datetime

from mabar.crossings import queries as crossings
from mabar.crossings.rules import GONE, LIVE
from mabar.declarations import messages, queries
from mabar.declarations.models import Declaration
from mabar.declarations.wire import PURPOSE, RELEASED, WITHDRAWN
from mabar.exchange import outbox

AFTER_RELEASE = frozenset({"released", "closed"})


def tell_of_release(declaration: Declaration, *, at: datetime) -> None:
    """Send an export that is released ahead of its trucks; told again, it takes the place of what was told."""
    across = _across(declaration)
    if across is None:
        return
    record, left_out = queries.record_that_crosses(declaration.key)
    loaded = [each.passage for each in crossings.passages_of(declaration.key)]
    trucks = [each for each in loaded if each.state in (*LIVE, *GONE)]
    news = messages.Advance(
        declaration=declaration.key,
        reference=str(declaration),
        place=declaration.place_id,
        state=RELEASED,
        office=declaration.office,
        released_at=declaration.released_at,
        passages=tuple({"key": each.key, "plate": each.plate} for each in trucks),
        items_left_out=left_out,
        record=record,
    )
    outbox.leave_for_partner(across, news, purpose=PURPOSE, at=at)


def follow(declaration: Declaration, *, before: str, at: datetime) -> None:
    """Tell what a change of state means to the other side: released now, or released no longer."""
    if declaration.state == before:
        return
    if declaration.state == "released" and before not in AFTER_RELEASE:
        tell_of_release(declaration, at=at)
    if before in AFTER_RELEASE and declaration.state not in AFTER_RELEASE:
        _take_back(declaration, at=at)


def _take_back(declaration: Declaration, *, at: datetime) -> None:
    across = _across(declaration)
    if across is not None:
        news = messages.Advance(
            declaration=declaration.key,
            reference=str(declaration),
            place=declaration.place_id,
            state=WITHDRAWN,
            office=declaration.office,
        )
        outbox.leave_for_partner(across, news, purpose=PURPOSE, at=at)


def _across(declaration: Declaration) -> str | None:
    """Name the crossing across where a partner node works it, for an export."""
    if declaration.flow != "export":
        return None
    across = crossings.neighbour(declaration.place_id)
    return across if across is not None and outbox.knows(across) else None
