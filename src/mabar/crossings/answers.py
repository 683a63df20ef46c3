"""What the doors for people and programs share of a carrier's answer: the new passage gets its key there."""

from datetime import datetime
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.crossings import commands


def keep(actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None) -> Any:
    """Keep the hour offered to a truck, under a new key for its passage at the other crossing."""
    return commands.keep_diversion(actor, key, successor=new_key(at), event_key=event_key, version=version, at=at)
