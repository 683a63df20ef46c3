"""The door for the clock and the queue: due acts call one command; papers are made where nobody waits at a screen."""

from datetime import UTC, datetime

from django_tasks import task

from mabar.base import actors, timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.origin import commands, turns

    timers.register(turns.EXPIRE, commands.expire)
    timers.register(turns.OVERDUE, commands.note_overdue)


@task()
def print_proof(actor: str, key: str, language: str) -> str:
    """Make the certificate of a proof for an actor and keep it; give the SHA-256 under which it lies."""
    from mabar.base import files
    from mabar.origin import papers, queries

    at = datetime.now(UTC)
    ends = queries.readable_proof(actors.by_key(actor), key, at)
    content, media_type = papers.paper_of(ends.row, language=language, at=at)
    return files.keep(content, media_type=media_type, at=at).sha256
