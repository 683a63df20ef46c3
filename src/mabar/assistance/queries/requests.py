"""Requests one by one and as the desk's lists: by number, side and clock; no question is asked by what a text says."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TypeVar

from mabar.assistance.models import AssistanceRequest, RequestEvent
from mabar.assistance.queries.rows import (
    ConsentRow,
    EventRow,
    FileRow,
    MeasureRow,
    RequestRow,
    RequestView,
    request_row,
    texts_of,
)
from mabar.base.rules import NoSuchRecord
from mabar.exchange import receipts

Row = TypeVar("Row")
PAGE = 100
SERIAL = 4
_TEXTS = ("matter", "reason", "description", "legal_elements", "connection", "parties", "told_reason", "answer")


@dataclass(frozen=True)
class Desk:
    """What lies on the desk: what this side owes, what the other side owes, and what has ended; the next due first."""

    ours: tuple[RequestRow, ...]
    theirs: tuple[RequestRow, ...]
    ended: tuple[RequestRow, ...]


def next_number(place: str, *, year: int) -> str:
    """Give the next number of a place's own requests in a year; who asks holds the place."""
    begins = f"{place.rpartition('.')[2].upper()}-{year}-"
    own = AssistanceRequest.objects.filter(is_outward=True, place=place, number__startswith=begins)
    last = own.order_by("-number").values_list("number", flat=True).first()
    return f"{begins}{int(last.rpartition('-')[2]) + 1 if last else 1:0{SERIAL}}"


def desk(place: str) -> Desk:
    """Give what lies on the desk of a place."""
    known = AssistanceRequest.objects.filter(place=place).defer(*_TEXTS)
    running = [request_row(each) for each in known.filter(ended_at=None).order_by("due_at", "key")[:PAGE]]
    running.sort(key=lambda row: row.next_due[1] if row.next_due else row.made_at)
    ended = [request_row(each) for each in known.filter(ended_at__isnull=False).order_by("-ended_at", "-key")[:PAGE]]
    ours = tuple(row for row in running if row.is_ours_to_act)
    return Desk(ours, tuple(row for row in running if not row.is_ours_to_act), tuple(ended))


def request(key: str) -> RequestView:
    """Give a request with all that belongs to it.

    Raises:
        NoSuchRecord: no request bears the key.
    """
    found = AssistanceRequest.objects.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    events = found.events.order_by("at", "pk")
    return RequestView(
        row=request_row(found),
        texts=texts_of(found),
        missing=tuple(found.missing),
        events=tuple(map(_event, events)),
        measures=tuple(_copied(each, MeasureRow) for each in found.measures.order_by("from_at", "key")),
        consents=tuple(_copied(each, ConsentRow) for each in found.consents.order_by("asked_at", "key")),
        files=tuple(
            FileRow(each.file.sha256, each.name, each.file.media_type, each.file.bytes)
            for each in found.attachments.select_related("file").order_by("pk")
        ),
        not_taken=_not_taken(found, events),
    )


def _not_taken(found: AssistanceRequest, events: Iterable[RequestEvent]) -> str:
    """Give the code by which the newest of what this side told was refused by the other; empty where none was."""
    told = {each.key: each for each in receipts.told_about(found.key) if each.is_outward}
    ours = [each.message for each in events if each.is_ours and each.message]
    newest = told.get(ours[-1]) if ours else None
    return (
        newest.code
        if newest is not None and (newest.said == "refused" or (not newest.receipts and newest.code))
        else ""
    )


def requests_by_key(keys: Iterable[str]) -> list[RequestRow]:
    """Give the requests that bear one of the keys."""
    return [request_row(each) for each in AssistanceRequest.objects.filter(key__in=list(keys)).defer(*_TEXTS)]


def request_of_letter(letter: str, *, partner: str) -> str | None:
    """Give the ended request whose texts came with a letter of a partner, while they are there."""
    found = RequestEvent.objects.filter(message=letter, is_ours=False, request__partner=partner)
    ended = found.filter(request__ended_at__isnull=False, request__erased_at=None)
    return ended.values_list("request", flat=True).first()


def may_read_file(key: str, sha256: str) -> bool:
    """Tell whether a file belongs to a request."""
    return AssistanceRequest.objects.filter(key=key, attachments__file__sha256=sha256).exists()


def _event(event: RequestEvent) -> EventRow:
    return _copied(event, EventRow)


def _copied(record: object, row: type[Row]) -> Row:
    return row(**{each.name: getattr(record, each.name) for each in fields(row)})  # type: ignore[arg-type]
