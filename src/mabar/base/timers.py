"""Legal timers: started and ended in the acts they belong to, fired once by one clock loop."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from mabar.base import actors
from mabar.base.models import Actor, Timer
from mabar.lib.refusals import Refusal

log = logging.getLogger(__name__)
Due = Callable[..., object]
_commands: dict[str, Due] = {}


def register(verb: str, command: Due) -> None:
    """Name the command that the clock calls when `verb` is due: `command(node, subject, due_at=, at=)`."""
    _commands[verb] = command


def start(verb: str, subject: str, *, due_at: datetime) -> Timer:
    """Start a timer in the transaction of the act that makes something due.

    Raises:
        ValueError: no command bears the verb, so nothing would ever happen.
    """
    if verb not in _commands:
        raise ValueError(f"no command is registered for {verb}")
    return Timer.objects.create(verb=verb, subject=subject, due_at=due_at)


def end(verb: str, subject: str, *, at: datetime) -> bool:
    """End the running timer, if there is one, in the transaction of the act that makes it needless."""
    running = Timer.objects.filter(verb=verb, subject=subject, ended_at=None, fired_at=None)
    return running.update(ended_at=at) > 0


def fire_due(at: datetime, *, limit: int = 200) -> int:
    """Fire every timer due at `at`, once each, also those that fell due while the node was off.

    A timer that failed waits as many minutes as it has failed, so that one fault does not stop the others.
    """
    due = Timer.objects.filter(due_at__lte=at, ended_at=None, fired_at=None).order_by("due_at")[:limit]
    return sum(_fire(timer.pk, at) for timer in due if not _is_resting(timer, at))


def _is_resting(timer: Timer, at: datetime) -> bool:
    return timer.failures > 0 and int(at.timestamp() // 60) % min(timer.failures + 1, 60) != 0


def _fire(key: int, at: datetime) -> bool:
    node = actors.node()
    try:
        with transaction.atomic():
            return _fire_claimed(node, key, at)
    except Refusal as refusal:
        # the law of the act says no: the timer has done its work, and the refusal is its outcome
        log.info("timer refused", extra={"code": refusal.code, "timer": key})
        Timer.objects.filter(pk=key).update(fired_at=at)
    except Exception:
        log.exception("timer failed", extra={"timer": key})
        failed = Timer.objects.get(pk=key)
        Timer.objects.filter(pk=key).update(failures=min(failed.failures + 1, 60))
    return False


def _fire_claimed(node: Actor, key: int, at: datetime) -> bool:
    claimed = Timer.objects.filter(pk=key, fired_at=None, ended_at=None).update(fired_at=at)
    if not claimed:
        return False
    timer = Timer.objects.get(pk=key)
    _commands[timer.verb](node, timer.subject, due_at=timer.due_at, at=at)
    return True
