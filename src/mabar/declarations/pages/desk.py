"""A draft on its broker's desk: the row, the record, its place and day, and the declaration that it amends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from mabar.base import doors, mandates
from mabar.base import queries as ground
from mabar.base.models import Actor
from mabar.declarations import queries, sad
from mabar.declarations.pages.reach import language, reader

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

    @property
    def today(self) -> str:
        """The day at the draft's place."""
        return ground.day_at(self.place, self.at).isoformat()


def desk_of(request: HttpRequest, key: str) -> Desk:
    """Open a draft of the reader's house.

    Raises:
        NotMandated.
        NoSuchRecord: no such draft, or another house's.
    """
    at, actor = doors.now(), reader(request)
    mandates.require(actor, SAVE, at=at)
    draft, text = queries.draft(actor, key)
    base = queries.record(queries.scope_of(actor, at), draft.amends) if draft.amends else None
    place = ground.places_named([draft.place]).first()
    return Desk(actor, draft, sad.loads(text), place, language(), at, base)


def version_of(request: HttpRequest) -> int | None:
    """Give the version of the draft that the reader saw when he began to type."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else None
