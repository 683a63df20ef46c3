"""What happens to a movement, in the one form in which nodes tell it each other, and what a list of it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mabar.transit.rules.movement_refusals import ArrivedBeforeDeparture, EventUnfit, NotAtDestination, NotOnItinerary
from mabar.transit.rules.seals import NOTES, SealNote

# What an incident is about.  The last three are made of what another node told and home could not take as it was told.
INCIDENTS = (
    "seals",
    "accident",
    "route",
    "transfer",
    "goods",
    "other",
    "before_departure",
    "out_of_turn",
    "hour_ahead",
)
TYPED = INCIDENTS[:6]
OUTCOMES = ("conform", "not_conform")
ANSWERS = ("not_arrived", "arrived", "results_follow")
ASKS = ("arrival", "results")
# What is told to the other nodes; what precedes the release stays with the office of departure.
TOLD = (
    "release",
    "pass_office",
    "note_incident",
    "replace_seal",
    "arrive",
    "permit_unloading",
    "remark",
    "discharge",
    "invalidate",
    "open_enquiry",
    "start_recovery",
)
LONGEST_REASON, MOST_EVENTS = 300, 200
_TEXTS = ("reason", "incident", "was", "outcome")


@dataclass(frozen=True)
class Happening:
    """One event of a movement.

    Attributes:
        key: the node that wrote it and its number there, so that no node keeps it twice.
        office: where it happened.
        incident: what an incident is about; `was`: which act it was told as, where home could not take it as such.
        outcome: of remarks, `conform` or `not_conform`.
    """

    key: str
    kind: str
    at: datetime
    office: str
    reason: str = ""
    incident: str = ""
    was: str = ""
    outcome: str = ""
    seals: tuple[SealNote, ...] = ()

    def told(self) -> dict[str, Any]:
        """Give it as a message carries it; what it does not tell is not in it."""
        texts = {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}
        seals = [{name: value for name, value in vars(each).items() if value} for each in self.seals]
        whole = {"key": self.key, "kind": self.kind, "at": self.at.isoformat(), "office": self.office, **texts}
        return {**whole, "seals": seals} if seals else whole

    def facts(self) -> dict[str, Any]:
        """Give what its row keeps beside key, kind, instant and office."""
        return {name: value for name, value in self.told().items() if name not in ("key", "kind", "at", "office")}


def read(told: Mapping[str, Any]) -> Happening:
    """Read an event as a message or a row carries it.

    Raises:
        EventUnfit: something is missing, too long or of another form.
    """
    try:
        at = datetime.fromisoformat(str(told["at"]))
        notes = tuple(
            SealNote(**{name: str(value)[:60] for name, value in each.items()}) for each in told.get("seals", ())
        )
        texts = {name: str(told.get(name, ""))[:LONGEST_REASON] for name in _TEXTS}
        found = Happening(str(told["key"]), str(told["kind"]), at, str(told["office"]), **texts, seals=notes)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EventUnfit(given=str(told)[:80]) from None
    is_fit = at.tzinfo is not None and len(found.key) <= 48 and len(found.office) <= 32 and found.kind in TOLD
    if not is_fit or any(each.note not in NOTES for each in notes):
        raise EventUnfit(given=str(told)[:80])
    return found


def read_all(told: Sequence[Mapping[str, Any]]) -> list[Happening]:
    """Read the events of a message.

    Raises:
        EventUnfit: one of them is unfit, or there are more than a movement can have.
    """
    if len(told) > MOST_EVENTS:
        raise EventUnfit(given=str(len(told)))
    return [read(each) for each in told]


@dataclass(frozen=True)
class Shown:
    """What the events of a movement show of it."""

    arrived_at: datetime | None = None
    arrived_office: str = ""
    outcome: str = ""
    ended_at: datetime | None = None
    passed: Mapping[str, datetime] = field(default_factory=dict)
    incidents: int = 0


def shown(events: Iterable[Happening]) -> Shown:
    """Give what a list of events shows."""
    told = list(events)
    arrival = next((each for each in told if each.kind == "arrive"), None)
    end = next((each for each in told if each.kind in ("discharge", "invalidate", "start_recovery")), None)
    return Shown(
        arrived_at=arrival.at if arrival else None,
        arrived_office=arrival.office if arrival else "",
        outcome=next((each.outcome for each in told if each.kind == "remark"), ""),
        ended_at=end.at if end else None,
        passed={each.office: each.at for each in told if each.kind == "pass_office"},
        incidents=sum(each.kind == "note_incident" for each in told),
    )


def seal_notes(events: Iterable[Happening]) -> tuple[SealNote, ...]:
    """Give the chain of seals that a list of events tells; what home could not take so is not part of it."""
    return tuple(note for each in events if not each.was for note in each.seals)


def check_after_release(at: datetime, released_at: datetime | None) -> None:
    """Refuse an arrival or passage before the departure.

    Raises:
        ArrivedBeforeDeparture: names both instants.
    """
    if released_at is not None and at < released_at:
        both = {"at": at, "released_at": released_at}
        raise ArrivedBeforeDeparture(**{name: each.isoformat(timespec="minutes") for name, each in both.items()})


def check_on_itinerary(office: str, offices: Sequence[str]) -> None:
    """Refuse a passage through an office that is not on the itinerary.

    Raises:
        NotOnItinerary: names those that are.
    """
    if office not in offices:
        raise NotOnItinerary(office=office, offices=", ".join(offices))


def check_destination(office: str, destination: str, *, reason: str) -> bool:
    """Tell whether goods that arrive at an office were diverted there.

    Raises:
        NotAtDestination: they were, and no reason is told.
    """
    if office != destination and not reason.strip():
        raise NotAtDestination(office=office, destination=destination)
    return office != destination


def misplaced(told: Happening, so_far: Shown, *, offices: Sequence[str]) -> str:
    """Tell as what incident home takes an act of an office that is not in its place; empty where it is.

    Args:
        so_far: what the events before it show.
        offices: those of the itinerary.
    """
    if told.kind == "pass_office" and told.office not in offices:
        return "route"
    is_second = told.kind == "pass_office" and told.office in so_far.passed
    is_elsewhere = told.kind in ("permit_unloading", "remark") and told.office != so_far.arrived_office
    return "out_of_turn" if is_second or is_elsewhere else ""


def incident_of(told: Happening, *, released_at: datetime | None, now: datetime, may_follow: bool) -> str:
    """Tell as what incident home takes what another node told; empty where it can be taken as it was told."""
    if told.at > now:
        return "hour_ahead"
    if released_at is not None and told.at < released_at:
        return "before_departure"
    return "" if may_follow else "out_of_turn"
