"""The door for the clock and the queue: due acts call one command; papers are made where nobody waits at a screen."""

from datetime import UTC, datetime

from django_tasks import task

from mabar.base import actors, timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.vehicles import commands, turns

    timers.register(turns.EXPIRE, commands.expire)
    timers.register(turns.OVERDUE, commands.note_overdue)
    timers.register(turns.ERASE, commands.erase_holder)


@task()
def print_pass(actor: str, key: str, language: str) -> str:
    """Make the paper of a pass for an actor and keep it; give the SHA-256 under which it lies."""
    from mabar.vehicles import kept_papers, papers, queries

    at = datetime.now(UTC)
    reader = actors.by_key(actor)
    ends = queries.readable_pass(reader, key, at)
    content, media_type = papers.paper_of(ends, language=language, at=at)
    return kept_papers.keep(key, content, media_type=media_type, at=at)
