"""Instants on the clock of a place, as figures: hours and ISO days.  Words of dates: `mabar.lib.dates_text`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_of(value: date | datetime, zone: ZoneInfo) -> date:
    """Give the day on which an instant falls at a place; a day stays itself."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def hour(instant: datetime, zone: ZoneInfo) -> str:
    """Write the hour of an instant: 10:44."""
    return f"{instant.astimezone(zone):%H:%M}"


def second(instant: datetime, zone: ZoneInfo) -> str:
    """Write the hour of an instant with its seconds: 10:44:02."""
    return f"{instant.astimezone(zone):%H:%M:%S}"


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """Write day and hour: 2026-11-22 10:44."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def stamp_with_offset(instant: datetime, zone: ZoneInfo) -> str:
    """Write day, hour and offset, as everything does that leaves the page: 2026-11-22 10:44 +02:00."""
    offset = f"{instant.astimezone(zone):%z}"
    return f"{stamp(instant, zone)} {offset[:3]}:{offset[3:]}"
