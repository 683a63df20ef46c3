"""The door for the clock: due acts call one command."""

from mabar.base import timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.transit import commands, ledger, turns
    from mabar.transit.commands import guaranteeing

    timers.register(turns.ENQUIRY, commands.open_enquiry)
    timers.register(turns.RESULTS, commands.ask_results)
    timers.register(turns.HOLDER, commands.ask_holder_due)
    timers.register(turns.RECOVERY, commands.recover_due)
    timers.register(ledger.EXPIRE, guaranteeing.expire_guarantee)
