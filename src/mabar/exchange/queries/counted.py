"""Counting what was sent and is not answered, by partner and class, in one question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, Sum

from mabar.exchange.models import Sent, Stream
from mabar.exchange.protocol.answers import ACTED, ANSWER

NOT_ANSWERED = (ANSWER, ACTED)  # nobody answers an answer
MISSED_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Counted:
    """Of one partner and class: on the way, stored there and not answered, answered, and what has been missed."""

    on_way: int = 0
    stored: int = 0
    answered: int = 0
    missing_r1: int = 0
    missing_r2: int = 0
    oldest_at: datetime | None = None


def counted(at: datetime) -> Mapping[tuple[str, int], Counted]:
    """Count what is sent and not answered, by partner and class."""
    settled = {
        (partner, urgency): count
        for partner, urgency, count in Stream.objects.filter(is_outward=True)
        .values_list("partner", "urgency")
        .annotate(count=Sum("settled"))
        .order_by()
    }
    open_ = {(row.pop("stream__partner"), row.pop("stream__urgency")): row for row in _open(at)}
    return {key: _counted(count, open_.get(key, {})) for key, count in settled.items()}


def _open(at: datetime) -> list[dict[str, object]]:
    """Ask by the index of what is not answered; the answers themselves stand in it too, and are told apart."""
    there, late = Q(seq__lte=F("stream__settled")), Q(numbered_at__lt=at - MISSED_AFTER)
    asks = ~Q(kind__in=NOT_ANSWERED)
    found = Sent.objects.filter(said="", stream__closed_at=None).values("stream__partner", "stream__urgency")
    return [
        dict(row)
        for row in found.annotate(
            on_way=Count("pk", filter=~there),
            stored=Count("pk", filter=there & asks),
            settled_open=Count("pk", filter=there),
            missing_r1=Count("pk", filter=~there & late),
            missing_r2=Count("pk", filter=there & asks & late),
            oldest_at=Min("left_at", filter=~there),
        ).order_by()
    ]


def _counted(settled: int, row: Mapping[str, object]) -> Counted:
    told = {name: row.get(name, 0) for name in ("on_way", "stored", "missing_r1", "missing_r2")}
    oldest = row.get("oldest_at")
    answered = max(settled - int(str(row.get("settled_open", 0))), 0)
    return Counted(
        **{name: int(str(value)) for name, value in told.items()},
        answered=answered,
        oldest_at=oldest if isinstance(oldest, datetime) else None,
    )
