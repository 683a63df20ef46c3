"""The door for the clock: due acts call one command."""

from mabar.base import timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.transit import ledger
    from mabar.transit.commands import guaranteeing

    timers.register(ledger.EXPIRE, guaranteeing.expire_guarantee)
