"""The door for the clock: each due act calls one command."""

from mabar.base import timers
from mabar.crossings import commands, diversions, turns


def register() -> None:
    """Name the commands that timers may call."""
    timers.register(turns.LAPSE, commands.lapse)
    timers.register(diversions.EXPIRE, commands.expire_offer)
