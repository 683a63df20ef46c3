"""Erasing facts whose retention has ended; the line, its digest and the log stay as they were."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor, JournalErasure, JournalFacts
from mabar.base.rules import NotYetDue


def erase_facts(actor: Actor, key: int, *, at: datetime) -> None:
    """Erase the facts of line `key` and journal that it was done.

    Raises:
        NotMandated, NotYetDue.
    """
    with journal.writes(actor, "base.erase_facts", f"line-{key}", at=at):
        mandates.require(actor, "base.erase_facts")
        facts = JournalFacts.objects.get(line_id=key)
        if facts.due_on is None or facts.due_on > at.date():
            raise NotYetDue(due=facts.due_on or "–")
        JournalErasure.objects.create(line_id=key, erased_on=at.date())
        facts.delete()


def erase_due(node: Actor, at: datetime, *, limit: int = 500) -> int:
    """Erase everything that is due; the worker calls this once an hour."""
    due = list(JournalFacts.objects.filter(due_on__lte=at.date()).values_list("line_id", flat=True)[:limit])
    for key in due:
        erase_facts(node, key, at=at)
    return len(due)
