"""A closed stream opens again: two officers of each side agree, and each node signs (docs/wire/mx1.md, 9.3)."""

from datetime import datetime

from django.conf import settings

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.exchange import keeping, numbering, reopening, rules
from mabar.exchange.models import Partner, Reopening, Stream
from mabar.exchange.own import own
from mabar.exchange.rules import OFFICERS_OF_A_REOPENING

OUT = "out"


def reopen_stream(
    actor: Actor, code: str, *, direction: str, urgency: int, reason: str, at: datetime
) -> tuple[Reopening, bool]:
    """Agree that a closed stream opens again; the second officer's act signs it for this side.

    It opens when the other side has signed too.  What is not known to be stored there goes again, under its old id.
    Give what this side has agreed, and whether the stream is open now.

    Args:
        direction: `out`, what this node sends; `in`, what the partner sends.
        urgency: the class of the stream.
    Raises:
        NotMandated, NoSuchRecord, ReasonNeeded, StreamCarries, SignedForThisSide, AgreedByYou.
        Refused: there is no way to the partner: `descriptor.unknown` or `suite.unknown`.
    """
    subject = f"{code}/{direction}/{urgency}"
    with journal.writes(actor, "exchange.reopen_stream", subject, at=at, reason=reason) as line:
        mandates.require(actor, "exchange.reopen_stream", place=settings.NODE.code)
        told, row = rules.check_reason(reason), _stream(code, direction, urgency)
        record, is_open = _agreed(row, actor, at), False
        record.reason = record.reason or told
        record.save()
        if len(record.officers) >= OFFICERS_OF_A_REOPENING:
            is_open = reopening.sign(row, record, own(at), at)
        line.note(epoch=row.epoch, officers=record.officers, size=record.size, is_open=is_open)
    return record, is_open


def _stream(code: str, direction: str, urgency: int) -> Stream:
    known = Partner.objects.filter(code=code).exists()
    if not known or not Stream.objects.filter(partner=code, is_outward=direction == OUT, urgency=urgency).exists():
        raise NoSuchRecord(key=f"{code}/{direction}/{urgency}")
    return keeping.present(code, is_outward=direction == OUT, urgency=urgency)


def _agreed(row: Stream, actor: Actor, at: datetime) -> Reopening:
    """Note one more officer of this side; after two histories were signed both begin anew."""
    sides = reopening.sides_of(row)
    record = sides.own or Reopening(stream=row, is_own=True, root=b"")
    if sides.is_at_odds and len(record.officers) != 1:
        record.officers = []
    record.officers = rules.check_reopening(
        is_called_for=row.closed_at is not None or sides.theirs is not None or numbering.is_stuck(row),
        is_signed=record.item is not None and not sides.is_at_odds,
        officer=actor.key,
        before=record.officers,
    )
    record.at = at
    return record
