"""The door for the clock and the queue: due acts call one command; papers are made where nobody waits at a screen."""

from datetime import UTC, datetime
from typing import Any

from django_tasks import task

from mabar.base import actors, files, timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.declarations import commands, turns

    timers.register(turns.LAPSE, commands.lapse_query)


@task()
def print_paper(
    actor: str, key: str, language: str, kind: str = "declaration", chosen: dict[str, Any] | None = None
) -> str:
    """Make a paper of a declaration for an actor and keep it; give the SHA-256 under which it lies.

    Args:
        kind: which, by its name in `printed`.
        chosen: what was asked for of it, as labels are by number.
    """
    from mabar.declarations import printed, queries

    at = datetime.now(UTC)
    scope = queries.scope_of(actors.by_key(actor), at)
    content, media_type = printed.PAPERS[kind](scope, key, language=language, at=at, **(chosen or {}))
    return str(files.keep(content, media_type=media_type, at=at).sha256)
