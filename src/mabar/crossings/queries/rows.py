"""Frozen rows: what a passage, its events, papers and holds are to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.crossings import rules
from mabar.crossings.models import Hold, Passage, PassageDeclaration, PassageEvent


@dataclass(frozen=True)
class PassageRow:
    """A passage as the list and the page head show it; `since` is the instant of its newest standing step."""

    key: str
    place: str
    direction: str
    plate: str
    trailer_plate: str
    carrier: str
    firm: str | None
    state: str
    is_empty: bool | None
    seals: tuple[str, ...]
    announced_at: datetime
    expected_at: datetime | None
    queued_at: datetime | None
    gate_in_at: datetime | None
    weighed_at: datetime | None
    presented_at: datetime | None
    gate_out_at: datetime | None
    closed_at: datetime | None
    gross_mass_g: int | None
    tare_mass_g: int | None
    gate: int | None
    version: int
    origin: str | None

    @property
    def since(self) -> datetime:
        """The instant of the newest step that stands."""
        stamps = (self.announced_at, self.queued_at, self.gate_in_at, self.weighed_at, self.presented_at)
        return max(at for at in (*stamps, self.gate_out_at, self.closed_at) if at is not None)

    @property
    def is_live(self) -> bool:
        """Whether the truck is announced or at the crossing."""
        return self.state in rules.LIVE


@dataclass(frozen=True)
class EventRow:
    """One event; `corrects` and `corrected_by` are numbers of events, None where there is none."""

    number: int
    kind: str
    at: datetime
    by: str
    facts: Mapping[str, Any]
    state_before: str
    state_after: str
    corrects: int | None
    corrected_by: int | None

    @property
    def is_alert(self) -> bool:
        """Whether the officer should look: a load beyond tolerance, or seals that differ from the record."""
        flags = ("is_beyond_tolerance", "seals_missing", "seals_unexpected")
        return self.corrected_by is None and any(self.facts.get(flag) for flag in flags)


@dataclass(frozen=True)
class LinkRow:
    """What of a declaration is on the truck."""

    declaration: str
    reference: str
    packages: int
    gross_mass_g: int
    lane: str
    cleared_at: datetime | None

    @property
    def is_numbered(self) -> bool:
        """Whether it had a number as it was put on the truck; until then its key stands for one."""
        return self.reference != self.declaration

    @property
    def is_cleared(self) -> bool:
        """Whether customs have let it go."""
        return self.cleared_at is not None


@dataclass(frozen=True)
class HoldRow:
    """A hold with everything that its agencies may read; `agency_names` by language."""

    number: int
    passage: str
    plate: str
    state: str
    agency: str
    agency_names: Mapping[str, str]
    wants: str
    reason: str
    desk: str
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None
    lift_note: str

    @property
    def is_open(self) -> bool:
        """Whether it still keeps the truck."""
        return self.lifted_at is None


def passage_row(passage: Passage) -> PassageRow:
    """Make the row of a passage."""
    same = {name: getattr(passage, name) for name in _SAME}
    return PassageRow(place=passage.place_id, firm=passage.firm_id, seals=tuple(passage.seals), **same)


_SAME = tuple(name for name in PassageRow.__dataclass_fields__ if name not in {"place", "firm", "seals"})


def event_rows(events: list[PassageEvent]) -> tuple[EventRow, ...]:
    """Make the rows of one passage's events, and tell each which event undid it."""
    undone_by = {event.corrects_id: event.pk for event in events if event.corrects_id}
    return tuple(
        EventRow(
            event.pk,
            event.kind,
            event.at,
            event.by,
            event.facts,
            event.state_before,
            event.state_after,
            event.corrects_id,
            undone_by.get(event.pk),
        )
        for event in events
    )


def as_step(event: PassageEvent) -> rules.Step:
    """Give an event as the rules see it."""
    return rules.Step(event.pk, event.kind, event.state_before, event.state_after, event.corrects_id)


def link_row(link: PassageDeclaration) -> LinkRow:
    """Make the row of a declaration on a truck."""
    return LinkRow(link.declaration, link.reference, link.packages, link.gross_mass_g, link.lane, link.cleared_at)


def hold_row(hold: Hold) -> HoldRow:
    """Make the row of a hold, whose passage and agency have been read with it."""
    agency = hold.agency
    return HoldRow(
        number=hold.pk,
        passage=hold.passage_id,
        plate=hold.passage.plate,
        state=hold.passage.state,
        agency=agency.code,
        agency_names={"ar": agency.name_ar, "fr": agency.name_fr, "en": agency.name_en},
        wants=hold.wants,
        reason=hold.reason,
        desk=hold.desk,
        placed_by=hold.placed_by,
        placed_at=hold.placed_at,
        lifted_by=hold.lifted_by,
        lifted_at=hold.lifted_at,
        lift_note=hold.lift_note,
    )
