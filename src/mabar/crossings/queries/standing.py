"""Where one truck stands: what its carrier, its driver and its officer ask."""

from dataclasses import dataclass
from datetime import datetime

from mabar.base.rules import NoSuchRecord
from mabar.crossings.models import Passage
from mabar.crossings.queries.turns import queue


@dataclass(frozen=True)
class Standing:
    """A truck's place in the queue and its expected hour, from `n` gaps between gate-ins; None where nothing is known.

    The hour lies between `earliest_at` and `latest_at` four times out of five.
    """

    key: str
    place: str
    plate: str
    state: str
    position: int | None
    of: int | None
    expected_at: datetime | None
    earliest_at: datetime | None
    latest_at: datetime | None
    n: int
    gate: int | None


def standing_of(key: str, at: datetime) -> Standing:
    """Give where the truck of a passage stands; outside the queue it has neither a place nor an expected hour.

    Raises:
        NoSuchRecord: no passage bears the key.
    """
    found = Passage.objects.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    waiting = queue(found.place_id, at)
    turn = waiting.by_key.get(key)
    hours = turn.expected if turn else None
    return Standing(
        key=key,
        place=found.place_id,
        plate=found.plate,
        state=found.state,
        position=turn.position if turn else None,
        of=len(waiting.turns) if turn else None,
        expected_at=hours.at if hours else None,
        earliest_at=hours.earliest_at if hours else None,
        latest_at=hours.latest_at if hours else None,
        n=waiting.pace.n,
        gate=found.gate,
    )
