"""A draft on its broker's desk: the row, the record, its place and day, and the declaration that it amends."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.models import Actor
from mabar.base.reach import language, reader
from mabar.declarations import inheriting, queries, sad
from mabar.declarations.checks_parts import CheckFinding, found

SAVE = "declarations.save_draft"


@dataclass(frozen=True)
class Desk:
    """Everything that a step of the form needs to know."""

    actor: Actor
    draft: queries.DraftRow
    record: sad.Declaration
    place: Any
    language: str
    at: datetime
    base: sad.Declaration | None
    inherited: inheriting.Kept = field(default_factory=dict)
    advance: queries.AdvanceRow | None = None

    @property
    def today(self) -> str:
        """The day at the draft's place."""
        return ground.day_at(self.place, self.at).isoformat()

    def confirmed(self, prefix: str = "") -> frozenset[str]:
        """Give the paths under a prefix, without it, of what came from across and is confirmed."""
        states = {path: each["state"] for path, each in self.inherited.items() if path.startswith(prefix)}
        return frozenset(path.removeprefix(prefix) for path, state in states.items() if state == inheriting.CONFIRMED)

    @property
    def findings(self) -> list[CheckFinding]:
        """What stands against lodging because of where the draft comes from."""
        waiting = inheriting.findings(self.inherited)
        if self.advance is not None and self.advance.is_withdrawn:
            return [found("G-0803", "regime", self.advance.reference), *waiting]
        return waiting


def desk_of(request: HttpRequest, key: str) -> Desk:
    """Open a draft of the reader's house.

    Raises:
        NotMandated.
        NoSuchRecord: no such draft, or another house's.
    """
    at, actor = doors.now(), reader(request)
    mandates.require(actor, SAVE, at=at)
    draft, text = queries.draft(actor, key)
    place = ground.places_named([draft.place]).first()
    record, said = sad.loads(text), language()
    if draft.advance:
        kept = queries.inherited(actor, key)
        came = inheriting.record_of({path: each["value"] for path, each in kept.items()})
        return Desk(actor, draft, record, place, said, at, came, kept, queries.advance(draft.advance))
    base = queries.record(queries.scope_of(actor, at), draft.amends) if draft.amends else None
    return Desk(actor, draft, record, place, said, at, base)


def version_of(request: HttpRequest) -> int | None:
    """Give the version of the draft that the reader saw when he began to type."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else None
