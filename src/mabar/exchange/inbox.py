"""The inbox of the address "here": each message takes effect once, however often it is opened."""

import logging
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from mabar.exchange import kinds, messages
from mabar.exchange.models import Opened, Outgoing

log = logging.getLogger(__name__)
HERE = "here"
LONGEST_WAIT = timedelta(minutes=15)


def open_one(key: str, at: datetime | None = None) -> bool:
    """Open one message in a transaction of its own; a fault leaves it for the worker, which tries again later."""
    moment = at or datetime.now(UTC)
    try:
        with transaction.atomic():
            return _take_effect(key, moment)
    except Exception as fault:
        log.exception("message not opened", extra={"subject": key})
        _put_off(key, moment, fault)
        return False


def open_waiting(at: datetime, *, limit: int = 200) -> int:
    """Open what an earlier fault or a power cut left unopened; the worker calls this."""
    # one put off for longer than any is was put off by a clock that has been set back since
    is_due = Q(next_at__lte=at) | Q(next_at__gt=at + LONGEST_WAIT)
    found = Outgoing.objects.filter(is_due, address=HERE, done_at=None).order_by("key")
    waiting = found.values_list("key", flat=True)
    return sum(open_one(key, at) for key in list(waiting[:limit]))


def _take_effect(key: str, at: datetime) -> bool:
    letter = Outgoing.objects.select_for_update().get(key=key)
    if letter.done_at is not None:
        return False
    _, is_first = Opened.objects.get_or_create(key=key, defaults={"kind": letter.kind, "opened_at": at})
    if is_first:
        kind, openers = kinds.of(letter.kind)
        message = messages.read(kind, letter.body)
        for opener in openers:
            opener(message, at)
    letter.done_at = at
    letter.save(update_fields=["done_at"])
    return is_first


def _put_off(key: str, at: datetime, fault: Exception) -> None:
    letter = Outgoing.objects.filter(key=key).first()
    if letter is None:
        return
    letter.failures = min(letter.failures + 1, 1000)
    letter.fault = f"{type(fault).__name__}: {fault}"[:200]
    letter.next_at = at + min(timedelta(seconds=2 ** min(letter.failures, 10)), LONGEST_WAIT)
    letter.save(update_fields=["failures", "fault", "next_at"])
