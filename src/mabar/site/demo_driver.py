"""A driver of the demonstration: the link by which he follows his truck."""

from datetime import datetime

from mabar.base import keys
from mabar.base.models import Actor
from mabar.crossings import commands, queries
from mabar.crossings.pages.following import address_of


def give_link(officer: Actor, place: str, at: datetime) -> str:
    """Give a link to the driver who waits longest before the gate from now on, the last of the queue.

    Returns:
        the address that he opens, told once; empty where no truck waits.
    """
    waiting = queries.queue(place, at).turns
    if not waiting:
        return ""
    token = keys.new_token()
    commands.give_follow_link(officer, waiting[-1].turn.key, token=token, at=at)
    return address_of(token)
