"""Which lines do not carry now, for the boards of the crossings: few columns, since many pages ask it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from mabar.exchange.models import Outgoing, Partner, Stream
from mabar.exchange.queries.lines import CARRIES, CUT, names_of, state_of


@dataclass(frozen=True)
class LineDown:
    """A partner whose line carries nothing, since when, and how many messages wait for it here."""

    code: str
    names: Mapping[str, str]
    since_at: datetime
    waiting: int
    is_cut: bool


def lines_down(at: datetime) -> list[LineDown]:
    """List the lines that do not carry; empty when all is well, after one question."""
    states = [(partner, state_of(partner, at)) for partner in Partner.objects.order_by("code")]
    down = [(partner, state) for partner, state in states if state != CARRIES]
    waiting = _waiting([partner.code for partner, _ in down]) if down else Counter()
    return [
        LineDown(
            code=partner.code,
            names=names_of(partner.code, at),
            since_at=partner.heard_at or partner.since_at,
            waiting=waiting[partner.code],
            is_cut=state == CUT,
        )
        for partner, state in down
    ]


def _waiting(codes: list[str]) -> Counter[str]:
    letters = Outgoing.objects.filter(address__in=codes, done_at=None).values_list("address").annotate(n=Count("key"))
    streams = Stream.objects.filter(partner__in=codes, is_outward=True, closed_at=None, size__gt=F("settled"))
    found = Counter(dict(letters.order_by()))
    for code, size, settled in streams.values_list("partner", "size", "settled"):
        found[code] += size - settled
    return found
