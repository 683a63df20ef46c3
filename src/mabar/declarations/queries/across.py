"""What of a declaration may be told across the border: its record without what never crosses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from mabar.declarations import advance_fields, sad
from mabar.declarations.models import Declaration
from mabar.declarations.queries.records import newest_version
from mabar.exchange.protocol import documents

# What stands around the record, and names and signs, is far less than this.
LARGEST_RECORD = documents.LARGEST - 65_536
# Before it is registered a declaration binds nobody, and has no number.
_UNTOLD = ("lodged",)


@dataclass(frozen=True)
class CrossingDeclaration:
    """A declaration as a partner may be told of it; `items_left_out` do not fit into one message."""

    key: str
    reference: str
    place: str
    office: str
    state: str
    released_at: datetime | None
    record: Mapping[str, Any]
    items_left_out: int


def record_that_crosses(key: str) -> tuple[dict[str, Any], int]:
    """Give what crosses of the newest record, and how many of its items do not fit into one message."""
    record = advance_fields.crossing(sad.to_json(sad.loads(newest_version(key).record)))
    items = record.get("items", [])
    kept = len(items)
    while kept and len(sad.one_line(record).encode()) > LARGEST_RECORD:
        kept //= 2
        record["items"] = items[:kept]
    return record, len(items) - kept


def crossing_declaration(number: str, *, facing: str) -> CrossingDeclaration | None:
    """Find the registered declaration of a number, ours or national, at a crossing that faces an administration.

    None for any other, whether or not it exists.
    """
    bears = Q(number=number) | Q(national_reference=number)
    found = Declaration.objects.filter(bears, place__faces__administration=facing).exclude(state__in=_UNTOLD)
    declaration = found.order_by("-key").first() if number else None
    if declaration is None:
        return None
    record, left_out = record_that_crosses(declaration.key)
    return CrossingDeclaration(
        key=declaration.key,
        reference=str(declaration),
        place=declaration.place_id,
        office=declaration.office,
        state=declaration.state,
        released_at=declaration.released_at,
        record=record,
        items_left_out=left_out,
    )
