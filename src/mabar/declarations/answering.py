"""What the office says of a declaration now, as a message for the declarant's own program.

The facts are gathered once; which message they are written as is the reader's choice, or follows from the file that
the declaration came in.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mabar.base import queries as ground
from mabar.declarations import queries
from mabar.declarations.formats.answers import Answer, Duty, sentence_of
from mabar.declarations.formats.cusres import write_cusres
from mabar.declarations.queries import beside
from mabar.declarations.queries.rows import DeclarationRow
from mabar.declarations.sad_parts import Amount

_LONGEST_CONTROL_KEY = 10


@dataclass(frozen=True)
class Written:
    """An answer as a file."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class _Occasion:
    """For whom, in which language and when an answer is written."""

    row: DeclarationRow
    language: str
    at: datetime


def answer(scope: queries.Scope, key: str, *, kind: str = "", language: str, at: datetime) -> Written:
    """Write the answer as a message of a kind, for whom the declaration lies within the scope.

    Args:
        kind: one of `KINDS`; empty for that of the file in which the declaration came.
        language: of the sentences: ar, fr or en.
    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
    """
    row = queries.row(scope, key)
    write, media_type, ending = _WRITERS[kind or kind_of(queries.source_format(scope, key))]
    content = write(_told(scope, row), _Occasion(row, language, at))
    return Written(content, media_type, f"{row.reference}.{ending}")


def kind_of(source_format: str) -> str:
    """Give the kind of answer that goes with a format of declarations; JSON where that has no answer of its own."""
    return {"wco": "wco", "edifact": "cusres"}.get(source_format.partition("-")[0], "json")


def _told(scope: queries.Scope, row: DeclarationRow) -> Answer:
    assessed = row.assessed_minor
    return Answer(
        reference=row.reference,
        trader_reference=row.trader_reference,
        office=row.office,
        declarant=row.firm or row.lodged_by,
        state=row.state,
        lane=row.lane,
        is_queried=row.is_queried,
        reason=row.end_reason,
        registered_on=_day(row.place, row.registered_at) if row.registered_at else row.national_on,
        findings=queries.findings_of(scope, row.key) if row.state == "refused" else (),
        key=row.key,
        flow=row.flow,
        version=row.version,
        registered_at=row.registered_at,
        since=row.since,
        assessed=None if assessed is None else Amount(assessed, row.assessed_currency),
        duties=() if assessed is None else beside.duties_on(row),
    )


def _day(place: str, at: datetime) -> date:
    return ground.day_at(ground.places_named([place]).first(), at)


def _as_cusres(told: Answer, of: _Occasion) -> bytes:
    control = f"{told.key[-_LONGEST_CONTROL_KEY:]}{told.version % 10_000:04}"
    return write_cusres(
        told, sender=told.office, recipient=told.declarant, control=control, language=of.language, at=of.at
    )


def _as_response(told: Answer, of: _Occasion) -> bytes:
    from mabar.declarations.formats.wco_response import write_response  # lxml: only where such a message is written

    country = of.row.place.partition(".")[0]
    control = f"{told.key}-{told.version}"
    return write_response(told, control=control, country=country, language=of.language, at=of.at)


def _as_json(told: Answer, of: _Occasion) -> bytes:
    whole = {
        "answer": "mabar/1",
        "key": told.key,
        "reference": told.reference,
        "trader_reference": told.trader_reference,
        "office": told.office,
        "version": told.version,
        "state": told.state,
        "since": told.since.isoformat() if told.since else None,
        "lane": told.lane,
        "is_queried": told.is_queried,
        "registered_on": told.registered_on.isoformat() if told.registered_on else None,
        "reason": told.reason,
        "errors": [
            {"code": each.code, "field": each.record_field, "said": sentence_of(each, of.language)}
            for each in told.errors
        ],
        "assessed": _amount(told.assessed) if told.assessed else None,
        "duties": [_duty(each) for each in told.duties],
        "written_at": of.at.isoformat(),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _amount(amount: Amount) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


def _duty(duty: Duty) -> dict[str, Any]:
    figures = {"base": duty.base, "percent": duty.percent}
    told = {name: None if value is None else f"{value:f}" for name, value in figures.items()}
    return {"item": duty.item, "levy": duty.levy, "amount": _amount(duty.amount), **told}


# Each kind with its writer, its media type and the ending of its file.
_WRITERS: Mapping[str, tuple[Callable[[Answer, _Occasion], bytes], str, str]] = {
    "cusres": (_as_cusres, "application/edifact", "edi"),
    "wco": (_as_response, "application/xml", "response.xml"),
    "json": (_as_json, "application/json", "answer.json"),
}
KINDS = tuple(_WRITERS)
