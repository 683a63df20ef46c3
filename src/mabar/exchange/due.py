"""What is due on a line to a partner: what waits for it, what goes behind what is under way, and what goes again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mabar.exchange import keeping, posting
from mabar.exchange.models import Outgoing, Partner, Stream


def standing(partner: Partner, urgencies: Sequence[int]) -> tuple[object, ...]:
    """Give where the streams of a line and what waits for it stand: a contact that moves anything changes it."""
    names = ("pk", "size", "settled", "sent_up_to", "told_size", "under_way")
    rows = Stream.objects.filter(partner=partner, urgency__in=urgencies).order_by("pk").values_list(*names)
    waiting = Outgoing.objects.filter(address=partner.code, urgency__in=urgencies, done_at=None).order_by("-key")
    known = Partner.objects.get(pk=partner.pk)
    is_answered = (known.heard_ms or 0) >= (known.restored_ms or 0)
    return *rows, waiting.values_list("key", flat=True).first(), is_answered, *map(tuple, known.wanted)


def has_waiting(partner: Partner, urgencies: Sequence[int]) -> bool:
    """Tell whether a letter waits, or something of a stream that can go now."""
    if _has_letters(partner, urgencies):
        return True
    at = datetime.now(UTC)
    return any(row.closed_at is None and posting.is_due(row, at) for row in _rows(partner, urgencies))


def goes_again(partner: Partner, urgencies: Sequence[int], overdue: timedelta) -> bool:
    """Tell whether what is under way has waited for its answer so long that it goes by another connection too."""
    at = datetime.now(UTC)
    return any(row.under_way and posting.has_waited(row, overdue, at) for row in _rows(partner, urgencies))


def goes_behind(partner: Partner, urgencies: Sequence[int]) -> bool:
    """Tell whether something can go behind what is under way."""
    rows = {row.urgency: row for row in _rows(partner, urgencies)}  # of each class the last epoch
    return any(_has_more(partner, each, rows.get(each)) for each in urgencies)


def _has_more(partner: Partner, urgency: int, row: Stream | None) -> bool:
    """Tell whether another batch of a class may go, and there is one."""
    if row is None:
        return _has_letters(partner, (urgency,))
    if row.closed_at is not None or not keeping.flight_of(row).may_send:
        return False
    return bool(row.under_way and row.sent_up_to < row.size) or _has_letters(partner, (urgency,))


def _has_letters(partner: Partner, urgencies: Sequence[int]) -> bool:
    return Outgoing.objects.filter(address=partner.code, urgency__in=urgencies, done_at=None).exists()


def _rows(partner: Partner, urgencies: Sequence[int]) -> list[Stream]:
    return list(Stream.objects.filter(partner=partner, is_outward=True, urgency__in=urgencies).order_by("epoch"))
