"""What every act on a request shares: its lock, whose act it is, the event's row, and the timers of its state."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from mabar.assistance import designations, rules, telling
from mabar.assistance.models import AssistanceRequest, RequestEvent
from mabar.base import actors, timers
from mabar.base.models import Actor, Place, Timer
from mabar.base.rules import NoSuchRecord
from mabar.exchange import messages as letters
from mabar.exchange.messages import Message

UNACKNOWLEDGED, OVERDUE = "assistance.note_unacknowledged", "assistance.note_overdue"
LAPSE, ERASE = "assistance.lapse_request", "assistance.erase_texts"
MEASURE, CONSENT = "assistance.end_measure_due", "assistance.note_consent_overdue"
LAPSE_QUERY = "assistance.lapse_query"


@dataclass(frozen=True)
class Deed:
    """Who did what when, and the letter that tells it; `is_ours` is false for what the other side told."""

    act: str
    by: str
    at: datetime
    is_ours: bool = True
    letter: str = ""
    told: Message | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def place(code: str) -> Place:
    """Give a place of the node.

    Raises:
        NoSuchRecord.
    """
    found = Place.objects.filter(code=code).first()
    if found is None:
        raise NoSuchRecord(key=code)
    return found


def day_at(code: str, at: datetime) -> date:
    """Give the day of an instant at a place."""
    return at.astimezone(place(code).clock).date()


def take(act: str, key: str, *, version: int | None = None) -> AssistanceRequest:
    """Lock the request for this act, and see that nobody has written to it since the actor saw it.

    Raises:
        NoSuchRecord: no request bears the key.
        OutOfTurn: somebody has written to it meanwhile.
    """
    request = AssistanceRequest.objects.select_for_update().filter(key=key).first()
    if request is None:
        raise NoSuchRecord(key=key)
    rules.check_version(act, request.state, seen=version, now=request.version)
    return request


def check_own(actor: Actor, request: AssistanceRequest, act: str, *, at: datetime) -> None:
    """Let pass an act of this side, by an official who is on its list today.

    Raises:
        NotThisSide, NotDesignated.
    """
    rules.check_side(act, is_outward=request.is_outward)
    designations.check_own(actor.key, place=request.place_id, at=at)


def check_not_erased(request: AssistanceRequest, act: str) -> None:
    """Refuse an act that would bring texts to a request whose texts are erased.

    Raises:
        OutOfTurn.
    """
    if request.erased_at is not None:
        raise rules.OutOfTurn(verb=act, state=request.state)


def move(request: AssistanceRequest, deed: Deed, **changes: Any) -> None:
    """Take the request one step on, leave the step's event, and let the clock watch what is due now.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    before = request.state
    follows = rules.after if deed.is_ours else rules.after_hearing
    state = follows(deed.act, before)
    if state in rules.ENDED and before not in rules.ENDED:
        changes.setdefault("ended_at", deed.at)
    elif state not in rules.ENDED:
        changes.setdefault("ended_at", None)
    write(request, state=state, **changes)
    note(request, deed, before=before)
    watch(request, at=deed.at)


def write(request: AssistanceRequest, **changes: Any) -> None:
    """Write fields of a locked request; each writing is a version."""
    for name, value in changes.items():
        setattr(request, name, value)
    request.version += 1
    request.save(update_fields=[*changes, "version"])


def note(request: AssistanceRequest, deed: Deed, *, before: str) -> RequestEvent:
    """Leave the event of a step; after the erasure of the request's texts it keeps none."""
    return RequestEvent.objects.create(
        request=request,
        kind=deed.act,
        at=deed.at,
        by=deed.by,
        is_ours=deed.is_ours,
        message=deed.letter,
        told=letters.document(deed.told) if deed.told is not None and request.erased_at is None else {},
        facts=deed.facts,
        state_before=before,
        state_after=request.state,
    )


def by_clock(act: str, *, due_at: datetime, at: datetime) -> Deed:
    """Give the deed of the clock, which counts from the instant that was due."""
    return Deed(act, actors.NODE_KEY, due_at, facts={"fired_at": at.isoformat()})


def watch(request: AssistanceRequest, *, at: datetime) -> None:
    """Let the clock watch what is due in the state of the request, in place of what it watched before."""
    wanted = _due(request)
    if request.ended_at is not None and request.erased_at is None:
        wanted[ERASE] = request.ended_at + timedelta(days=request.retention_days or 0)
    for verb in (UNACKNOWLEDGED, OVERDUE, LAPSE, ERASE):
        due_at = wanted.get(verb)
        if due_at is None:
            timers.end(verb, request.key, at=at)
        elif not _is_watched(verb, request.key, due_at):
            timers.end(verb, request.key, at=at)
            timers.start(verb, request.key, due_at=due_at)


def _is_watched(verb: str, key: str, due_at: datetime) -> bool:
    # a timer that stands is left alone: the clock may be firing what was due beside it
    return Timer.objects.filter(verb=verb, subject=key, due_at=due_at, ended_at=None, fired_at=None).exists()


def _due(request: AssistanceRequest) -> dict[str, datetime]:
    if request.state in ("oral", "returned"):
        lapses_at = request.confirm_by if request.state == "oral" else request.complete_by
        return {LAPSE: lapses_at} if lapses_at else {}
    wanted: dict[str, datetime] = {}
    if request.state == "sent" and request.acknowledge_by and request.unacknowledged_at is None:
        wanted[UNACKNOWLEDGED] = request.acknowledge_by
    if request.state in rules.WITH_REQUESTED and request.due_at and request.overdue_at is None:
        wanted[OVERDUE] = request.due_at
    return wanted


def requested_place(request: AssistanceRequest) -> str:
    """Name the place that owes the answer."""
    return request.partner if request.is_outward else request.place_id


def tell(request: AssistanceRequest, message: Message, *, at: datetime) -> str:
    """Tell the partner of the request; give the key of the letter.

    Raises:
        PartnerWithoutTerms.
    """
    return telling.tell(request.partner, message, at=at)


def clock_of(request: AssistanceRequest, at: datetime) -> dict[str, Any]:
    """Give the due instants of a request that is sent now; what was noted of earlier ones no longer counts."""
    deadlines = designations.deadlines_with(request.partner, at)
    return {
        **blank_clock(),
        "sent_at": at,
        "acknowledge_by": rules.acknowledge_by(at, deadlines),
        "due_at": rules.answer_by(at, request.pace, deadlines, place(request.partner).clock),
    }


def blank_clock() -> dict[str, Any]:
    """Give the clock of a request before anything was reckoned or noted."""
    stamps = ("confirm_by", "acknowledge_by", "complete_by", "acknowledged_at", "unacknowledged_at", "overdue_at")
    return {**dict.fromkeys(stamps), "missing": []}
