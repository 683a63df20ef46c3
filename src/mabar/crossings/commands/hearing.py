"""What the crossing across has told of a truck, kept beside the passage here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.crossings.models import FarSide, Passage


def note_far_side(
    actor: Actor,
    key: str,
    *,
    place: str,
    far_key: str,
    state: str,
    events: Sequence[Mapping[str, str]],
    message: str,
    at: datetime,
    references: Sequence[str] = (),
    reason: str = "",
) -> FarSide:
    """Keep what the crossing across tells of the truck of a passage; what it told before gives way.

    Args:
        far_key: the key of the truck's passage there; empty where it was not told.
        state: `left`, `arrived`, `entered`, `refused` or `undone`.
        events: the steps of its way there, each with `kind` and `at`.
        message: the key of the message that tells it.
    Raises:
        NotMandated.
    """
    told = {"place": place, "state": state, "message": message}
    with journal.writes(actor, "crossings.note_far_side", key, at=at, **told):
        passage = Passage.objects.select_for_update(no_key=True).get(key=key)
        mandates.require(actor, "crossings.note_far_side", place=passage.place_id)
        side, _ = FarSide.objects.update_or_create(
            passage=passage,
            defaults={
                "place_id": place,
                "key": far_key,
                "state": state,
                "events": [dict(each) for each in events],
                "references": list(references),
                "reason": reason,
                "told_at": at,
                "message": message,
            },
        )
    return side
