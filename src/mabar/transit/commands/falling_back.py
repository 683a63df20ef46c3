"""Business continuity: an office declares that it works on paper, and that its node is back."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.transit import rules
from mabar.transit.models import Fallback


def begin_fallback(actor: Actor, key: str, *, place: str, began_at: datetime, reason: str, at: datetime) -> Fallback:
    """Declare that an office works on paper since an instant, with the reason; often declared when the node is back.

    Raises:
        NotMandated, NoSuchRecord, ReasonMissing.
        FallbackUnfit: one is open there, or the instant lies ahead.
    """
    with journal.writes(actor, "transit.begin_fallback", key, at=at, place=place, began_at=began_at, reason=reason):
        mandates.require(actor, "transit.begin_fallback", place=place)
        if Place.objects.select_for_update().filter(code=place).first() is None:
            raise NoSuchRecord(key=place)
        said = rules.check_reason(reason)[:300]
        if began_at > at or Fallback.objects.filter(place=place, ended_at=None).exists():
            raise rules.FallbackUnfit(place=place)
        return Fallback.objects.create(key=key, place_id=place, began_at=began_at, reason=said)


def end_fallback(actor: Actor, key: str, *, ended_at: datetime, at: datetime) -> Fallback:
    """Declare that the node of an office is back; what it had left unfinished is to be invalidated now.

    Raises:
        NotMandated, NoSuchRecord.
        FallbackUnfit: it has ended, or would end before it began or ahead of now.
    """
    with journal.writes(actor, "transit.end_fallback", key, at=at, ended_at=ended_at) as line:
        found = Fallback.objects.select_for_update().filter(key=key).first()
        if found is None:
            raise NoSuchRecord(key=key)
        line.place = found.place_id
        mandates.require(actor, "transit.end_fallback", place=found.place_id)
        if found.ended_at is not None or not found.began_at <= ended_at <= at:
            raise rules.FallbackUnfit(place=found.place_id)
        found.ended_at = ended_at
        found.save(update_fields=["ended_at"])
        return found
