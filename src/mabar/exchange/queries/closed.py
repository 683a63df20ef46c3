"""Streams on which nothing goes any more: why, with what proof, and how far each side is with opening them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from mabar.exchange import numbering, reopening
from mabar.exchange.models import Evidence, Stream
from mabar.exchange.queries.lines import CLOCK_MARKED_MS

MOST_CLOSED = 20
STUCK = "stuck"  # not closed, but it lacks what was sent on it, and nobody gives that back


@dataclass(frozen=True)
class ClosedStream:
    """A stream on which nothing goes any more, why, and the digest of the proof; empty where there is none.

    `officers` of this side want it to open again, and `is_signed` once two do; `is_asked`: the partner has signed;
    `is_at_odds`: both have, but of two histories.  `size` is that of the head at which it would end, `above` how many
    messages of this node would go again.
    """

    partner: str
    is_outward: bool
    urgency: int
    epoch: int
    closed_at: datetime | None
    code: str
    claim: int | None
    guilty: str
    evidence: str
    offset_ms: int | None
    officers: Sequence[str]
    is_signed: bool
    is_asked: bool
    is_at_odds: bool
    size: int
    above: int

    @property
    def direction(self) -> str:
        """Whose it is: `out`, sent by this node, or `in`."""
        return "out" if self.is_outward else "in"

    @property
    def is_clock_off(self) -> bool:
        """Whether the clocks differed by more than a minute when the proof was found."""
        return abs(self.offset_ms or 0) > CLOCK_MARKED_MS

    @property
    def offset_s(self) -> str:
        """The other's clock less ours in seconds, then; empty where it was not measured."""
        return "" if self.offset_ms is None else f"{self.offset_ms / 1000:+.1f}"

    @property
    def may_be_agreed(self) -> bool:
        """Whether an officer of this side is still needed."""
        return self.is_at_odds or not self.is_signed


def closed_streams() -> list[ClosedStream]:
    """List the closed streams that no later epoch follows, and those that are stuck, the newest first."""
    after = Stream.objects.filter(
        partner=OuterRef("partner"),
        is_outward=OuterRef("is_outward"),
        urgency=OuterRef("urgency"),
        epoch__gt=OuterRef("epoch"),
    )
    last = Stream.objects.filter(~Exists(after)).select_related("partner")
    rows = list(last.exclude(closed_at=None).order_by("-closed_at")[:MOST_CLOSED])
    asked = set(last.filter(closed_at=None, reopening__isnull=False))
    rows += [row for row in last.filter(closed_at=None) if row in asked or numbering.is_stuck(row)]
    proofs = {each.stream_id: each for each in Evidence.objects.filter(stream__in=[row.pk for row in rows])}
    return [_closed(row, proofs.get(row.pk)) for row in rows]


def _closed(row: Stream, proof: Evidence | None) -> ClosedStream:
    sides = reopening.sides_of(row)
    size = sides.own.size if sides.own and sides.own.item else reopening.closing_head(row).size
    return ClosedStream(
        partner=row.partner_id,
        is_outward=row.is_outward,
        urgency=row.urgency,
        epoch=row.epoch,
        closed_at=row.closed_at,
        code=row.closed_code or STUCK,
        claim=proof.claim if proof else None,
        guilty=proof.guilty if proof else "",
        evidence=proof.digest if proof else "",
        offset_ms=proof.offset_ms if proof else None,
        officers=sides.own.officers if sides.own else (),
        is_signed=sides.own is not None and sides.own.item is not None,
        is_asked=sides.theirs is not None,
        is_at_odds=sides.is_at_odds,
        size=size,
        above=reopening.above(row, size),
    )
