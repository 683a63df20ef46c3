"""What every act on a passage shares: its lock, the event sent twice, the event's row."""

from datetime import datetime
from typing import Any

from mabar.base import journal, timers
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, write
from mabar.crossings import queries, rules
from mabar.crossings.models import ExceptionFromOrder, Passage, PassageEvent

LAPSE = "crossings.lapse"
STAMPS = ("announced_at", "queued_at", "gate_in_at", "weighed_at", "presented_at", "gate_out_at", "closed_at")


def take(actor: Actor, line: journal.OpenLine, key: str, *, event_key: str = "", version: int | None = None) -> Passage:
    """Lock the passage for this act, and see that it is the actor's turn.

    Raises:
        NoSuchRecord: no passage bears the key.
        SentTwice: the event was recorded before.
        EventKeyReused: the event key was used for another act.
        OutOfTurn: somebody has written to the passage since the actor saw it.
    """
    # no_key: acts on many trucks leave their events meanwhile and do not wait for one truck, nor it for them
    passage = Passage.objects.select_for_update(no_key=True).filter(key=key).first()
    if passage is None:
        raise NoSuchRecord(key=key)
    line.place = passage.place_id
    act = line.verb.removeprefix("crossings.")
    if event_key:
        _refuse_second(passage, act, by=actor.key, event_key=event_key)
    rules.check_version(act, passage.state, seen=version, now=passage.version)
    return passage


def _refuse_second(passage: Passage, act: str, *, by: str, event_key: str) -> None:
    before = passage.events.filter(by=by, event_key=event_key).first()
    if before is None:
        return
    if before.kind != act:
        raise rules.EventKeyReused(event_key=event_key, kind=before.kind)
    raise SentTwice(passage)


def move(
    actor: Actor,
    passage: Passage,
    act: str,
    *,
    at: datetime,
    event_key: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> PassageEvent:
    """Take the passage one step on and leave the step's event.

    Raises:
        OutOfTurn: the act has no place in this state.
        HourOutOfOrder: the step would come before the one it follows.
    """
    before = passage.state
    state = rules.after(act, before)
    rules.check_hour(at, latest=latest_stamp(passage), zone=passage.place.clock)
    write(passage, state=state, **changes)
    return note(actor, passage, act, before=before, at=at, event_key=event_key, facts=facts)


def latest_stamp(passage: Passage) -> datetime:
    """Give the instant of the newest step that stands."""
    stamps: list[datetime | None] = [getattr(passage, name) for name in STAMPS]
    return max(stamp for stamp in stamps if stamp is not None)


def note(
    actor: Actor,
    passage: Passage,
    kind: str,
    *,
    at: datetime,
    before: str | None = None,
    event_key: str = "",
    facts: dict[str, Any] | None = None,
    corrects: PassageEvent | None = None,
) -> PassageEvent:
    """Leave an event; without `before` it is one beside the road, which leaves the state as it is."""
    return PassageEvent.objects.create(
        passage=passage,
        kind=kind,
        at=at,
        by=actor.key,
        event_key=event_key,
        facts=facts or {},
        state_before=passage.state if before is None else before,
        state_after=passage.state,
        corrects=corrects,
    )


def refuse_second_passage(passage: Passage) -> None:
    """Refuse a second live passage of one truck at one place in one direction.

    Raises:
        AnnouncedBefore: names the plate and the passage that lives.
    """
    live = Passage.objects.filter(
        place=passage.place_id, direction=passage.direction, plate_key=passage.plate_key, state__in=rules.LIVE
    )
    other = live.exclude(key=passage.key).first()
    if other is not None:
        raise rules.AnnouncedBefore(plate=other.plate, key=other.key)


def start_lapse(passage: Passage, at: datetime) -> None:
    """Start the timer at whose end the announcement lapses."""
    timers.start(LAPSE, passage.key, due_at=rules.lapses_at(at, passage.expected_at))


def refuse_others(actor: Actor, passage: Passage) -> None:
    """Refuse a truck that is not the actor's: a declarant acts for his house, a station for itself, an officer on all.

    Raises:
        NoSuchRecord: as if the passage were not there.
    """
    if not queries.speaks_for(actor, passage.key, firm=passage.firm_id):
        raise NoSuchRecord(key=passage.key)


def exception_of(passage: Passage) -> ExceptionFromOrder | None:
    """Give the exception under which a truck stands."""
    return passage.exceptions.filter(withdrawn_at=None).first()


def end_exception(standing: ExceptionFromOrder, *, by: str, words: str, at: datetime) -> None:
    """Write that an exception no longer stands."""
    standing.withdrawn_by, standing.withdrawn_words, standing.withdrawn_at = by, words, at
    standing.save(update_fields=["withdrawn_by", "withdrawn_words", "withdrawn_at"])
