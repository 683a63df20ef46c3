"""The door for the clock: due acts call one command."""

from mabar.base import timers


def register() -> None:
    """Name the commands that timers may call."""
    from mabar.assistance import commands, turns

    timers.register(turns.UNACKNOWLEDGED, commands.note_unacknowledged)
    timers.register(turns.OVERDUE, commands.note_overdue)
    timers.register(turns.LAPSE, commands.lapse_request)
    timers.register(turns.ERASE, commands.erase_texts)
    timers.register(turns.MEASURE, commands.end_measure_due)
    timers.register(turns.CONSENT, commands.note_consent_overdue)
    timers.register(turns.LAPSE_QUERY, commands.lapse_query)
