"""The door for the clock and the queue: due acts call one command; papers are made where nobody waits at a screen."""

from datetime import UTC, datetime

from django_tasks import task

from mabar.base import actors, files, timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.declarations import commands, turns

    timers.register(turns.LAPSE, commands.lapse_query)


@task()
def print_paper(actor: str, key: str, language: str) -> str:
    """Make the paper of a declaration for an actor and keep it; give the SHA-256 under which it lies."""
    from mabar.declarations import papers, queries

    at = datetime.now(UTC)
    scope = queries.scope_of(actors.by_key(actor), at)
    content, media_type = papers.paper_of(scope, key, language=language, at=at)
    return str(files.keep(content, media_type=media_type, at=at).sha256)
