"""What the exchange tells of itself."""

from collections.abc import Iterator
from datetime import datetime

from mabar.base import health
from mabar.exchange.inbox import HERE
from mabar.exchange.models import Outgoing


def unopened(at: datetime) -> Iterator[health.Measure]:
    """Measure the messages that have not taken effect yet."""
    waiting = Outgoing.objects.filter(address=HERE, done_at=None)
    oldest = waiting.order_by("left_at").values_list("left_at", flat=True).first()
    age_s = (at - oldest).total_seconds() if oldest else 0.0
    yield health.above("messages_unopened", waiting.count(), "count", alert=100, stop=10_000)
    yield health.above("messages_waiting", max(age_s, 0.0), "seconds", alert=60, stop=3_600)
