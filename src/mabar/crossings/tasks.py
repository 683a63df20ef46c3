"""The door for the clock and the queue: each due act calls one command; papers are made where nobody waits."""

from datetime import UTC, datetime

from django_tasks import task

from mabar.base import files, timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.crossings import commands, diversions, seats, turns

    timers.register(turns.LAPSE, commands.lapse)
    timers.register(seats.LAPSE, commands.lapse_appointment)
    timers.register(diversions.EXPIRE, commands.expire_offer)


@task()
def print_protocol(actor: str, key: str, language: str) -> str:
    """Make the protocol that an actor may read, and keep it; give the SHA-256 under which it lies."""
    from mabar.base import actors, mandates
    from mabar.crossings import papers, queries
    from mabar.crossings.queries import transshipments as told

    at = datetime.now(UTC)
    place = told.transshipment(key).row.place
    across = queries.facing(place)
    who, verb = actors.by_key(actor), "crossings.read_board"
    if across is None or not mandates.may(who, verb, place=across, at=at):
        mandates.require(who, verb, place=place, at=at)
    content, media_type = papers.paper_of(key, language=language, at=at)
    return str(files.keep(content, media_type=media_type, at=at).sha256)


@task()
def print_permit(actor: str, key: str, language: str) -> str:
    """Make the permit of a diverted truck and keep it; give the SHA-256 under which it lies.

    Args:
        actor: who asked for it, and alone may fetch it; the door has seen that he may.
    """
    from mabar.crossings import permits

    at = datetime.now(UTC)
    content, media_type = permits.paper_of(key, language=language, at=at)
    return str(files.keep(content, media_type=media_type, at=at).sha256)
