"""Records as rows of the tables; nothing is decided or saved here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from mabar.base.models import Place
from mabar.declarations import lanes, rules
from mabar.declarations.judging import Judged
from mabar.declarations.models import Declaration, Item, LaneDraw, Register, Version


@dataclass(frozen=True)
class Source:
    """The file that a record came in: the SHA-256 under which it is kept, its name and its format; all may be empty."""

    sha256: str = ""
    name: str = ""
    format: str = ""


NO_FILE = Source()


def declaration_row(
    key: str, judged: Judged, *, place: Place, firm: str | None, by: str, at: datetime, keeper: Register, source: Source
) -> Declaration:
    """Give the row of a declaration as it is lodged."""
    row = Declaration(
        key=key,
        place=place,
        office=keeper.office,
        flow=judged.flow,
        regime=judged.regime,
        firm_id=firm,
        lodged_by=by,
        state="lodged",
        register=keeper.keeper,
        claimed_state=(judged.record.claimed_state or "")[:20],
        content_digest=judged.content_digest,
        lodged_at=at,
        **_summed(judged),
    )
    if keeper.keeper == rules.NATIONAL:
        _take_national(row, judged, system=keeper.system, source=source)
    return row


def _summed(judged: Judged) -> dict[str, object]:
    summary = judged.summary
    return {name: getattr(summary, name) for name in summary.__slots__}


def _take_national(row: Declaration, judged: Judged, *, system: str, source: Source) -> None:
    """Hold the national reference as received; without one the declaration is provisional until it is received."""
    reference = judged.record.registration
    row.national_system = system
    row.national_reference = " ".join(filter(None, (reference.serial, reference.number)))[:80]
    row.national_on = date.fromisoformat(reference.on) if reference.on else None
    row.received_at = row.lodged_at
    row.received_from = (source.name or row.lodged_by)[:120]
    row.is_provisional = not row.national_reference


def resummed(judged: Judged) -> dict[str, object]:
    """Give the columns that an amendment changes."""
    return {**_summed(judged), "content_digest": judged.content_digest}


def item_rows(key: str, judged: Judged) -> Iterable[Item]:
    """Give the rows of the items."""
    names = judged.lines[0].__slots__
    return [Item(declaration_id=key, **{name: getattr(line, name) for name in names}) for line in judged.lines]


def version_row(key: str, number: int, judged: Judged, *, by: str, at: datetime, source: Source) -> Version:
    """Give the row that keeps the record word for word."""
    return Version(
        declaration_id=key,
        number=number,
        record=judged.text,
        content_digest=judged.content_digest,
        source=source.sha256 or None,
        source_name=source.name[:255],
        source_format=source.format[:32],
        by=by,
        at=at,
    )


def draw_row(key: str, drawn: lanes.Draw, *, by: str, at: datetime) -> LaneDraw:
    """Give the row that keeps a draw with its reasons."""
    reasons = [{"code": each.code, "fired": each.fired, "details": each.details} for each in drawn.reasons]
    return LaneDraw(declaration_id=key, lane=drawn.lane, reasons=reasons, by=by, at=at)
